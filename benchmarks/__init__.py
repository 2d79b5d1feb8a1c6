"""Measurements, side by side with what a user would take instead and with the limit."""
