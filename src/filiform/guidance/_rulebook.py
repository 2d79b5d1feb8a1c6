"""screening.toml as typed rules, and when a rule holds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, TypeVar, get_args

from filiform.errors import GuidanceError, unknown
from filiform.guidance._toml import only, table, tables, text, texts, whole
from filiform.knowledge import library as published

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from filiform.guidance._toml import Table

W = TypeVar("W", bound=str)

Urgency = Literal["emergency", "same_day", "within_days", "within_weeks", "routine"]
Needling = Literal["not_before_a_doctor", "with_precautions", "may_be_considered"]

URGENCIES: tuple[Urgency, ...] = get_args(Urgency)
"""Most urgent first."""

NEEDLINGS: tuple[Needling, ...] = get_args(Needling)
"""Most careful first."""


@dataclass(frozen=True, slots=True)
class Clause:
    """At least `n` of these facts."""

    n: int
    of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bound:
    """A bound on a number: from `low`, below `below`.

    Attributes:
        unless: the bound holds while the number is not known to be `below` or more.
    """

    number: str
    low: float | None = None
    below: float | None = None
    unless: bool = False

    def holds(self, numbers: Mapping[str, float]) -> bool:
        """Tell whether the number is inside; one that was not given is inside only of `unless`."""
        value = numbers.get(self.number)
        if value is None:
            return self.unless
        return (self.low is None or value >= self.low) and (
            self.below is None or value < self.below
        )


@dataclass(frozen=True, slots=True)
class Condition:
    """Clauses and bounds that must hold together."""

    clauses: tuple[Clause, ...]
    bounds: tuple[Bound, ...]

    def matched(
        self, present: Collection[str], numbers: Mapping[str, float]
    ) -> tuple[str, ...] | None:
        """Return what the condition rests on, in its own order; None where it does not hold."""
        if not all(bound.holds(numbers) for bound in self.bounds):
            return None
        found: dict[str, None] = {}
        for clause in self.clauses:
            here = [fact for fact in clause.of if fact in present]
            if len(here) < clause.n:
                return None
            found.update(dict.fromkeys(here))
        found.update(dict.fromkeys(b.number for b in self.bounds if b.number in numbers))
        return tuple(found)

    @property
    def reads(self) -> tuple[str, ...]:
        """All facts that the condition asks for."""
        return tuple(fact for clause in self.clauses for fact in clause.of)


@dataclass(frozen=True, slots=True)
class Implication:
    """Where the condition holds, the finding `then` is so."""

    condition: Condition
    then: str

    def matched(
        self, present: Collection[str], numbers: Mapping[str, float]
    ) -> tuple[str, ...] | None:
        """Return what the implication rests on; None where it does not hold."""
        return self.condition.matched(present, numbers)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of screening, with the rows of the tables that it rests on.

    Attributes:
        signs: ids of warning_signs.csv.
        contraindications: ids of contraindications.csv.
        basis: `source`, or `editor` where no row lists the sign by itself.
        lower: why the rule is milder than a row that it rests on, by row.
    """

    id: str
    condition: Condition
    sentence: str
    suspected: str
    urgency: Urgency
    needling: Needling
    signs: tuple[str, ...]
    contraindications: tuple[str, ...]
    basis: Literal["source", "editor"]
    lower: Mapping[str, str]

    @property
    def rank(self) -> tuple[int, int]:
        """The smaller, the more urgent and careful."""
        return URGENCIES.index(self.urgency), NEEDLINGS.index(self.needling)


