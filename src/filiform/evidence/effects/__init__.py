"""Effect sizes: what each study found, with its sampling variance, one measure a file."""
