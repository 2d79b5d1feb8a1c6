"""The app's name in the database."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Accounts of staff."""

    name = "filiform.site.accounts"
    label = "accounts"
