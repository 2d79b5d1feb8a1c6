"""claims.toml as typed rules, each with the rows of billing.csv that it models."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from filiform.care import _reading as read
from filiform.errors import CareError
from filiform.knowledge import library as published

if TYPE_CHECKING:
    import datetime as dt

    from filiform.knowledge import BillingRule, Library

Table = Mapping[str, object]
CoverStatus = Literal["not_covered", "depends", "covered_by_policy"]


@dataclass(frozen=True, slots=True)
class TimeRule:
    """When a part of a block counts as a unit."""

    id: str
    counts_from: int
    sentence: str
    source: str

    def units(self, minutes: int, block: int) -> int:
        """Return how many units the minutes make.

        >>> TimeRule("eight_minutes", 8, "", "").units(38, 15)
        3
        """
        return max(0, (minutes - self.counts_from) // block + 1)


@dataclass(frozen=True, slots=True)
class Pair:
    """Codes that are never billed on one day with others; payers empty is every payer."""

    id: str
    codes: frozenset[str]
    others: frozenset[str]
    payers: frozenset[str]
    since: dt.date | None
    rows: tuple[str, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class Limit:
    """How many visits a payer's rule lets pass before something else is asked."""

    row: str
    visits: int
    per: str
    count: int
    then: str


@dataclass(frozen=True, slots=True)
class UnitCap:
    """How many further units a payer pays in one visit."""

    row: str
    further: int
    mixed: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class CoverRule:
    """What a row means for the neck, in words for the person."""

    row: str
    status: CoverStatus
    sentence: str


@dataclass(frozen=True, slots=True)
class DiagnosisRule:
    """What a row tells of a code and the codes beside it."""

    id: str
    row: str
    codes: frozenset[str]
    not_with: tuple[str, ...]
    needs_one_of: tuple[str, ...]
    before: tuple[str, ...]
    strength: str
    sentence: str


@dataclass(frozen=True, slots=True)
class GoaePrice:
    """What an item of the German schedule comes to at a multiple."""

    code: str
    amount: str
    multiple: str


@dataclass(frozen=True, slots=True)
class ClaimRules:
    """All of claims.toml that is a list; single sentences are read by section and key."""

    systems: Mapping[str, str]
    time_rules: Mapping[str, TimeRule]
    pairs: tuple[Pair, ...]
    limits: tuple[Limit, ...]
    caps: tuple[UnitCap, ...]
    cover: Mapping[str, CoverRule]
    diagnoses: tuple[DiagnosisRule, ...]
    diagnosis_codes: frozenset[str]
    goae: tuple[GoaePrice, ...]
    sections: Mapping[str, Table]

    def text(self, section: str, key: str) -> str:
        """Return a sentence or code of a section."""
        return read.text(self.sections[section].get(key), f"{section}.{key}")

    def whole(self, section: str, key: str) -> int:
        """Return a whole number of a section."""
        return read.whole(self.sections[section].get(key), f"{section}.{key}")

    def texts(self, section: str, key: str) -> tuple[str, ...]:
        """Return a list of a section."""
        return _TEXTS(self.sections[section].get(key, ()), f"{section}.{key}")

    def day(self, section: str, key: str) -> dt.date:
        """Return a day of a section."""
        return read.day(self.sections[section].get(key), f"{section}.{key}")

    def named(self, section: str, key: str) -> Mapping[str, str]:
        """Return a small table of texts of a section."""
        given = read.mapping(self.sections[section].get(key), f"{section}.{key}")
        return {name: read.text(value, f"{section}.{key}.{name}") for name, value in given.items()}

    def rows_of_payer(self, section: str) -> frozenset[str]:
        """Return the rows of billing.csv that name a payer."""
        return frozenset(self.texts(section, "payer_rows"))

    @property
    def time_rule(self) -> TimeRule:
        """The rule that is used where the insurer asks for no other."""
        return self.time_rules[self.text("time_rule", "used")]


SECTIONS = (
    *("acupuncture", "time_rule", "mixed_current", "dry_needling", "both_needlings"),
    *("evaluation", "medicare", "diagnoses", "goae", "superbill"),
)


@cache
def claim_rules() -> ClaimRules:
    """Return claims.toml, read once.

    >>> claim_rules().time_rule.id
    'eight_minutes'
    """
    return read_claim_rules(published().rules("claims"))


