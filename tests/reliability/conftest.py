"""The practice's fixtures serve here too."""

from __future__ import annotations

from tests.site.practice.conftest import a_course, a_person, client_of, member, practice

__all__ = ["a_course", "a_person", "client_of", "member", "practice"]
