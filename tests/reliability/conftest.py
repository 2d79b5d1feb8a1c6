"""The practice's fixtures serve here too."""

from __future__ import annotations

from tests.site.practice.conftest import client_of, member, practice

__all__ = ["client_of", "member", "practice"]
