from __future__ import annotations

import pytest
from django.conf import settings


def pytest_configure() -> None:
    """Say what to do where the pages have no stylesheet yet."""
    if not (settings.STATIC_ROOT / "staticfiles.json").exists():
        pytest.exit("the stylesheet is not built: run ./test or ./serve --prepare once", 2)
