"""A practice of invented people, for visitors and for measuring: everything in it says DEMO."""
