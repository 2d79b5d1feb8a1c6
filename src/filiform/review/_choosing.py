"""Choosing: one effect a trial, by one time, one source and one instrument."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from filiform.review import _numbers
from filiform.review._effect import LeftOut, StudyEffect
from filiform.review._reading import CountPair, MeanPair

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from filiform.review._choices import Choices, Span
    from filiform.review._effect import EffectOrigin
    from filiform.review._gathering import TrialRows
    from filiform.review._reading import Reading, Value

FURTHER = "another time is nearer to the week asked for"
LESSER_SOURCE = "another source of the same trial is preferred"
LESSER_INSTRUMENT = "another instrument is preferred"


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a trial gives to a question.

    Attributes:
        effect: Its effect, if it has one.
        used: The readings that the effect stands on.
        left_out: The other readings, each with the reason.
    """

    effect: StudyEffect | None
    used: tuple[Reading, ...]
    left_out: tuple[LeftOut, ...]


def choose(
    rows: TrialRows, readings: Sequence[Reading], span: Span, unit: str, choices: Choices
) -> Chosen:
    """Choose one effect from the readings of one trial in one window.

    Args:
        rows: The trial.
        readings: All its readings of the question; those in other windows are ignored.
        span: The window.
        unit: The unit of the effects.
        choices: The order of sources and instruments.
    """
    here = [r for r in readings if r.weeks is None or span.holds(r.weeks)]
    usable = [r for r in here if r.usable]
    faulty = tuple(_left_out(r, r.fault) for r in here if not r.usable)
    if not usable:
        return Chosen(None, (), faulty)
    best = min(usable, key=lambda r: _order(r, span, choices))
    used = _together(best, usable, choices)
    passed = tuple(_left_out(r, _why_not(r, best)) for r in usable if r not in used)
    return Chosen(_effect(rows, used, unit, choices), used, faulty + passed)


def _order(reading: Reading, span: Span, choices: Choices) -> tuple[object, ...]:
    weeks = reading.weeks if reading.weeks is not None else math.inf
    return (
        abs(weeks - span.target),
        weeks,
        choices.origins.index(reading.origin),
        choices.instrument_rank(reading.outcome, reading.instrument),
        reading.instrument,
        reading.pair,
    )


def _together(best: Reading, usable: Iterable[Reading], choices: Choices) -> tuple[Reading, ...]:
    """Return the best reading and those of further arms at the same time on the same instrument."""
    by_pair: dict[tuple[str, str], Reading] = {}
    for reading in sorted(usable, key=lambda r: choices.origins.index(r.origin)):
        alike = (reading.weeks, reading.instrument) == (best.weeks, best.instrument)
        if alike and _FAMILY[reading.origin] == _FAMILY[best.origin]:
            by_pair.setdefault(reading.pair, reading)
    return tuple(by_pair[pair] for pair in sorted(by_pair))


_FAMILY = {
    "contrast": "contrast",
    "contrast_computed": "contrast",
    "arms_final": "final",
    "arms_change": "change",
    "shared_arm": "contrast",
}


def _why_not(reading: Reading, best: Reading) -> str:
    if reading.weeks != best.weeks:
        return FURTHER
    if reading.instrument != best.instrument and reading.origin == best.origin:
        return LESSER_INSTRUMENT
    return LESSER_SOURCE


def _left_out(reading: Reading, reason: str) -> LeftOut:
    return LeftOut(reading.comparison.trial_id, reason, reading.source, (reading,))


# --- From the used readings to the effect


def _effect(rows: TrialRows, used: tuple[Reading, ...], unit: str, choices: Choices) -> StudyEffect:
    first = used[0]
    value = _combined(used, choices.correlation)
    arms = tuple(dict.fromkeys(arm for reading in used for arm in reading.pair))
    back = _natural if first.measure != "MD" else _same
    return StudyEffect(
        trial_id=rows.trial.trial_id,
        estimate=back(value.estimate),
        variance=value.variance,
        ci_low=back(value.low),
        ci_high=back(value.high),
        unit=unit,
        measure=first.measure,
        weeks=first.weeks if first.weeks is not None else math.nan,
        n=_people(rows, used, arms),
        n_trial=rows.trial.n_randomised,
        counts=_counts(used),
        controls=tuple(sorted({reading.comparison.control for reading in used})),
        instrument=first.instrument,
        origin=_origin(used),
        statistic="change" if first.origin == "arms_change" else "final",
        flags=_all_flags(used),
        background=_backgrounds(used),
        condition=rows.trial.condition,
        source="; ".join(dict.fromkeys(r.source for r in used)),
        arm_ids=arms,
        arms=tuple((arm, rows.arms[arm].label) for arm in sorted(arms)),
        rows=tuple(dict.fromkeys(row for r in used for row in r.rows)),
    )


