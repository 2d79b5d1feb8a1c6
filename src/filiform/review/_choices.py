"""How one effect is chosen from each trial: choices.toml, read and checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeVar, get_args

from filiform.errors import ReviewError, unknown
from filiform.review._question import MEASURES, WINDOWS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from filiform.knowledge.rule_table import RuleTable
    from filiform.review._question import Window

T = TypeVar("T", bound=str)
Origin = Literal["contrast", "arms_final", "arms_change", "contrast_computed", "shared_arm"]
ORIGINS: tuple[Origin, ...] = get_args(Origin)


@dataclass(frozen=True, slots=True)
class Span:
    """A window of time in weeks since baseline, and the week that stands for it."""

    start: float
    end: float
    target: float

    def holds(self, weeks: float) -> bool:
        """Say whether a week lies in the window.

        >>> Span(1, 12, 4).holds(12)
        False
        """
        return self.start <= weeks < self.end


@dataclass(frozen=True, slots=True)
class OutcomeScale:
    """How an outcome is shown: its unit, and the length of its common scale if it has one."""

    unit: str
    length: float | None
    lower_is_better: bool
    usual_measure: str
    patient_reported: bool


@dataclass(frozen=True, slots=True)
class Preference:
    """An order of instruments: groups of terms, the empty group standing for all others."""

    outcomes: frozenset[str]
    groups: tuple[tuple[str, ...], ...]

    def rank(self, instrument: str) -> int:
        """Return the place of an instrument, 0 being the best."""
        name = instrument.casefold()
        for place, terms in enumerate(self.groups):
            if any(term in name for term in terms):
                return place
        return self.groups.index(())


@dataclass(frozen=True, slots=True)
class FlagRules:
    """The rules of the flags.

    Attributes:
        implausible_size: In standard deviations.
        asymmetric_interval: As a share of the interval's width.
        unequal_baselines: In points.
        terms: What sets a flag when it occurs in a source cell.
        instruments: What sets a flag when it occurs in the name of an instrument.
        reasons: What each flag means.
        set_aside: The flags without which the sensitivity analysis pools.
    """

    implausible_size: float
    asymmetric_interval: float
    unequal_baselines: float
    terms: Mapping[str, tuple[str, ...]]
    instruments: Mapping[str, tuple[str, ...]]
    reasons: Mapping[str, str]
    set_aside: frozenset[str]


@dataclass(frozen=True, slots=True)
class Choices:
    """Everything that decides which effect a trial gives.

    Args:
        windows: Each window with its span.
        unplaced: The window under which comparisons without any week are listed.
        outcomes: Each outcome with its scale.
        preferences: Orders of instruments, the first one weighing most.
        origins: The kinds of sources, the best first.
        correlation: Of two comparisons of one trial that share an arm.
        flags: The rules of the flags.
    """

    windows: Mapping[Window, Span]
    unplaced: Window
    outcomes: Mapping[str, OutcomeScale]
    preferences: tuple[Preference, ...]
    origins: tuple[Origin, ...]
    correlation: float
    flags: FlagRules

    def window_of(self, weeks: float) -> Window | None:
        """Return the window that holds a week, or None where none does."""
        return next((name for name, span in self.windows.items() if span.holds(weeks)), None)

    def instrument_rank(self, outcome: str, instrument: str) -> tuple[int, ...]:
        """Return the sorting key of an instrument, the smallest being preferred."""
        orders = (order for order in self.preferences if outcome in order.outcomes)
        return tuple(order.rank(instrument) for order in orders)


def read_choices(rules: RuleTable) -> Choices:
    """Read choices.toml.

    Raises:
        ReviewError: For a value that is missing or not admissible, with its place.
    """
    windows = {_word(name, WINDOWS): _span(table) for name, table in _named(rules, "windows")}
    correlation = rules.table("combination").number("correlation")
    if correlation >= 1:
        raise ReviewError(
            f"{rules.file}: combination.correlation is {correlation}, below 1 is needed"
        )
    return Choices(
        windows=windows,
        unplaced=_word(rules.table("unplaced").text("window"), WINDOWS),
        outcomes={name: _scale(table) for name, table in _named(rules, "outcomes")},
        preferences=tuple(_preference(table) for table in rules.tables("instruments")),
        origins=tuple(_word(name, ORIGINS) for name in rules.table("origins").texts("order")),
        correlation=correlation,
        flags=_flags(rules.table("flags")),
    )


def _named(rules: RuleTable, key: str) -> Iterable[tuple[str, RuleTable]]:
    return rules.table(key).named().items()


def _word(given: str, admissible: tuple[T, ...]) -> T:
    for word in admissible:
        if word == given:
            return word
    raise ReviewError("choices.toml: " + unknown("word", given, admissible))


def _span(table: RuleTable) -> Span:
    end = table.number("below") if table.has("below") else float("inf")
    return Span(table.number("from"), end, table.number("target"))


def _scale(table: RuleTable) -> OutcomeScale:
    return OutcomeScale(
        unit=table.text("unit"),
        length=table.number("range") if table.has("range") else None,
        lower_is_better=table.flag("lower_is_better"),
        usual_measure=_word(table.text("usual_measure"), MEASURES),
        patient_reported=table.flag("patient_reported"),
    )


def _preference(table: RuleTable) -> Preference:
    groups = tuple(group.texts("terms") for group in table.tables("order"))
    if () not in groups:
        raise ReviewError(
            f"{table.file}, {table.place}: a line with terms = [] is needed for the rest"
        )
    return Preference(frozenset(table.texts("outcomes")), groups)


def _flags(rules: RuleTable) -> FlagRules:
    tables = rules.named()
    return FlagRules(
        implausible_size=rules.table("implausible_size").number("threshold"),
        asymmetric_interval=rules.table("asymmetric_interval").number("threshold"),
        unequal_baselines=rules.table("unequal_baselines").number("threshold"),
        terms={name: table.texts("terms") for name, table in tables.items() if table.has("terms")},
        instruments={
            name: table.texts("instruments")
            for name, table in tables.items()
            if table.has("instruments")
        },
        reasons={name: table.text("reason") for name, table in tables.items()},
        set_aside=frozenset(name for name, table in tables.items() if table.flag("set_aside")),
    )
