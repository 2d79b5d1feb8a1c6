"""The pages of the practice, a family of pages a file."""
