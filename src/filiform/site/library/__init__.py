"""The library: the evidence behind every sentence, as pages and as plain tables."""
