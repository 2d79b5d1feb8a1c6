"""What each worker of the server does beside the pages: it looks after the exports."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from django.utils import timezone

from filiform.site.copies import jobs

if TYPE_CHECKING:
    import subprocess

_LOG = logging.getLogger(__name__)
_SECONDS_BETWEEN = 1.0
_SECONDS_AFTER_A_FAULT = 60.0


def tend_always() -> None:
    """Look after the exports until the worker ends; a full disk or one that fails ends nothing."""
    child: subprocess.Popen[bytes] | None = None
    while True:
        seconds = _SECONDS_BETWEEN
        try:
            if child is None or child.poll() is not None:
                child = jobs.tend(timezone.now())
        except OSError as error:
            _LOG.error("the exports cannot be looked after: %s", error.strerror)
            seconds = _SECONDS_AFTER_A_FAULT
        time.sleep(seconds)
