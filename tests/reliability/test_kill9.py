"""Two kills of the site and two of PostgreSQL while people work; twenty are a command."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.reliability.kill9 import killed

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.own_database("both are killed here")


@pytest.fixture(autouse=True)
def _own_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FILIFORM_DATABASE_URL", raising=False)


def test_a_killed_site_has_kept_what_it_acknowledged(tmp_path: Path) -> None:
    told = killed(tmp_path, kills=2, writes=8, seed=1)
    assert told.well, told
    assert told.kills == 2
    assert told.acknowledged > 2


def test_a_killed_postgresql_has_kept_it_too_and_the_site_tells_so_and_goes_on(
    tmp_path: Path,
) -> None:
    told = killed(tmp_path, kills=2, writes=8, seed=2, postgresql=True)
    assert told.well, told
    assert told.kills == 2
    assert told.told_away > 0
    assert told.acknowledged > 2
