"""A progress bar on standard error, for work that takes more than two seconds."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self, TextIO

    from click._termui_impl import ProgressBar

_PATIENCE: Final = 2.0


class Progress:
    """Counts steps; shows a bar once they take longer than two seconds.

    Used as `with Progress(3) as progress: …; progress.step()`. Where standard error is no terminal
    nothing is shown.
    """

    def __init__(self, steps: int, *, after: float = _PATIENCE, to: TextIO | None = None) -> None:
        """Take the number of steps, the seconds to wait and where to write."""
        self._steps, self._done = steps, 0
        self._to = sys.stderr if to is None else to
        self._lock = threading.Lock()
        self._bar: ProgressBar[int] | None = None
        self._timer = threading.Timer(after, self._show)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        """Start to wait."""
        if self._to.isatty():
            self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take the bar away."""
        self._timer.cancel()
        with self._lock:
            if self._bar is not None:
                self._bar.__exit__(kind, value, trace)

    def step(self) -> None:
        """Count a finished step."""
        with self._lock:
            self._done += 1
            if self._bar is not None:
                self._bar.update(1)

    def _show(self) -> None:
        with self._lock:
            bar = click.progressbar(length=self._steps, label="working", file=self._to)
            self._bar = bar.__enter__()
            self._bar.update(self._done)
