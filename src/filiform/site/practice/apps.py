"""The app's name in the database."""

from __future__ import annotations

from django.apps import AppConfig


class PracticeConfig(AppConfig):
    """The practitioner's record."""

    name = "filiform.site.practice"
    label = "practice"

    def ready(self) -> None:
        """Listen for those who sign in."""
        from filiform.site.practice import signing  # noqa: PLC0415  (the apps load first)

        signing.connect()