@dataclass(frozen=True, slots=True)
class Level:
    """An urgency or a needling word in plain words, with what to do."""

    name: str
    action: str


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All of screening.toml.

    Attributes:
        core: findings that must be answered before a result may speak of no warning sign.
    """

    urgency: Mapping[str, Level]
    needling: Mapping[str, Level]
    core: tuple[str, ...]
    notes: Mapping[str, str]
    implications: tuple[Implication, ...]
    rules: tuple[Rule, ...]
    not_modelled: Mapping[str, str]

    @property
    def reads(self) -> tuple[str, ...]:
        """All facts that rules read, those of the most urgent rules first."""
        ordered = sorted(self.rules, key=lambda rule: rule.rank)
        return tuple(dict.fromkeys(fact for rule in ordered for fact in rule.condition.reads))


@cache
def rulebook() -> Rulebook:
    """Return screening.toml, read once.

    >>> rulebook().rules[0].urgency
    'emergency'
    """
    rules = published().rules("screening")
    missing = tables(rules.get("not_modelled"), "not_modelled")
    return Rulebook(
        urgency=_levels(rules, "urgency", URGENCIES),
        needling=_levels(rules, "needling", NEEDLINGS),
        core=texts(table(rules.get("core"), "core").get("signs"), "core.signs"),
        notes=MappingProxyType(
            {key: text(value, key) for key, value in table(rules.get("notes"), "notes").items()}
        ),
        implications=tuple(_implication(row) for row in tables(rules.get("implies"), "implies")),
        rules=tuple(_rule(row) for row in tables(rules.get("rule"), "rule")),
        not_modelled=MappingProxyType(
            {text(row.get("sign"), "sign"): text(row.get("reason"), "reason") for row in missing}
        ),
    )


def _levels(rules: Table, section: str, words: tuple[str, ...]) -> Mapping[str, Level]:
    given = table(rules.get(section), section)
    only(given, frozenset(words), section)
    levels: dict[str, Level] = {}
    for word in words:
        row = table(given.get(word), f"{section}.{word}")
        action = text(row["action"], word) if "action" in row else ""
        levels[word] = Level(text(row.get("name"), word), action)
    return MappingProxyType(levels)


_WHEN = frozenset(
    {
        *("all", "any", "at_least", "age_from", "age_below"),
        *("pain_from", "duration_from", "unless_duration_from"),
    }
)
_RULE = _WHEN | {
    *("id", "sentence", "suspected", "urgency", "needling"),
    *("signs", "contraindications", "basis", "lower"),
}


def _implication(row: Table) -> Implication:
    only(row, _WHEN | {"then"}, "implies")
    return Implication(_condition(row, "implies"), text(row.get("then"), "implies.then"))


def _rule(row: Table) -> Rule:
    where = f"rule {row.get('id')}"
    only(row, _RULE, where)
    lower = table(row.get("lower", {}), where)
    return Rule(
        id=text(row.get("id"), where),
        condition=_condition(row, where),
        sentence=text(row.get("sentence"), where),
        suspected=text(row.get("suspected"), where),
        urgency=_one_of(row.get("urgency"), URGENCIES, where),
        needling=_one_of(row.get("needling"), NEEDLINGS, where),
        signs=texts(row.get("signs"), where),
        contraindications=texts(row.get("contraindications"), where),
        basis="editor" if row.get("basis") == "editor" else "source",
        lower=MappingProxyType({key: text(value, where) for key, value in lower.items()}),
    )


def _one_of(given: object, words: tuple[W, ...], where: str) -> W:
    for word in words:
        if word == given:
            return word
    raise GuidanceError(f"{where}: {unknown('word', given, words)}")


def _condition(row: Table, where: str) -> Condition:
    every = texts(row.get("all"), where)
    clauses = [Clause(len(every), every)] if every else []
    if "any" in row:
        clauses.append(Clause(1, texts(row.get("any"), where)))
    clauses += [
        Clause(whole(each.get("n"), where), texts(each.get("of"), where))
        for each in tables(row.get("at_least"), where)
    ]
    return Condition(tuple(clauses), _bounds(row, where))


def _bounds(row: Table, where: str) -> tuple[Bound, ...]:
    found = []
    for key, number in (("age", "age"), ("pain", "pain_0_10"), ("duration", "duration_days")):
        if f"{key}_from" in row:
            found.append(Bound(number, low=whole(row[f"{key}_from"], where)))
        if f"{key}_below" in row:
            found.append(Bound(number, below=whole(row[f"{key}_below"], where)))
    if "unless_duration_from" in row:
        until = whole(row["unless_duration_from"], where)
        found.append(Bound("duration_days", below=until, unless=True))
    return tuple(found)
