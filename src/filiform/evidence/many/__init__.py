"""Many meta-analyses at once, as arrays."""
