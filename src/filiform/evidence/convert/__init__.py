"""From what papers report to what effect sizes need."""
