"""The terminal: every command is one call of the library, printed as text or as JSON."""

from filiform.cli._app import main, program

__all__ = ["main", "program"]
