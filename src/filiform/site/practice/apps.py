"""The app's name in the database."""

from __future__ import annotations

from django.apps import AppConfig


class PracticeConfig(AppConfig):
    """The practitioner's record."""

    name = "filiform.site.practice"
    label = "practice"
