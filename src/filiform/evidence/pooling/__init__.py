"""Many studies into one answer: inverse variance, Mantel-Haenszel, Peto, subgroups."""
