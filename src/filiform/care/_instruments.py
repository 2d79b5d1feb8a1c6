"""The outcome measures: outcomes.toml, read and checked."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from filiform.errors import CareError, unknown
from filiform.knowledge import library as published
from filiform.knowledge.rule_table import RuleTable

if TYPE_CHECKING:
    from collections.abc import Mapping

Made = Literal["sum", "mean"]


@dataclass(frozen=True, slots=True)
class Row:
    """The words that find one row of instruments.csv."""

    instrument: str
    population: str
    source: str


@dataclass(frozen=True, slots=True)
class ItemRules:
    """How a score is made from items.

    Attributes:
        least, most: how many items there may be.
        low, high: of one item.
        made: as their sum or as their mean.
        missing: how many may be missing.
    """

    least: int
    most: int
    low: float
    high: float
    made: Made
    missing: int


@dataclass(frozen=True, slots=True)
class InstrumentRules:
    """One outcome measure on one scale.

    Attributes:
        id: its one name, as `NDI %`.
        name: in words.
        outcome: what it measures, a word of outcomes.csv or `function`.
        low, high: the range of a score.
        step: between two answers.
        aliases: other ways to write its name.
        error, important: where instruments.csv tells its error and its smallest important change.
        borrowed: why these rows are of another scale; "" where they are its own.
        items: how items make a score; None where only the score is taken.
        prorated: the rule for missing items.
        prorated_source: who says so.
        not_prorated: why none may be missing.
    """

    id: str
    name: str
    outcome: str
    low: float
    high: float
    lower_is_better: bool
    step: float
    aliases: tuple[str, ...]
    error: Row | None
    important: Row | None
    borrowed: str
    items: ItemRules | None
    prorated: str
    prorated_source: str
    not_prorated: str

    @property
    def span(self) -> str:
        """The admissible range in words."""
        return f"{self.low:g} to {self.high:g}"


@dataclass(frozen=True, slots=True)
class DueRule:
    """A week at which a score is due, and the days around it that still count."""

    week: int
    days_before: int
    days_after: int


@dataclass(frozen=True, slots=True)
class OutcomeRules:
    """All of outcomes.toml."""

    instruments: Mapping[str, InstrumentRules]
    ambiguous: Mapping[str, tuple[str, ...]]
    due: tuple[DueRule, ...]
    by_key: Mapping[str, str]
    ambiguous_by_key: Mapping[str, str]

    def find(self, name: str) -> InstrumentRules:
        """Return the instrument that a name means, however it is written.

        Raises:
            CareError: no such instrument, or the name may mean two scales.

        >>> outcome_rules().find("ndi (%)").id
        'NDI %'
        """
        key = _key(name)
        if key in self.ambiguous_by_key:
            choices = " or ".join(repr(c) for c in self.ambiguous[self.ambiguous_by_key[key]])
            raise CareError(f"{name!r} may mean two scales, which are never guessed: say {choices}")
        if key not in self.by_key:
            names = ", ".join(self.instruments)
            raise CareError(f"{unknown('instrument', name, self.instruments)}: {names}")
        return self.instruments[self.by_key[key]]


def _key(name: str) -> str:
    """Return a name without what does not matter: case, blanks, hyphens, slashes, brackets."""
    return "".join(each for each in name.casefold() if each.isalnum() or each == "%")


@cache
def outcome_rules() -> OutcomeRules:
    """Return the published rules of outcomes.

    Raises:
        CareError: the file has a fault.
    """
    return read_outcome_rules(
        RuleTable("outcomes.toml", "", published().rules("outcomes"), CareError)
    )


def read_outcome_rules(rules: RuleTable) -> OutcomeRules:
    """Read outcomes.toml.

    Raises:
        CareError: a value is missing or not admissible, or a name means two instruments.
    """
    rules.only("format", "due", "instrument", "ambiguous")
    instruments = {
        id_: _instrument(id_, table) for id_, table in rules.table("instrument").named().items()
    }
    ambiguous = rules.table("ambiguous")
    for name in ambiguous.values:
        for scale in ambiguous.texts(name):
            if scale not in instruments:
                raise CareError(f"{rules.file}, ambiguous: {unknown('scale', scale, instruments)}")
    return OutcomeRules(
        instruments=MappingProxyType(instruments),
        ambiguous=MappingProxyType({name: ambiguous.texts(name) for name in ambiguous.values}),
        due=tuple(_due(table) for table in rules.tables("due")),
        by_key=MappingProxyType(_keys(instruments)),
        ambiguous_by_key=MappingProxyType({_key(name): name for name in ambiguous.values}),
    )


def _keys(instruments: Mapping[str, InstrumentRules]) -> dict[str, str]:
    found: dict[str, str] = {}
    for each in instruments.values():
        for name in (each.id, *each.aliases):
            if found.setdefault(_key(name), each.id) != each.id:
                raise CareError(f"outcomes.toml: {name!r} means two instruments: drop one")
    return found


def _due(table: RuleTable) -> DueRule:
    table.only("week", "days_before", "days_after")
    return DueRule(table.whole("week"), table.whole("days_before"), table.whole("days_after"))


_KEYS = ("name", "outcome", "low", "high", "lower_is_better", "step", "aliases", "error")
_MORE_KEYS = ("important", "borrowed", "items", "prorated", "prorated_source", "not_prorated")


def _instrument(id_: str, table: RuleTable) -> InstrumentRules:
    table.only(*_KEYS, *_MORE_KEYS)

    def words(key: str) -> str:
        return table.text(key) if table.has(key) else ""

    return InstrumentRules(
        id=id_,
        name=table.text("name"),
        outcome=table.text("outcome"),
        low=table.number("low", -math.inf),
        high=table.number("high", -math.inf),
        lower_is_better=table.flag("lower_is_better"),
        step=table.number("step", low=0.0),
        aliases=table.texts("aliases") if table.has("aliases") else (),
        error=_row(table.table("error")) if table.has("error") else None,
        important=_row(table.table("important")) if table.has("important") else None,
        borrowed=words("borrowed"),
        items=_items(table.table("items")) if table.has("items") else None,
        prorated=words("prorated"),
        prorated_source=words("prorated_source"),
        not_prorated=words("not_prorated"),
    )


def _row(table: RuleTable) -> Row:
    table.only("instrument", "population", "source")
    return Row(table.text("instrument"), table.text("population"), table.text("source"))


def _items(table: RuleTable) -> ItemRules:
    table.only("least", "most", "low", "high", "made", "missing")
    made = table.text("made")
    if made not in {"sum", "mean"}:
        raise CareError(f"{table.file}, {table.place}: {unknown('way', made, ('sum', 'mean'))}")
    return ItemRules(
        least=table.whole("least", 1),
        most=table.whole("most", 1),
        low=table.number("low", -math.inf),
        high=table.number("high", -math.inf),
        made="sum" if made == "sum" else "mean",
        missing=table.whole("missing"),
    )
