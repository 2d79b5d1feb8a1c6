"""Modules that are imported when something in them is first used: start-up is a feature."""

from __future__ import annotations

from importlib import import_module


class LazyModule:
    """Stands for a module and imports it at the first look into it.

    >>> LazyModule("math").sqrt(9)
    3.0
    """

    def __init__(self, name: str) -> None:
        """Take the full name of a module."""
        self._name = name

    def __getattr__(self, name: str) -> object:
        """Return something of the module, and remember it here."""
        value: object = getattr(import_module(self._name), name)
        setattr(self, name, value)
        return value
