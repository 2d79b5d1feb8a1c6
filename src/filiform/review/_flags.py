"""Flags: what makes a number doubtful, found by rules and never by a trial's name."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from filiform.review._scale import points_per_unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from filiform.knowledge import Contrast, Outcome, Trial
    from filiform.review._choices import FlagRules, OutcomeScale


def of_source(source: str, rules: FlagRules) -> frozenset[str]:
    """Return the flags whose terms occur in a source cell."""
    text = source.casefold()
    return frozenset(
        flag for flag, terms in rules.terms.items() if any(term in text for term in terms)
    )


def of_instrument(instrument: str, rules: FlagRules) -> frozenset[str]:
    """Return the flags whose terms occur in the name of an instrument."""
    name = instrument.casefold()
    return frozenset(
        flag for flag, terms in rules.instruments.items() if any(term in name for term in terms)
    )


def of_design(trial: Trial) -> frozenset[str]:
    """Return the flag of a design other than parallel groups."""
    return frozenset() if trial.design == "parallel" else frozenset({trial.design})


def asymmetric(row: Contrast, rules: FlagRules) -> bool:
    """Say whether an estimate lies off the middle of its interval by more than rounding explains.

        skew = |low + high - 2 estimate|, on the log scale for ratios

    Each printed number may be off by half a unit of its last place. A whole number may have lost
    its zeros (1.0 is read as 1): it counts as printed to the fewest places that others show.
    """
    if row.ci_low is None or row.ci_high is None:
        return False
    numbers = (row.ci_low, row.ci_high, row.estimate, row.estimate)
    shown = [places for number in numbers if (places := _places(number))]
    units = [10.0 ** -max(_places(number), min(shown, default=0)) for number in numbers]
    rounding = sum(
        unit / 2 / (number if _is_ratio(row) else 1.0)
        for unit, number in zip(units, numbers, strict=True)
    )
    low, high, middle, _ = (math.log(n) if _is_ratio(row) else n for n in numbers)
    skew = abs(low + high - 2 * middle)
    return skew > rounding * _FLOAT_SLACK and skew > rules.asymmetric_interval * (high - low)


_FLOAT_SLACK = 1.001  # decimal fractions are not exact in binary: 0.1 of a percent covers that


def _is_ratio(row: Contrast) -> bool:
    return row.measure in {"RR", "OR"}


def _places(number: float) -> int:
    """Return the decimal places that a number shows.

    >>> [_places(n) for n in (-12.5, 3.0, 0.73)]
    [1, 0, 2]
    """
    return len(f"{number:.10f}".rstrip("0").partition(".")[2])


def unequal_baselines(
    rows: Iterable[Outcome],
    arms: tuple[str, str],
    instrument: str,
    scale: OutcomeScale,
    rules: FlagRules,
) -> bool:
    """Say whether two arms of a trial began too far apart.

    Args:
        rows: The trial's rows of this outcome.
        arms: The two arms.
        instrument: The instrument to compare; where it has no baseline, any other.
        scale: The outcome's scale; without a common one nothing is compared.
        rules: The threshold, in points.
    """
    gaps = dict(_baseline_gaps(list(rows), arms, scale))
    shown = [gaps[instrument]] if instrument in gaps else list(gaps.values())
    return any(gap > rules.unequal_baselines for gap in shown)


def _baseline_gaps(
    rows: Sequence[Outcome], arms: tuple[str, str], scale: OutcomeScale
) -> Iterable[tuple[str, float]]:
    start = {
        (row.instrument, row.arm_id): factor * row.mean
        for row in rows
        if row.weeks == 0 and row.statistic == "final" and row.mean is not None
        if (factor := points_per_unit(row, scale)) is not None
    }
    for instrument in sorted({name for name, _ in start}):
        pair = [start.get((instrument, arm)) for arm in arms]
        if pair[0] is not None and pair[1] is not None:
            yield instrument, abs(pair[0] - pair[1])
