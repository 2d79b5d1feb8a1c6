"""`filiform verify` on a database of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.reliability import ground

if TYPE_CHECKING:
    from pathlib import Path

BEGIN = """
import django
django.setup()
from django.db import connection
from tests.site.practice import making
owner = making.make_member(making.make_practice(), "owner")
making.make_person(owner, "Telltale")
"""
ALTER = """
with connection.cursor() as cursor:
    cursor.execute("UPDATE practice_person SET given_name = 'Altered'")
"""


def begun(directory: Path, program: str) -> dict[str, str]:
    variables = {
        **ground.environment(directory),
        "DJANGO_SETTINGS_MODULE": "filiform.site.settings",
    }
    ground.run("-m", "filiform.site", "migrate", "--verbosity", "0", variables=variables)
    ground.run("-c", program, variables=variables)
    return variables


def test_a_history_that_agrees_is_said_to(tmp_path: Path) -> None:
    told = ground.filiform("verify", variables=begun(tmp_path, BEGIN))
    assert told == "Every history agrees with itself and with every record.\n"


def test_a_record_that_was_altered_is_named_and_the_exit_status_tells(tmp_path: Path) -> None:
    variables = begun(tmp_path, BEGIN + ALTER)
    with pytest.raises(RuntimeError, match="It is not what the history says") as caught:
        ground.filiform("verify", variables=variables)
    assert "Altered" not in str(caught.value)
    assert "Telltale" not in str(caught.value)
