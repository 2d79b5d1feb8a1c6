"""What is typed into the pages of the practice: read, checked, and told in one sentence."""
