"""The app's name in the database."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Accounts of staff."""

    name = "filiform.site.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Listen for what ends an account's other sessions."""
        from filiform.site.accounts import sessions  # noqa: PLC0415  (the apps load first)

        sessions.connect()
