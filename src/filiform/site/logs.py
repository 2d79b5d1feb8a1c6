"""Logs that an operator can act on and that say nothing of a person."""

from __future__ import annotations

import logging
import re
from traceback import format_tb
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType


_SECRET = re.compile(r"/(link|join)/[^/\s]+")


class DiscreetFormatter(logging.Formatter):
    """Writes where an error happened and of which kind, never its text: it may hold an answer.

    Nor does it write the secret of a link that was sent to someone.
    """

    def __init__(self) -> None:
        """Set the one format of a line."""
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  (as below)
        """Return a line without the secret of a link."""
        return _SECRET.sub(r"/\1/…", super().formatMessage(record))

    def formatException(  # noqa: N802  (the name that logging calls)
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None]
        | tuple[None, None, None],
    ) -> str:
        """Return the lines of code that led to the error, and its class."""
        kind, _, where = ei
        name = kind.__name__ if kind else "unknown error"
        return "".join([*format_tb(where), name])
