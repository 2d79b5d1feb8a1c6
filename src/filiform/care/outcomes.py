"""Scores of outcome measures: from answers to points and percent, and how sure a score is.

    from filiform.care.outcomes import score

No wording of any questionnaire is here: a practice loads the one that it may use as a FHIR
Questionnaire (`questionnaire_from_fhir`). When a score is due is in `filiform.care.due`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from filiform.care._fhir_questionnaire import (
    Option,
    Question,
    Questionnaire,
    questionnaire_from_fhir,
)
from filiform.care._instruments import InstrumentRules, ItemRules, Row, outcome_rules
from filiform.care._record import Record
from filiform.care.due import DUE_WEEKS, Due, Missing, Taken, due, share_missing
from filiform.errors import CareError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from filiform.knowledge import Instrument, Library

__all__ = [
    "DUE_WEEKS",
    "Due",
    "ImportantChange",
    "Measure",
    "MeasurementError",
    "Missing",
    "Option",
    "Question",
    "Questionnaire",
    "Score",
    "Taken",
    "due",
    "important_change",
    "measure_of",
    "measurement_error",
    "measures",
    "questionnaire_from_fhir",
    "score",
    "share_missing",
    "shown",
]

_PERCENT = 100.0
_SDS_OF_95_PERCENT = 1.96
"""The 97.5 % point of the normal distribution, to the two digits that papers use."""


@dataclass(frozen=True, slots=True)
class Measure(Record):
    """An outcome measure on one scale.

    Attributes:
        id: its one name, as `NDI %`.
        outcome: what it measures.
        low, high: the range of a score.
        items: how many items make it, least and most; None where only the score is taken.
        item_range: of one item.
    """

    id: str
    name: str
    outcome: str
    low: float
    high: float
    lower_is_better: bool
    items: tuple[int, int] | None
    item_range: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Score(Record):
    """A score: raw, percent and scale kept apart.

    Attributes:
        instrument: the measure's one name.
        raw: in the measure's own points.
        low, out_of: the least and the most that there could be.
        percent: of the way from `low` to `out_of`; None where zero lies between them.
        lower_is_better: the direction.
        missing: how many items were not answered; None where only the score was given.
        prorated: whether the others stand for them.
        rule: how the score was made, in words.
        sources: ids of the bibliography behind the rule; none for a plain number.
    """

    instrument: str
    raw: float
    low: float
    out_of: float
    percent: float | None
    lower_is_better: bool
    missing: int | None
    prorated: bool
    rule: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MeasurementError(Record):
    """How much a score moves though the person has not changed.

    Attributes:
        mdc: the smallest change that is more than error, 95 %, in the measure's points.
        sem: standard error of measurement, in the measure's points.
        population: in whom it was measured.
        n: how many people.
        row: the row of instruments.csv.
        note: where another scale's number stands in, or sources differ; "" where neither.
        sources: ids of the bibliography.
    """

    instrument: str
    mdc: float
    sem: float
    population: str
    n: int | None
    row: str
    note: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ImportantChange(Record):
    """The smallest change that matters to a person, in the measure's points."""

    instrument: str
    points: float
    population: str
    n: int | None
    row: str
    note: str
    sources: tuple[str, ...]


def measures() -> tuple[Measure, ...]:
    """Return all outcome measures in the order of the rules."""
    return tuple(_measure(rules) for rules in outcome_rules().instruments.values())


def measure_of(instrument: str) -> Measure:
    """Return a measure by its name, however it is written.

    Args:
        instrument: as `NDI`, `ndi (%)`, `VAS 0-100`.

    Raises:
        CareError: no such measure, or the name may mean two scales.

    >>> measure_of("vas mm").id
    'VAS 0-100'
    """
    return _measure(outcome_rules().find(instrument))


def score(instrument: str, answer: float | Sequence[float | None], *, library: Library) -> Score:
    """Return a score from its items or from the number itself.

        sum:  raw = Σ items · count / answered        mean:  raw = Σ items / answered

    Args:
        instrument: a name of the measure.
        answer: the score in the measure's points; or its items in order, None is not answered.
        library: the facts.

    Raises:
        CareError: no such measure, a number outside its range, or too many items missing.

    One of ten items is missing, the others sum to 16 (the scoring guide of noterro: 35.5 %):

    >>> from filiform.knowledge import library
    >>> found = score("NDI", [2, 2, 2, 2, 2, 2, 2, 1, 1, None], library=library())
    >>> round(found.raw, 2), round(found.percent, 2), found.prorated
    (17.78, 35.56, True)

    *Source: Vernon, note on the NDI (chiro.org/forms/NDI_Explain): the average of the other items
    is added.*
    """
    rules = outcome_rules().find(instrument)
    if isinstance(answer, int | float):
        raw = _inside(answer, rules.low, rules.high, f"{rules.id} score")
        return _scored(rules, raw, None, "The number as it was given.", ())
    if rules.items is None:
        raise CareError(f"{rules.id} has no items here: give its score, {rules.span}")
    return _from_items(rules, rules.items, list(answer), library)


def shown(value: float) -> str:
    """Return a score as it is read: one digit after the point, none where it is whole.

    >>> shown(4.0), shown(26 / 3), shown(-7)
    ('4', '8.7', '-7')
    """
    return f"{round(float(value), 1):g}"


