"""Effect sizes of one study or many, by the measure's name."""

from __future__ import annotations

from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import numpy as np

from filiform.errors import EvidenceError, unknown
from filiform.evidence import _check
from filiform.evidence._options import choose
from filiform.evidence.effects import (
    arcsine_difference,
    biserial,
    difference_to_odds_ratio,
    matched_pairs,
    mean_change,
    mean_difference,
    odds_ratio,
    partial_correlation,
    peto_odds_ratio,
    phi,
    probit_difference,
    proportion,
    rate,
    rates,
    ratio_of_means,
    reliability,
    risk_difference,
    risk_ratio,
    single_mean,
    standardised_mean_change,
    standardised_mean_difference,
    tetrachoric,
    variability,
    yule,
)
from filiform.evidence.effects import (
    correlation as correlation_measures,
)
from filiform.evidence.effects._inputs import checked_columns
from filiform.evidence.effects._measure import CELLS, PAIRS, Measure, Request
from filiform.evidence.effects._references import papers_of
from filiform.evidence.effects.result import Effects
from filiform.evidence.effects.zero_cells import RULES, adjusted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import ArrayLike, NDArray

    from filiform.evidence.effects._measure import Column, Columns

_FAMILIES = (
    mean_difference,
    standardised_mean_difference,
    ratio_of_means,
    variability,
    difference_to_odds_ratio,
    mean_change,
    standardised_mean_change,
    risk_ratio,
    odds_ratio,
    risk_difference,
    peto_odds_ratio,
    arcsine_difference,
    phi,
    yule,
    probit_difference,
    tetrachoric,
    rates,
    proportion,
    rate,
    single_mean,
    correlation_measures,
    partial_correlation,
    biserial,
    matched_pairs,
    reliability,
)

MEASURES: Final[Mapping[str, Measure]] = MappingProxyType(
    {measure.name: measure for measure in chain.from_iterable(f.MEASURES for f in _FAMILIES)}
)

_ALIASES: Final[Mapping[str, str]] = MappingProxyType(
    {name: name for name in MEASURES}
    | {name.casefold(): name for name in MEASURES}
    | {
        "mean_difference": "MD",
        "standardised_mean_difference": "SMD",
        "standardized_mean_difference": "SMD",
        "hedges_g": "SMD",
        "ratio_of_means": "ROM",
        "risk_ratio": "RR",
        "odds_ratio": "OR",
        "risk_difference": "RD",
        "peto_odds_ratio": "PETO",
        "rate_ratio": "IRR",
        "mean_change": "MC",
        "or2d": "OR2DL",
        "d2or": "D2ORL",
    }
)


