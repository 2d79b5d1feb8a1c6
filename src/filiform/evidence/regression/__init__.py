"""Meta-regression: what differs between studies, and what it does to the effect."""
