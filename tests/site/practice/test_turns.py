"""Who writes to SQLite waits for a turn, and goes on without one where none can be had."""

from __future__ import annotations

import time
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from filiform.site.practice import turns

if TYPE_CHECKING:
    from pathlib import Path


def test_one_writes_after_the_other(tmp_path: Path) -> None:
    seen: list[str] = []

    def writes(name: str) -> None:
        with turns.turn(tmp_path / "a.turn"):
            seen.append(f"{name} begins")
            time.sleep(0.02)
            seen.append(f"{name} ends")

    both = [Thread(target=writes, args=(name,)) for name in ("one", "two")]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert [seen[0][:3], seen[2][:3]] == [seen[1][:3], seen[3][:3]]


def test_a_turn_that_cannot_be_had_holds_nobody_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = []
    with turns.turn(tmp_path / "a.turn"):
        monkeypatch.setattr(turns, "_LONGEST_SECONDS", 0.01)
        with turns.turn(tmp_path / "a.turn"):
            done.append("taken")
    with turns.turn(tmp_path / "no" / "a.turn"):
        done.append("nowhere")
    assert done == ["taken", "nowhere"]


@pytest.mark.django_db
def test_within_a_transaction_no_turn_is_taken_anew() -> None:
    assert turns.place() is None