def effect_size(
    measure: str,
    *,
    mean1: ArrayLike | None = None,
    sd1: ArrayLike | None = None,
    n1: ArrayLike | None = None,
    mean2: ArrayLike | None = None,
    sd2: ArrayLike | None = None,
    n2: ArrayLike | None = None,
    events1: ArrayLike | None = None,
    events2: ArrayLike | None = None,
    time1: ArrayLike | None = None,
    time2: ArrayLike | None = None,
    mean: ArrayLike | None = None,
    sd: ArrayLike | None = None,
    n: ArrayLike | None = None,
    events: ArrayLike | None = None,
    time: ArrayLike | None = None,
    correlation: ArrayLike | None = None,
    both: ArrayLike | None = None,
    only1: ArrayLike | None = None,
    only2: ArrayLike | None = None,
    neither: ArrayLike | None = None,
    t_statistic: ArrayLike | None = None,
    predictors: ArrayLike | None = None,
    r_squared: ArrayLike | None = None,
    alpha: ArrayLike | None = None,
    items: ArrayLike | None = None,
    labels: Iterable[object] | None = None,
    variance: str | None = None,
    bias_correction: bool = True,
    zero_cells: str = "only_zero",
    added: float | None = None,
    drop_without_events: bool = False,
) -> Effects:
    """Compute effect sizes and their sampling variances.

    Args:
        measure: metafor's abbreviation, such as "MD", "SMD", "ROM", "RR", "OR", "RD", "PETO",
            "IRR", "MC", "SMCR", "PLO", "PFT", "MN"; `ev.MEASURES` names all.
        mean1: `(k,)` mean of the first group, or of the first measurement.
        sd1: `(k,)` its standard deviation, 0 or above.
        n1: `(k,)` people in the first group, above 0.
        mean2: `(k,)` mean of the second group, or of the second measurement.
        sd2: `(k,)` its standard deviation, 0 or above.
        n2: `(k,)` people in the second group, above 0.
        events1: `(k,)` people with the event in the first group, or events in `time1`.
        events2: `(k,)` people with the event in the second group, or events in `time2`.
        time1: `(k,)` person-time of the first group, above 0.
        time2: `(k,)` person-time of the second group, above 0.
        mean: `(k,)` mean of a single group.
        sd: `(k,)` its standard deviation, 0 or above.
        n: `(k,)` people in a single group, or in one group measured twice, above 0.
        events: `(k,)` people with the event in a single group, or events in `time`.
        time: `(k,)` person-time of a single group, above 0.
        correlation: `(k,)` between two measurements of one group, or the effect itself for COR.
        both: `(k,)` pairs with the event under both treatments (crossover, matched pairs).
        only1: `(k,)` pairs with the event under the first treatment only.
        only2: `(k,)` pairs with the event under the second treatment only.
        neither: `(k,)` pairs without the event.
        t_statistic: `(k,)` t of a regression coefficient.
        predictors: `(k,)` how many predictors that regression has.
        r_squared: `(k,)` the share of variance that it explains, 0 to 1.
        alpha: `(k,)` coefficient alpha, below 1.
        items: `(k,)` items of the scale, 2 or more.
        labels: `(k,)` names of the studies.
        variance: formula for the sampling variance: "LS" (the usual one), or "LS2", "UB", "HO",
            "AV" where the measure has them.
        bias_correction: whether small-sample bias is corrected (Hedges' exact J, and the like).
        zero_cells: "only_zero" (add to studies with a zero), "if_any", "all" or "none".
        added: what is added to the cells; 0.5 by default, 0 for measures that need nothing.
        drop_without_events: leave out studies with no events, or only events, in both groups.

    A single number stands for all studies.

    Raises:
        EvidenceError: for inputs that are missing, superfluous or not admissible; the study is
            named.

    Normand's stroke units (metafor's dat.normand1999), first study, days in hospital:

    >>> one = effect_size("SMD", mean1=55, sd1=47, n1=155, mean2=75, sd2=64, n2=156)
    >>> round(float(one.yi[0]), 4), round(float(one.vi[0]), 4)
    (-0.3552, 0.0131)

    *Source: the measure's own function names it; see docs/methods/effect-sizes.md.*
    """
    chosen = MEASURES[choose("measure", measure, _ALIASES)]
    given = {
        "mean1": mean1, "sd1": sd1, "n1": n1, "mean2": mean2, "sd2": sd2, "n2": n2,
        "events1": events1, "events2": events2, "time1": time1, "time2": time2,
        "mean": mean, "sd": sd, "n": n, "events": events, "time": time,
        "correlation": correlation,
        "both": both, "only1": only1, "only2": only2, "neither": neither,
        "t_statistic": t_statistic, "predictors": predictors, "r_squared": r_squared,
        "alpha": alpha, "items": items,
    }  # fmt: skip
    columns, names = checked_columns(chosen, given, labels)
    formula = _formula(chosen, variance)
    rule = choose("zero-cell rule", zero_cells, RULES)
    kept = _kept(columns, drop=drop_without_events)
    dropped = tuple(name for name, keep in zip(names, kept, strict=True) if not keep)
    if len(dropped) == len(names):
        raise EvidenceError("no study has events in one group and people without: nothing is left")
    if dropped:
        columns = {name: column[kept] for name, column in columns.items()}
        names = tuple(name for name, keep in zip(names, kept, strict=True) if keep)
    amount = _amount(chosen, added)
    cells, touched = _with_cells(chosen, columns, amount, rule)
    request = Request(cells, formula, bias_correction, names)
    yi, vi = _computed(chosen, request)
    return Effects(
        yi=yi,
        vi=vi,
        measure=chosen.name,
        words=chosen.words,
        labels=names,
        dropped=dropped,
        variance=formula,
        zero_cells=rule if chosen.added_to_zero_cells is not None else "none",
        added=amount,
        adjusted=tuple(name for name, hit in zip(names, touched, strict=True) if hit),
        papers=papers_of(chosen.name),
    )


