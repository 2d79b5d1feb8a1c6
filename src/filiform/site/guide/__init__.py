"""The guide: one question a page, and then what it means for this person."""
