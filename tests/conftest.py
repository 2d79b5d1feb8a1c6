"""What every test stands on. Settings are loaded from no data directory of a person's own."""

from __future__ import annotations

import os

import hypothesis
from django.conf import settings

# No timing in tests; in CI the examples are the same in every run.
hypothesis.settings.register_profile(
    "filiform", deadline=None, derandomize=os.environ.get("CI") == "true"
)
hypothesis.settings.load_profile("filiform")

settings.SECRET_KEY = "known to the tests alone, and as long as a real one would be"  # noqa: S105
