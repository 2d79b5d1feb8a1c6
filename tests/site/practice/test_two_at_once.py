"""Two people change one record, one person clicks twice: on the database that the tests run on."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.reliability import ground, racing

if TYPE_CHECKING:
    from pathlib import Path


def test_of_many_at_once_one_is_kept_and_every_other_is_told(tmp_path: Path) -> None:
    variables = {
        **ground.environment(tmp_path),
        "DJANGO_SETTINGS_MODULE": "filiform.site.settings",
        "FILIFORM_DEBUG": "1",
    }
    (tmp_path / "secret-key").write_text("known to this test alone")
    told = json.loads(ground.run("-m", "tests.reliability.racing", variables=variables))
    rounds, others = racing.ROUNDS, racing.ROUNDS * (racing.THREADS - 1)
    # Each round begins on one version: one change is kept, every other is told.
    assert told["changes"] == {"kept": rounds, "stale": others}
    assert told["version"] == 1 + rounds
    # A form that is sent by all threads at once leads all of them on, and acts once.
    assert told["sends"] == {"302": racing.ROUNDS * racing.THREADS}
    assert told["credentials"] == rounds
    # The owner, the person, the sign-in; then the changes and the licences.
    assert told["links"] == 3 + 2 * rounds
    assert told["faults"] == []
