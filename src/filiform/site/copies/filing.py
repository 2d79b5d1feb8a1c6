"""A file that appears whole under its name or not at all, and that its owner alone may read."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

from filiform.errors import FiliformError

if TYPE_CHECKING:
    from collections.abc import Iterator

PART = ".part"


class CopyError(FiliformError):
    """A copy or an export that cannot be made, read or put in."""


@contextmanager
def whole(path: Path) -> Iterator[IO[bytes]]:
    """Write beside the final place, sync to disk, and only then give the file its name.

    Raises:
        OSError: it cannot be written; nothing is left of it then.
    """
    descriptor, name = tempfile.mkstemp(dir=path.absolute().parent, suffix=PART)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def new(path: Path) -> Iterator[IO[bytes]]:
    """Write a file that an operator named, and say in one sentence where that fails.

    Raises:
        CopyError: there is a file already, or it cannot be written.
    """
    if path.exists():
        raise CopyError(f"{path.name!r} is there already: name a file that does not exist")
    try:
        with whole(path) as file:
            yield file
    except OSError as error:
        raise CopyError(
            f"{path.name!r} cannot be written ({error.strerror}): make room or name another place"
        ) from None
