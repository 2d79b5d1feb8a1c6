"""Django's commands: `python -m filiform.site prepare`."""

from __future__ import annotations

import os
import sys

from django.core.management import execute_from_command_line

from filiform.site import data


def main() -> None:
    """Make the data directory where it is missing, then run the command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "filiform.site.settings")
    data.ensure()
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