def read_claim_rules(rules: Table) -> ClaimRules:
    """Return typed rules.

    Raises:
        CareError: a key is missing or of another kind.
    """
    sections = {name: read.mapping(rules.get(name), name) for name in SECTIONS}
    medicare = read.mapping(sections["medicare"].get("notice"), "medicare.notice")
    found = _rows(rules, "diagnosis", _diagnosis)
    return ClaimRules(
        systems=MappingProxyType(_texts_by_name(rules.get("systems"), "systems")),
        time_rules=MappingProxyType(dict(_time_rules(sections["time_rule"]))),
        pairs=_rows(rules, "never_together", _pair),
        limits=_rows(rules, "limit", _limit),
        caps=_rows(rules, "units", _cap),
        cover=MappingProxyType({each.row: each for each in _rows(rules, "cover", _cover)}),
        diagnoses=found,
        diagnosis_codes=_ranged(rules),
        goae=read.several(_price)(sections["goae"].get("price"), "goae.price"),
        sections=MappingProxyType({**sections, "medicare.notice": medicare}),
    )


def billing_rows(library: Library, rows: tuple[str, ...]) -> tuple[BillingRule, ...]:
    """Return the rows of billing.csv that a rule names.

    Raises:
        CareError: the table has no such row.
    """
    by_name = {f"{row.system}|{row.code}": row for row in library.billing}
    for name in rows:
        if name not in by_name:
            raise CareError(
                f"claims.toml rests on the row {name!r}, which billing.csv lacks: "
                "give the whole table"
            )
    return tuple(by_name[name] for name in rows)


_TEXTS = read.several(read.text)


def _rows(rules: Table, name: str, reader: read.Reader[read.T]) -> tuple[read.T, ...]:
    return read.several(reader)(rules.get(name), name)


def _texts_by_name(value: object, where: str) -> dict[str, str]:
    return {
        name: read.text(each, f"{where}.{name}")
        for name, each in read.mapping(value, where).items()
    }


def _time_rules(section: Table) -> list[tuple[str, TimeRule]]:
    found = []
    for name, value in section.items():
        if isinstance(value, Mapping):
            where = f"time_rule.{name}"
            rule = TimeRule(
                id=name,
                counts_from=read.whole(value.get("counts_from"), where),
                sentence=read.text(value.get("sentence"), where),
                source=read.text(value.get("source"), where),
            )
            found.append((name, rule))
    return found


def _pair(value: object, where: str) -> Pair:
    row = read.mapping(value, where)
    return Pair(
        id=read.text(row.get("id"), where),
        codes=frozenset(_TEXTS(row.get("codes"), where)),
        others=frozenset(_TEXTS(row.get("with"), where)),
        payers=frozenset(_TEXTS(row.get("payer_rows", ()), where)),
        since=read.optional(read.day)(row.get("since"), where),
        rows=_TEXTS(row.get("rows"), where),
        sentence=read.text(row.get("sentence"), where),
    )


def _limit(value: object, where: str) -> Limit:
    row = read.mapping(value, where)
    return Limit(
        row=read.text(row.get("row"), where),
        visits=read.whole(row.get("visits"), where),
        per=read.word("span", ("calendar_month", "days", "months", "visits"))(
            row.get("per"), where
        ),
        count=read.whole(row.get("count", 0), where),
        then=read.text(row.get("then"), where),
    )


def _cap(value: object, where: str) -> UnitCap:
    row = read.mapping(value, where)
    return UnitCap(
        row=read.text(row.get("row"), where),
        further=read.whole(row.get("further"), where),
        mixed=read.truth(row.get("mixed"), where),
        sentence=read.text(row.get("sentence"), where),
    )


_COVER: Mapping[str, CoverStatus] = {
    "not_covered": "not_covered",
    "depends": "depends",
    "covered_by_policy": "covered_by_policy",
}


def _cover(value: object, where: str) -> CoverRule:
    row = read.mapping(value, where)
    return CoverRule(
        row=read.text(row.get("row"), where),
        status=_COVER[read.word("status", tuple(_COVER))(row.get("status"), where)],
        sentence=read.text(row.get("sentence"), where),
    )


def _diagnosis(value: object, where: str) -> DiagnosisRule:
    row = read.mapping(value, where)
    return DiagnosisRule(
        id=read.text(row.get("id"), where),
        row=read.text(row.get("row"), where),
        codes=frozenset(_TEXTS(row.get("codes"), where)),
        not_with=_TEXTS(row.get("not_with", ()), where),
        needs_one_of=_TEXTS(row.get("needs_one_of", ()), where),
        before=_TEXTS(row.get("before", ()), where),
        strength=read.word("strength", ("refused", "ask"))(row.get("strength"), where),
        sentence=read.text(row.get("sentence"), where),
    )


def _ranged(rules: Table) -> frozenset[str]:
    def codes(value: object, where: str) -> tuple[str, ...]:
        return _TEXTS(read.mapping(value, where).get("codes"), where)

    return frozenset(code for each in _rows(rules, "diagnosis_range", codes) for code in each)


def _price(value: object, where: str) -> GoaePrice:
    row = read.mapping(value, where)
    code, amount, multiple = (
        read.text(row.get(key), where) for key in ("code", "amount", "multiple")
    )
    return GoaePrice(code, amount, multiple)