def measurement_error(instrument: str, *, library: Library) -> MeasurementError | None:
    """Return how much a score moves by itself; None where no source tells it.

        SEM = MDC / (1.96 · √2)

    Args:
        instrument: a name of the measure.
        library: the facts.

    Raises:
        CareError: no such measure.

    >>> from filiform.knowledge import library
    >>> found = measurement_error("NDI", library=library())
    >>> found.mdc, round(found.sem, 2), found.sources
    (10.2, 3.68, ('young-2009',))

    *Source: de Vet, Terwee, Knol, Bouter 2006, J Clin Epidemiol 59:1033,
    doi:10.1016/j.jclinepi.2005.10.015 (the smallest detectable change).*
    """
    rules = outcome_rules().find(instrument)
    if rules.error is None:
        return None
    row = _row(rules.error, library)
    mdc = _rescaled(row.mdc, row, rules)
    return MeasurementError(
        instrument=rules.id,
        mdc=mdc,
        sem=mdc / (_SDS_OF_95_PERCENT * math.sqrt(2.0)),
        population=row.population or "",
        n=row.n,
        row=f"instruments.csv:{row.row}",
        note=_note(rules, "mdc", row, library),
        sources=tuple(source.id for source in library.sources_of(row.source)),
    )


def important_change(instrument: str, *, library: Library) -> ImportantChange | None:
    """Return the smallest change that matters; None where no source tells it.

    The rows are those that the review's certainty goes by.

    Args:
        instrument: a name of the measure.
        library: the facts.

    Raises:
        CareError: no such measure.

    >>> from filiform.knowledge import library
    >>> important_change("NDI %", library=library()).points
    15.0
    """
    rules = outcome_rules().find(instrument)
    if rules.important is None:
        return None
    row = _row(rules.important, library)
    return ImportantChange(
        instrument=rules.id,
        points=_rescaled(row.mcid, row, rules),
        population=row.population or "",
        n=row.n,
        row=f"instruments.csv:{row.row}",
        note=_note(rules, "mcid", row, library),
        sources=tuple(source.id for source in library.sources_of(row.source)),
    )


def _measure(rules: InstrumentRules) -> Measure:
    items = rules.items
    return Measure(
        id=rules.id,
        name=rules.name,
        outcome=rules.outcome,
        low=rules.low,
        high=rules.high,
        lower_is_better=rules.lower_is_better,
        items=(items.least, items.most) if items else None,
        item_range=(items.low, items.high) if items else None,
    )


def _from_items(
    rules: InstrumentRules, items: ItemRules, answers: list[float | None], library: Library
) -> Score:
    if not items.least <= len(answers) <= items.most:
        wanted = f"{items.least} to {items.most}" if items.least < items.most else f"{items.most}"
        raise CareError(
            f"{rules.id} was given {len(answers)} items, it has {wanted}: give None for one that "
            "was not answered"
        )
    given = [
        _inside(each, items.low, items.high, f"{rules.id} item {number}")
        for number, each in enumerate(answers, start=1)
        if each is not None
    ]
    missing = len(answers) - len(given)
    if missing > items.missing:
        why = f": {rules.not_prorated}" if rules.not_prorated else ": ask again"
        raise CareError(
            f"{rules.id} has {missing} of {len(answers)} items not answered, at most "
            f"{items.missing} may be{why}"
        )
    raw = sum(given) / len(given) * (len(answers) if items.made == "sum" else 1)
    rule = rules.prorated if missing else f"The {items.made} of {len(answers)} items."
    cited = library.sources_of(rules.prorated_source) if missing else ()
    return _scored(rules, raw, missing, rule, tuple(source.id for source in cited))


def _scored(
    rules: InstrumentRules, raw: float, missing: int | None, rule: str, sources: tuple[str, ...]
) -> Score:
    share = _PERCENT * (raw - rules.low) / (rules.high - rules.low)
    return Score(
        instrument=rules.id,
        raw=raw,
        low=rules.low,
        out_of=rules.high,
        percent=None if rules.low < 0.0 < rules.high else share,
        lower_is_better=rules.lower_is_better,
        missing=missing,
        prorated=bool(missing),
        rule=rule,
        sources=sources,
    )


def _inside(value: object, low: float, high: float, what: str) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not low <= float(str(value)) <= high:
        raise CareError(f"{what} is {value!r}, admissible is a number from {low:g} to {high:g}")
    return float(str(value))


def _row(wanted: Row, library: Library) -> Instrument:
    found = [
        row
        for row in library.instruments
        if (row.instrument, row.population) == (wanted.instrument, wanted.population)
        and wanted.source in row.source
    ]
    if len(found) != 1:
        raise CareError(
            f"outcomes.toml names {len(found)} rows of instruments.csv with {wanted.instrument}, "
            f"{wanted.population!r}, {wanted.source!r}; 1 is needed: mend the rule file"
        )
    return found[0]


def _rescaled(value: float | str | None, row: Instrument, rules: InstrumentRules) -> float:
    """Return a number of a row on the measure's own scale.

    new = value · (high - low) / (range_high - range_low)
    """
    if not isinstance(value, int | float) or row.range_high is None or row.range_low is None:
        if isinstance(value, int | float) and row.instrument == rules.id:
            return float(value)
        raise CareError(
            f"instruments.csv:{row.row} tells no such number on a known range, and outcomes.toml "
            f"takes it for {rules.id}: mend the rule file"
        )
    return value * (rules.high - rules.low) / (row.range_high - row.range_low)


def _note(rules: InstrumentRules, column: str, used: Instrument, library: Library) -> str:
    """Say what stands in for the measure's own number, and how far sources differ."""
    others = [
        _rescaled(value, row, rules)
        for row in library.instruments
        if row.instrument == used.instrument and row is not used
        for value in [row.mdc if column == "mdc" else row.mcid]
        if isinstance(value, int | float) and row.range_high is not None
    ]
    said = [rules.borrowed] if rules.borrowed else []
    if others:
        said.append(
            f"Other rows of instruments.csv say {min(others):g} to {max(others):g}, in other "
            "people or by other methods."
            if len(others) > 1
            else f"Another row of instruments.csv says {others[0]:g}."
        )
    return " ".join(said)
