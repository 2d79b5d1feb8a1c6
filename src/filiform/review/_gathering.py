"""Gathering: every reading that the tables hold of a comparison on an outcome."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from filiform.review import _flags, _numbers
from filiform.review._reading import ArmCount, ArmMean, CountPair, MeanPair, Reading
from filiform.review._scale import direction, points_per_unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from filiform.knowledge import Arm, Contrast, Outcome, Trial
    from filiform.review._choices import Choices, Origin, OutcomeScale
    from filiform.review._comparison import Comparison
    from filiform.review._question import Measure
    from filiform.review._reading import Value
    from filiform.review._scale import ReferenceSd

NO_WEEK = "the week is not reported"
NO_INTERVAL = "a difference without an interval"
NO_SCALE = "the scale of the instrument is not reported"
OWN_UNIT = "the outcome has no common scale, and the difference no standard deviation"
NO_REFERENCE = "no arm reports an SD in points that could re-express it"
ONE_ARM = "only one of the two arms is reported"
NO_SD = "a mean without a standard deviation above 0"
NO_N = "the number of people in the arms is not reported, or is below 2"
NO_VARIANCE = "its variance is 0, so that no weight can be given to it"
FEWEST = 2
"""People in an arm below which it has no standard deviation."""
CHANGE_SMD = "the scale is not reported, and an SD of changes cannot be re-expressed in points"
SAME_THERAPY = "two forms of the same therapy are compared with each other"
BAD_EVENTS = "the ratio counts people who did badly"


@dataclass(frozen=True, slots=True)
class TrialRows:
    """One trial with its rows in the other tables.

    Attributes:
        flags: Those that hold for all its numbers (its design, a known contradiction).
    """

    trial: Trial
    arms: Mapping[str, Arm]
    contrasts: tuple[Contrast, ...]
    outcomes: tuple[Outcome, ...]
    flags: frozenset[str]


@dataclass(frozen=True, slots=True)
class Asked:
    """The outcome and the measure that are asked for, with what turns rows into them."""

    outcome: str
    measure: Measure
    scale: OutcomeScale
    reference: ReferenceSd | None
    choices: Choices

    @property
    def per_sd(self) -> float | None:
        """Units of the analysis in one standard deviation; None where that is not known."""
        if self.scale.length is None:
            return 1.0
        return self.reference.value if self.reference else None


def gather(rows: TrialRows, comparison: Comparison, asked: Asked) -> tuple[Reading, ...]:
    """Return every reading of a comparison in one trial, those that cannot be used too."""
    direct = [*_from_contrasts(rows, comparison, asked), *_from_arms(rows, comparison, asked)]
    seen = {(reading.instrument, reading.weeks) for reading in direct if reading.usable}
    derived = _through_other_arms(rows, comparison, asked)
    return (*direct, *(r for r in derived if (r.instrument, r.weeks) not in seen))


def set_aside(rows: TrialRows, comparison: Comparison, asked: Asked) -> tuple[Reading, ...]:
    """Return the readings of two arms of one therapy: listed, never used."""
    direct = (*_from_contrasts(rows, comparison, asked), *_from_arms(rows, comparison, asked))
    return tuple(replace(reading, value=None, fault=SAME_THERAPY) for reading in direct)


def measure_of(row: Contrast | Outcome) -> Measure:
    """Return the family that a row belongs to: differences, risk ratios or odds ratios."""
    if hasattr(row, "measure"):
        return "MD" if row.measure == "SMD" else row.measure
    return "MD" if row.events is None else "RR"


# --- Printed differences


def _from_contrasts(rows: TrialRows, comparison: Comparison, asked: Asked) -> Iterator[Reading]:
    pair = (comparison.arm_a, comparison.arm_b)
    for row in rows.contrasts:
        if row.outcome != asked.outcome or measure_of(row) != asked.measure:
            continue
        if (row.arm_a, row.arm_b) in (pair, pair[::-1]):
            sign = 1 if row.arm_a == comparison.arm_a else -1
            yield _contrast_reading(rows, comparison, asked, row, sign)


def _contrast_reading(
    rows: TrialRows, comparison: Comparison, asked: Asked, row: Contrast, sign: int
) -> Reading:
    flags = _flags.of_source(row.source, asked.choices.flags)
    origin: Origin = "contrast_computed" if "computed" in flags else "contrast"
    own_sd = _own_sd(rows, row, asked)
    factor, fault = _contrast_factor(row, asked, own_sd)
    value = None
    if not fault and factor and row.ci_low is not None and row.ci_high is not None:
        numbers = (row.estimate, row.ci_low, row.ci_high)
        level = row.ci_level or _numbers.LEVEL
        value = _numbers.scaled(_numbers.printed(*_logged(numbers, asked), level), sign * factor)
    if _flags.asymmetric(row, asked.choices.flags):
        flags |= {"asymmetric_interval"}
    if row.measure == "SMD" and asked.scale.length is not None:
        flags |= {"own_scale" if own_sd else "re_expressed"}
    return _finished(
        rows,
        asked,
        Reading(
            comparison=comparison,
            outcome=row.outcome,
            instrument=row.instrument,
            weeks=row.weeks,
            measure=asked.measure,
            origin=origin,
            value=value,
            fault=fault,
            flags=flags,
            rows=(f"contrasts.csv:{row.row}",),
            source=row.source,
        ),
    )


def _logged(numbers: tuple[float, float, float], asked: Asked) -> tuple[float, float, float]:
    return numbers if asked.measure == "MD" else _numbers.logarithms(numbers)


def _own_sd(rows: TrialRows, contrast: Contrast, asked: Asked) -> float | None:
    """Return the SD, in points, that the two arms of a standardised difference report themselves.

    sd² = (w1 sd1² + w2 sd2²) / (w1 + w2),  w = n - 1, or 1 where an n is not reported
    """
    if contrast.measure != "SMD" or asked.scale.length is None:
        return None
    key = (contrast.outcome, contrast.instrument, contrast.weeks, "final")
    found = {
        row.arm_id: (abs(factor) * row.sd, _people(rows, row))
        for row in rows.outcomes
        if (row.outcome, row.instrument, row.weeks, row.statistic) == key
        and row.sd
        and row.sd_origin == "reported"
        and (factor := points_per_unit(row, asked.scale)) is not None
    }
    if not {contrast.arm_a, contrast.arm_b} <= found.keys():
        return None
    (sd_a, n_a), (sd_b, n_b) = found[contrast.arm_a], found[contrast.arm_b]
    a, b = (n_a - 1, n_b - 1) if n_a and n_b and min(n_a, n_b) >= FEWEST else (1, 1)
    return math.sqrt((a * sd_a**2 + b * sd_b**2) / (a + b))


def _contrast_factor(row: Contrast, asked: Asked, own_sd: float | None) -> tuple[float | None, str]:
    """Return what the printed number is multiplied with, and why it cannot be used if so."""
    missing = _missing((row.weeks is None, NO_WEEK), (row.ci_low is None, NO_INTERVAL))
    if asked.measure != "MD":
        return 1.0, _missing((row.lower_is_better, BAD_EVENTS)) or missing
    if row.measure == "SMD":
        per_sd = own_sd or asked.per_sd
        if per_sd is None:
            return None, NO_REFERENCE
        return direction(row, asked.scale) * per_sd, missing
    factor = points_per_unit(row, asked.scale)
    no_scale = OWN_UNIT if asked.scale.length is None else NO_SCALE
    return factor, "; ".join(filter(None, (missing, "" if factor else no_scale)))


def _missing(*checks: tuple[bool, str]) -> str:
    return "; ".join(words for holds, words in checks if holds)


# --- Two arms


def _from_arms(rows: TrialRows, comparison: Comparison, asked: Asked) -> Iterator[Reading]:
    pair = (comparison.arm_a, comparison.arm_b)
    found: dict[tuple[str, float | None, str], dict[str, Outcome]] = {}
    for row in rows.outcomes:
        fits = row.outcome == asked.outcome and measure_of(row) == asked.measure
        if fits and row.arm_id in pair and row.weeks != 0:
            key = (row.instrument, row.weeks, row.statistic)
            found.setdefault(key, {}).setdefault(row.arm_id, row)
    for arms in found.values():
        yield _arms_reading(rows, comparison, asked, tuple(arms.get(arm) for arm in pair))


def _arms_reading(
    rows: TrialRows, comparison: Comparison, asked: Asked, pair: tuple[Outcome | None, ...]
) -> Reading:
    given = [row for row in pair if row is not None]
    first = given[0]
    arms: MeanPair | CountPair | None = None
    fault = ONE_ARM if len(given) == 1 else _missing((first.weeks is None, NO_WEEK))
    if not fault:
        arms, fault = _summaries(rows, asked, given[0], given[1])
    return _finished(
        rows,
        asked,
        Reading(
            comparison=comparison,
            outcome=first.outcome,
            instrument=first.instrument,
            weeks=first.weeks,
            measure=asked.measure,
            origin="arms_final" if first.statistic == "final" else "arms_change",
            value=_numbers.of_arms(arms) if arms else None,
            fault=fault,
            flags=_arm_flags(given, arms, asked),
            rows=tuple(f"outcomes.csv:{row.row}" for row in given),
            source="; ".join(dict.fromkeys(row.source for row in given)),
            arms=arms,
        ),
    )


def _summaries(
    rows: TrialRows, asked: Asked, a: Outcome, b: Outcome
) -> tuple[MeanPair | CountPair | None, str]:
    if asked.measure == "RR":
        counts = [_count(row) for row in (a, b)]
        if a.lower_is_better or b.lower_is_better:
            return None, BAD_EVENTS
        return CountPair(counts[0], counts[1]), ""
    per_sd, fault = _standardising(asked, a, b)
    means = [
        _mean(rows, row, 1.0 if per_sd else points_per_unit(row, asked.scale)) for row in (a, b)
    ]
    if fault or means[0] is None or means[1] is None:
        return None, fault or _missing(
            (not a.sd or not b.sd, NO_SD),
            (min(_people(rows, a) or 0, _people(rows, b) or 0) < FEWEST, NO_N),
        )
    return MeanPair(means[0], means[1], per_sd), ""


def _standardising(asked: Asked, a: Outcome, b: Outcome) -> tuple[float | None, str]:
    """Return the units in one SD where the arms have no common scale, and why not if so."""
    if points_per_unit(a, asked.scale) is not None and points_per_unit(b, asked.scale) is not None:
        return None, ""
    if asked.scale.length is not None and "change" in (a.statistic, b.statistic):
        return None, CHANGE_SMD
    if asked.per_sd is None:
        return None, NO_REFERENCE
    return direction(a, asked.scale) * asked.per_sd, ""


def _mean(rows: TrialRows, row: Outcome, factor: float | None) -> ArmMean | None:
    n = _people(rows, row)
    if factor is None or row.mean is None or not row.sd or n is None or n < FEWEST:
        return None
    return ArmMean(row.arm_id, n, factor * row.mean, abs(factor) * row.sd)


def _count(row: Outcome) -> ArmCount:
    return ArmCount(row.arm_id, row.total or 0, row.events or 0)


def _people(rows: TrialRows, row: Outcome) -> int | None:
    return row.n if row.n is not None else rows.arms[row.arm_id].n_randomised


def _arm_flags(
    given: list[Outcome], arms: MeanPair | CountPair | None, asked: Asked
) -> frozenset[str]:
    flags = frozenset[str]().union(
        *(_flags.of_source(row.source, asked.choices.flags) for row in given)
    )
    if any(row.sd_origin not in (None, "reported") for row in given):
        flags |= {"computed"}
    if isinstance(arms, MeanPair):
        if any(row.n is None for row in given):
            flags |= {"randomised_n"}
        if arms.per_sd is not None and asked.scale.length is not None:
            flags |= {"re_expressed"}
    return flags


# --- Two printed differences with the same third arm


def _through_other_arms(rows: TrialRows, comparison: Comparison, asked: Asked) -> Iterator[Reading]:
    best: dict[tuple[str, float | None], Reading] = {}
    for reading in _each_third_arm(rows, comparison, asked):
        key = (reading.instrument, reading.weeks)
        if key not in best or _variance(reading) < _variance(best[key]):
            best[key] = reading
    yield from best.values()


def _each_third_arm(rows: TrialRows, comparison: Comparison, asked: Asked) -> Iterator[Reading]:
    pair = (comparison.arm_a, comparison.arm_b)
    for third in sorted(rows.arms.keys() - set(pair)):
        ours, theirs = (
            _usable(_from_contrasts(rows, replace(comparison, arm_a=arm, arm_b=third), asked))
            for arm in pair
        )
        for key in ours.keys() & theirs.keys():
            yield _shared(comparison, asked, ours[key], theirs[key])


def _usable(readings: Iterable[Reading]) -> dict[tuple[str, float | None], Reading]:
    return {(r.instrument, r.weeks): r for r in readings if r.usable}


def _shared(comparison: Comparison, asked: Asked, a: Reading, b: Reading) -> Reading:
    value = None
    if a.value is not None and b.value is not None:
        value = _numbers.difference(a.value, b.value, asked.choices.correlation)
    return replace(
        a,
        comparison=comparison,
        origin="shared_arm",
        value=value,
        flags=a.flags | b.flags | {"shared_arm"},
        rows=a.rows + b.rows,
        source="; ".join(dict.fromkeys((a.source, b.source))),
    )


def _variance(reading: Reading) -> float:
    return reading.value.variance if reading.value else float("inf")


# --- What all readings have in common


def _finished(rows: TrialRows, asked: Asked, reading: Reading) -> Reading:
    rules = asked.choices.flags
    flags = reading.flags | rows.flags | _flags.of_instrument(reading.instrument, rules)
    if reading.value is not None and reading.value.variance <= 0:
        return replace(reading, value=None, fault=NO_VARIANCE, flags=flags)
    if reading.value is not None and _implausible(reading.value, asked):
        flags |= {"implausible_size"}
    same_outcome = [row for row in rows.outcomes if row.outcome == asked.outcome]
    if asked.measure == "MD" and _flags.unequal_baselines(
        same_outcome, reading.pair, reading.instrument, asked.scale, rules
    ):
        flags |= {"unequal_baselines"}
    return replace(reading, flags=flags)


def _implausible(value: Value, asked: Asked) -> bool:
    if asked.measure != "MD" or asked.per_sd is None:
        return False
    return abs(value.estimate) / asked.per_sd > asked.choices.flags.implausible_size
