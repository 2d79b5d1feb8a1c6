"""The progress bar comes after two seconds, and only to a terminal."""

from __future__ import annotations

import io
import threading

from filiform.cli._progress import Progress


class Terminal(io.StringIO):
    """Standard error as a person sees it; says when something was written."""

    def __init__(self) -> None:
        """Start with nothing written."""
        super().__init__()
        self.written = threading.Event()

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        count = super().write(text)
        self.written.set()
        return count


def test_slow_work_shows_how_far_it_is() -> None:
    to = Terminal()
    with Progress(4, after=0.0, to=to) as progress:
        assert to.written.wait(10.0)
        for _ in range(4):
            progress.step()
    assert "working" in to.getvalue()
    assert "100%" in to.getvalue()


def test_quick_work_shows_nothing() -> None:
    to = Terminal()
    with Progress(1, to=to) as progress:
        progress.step()
    assert to.getvalue() == ""


def test_a_file_gets_no_bar() -> None:
    to = io.StringIO()
    with Progress(1, after=0.0, to=to) as progress:
        progress.step()
    assert to.getvalue() == ""
