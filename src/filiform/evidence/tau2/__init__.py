"""The between-study variance: one estimator a file, and the intervals around it."""
