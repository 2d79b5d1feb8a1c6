"""progress.toml: nothing unread, nothing out of range, every source known."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from tests.care.progress_people import LIB

from filiform.care._progress_rules import progress_rules, read_progress_rules
from filiform.errors import CareError
from filiform.knowledge.rule_table import RuleTable

RULES: dict[str, Any] = dict(LIB.rules("progress"))


def changed(path: str, value: object) -> RuleTable:
    values = copy.deepcopy(RULES)
    *tables, key = path.split(".")
    table = values
    for name in tables:
        table = table[name]
    if value is None:
        del table[key]
    else:
        table[key] = value
    return RuleTable("progress.toml", "", values, CareError)


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("more", {}, "unknown key of progress.toml, top 'more'"),
        ("course.mor", 1, "unknown key of progress.toml, course 'mor'"),
        ("person", None, "progress.toml, person: nothing was given, a table is needed"),
        ("person.lasting", 1.5, "person.lasting: 1.5 was given, a number from 0 to 1 is needed"),
        ("person.lasting", True, "person.lasting: True was given, a number from 0 to 1"),
        ("person.weeks", 0, "person.weeks: 0 was given, a number of at least 0.1 is needed"),
        ("course.outcomes", "pain", "course.outcomes: 'pain' was given, a list of texts"),
        ("early.sessions", 0, "early.sessions: 0 was given, a whole number of 1 or more"),
        ("early.reason", "", "early.reason: '' was given, a text is needed"),
        ("probability.stop_below", 0.6, "stop_below is 0.6 and continue_from 0.5, the first must"),
        ("calibration.levels", [0.8, 0.5], "calibration.levels: [0.8, 0.5] was given, a list of"),
        ("calibration.levels", [0.5, 1.0], "calibration.levels: each must be between 0 and 1"),
        ("calibration.levels", 0.5, "calibration.levels: 0.5 was given, a list of numbers"),
    ],
)
def test_a_rule_that_cannot_be_is_refused(path: str, value: object, message: str) -> None:
    with pytest.raises(CareError) as refusal:
        read_progress_rules(changed(path, value))
    assert message in str(refusal.value)


def test_a_flag_is_read_strictly() -> None:
    with pytest.raises(CareError, match="flag: 1 was given, true or false is needed"):
        RuleTable("x.toml", "", {"flag": 1}, CareError).flag("flag")


def test_every_source_of_the_rules_is_in_the_bibliography() -> None:
    rules = progress_rules()
    for reason in (
        rules.early.reason,
        rules.decision.reason,
        rules.not_improving,
        *(better.reason for better in rules.better.values()),
    ):
        if reason.source:
            assert LIB.sources_of(reason.source), reason.source


def test_a_stop_is_never_said_before_the_decision_is_due() -> None:
    rules = progress_rules()
    assert rules.early.weeks <= rules.decision.weeks <= rules.end_week
    assert rules.early.sessions <= rules.decision.sessions
    assert set(rules.better) == set(rules.course.outcomes)
