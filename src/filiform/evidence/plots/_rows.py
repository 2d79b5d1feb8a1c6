"""The rows of a forest plot: what stands in them, before anything is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from filiform.errors import EvidenceError
from filiform.evidence._distributions import t_quantile
from filiform.evidence._text import shown, shown_p
from filiform.evidence.pooling.common_effect import CommonEffect
from filiform.evidence.pooling.pooled import Pooled
from filiform.evidence.pooling.subgroups import Subgroups

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from filiform.evidence.effects.result import Effects

Kind = Literal["study", "summary", "prediction", "heading", "note", "blank"]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the plot.

    Attributes:
        kind: what it is.
        label: its text on the left.
        estimate, low, high: on the pooled scale, None where nothing is drawn.
        weight: percent, None where there is none.
        study: its place among the studies as given, None for other rows.
    """

    kind: Kind
    label: str
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    weight: float | None = None
    study: int | None = None


@dataclass(frozen=True, slots=True)
class Studies:
    """What the study rows are made of, `(k,)` each."""

    labels: tuple[str, ...]
    estimates: NDArray[np.float64]
    variances: NDArray[np.float64]
    weights: NDArray[np.float64]
    level: float

    def rows(self, places: list[int], indent: str = "") -> list[Row]:
        """Return the rows of some studies."""
        half = t_quantile(self.level, float("inf")) * np.sqrt(self.variances)
        return [
            Row(
                "study",
                indent + self.labels[i],
                float(self.estimates[i]),
                float(self.estimates[i] - half[i]),
                float(self.estimates[i] + half[i]),
                float(self.weights[i]),
                i,
            )
            for i in places
        ]


Result = Pooled | Subgroups | CommonEffect


def rows_of(result: Result, effects: Effects | None, order: str) -> list[Row]:
    """Return the rows of a result, the studies in an order.

    Raises:
        EvidenceError: if the result does not hold its studies' effects and none are given.
    """
    studies = studies_of(result, effects)
    places = _ORDERS[order](studies)
    if isinstance(result, Subgroups):
        return list(_grouped(result, studies, places))
    return [*studies.rows(places), Row("blank", ""), *_summary(result, "Pooled", "")]


def studies_of(result: Result, effects: Effects | None) -> Studies:
    """Return what the study rows are made of."""
    if isinstance(result, Subgroups):
        result = result.overall
    if isinstance(result, Pooled):
        return Studies(
            result.labels,
            np.array(result.estimates),
            np.array(result.variances),
            np.array(result.weights),
            result.level,
        )
    if effects is None:
        raise EvidenceError(
            "a Mantel-Haenszel or Peto result does not hold the effects of its studies: give "
            "effects=effect_size(...) of the same studies"
        )
    if effects.labels != result.labels:
        raise EvidenceError(
            f"effects are of {effects.k} studies and the result of {result.k}, or of others: "
            "give the effects of the studies that were pooled, in the same order"
        )
    weights = np.array(result.weights)
    return Studies(result.labels, effects.yi, effects.vi, weights, result.level)


def _given(studies: Studies) -> list[int]:
    return list(range(len(studies.labels)))


def _by_estimate(studies: Studies) -> list[int]:
    return [int(i) for i in np.argsort(studies.estimates, kind="stable")]


def _by_weight(studies: Studies) -> list[int]:
    return [int(i) for i in np.argsort(-studies.weights, kind="stable")]


_ORDERS = {"given": _given, "estimate": _by_estimate, "weight": _by_weight}
ORDERS = tuple(_ORDERS)


def _grouped(result: Subgroups, studies: Studies, places: list[int]) -> Iterator[Row]:
    for name, fit, members in zip(
        result.names, result.groups, _members(result, places), strict=True
    ):
        yield Row("heading", name)
        yield from studies.rows(members, "  ")
        share = float(studies.weights[members].sum())
        yield from _summary(fit, "Subgroup", "  ", share)
        yield Row("blank", "")
    yield from _summary(result.overall, "All studies", "")
    test = (
        f"Subgroup differences: Q {shown(result.q_between, 3)} on {result.df_between} df, "
        f"p {shown_p(result.p_between)}"
    )
    yield Row("note", test)


def _members(result: Subgroups, places: list[int]) -> list[list[int]]:
    """Return the studies of each subgroup, in the order of `places`."""
    free: dict[tuple[str, float, float], list[int]] = {}
    for i, key in enumerate(_keys(result.overall)):
        free.setdefault(key, []).append(i)
    rank = {place: n for n, place in enumerate(places)}
    return [
        sorted((free[key].pop(0) for key in _keys(fit)), key=rank.__getitem__)
        for fit in result.groups
    ]


def _keys(fit: Pooled) -> list[tuple[str, float, float]]:
    return list(zip(fit.labels, fit.estimates, fit.variances, strict=True))


def _summary(
    fit: Pooled | CommonEffect, name: str, indent: str, weight: float = 100.0
) -> Iterator[Row]:
    yield Row("summary", f"{indent}{name}", fit.estimate, fit.ci_low, fit.ci_high, weight)
    if isinstance(fit, CommonEffect):
        yield Row("note", f"{indent}{_q_note(fit)}, I² {shown(fit.i2, 3)} %")
        return
    if fit.pi_low is not None and fit.pi_high is not None:
        yield Row("prediction", f"{indent}New study (prediction)", None, fit.pi_low, fit.pi_high)
    if fit.tau2 is not None:
        yield Row(
            "note",
            f"{indent}{_q_note(fit)}, τ² {shown(fit.tau2, 3)}, I² {shown(fit.i2, 3)} %",
        )


def _q_note(fit: Pooled | CommonEffect) -> str:
    return f"Heterogeneity: Q {shown(fit.q, 4)} on {fit.q_df} df, p {shown_p(fit.q_p)}"
