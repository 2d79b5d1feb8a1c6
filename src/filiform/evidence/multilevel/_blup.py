"""Best linear unbiased predictions of the random effects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from filiform.evidence._distributions import t_quantile
from filiform.evidence.multilevel._degrees import group_df
from filiform.evidence.multilevel.random import INTERCEPT

if TYPE_CHECKING:
    from filiform.evidence.multilevel._fitting import Fitted


@dataclass(frozen=True, slots=True)
class RandomEffect:
    """How far one group lies from what the model expects of it.

    Attributes:
        term: the name of the random term.
        group: the group, with its inner level where the term has them.
        estimate: the predicted deviation.
        standard_error: of the prediction.
        ci_low, ci_high: its interval.
    """

    term: str
    group: str
    estimate: float
    standard_error: float
    ci_low: float
    ci_high: float


def random_effects(fitted: Fitted, kind: str, level: float) -> tuple[RandomEffect, ...]:
    """Return the deviations of all groups.

    With E the covariances between a random effect and the studies: E u, u = Py, with variance
    G − E P E'.

    Args:
        fitted: the model.
        kind: how intervals are made: normal, t, t_contain.
        level: of the intervals.

    *Source: Robinson 1991, Statistical Science 6:15, doi:10.1214/ss/1177011926.*
    """
    found: list[RandomEffect] = []
    for index, term in enumerate(fitted.model.terms):
        estimate, variance = _of_term(fitted, index)
        crit = t_quantile(level, group_df(kind, fitted.model.k, fitted.model.p, term))
        keys = list(zip(term.outer.tolist(), term.inner.tolist(), strict=True))
        for (group, inner), i in sorted({key: i for i, key in enumerate(keys)}.items()):
            name = term.groups[group]
            if term.kind != INTERCEPT:
                name += f": {term.levels[inner]}"
            mean = float(estimate[i])
            error = float(np.sqrt(max(0.0, variance[i])))
            found.append(
                RandomEffect(term.name, name, mean, error, mean - crit * error, mean + crit * error)
            )
    return tuple(found)


def _of_term(
    fitted: Fitted, index: int
) -> tuple[np.ndarray[tuple[int], np.dtype[np.float64]], ...]:
    """Return for each study the deviation of its group, and the variance of that."""
    model, gls = fitted.model, fitted.gls
    part = model.split(fitted.maximum.theta)[index]
    estimate, variance = np.empty(model.k), np.empty(model.k)
    for stack, W, u in zip(model.stacks, gls.W, gls.u, strict=True):
        pairs = stack.pairs[index]
        E = model.terms[index].structure.entries(part, pairs.a, pairs.b).value * pairs.same
        EW = E @ W
        EWX = EW @ stack.X
        estimate[stack.rows] = (E @ u[:, :, None])[:, :, 0]
        kept = (EW * E).sum(axis=2) - ((EWX @ gls.C) * EWX).sum(axis=2)
        variance[stack.rows] = np.diagonal(E, axis1=1, axis2=2) - kept
    return estimate * np.sqrt(fitted.scale), variance * fitted.scale
