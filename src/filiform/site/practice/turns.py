"""Writers of SQLite take turns before they ask the database, which would let them sleep too long.

SQLite has one writer at a time. Who finds it taken sleeps there in growing steps, up to a tenth of
a second, though most writes are done in some thousandths. A lock of the system beside the database
is asked more often and is gone with its process. It is politeness alone: the database's own lock
is what keeps writes apart, and where a turn cannot be had the write goes on without one.
"""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONGEST_SECONDS = 20.0  # as long as the database itself waits (settings.DATABASES)
_AGAIN_SECONDS = 0.001


def place() -> Path | None:
    """Return the lock's file for the transaction that is about to begin; None needs no turn."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor != "sqlite" or ":memory:" in name or "mode=memory" in name:
        return None
    return None if connection.in_atomic_block else Path(name).with_suffix(".turn")


@contextmanager
def turn(beside: Path | None) -> Iterator[None]:
    """Wait for this writer's turn, and give it back at the end."""
    lock = None if beside is None else _opened(beside)
    if lock is None:
        yield
        return
    try:
        _wait(lock)
        yield
    finally:
        os.close(lock)


def _opened(beside: Path) -> int | None:
    """Return the open lock; None where there is none and none can be made."""
    for flags in (os.O_RDONLY, os.O_RDONLY | os.O_CREAT):
        with suppress(OSError):
            return os.open(beside, flags, 0o600)
    return None


def _wait(lock: int) -> None:
    until = time.monotonic() + _LONGEST_SECONDS
    while time.monotonic() < until:
        with suppress(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        time.sleep(_AGAIN_SECONDS)
