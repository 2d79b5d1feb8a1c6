"""What every test stands on. Settings are loaded from no data directory of a person's own."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import hypothesis
from django.conf import settings
from django.db import connection

if TYPE_CHECKING:
    import pytest

# No timing in tests; in CI the examples are the same in every run.
hypothesis.settings.register_profile(
    "filiform", deadline=None, derandomize=os.environ.get("CI") == "true"
)
hypothesis.settings.load_profile("filiform")

settings.SECRET_KEY = "known to the tests alone, and as long as a real one would be"  # noqa: S105
# How slow a password is hashed is Django's to test.
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL leave out what belongs to SQLite, chooses its own database, or opens none."""
    if connection.vendor == "postgresql":
        bound = {
            item
            for item in items
            if item.get_closest_marker("own_database") or _is_page_without_database(item)
        }
        config.hook.pytest_deselected(items=list(bound))
        items[:] = [item for item in items if item not in bound]


def _is_page_without_database(item: pytest.Item) -> bool:
    """Tell whether a test of the guide, the library or REST asks for no database at all."""
    if item.path.parent.name != "site":
        return False
    fixtures = getattr(item, "fixturenames", ())
    return item.get_closest_marker("django_db") is None and "db" not in fixtures
