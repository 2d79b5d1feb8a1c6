"""prescription.toml as typed records."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from filiform.care import _reading as read
from filiform.knowledge import library as published

if TYPE_CHECKING:
    from collections.abc import Mapping

Do = Literal["leave_out", "low_end", "mark", "confirm", "no_current", "fewer"]
_DOES: dict[str, Do] = {
    "leave_out": "leave_out",
    "low_end": "low_end",
    "mark": "mark",
    "confirm": "confirm",
    "no_current": "no_current",
    "fewer": "fewer",
}
_words = read.several(read.text)


@dataclass(frozen=True, slots=True)
class TherapyRule:
    """What a therapy's sites are, and whose trials speak where its own name none."""

    sites: str
    borrow: str | None
    electrical: bool


@dataclass(frozen=True, slots=True)
class Felt:
    """Where a finding is felt, unless a place near it was drawn."""

    finding: str
    areas: tuple[str, ...]
    unless: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Effect:
    """What a row of contraindications.csv does to which sites.

    Attributes:
        facts: those of the row's facts that it is about; empty is all.
    """

    row: str
    do: Do
    regions: frozenset[str]
    sites: frozenset[str]
    dangers: frozenset[str]
    everywhere: bool
    facts: frozenset[str]


@dataclass(frozen=True, slots=True)
class NoCurrent:
    """Where no current runs, whoever the person is."""

    row: str
    regions: frozenset[str]
    sites: frozenset[str]
    told: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NoResponse:
    """After how many sessions without a response a site gives way."""

    sessions: int
    statement: str
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class PrescriptionRules:
    """All of prescription.toml.

    Attributes:
        never_kinds: the kinds of rows that no reason lifts.
        never_at: further rows that no reason lifts, each with the places where.
        never_words: the same, with words that name the place in a site without a name.
        reason_enough: rows of those kinds that a reason lifts all the same, and why.
        disagreements: the stricter row and the other one of sources that disagree.
        disagreement_facts: what so reaches one of them.
    """

    therapies: Mapping[str, TherapyRule]
    limb: frozenset[str]
    midline: frozenset[str]
    beside: Mapping[str, tuple[str, ...]]
    felt: tuple[Felt, ...]
    calls_for: Mapping[str, tuple[str, ...]]
    knot: str
    knot_statement: str
    reached_at: Mapping[str, str]
    special_row: str
    special_points: frozenset[str]
    no_current: NoCurrent
    never_kinds: frozenset[str]
    never_at: Mapping[str, frozenset[str]]
    never_words: Mapping[str, frozenset[str]]
    reason_enough: Mapping[str, str]
    disagreements: Mapping[str, str]
    disagreement_facts: frozenset[str]
    effects: tuple[Effect, ...]
    whole_person: frozenset[str]
    no_response: NoResponse
    words: Mapping[str, str]


@cache
def prescription_rules() -> PrescriptionRules:
    """Return prescription.toml, read once."""
    rules = published().rules("prescription")
    places = _table(rules, "places")
    special, never = _table(rules, "special_skill"), _table(rules, "never")
    return PrescriptionRules(
        therapies=_by_name(_therapy, _table(rules, "therapies")),
        limb=_set(places, "limb"),
        midline=_set(places, "midline"),
        beside=_by_name(_words, _table(rules, "beside")),
        felt=tuple(_felt(row) for row in _rows(rules, "felt")),
        calls_for=MappingProxyType(
            {
                read.text(row.get("finding"), "calls_for.finding"): _list(row, "points")
                for row in _rows(rules, "calls_for")
            }
        ),
        knot=read.text(_table(rules, "knot").get("finding"), "knot.finding"),
        knot_statement=read.text(_table(rules, "knot").get("statement"), "knot.statement"),
        reached_at=_by_name(read.text, _table(rules, "reached_at")),
        special_row=read.text(special.get("row"), "special_skill.row"),
        special_points=_set(special, "points"),
        no_current=_no_current(_table(rules, "no_current")),
        never_kinds=_set(never, "kinds"),
        never_at=_places(never, "regions"),
        never_words=_places(never, "words"),
        reason_enough=_by_name(read.text, _table(never, "reason_enough")),
        disagreements=MappingProxyType(
            {_word(row, "strict"): _word(row, "other") for row in _rows(rules, "disagreement")}
        ),
        disagreement_facts=frozenset().union(
            *(_list(row, "facts") for row in _rows(rules, "disagreement"))
        ),
        effects=tuple(_effect(row) for row in _rows(rules, "effect")),
        whole_person=_set(_table(rules, "whole_person"), "rows"),
        no_response=_no_response(_table(rules, "no_response")),
        words=_by_name(read.text, _table(rules, "words")),
    )


def _table(rules: Mapping[str, object], key: str) -> Mapping[str, object]:
    return read.mapping(rules.get(key), key)


def _rows(rules: Mapping[str, object], key: str) -> tuple[Mapping[str, object], ...]:
    return read.several(read.mapping)(rules.get(key), key)


def _by_name(reader: read.Reader[read.T], given: Mapping[str, object]) -> Mapping[str, read.T]:
    return MappingProxyType({key: reader(value, key) for key, value in given.items()})


def _list(row: Mapping[str, object], key: str) -> tuple[str, ...]:
    return _words(row.get(key, []), key)


def _set(row: Mapping[str, object], key: str) -> frozenset[str]:
    return frozenset(_list(row, key))


def _word(row: Mapping[str, object], key: str) -> str:
    return read.text(row.get(key), key)


def _places(never: Mapping[str, object], key: str) -> Mapping[str, frozenset[str]]:
    """Return the rows that no reason lifts, with what tells where, for those that tell it so."""
    also = _rows(never, "also")
    return MappingProxyType({_word(row, "row"): _set(row, key) for row in also if key in row})


def _therapy(value: object, where: str) -> TherapyRule:
    row = read.mapping(value, where)
    return TherapyRule(
        sites=read.word("kind of site", ("points", "muscles"))(row.get("sites"), where),
        borrow=read.optional(read.text)(row.get("borrow"), where),
        electrical=row.get("electrical") is True,
    )


def _felt(row: Mapping[str, object]) -> Felt:
    finding = read.text(row.get("finding"), "felt.finding")
    return Felt(finding, _list(row, "areas"), _list(row, "unless"))


def _no_current(row: Mapping[str, object]) -> NoCurrent:
    return NoCurrent(
        read.text(row.get("row"), "no_current.row"),
        _set(row, "regions"),
        _set(row, "points"),
        _list(row, "told"),
    )


_EFFECT_KEYS = frozenset(
    {"row", "do", "regions", "points", "muscles", "dangers", "everywhere", "facts"}
)


def _effect(row: Mapping[str, object]) -> Effect:
    id_ = read.text(row.get("row"), "effect.row")
    read.known_keys(row, _EFFECT_KEYS, f"effect {id_}")
    return Effect(
        row=id_,
        do=_DOES[read.word("effect", tuple(_DOES))(row.get("do"), f"effect {id_}")],
        regions=_set(row, "regions"),
        sites=_set(row, "points") | _set(row, "muscles"),
        dangers=_set(row, "dangers"),
        everywhere=row.get("everywhere") is True,
        facts=_set(row, "facts"),
    )


def _no_response(row: Mapping[str, object]) -> NoResponse:
    return NoResponse(
        sessions=read.whole(row.get("sessions"), "no_response.sessions"),
        statement=read.text(row.get("statement"), "no_response.statement"),
        words=_set(row, "words"),
    )
