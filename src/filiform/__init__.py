"""Neck pain treated with needles: guide, care, evidence and registry in one system."""

__version__ = "0.2.0"
