"""Makes one export that was asked for: `python -m filiform.site.copies ID`, begun by jobs.tend."""

from __future__ import annotations

import os
import sys
from uuid import UUID

import django

_AFTER_THE_PAGES = 10  # who waits for a page comes first


def main() -> None:
    """Make it."""
    os.nice(_AFTER_THE_PAGES)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "filiform.site.settings")
    django.setup()
    from filiform.site.copies.working import make  # noqa: PLC0415  (the apps load first)

    make(UUID(sys.argv[1]))


if __name__ == "__main__":
    main()