def _counts(used: tuple[Reading, ...]) -> CountPair | None:
    """Return who had the event in the two arms; None where the effect is not one of counts."""
    if len({reading.comparison.background for reading in used}) > 1:
        return None
    merged = _merged_arms(used)
    return merged if isinstance(merged, CountPair) else None


def _all_flags(used: tuple[Reading, ...]) -> tuple[str, ...]:
    """Return the flags of what was used; a derived difference counts where it stands alone."""
    flags = frozenset[str]().union(*(reading.flags for reading in used))
    if any(reading.origin != "shared_arm" for reading in used):
        flags -= {"shared_arm"}
    return tuple(sorted(flags))


def _natural(number: float) -> float:
    return math.exp(number)


def _same(number: float) -> float:
    return number


def _backgrounds(used: Iterable[Reading]) -> tuple[str, ...]:
    shared = [frozenset(reading.comparison.background) for reading in used]
    return tuple(sorted(frozenset.intersection(*shared)))


def _origin(used: tuple[Reading, ...]) -> EffectOrigin:
    if len(used) > 1:
        return "combined"
    if used[0].flags & {"re_expressed", "own_scale"}:
        return "smd_reexpressed"
    if used[0].origin == "shared_arm":
        return "shared_arm"
    return "contrast" if _FAMILY[used[0].origin] == "contrast" else "arms"


def _combined(used: tuple[Reading, ...], correlation: float) -> Value:
    """Return one value: arms by the Handbook's rule, printed differences by least squares."""
    values = [reading.value for reading in used if reading.value is not None]
    if len(values) == 1:
        return values[0]
    if len({reading.comparison.background for reading in used}) == 1:
        merged = _merged_arms(used)
        if merged is not None:
            return _numbers.of_arms(merged)
    return _numbers.combined_values(values, _correlations(used, correlation))


def _merged_arms(used: tuple[Reading, ...]) -> MeanPair | CountPair | None:
    means = [r.arms for r in used if isinstance(r.arms, MeanPair)]
    if len(means) == len(used):
        a = {pair.a.arm_id: pair.a for pair in means}
        b = {pair.b.arm_id: pair.b for pair in means}
        sides = [_numbers.combined_mean(list(side.values())) for side in (a, b)]
        return MeanPair(sides[0], sides[1], means[0].per_sd)
    counts = [r.arms for r in used if isinstance(r.arms, CountPair)]
    if len(counts) == len(used):
        events_a = {pair.a.arm_id: pair.a for pair in counts}
        events_b = {pair.b.arm_id: pair.b for pair in counts}
        both = [_numbers.combined_count(list(side.values())) for side in (events_a, events_b)]
        return CountPair(both[0], both[1])
    return None


def _correlations(used: tuple[Reading, ...], shared: float) -> list[list[float]]:
    """Return 1 on the diagonal, the shared correlation where two pairs have one arm in common."""

    def between(a: Reading, b: Reading) -> float:
        common = len(set(a.pair) & set(b.pair))
        return 1.0 if common == len(a.pair) else shared * common

    return [[between(a, b) for b in used] for a in used]


def _people(rows: TrialRows, used: Sequence[Reading], arms: tuple[str, ...]) -> int | None:
    """Return the people in the arms: analysed, else randomised; None where not reported.

    Where the arms are all the arms of the trial, the number randomised to the trial will do.
    """
    numbers = [_analysed(rows, used[0], arm) or rows.arms[arm].n_randomised for arm in arms]
    known = [number for number in numbers if number is not None]
    if len(known) == len(arms):
        return sum(known)
    return rows.trial.n_randomised if rows.arms.keys() == set(arms) else None


def _analysed(rows: TrialRows, reading: Reading, arm: str) -> int | None:
    for row in rows.outcomes:
        here = (row.arm_id, row.outcome, row.weeks) == (arm, reading.outcome, reading.weeks)
        if here and row.instrument == reading.instrument:
            return row.total if row.n is None else row.n
    return None


def one_entry(trial_id: str, parts: Sequence[LeftOut], reason: str = "") -> LeftOut:
    """Return why a trial has no effect at all, as one entry.

    Args:
        trial_id: The trial.
        parts: Why each of its readings was not used.
        reason: One reason for all of them; the reasons of the parts by default.
    """
    return LeftOut(
        trial_id,
        reason or "; ".join(dict.fromkeys(part.reason for part in parts)),
        "; ".join(dict.fromkeys(part.source for part in parts)),
        tuple(reading for part in parts for reading in part.readings),
    )
