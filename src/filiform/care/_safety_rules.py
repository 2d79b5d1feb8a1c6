"""safety.toml as typed rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Literal

from filiform.care import _reading as read
from filiform.knowledge import library as published

Table = Mapping[str, object]
GradeWord = Literal["mild", "moderate", "serious"]

GRADES: tuple[GradeWord, ...] = ("mild", "moderate", "serious")


@dataclass(frozen=True, slots=True)
class GradeRule:
    """One step, and the facts that reach it."""

    grade: GradeWord
    meaning: str
    facts: Mapping[str, str]
    source: str


@dataclass(frozen=True, slots=True)
class DelayedRule:
    """What is said after needles near an organ that a table names."""

    organ: str
    words: tuple[str, ...]
    rows: tuple[str, ...]
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DriftRule:
    """The numbers of the sequential signal.

    Attributes:
        odds_ratio: the odds that are looked for over those of the published rate, above 1.
        false_alarm: the probability of a signal over the horizon without any drift.
        horizon: treatments.
    """

    odds_ratio: float
    false_alarm: float
    horizon: int
    why: str
    source: str


@dataclass(frozen=True, slots=True)
class SafetyRules:
    """All of safety.toml."""

    grades: Mapping[GradeWord, GradeRule]
    not_by_name: frozenset[str]
    noted: Mapping[str, tuple[str, ...]]
    noted_beside: Mapping[str, str]
    relatedness: Mapping[str, str]
    relatedness_source: str
    delayed: tuple[DelayedRule, ...]
    reported_as: Mapping[str, tuple[str, ...]]
    level: float
    level_source: str
    guessed: frozenset[str]
    sessions_each: Mapping[str, float]
    grave_why: str
    drift: DriftRule


@cache
def safety_rules() -> SafetyRules:
    """Return safety.toml, read once.

    >>> safety_rules().drift.odds_ratio
    2.0
    """
    return read_safety_rules(published().rules("safety"))


def read_safety_rules(rules: Table) -> SafetyRules:
    """Return typed rules.

    Raises:
        CareError: a key is missing or of another kind.
    """
    grades = read.mapping(rules.get("grades"), "grades")
    related = read.mapping(rules.get("relatedness"), "relatedness")
    by_name = read.mapping(rules.get("major_by_name"), "major_by_name")
    rates = read.mapping(rules.get("rates"), "rates")
    grave = read.mapping(rules.get("grave"), "grave")
    return SafetyRules(
        grades=MappingProxyType({name: _grade(name, grades.get(name)) for name in GRADES}),
        not_by_name=frozenset(_TEXTS(by_name.get("leave_out"), "major_by_name.leave_out")),
        noted=read.by_name(_TEXTS)(rules.get("noted"), "noted"),
        noted_beside=read.by_name(read.text)(rules.get("noted_beside"), "noted_beside"),
        relatedness=read.by_name(read.text)(related.get("words"), "relatedness.words"),
        relatedness_source=read.text(related.get("source"), "relatedness.source"),
        delayed=tuple(
            _delayed(name, each)
            for name, each in read.mapping(rules.get("delayed"), "delayed").items()
        ),
        reported_as=read.by_name(_TEXTS)(rules.get("reported_as"), "reported_as"),
        level=_SHARE(rates.get("level"), "rates.level"),
        level_source=read.text(rates.get("source"), "rates.source"),
        guessed=frozenset(_TEXTS(rates.get("guessed"), "rates.guessed")),
        sessions_each=read.by_name(read.number(1, 1000, "sessions"))(
            rates.get("sessions_each"), "rates.sessions_each"
        ),
        grave_why=read.text(grave.get("why"), "grave.why"),
        drift=_drift(rules.get("drift")),
    )


_TEXTS = read.several(read.text)
_SHARE = read.number(0.0001, 0.9999, "")


def _grade(name: GradeWord, value: object) -> GradeRule:
    where = f"grades.{name}"
    row = read.mapping(value, where)
    return GradeRule(
        grade=name,
        meaning=read.text(row.get("meaning"), where),
        facts=read.by_name(read.text)(row.get("facts"), f"{where}.facts"),
        source=read.text(row.get("source"), where),
    )


def _delayed(organ: str, value: object) -> DelayedRule:
    where = f"delayed.{organ}"
    row = read.mapping(value, where)
    words, rows, sentences = (
        _TEXTS(row.get(key), f"{where}.{key}") for key in ("words", "rows", "sentences")
    )
    return DelayedRule(organ, words, rows, sentences)


def _drift(value: object) -> DriftRule:
    row = read.mapping(value, "drift")
    return DriftRule(
        odds_ratio=read.number(1.01, 100, "")(row.get("odds_ratio"), "drift.odds_ratio"),
        false_alarm=_SHARE(row.get("false_alarm"), "drift.false_alarm"),
        horizon=read.whole(row.get("horizon"), "drift.horizon"),
        why=read.text(row.get("why"), "drift.why"),
        source=read.text(row.get("source"), "drift.source"),
    )