def _formula(measure: Measure, variance: str | None) -> str:
    if variance is None:
        return measure.variances[0]
    if variance not in measure.variances:
        raise EvidenceError(unknown(f"variance of {measure.name}", variance, measure.variances))
    return variance


def _amount(measure: Measure, added: float | None) -> float:
    if measure.added_to_zero_cells is None:
        return 0.0
    if added is None:
        return measure.added_to_zero_cells
    if not 0.0 <= added < np.inf:
        raise EvidenceError(f"added is {added}, 0 or a finite number above is needed")
    return float(added)


def _kept(columns: Columns, *, drop: bool) -> NDArray[np.bool_]:
    k = next(iter(columns.values())).size
    if drop and "both" in columns:
        both, only1, only2, neither = (columns[name] for name in PAIRS)
        empty = ((both == 0.0) & (only2 == 0.0)) | ((only1 == 0.0) & (neither == 0.0))
        return np.asarray(~empty, dtype=np.bool_)
    if not drop or "events1" not in columns:
        return np.ones(k, dtype=bool)
    first, second = columns["events1"], columns["events2"]
    empty = (first == 0.0) & (second == 0.0)
    if "n1" in columns:
        empty |= (first == columns["n1"]) & (second == columns["n2"])
    if "n" in columns:
        empty |= (first == columns["n"]) & (second == columns["n"])
    return np.asarray(~empty, dtype=np.bool_)


def _with_cells(
    measure: Measure, columns: Columns, amount: float, rule: str
) -> tuple[Columns, NDArray[np.bool_]]:
    """Return the columns with adjusted counts, and which studies were adjusted."""
    k = next(iter(columns.values())).size
    if measure.added_to_zero_cells is None:
        return columns, np.zeros(k, dtype=bool)
    names, counts = _counts(columns)
    after = adjusted(counts, amount, rule)
    touched = after[0] != counts[0]
    if names == ("events", "others"):
        changed: dict[str, Column] = {"events": after[0], "n": after[0] + after[1]}
    else:
        changed = dict(zip(names, after, strict=True))
    return {**columns, **changed}, touched


def _counts(columns: Columns) -> tuple[tuple[str, ...], tuple[Column, ...]]:
    if "both" in columns:
        return CELLS, tuple(columns[name] for name in PAIRS)
    if "events1" in columns and "n" in columns:
        a, c, n = (columns[name] for name in ("events1", "events2", "n"))
        return CELLS, (a, n - a, c, n - c)
    if "n1" in columns:
        a, n1, c, n2 = (columns[name] for name in ("events1", "n1", "events2", "n2"))
        return CELLS, (a, n1 - a, c, n2 - c)
    if "events1" in columns:
        return ("events1", "events2"), (columns["events1"], columns["events2"])
    if "n" in columns:
        return ("events", "others"), (columns["events"], columns["n"] - columns["events"])
    return ("events",), (columns["events"],)


def _computed(measure: Measure, request: Request) -> tuple[Column, Column]:
    yi, vi = measure.compute(request)
    _check.finite(f"the {measure.words}", yi, request.labels)
    _check.finite(f"the variance of the {measure.words}", vi, request.labels)
    yi, vi = np.array(yi), np.array(vi)
    yi.setflags(write=False)
    vi.setflags(write=False)
    return yi, vi
