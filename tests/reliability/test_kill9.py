"""Two kills of the site and two of PostgreSQL while people work; twenty are a command."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.reliability.kill9 import killed

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.own_database("the site is killed on SQLite, and PostgreSQL on a server that syncs")
@pytest.mark.parametrize("victim", ["site", "postgresql"])
def test_what_was_acknowledged_before_a_kill_is_kept_and_nothing_stands_twice(
    tmp_path: Path, victim: str
) -> None:
    told = killed(tmp_path, kills=2, writes=6, seed=1, postgresql=victim == "postgresql")
    assert told.well, told
    assert told.kills == 2
    assert told.acknowledged > 2
    # While PostgreSQL is away every page says so, and the site goes on by itself with it.
    assert (told.told_away > 0) == (victim == "postgresql")
