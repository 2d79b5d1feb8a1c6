"""Baujat's two questions: which study makes the heterogeneity, and which the result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from filiform.evidence import _check
from filiform.evidence._result import Rows
from filiform.evidence.pooling.pool import pool
from filiform.evidence.robustness.leave_one_out import leave_one_out

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import ArrayLike


_PAPER: Final = (
    "Baujat B, Mahé C, Pignon J-P, Hill C. A graphical method for exploring heterogeneity in "
    "meta-analyses: application to a meta-analysis of 65 trials. Statistics in Medicine "
    "2002;21:2641-2652. doi:10.1002/sim.1221"
)


@dataclass(frozen=True, slots=True)
class Baujat:
    """One study's place in Baujat's plot.

    Attributes:
        label: the study.
        heterogeneity: its squared Pearson residual (its part of Q for a common effect).
        influence: squared change of the mean without it, in the variance without it.
    """

    label: str
    heterogeneity: float
    influence: float


def baujat(
    estimates: ArrayLike,
    variances: ArrayLike,
    *,
    tau2: str = "REML",
    labels: Iterable[object] | None = None,
) -> Rows[Baujat]:
    """Return where each study lies: w(y − μ)² against (μ₍₋ᵢ₎ − μ)²/Var(μ₍₋ᵢ₎).

    Args:
        estimates: `(k,)` effects, k of 2 or more.
        variances: `(k,)` their sampling variances, above 0.
        tau2: estimator as for `pool_many`; "common" is Baujat's own.
        labels: `(k,)` names of the studies.

    Raises:
        EvidenceError: for one study, or numbers that cannot be pooled.

    *Source: Baujat, Mahe, Pignon and Hill 2002, Statistics in Medicine 21:2641,
    doi:10.1002/sim.1221.*

    >>> max(baujat([0.1, 0.2, 0.9], [0.05] * 3, labels="ABC"), key=lambda one: one.influence).label
    'C'
    """
    y, v, names = _check.studies(estimates, variances, labels)
    rest = leave_one_out(y, v, tau2=tau2, interval="normal", labels=names).fits
    fit = pool(y, v, tau2=tau2, interval="normal", prediction="none", tau2_interval="none")
    heterogeneity = (y - fit.estimate) ** 2 / (v + (fit.tau2 or 0.0))
    influence = (rest.estimate - fit.estimate) ** 2 / rest.standard_error**2
    points = tuple(
        Baujat(*row)
        for row in zip(names, heterogeneity.tolist(), np.asarray(influence).tolist(), strict=True)
    )
    return Rows(points, f"Baujat's plot, {fit.tau2_method}", (_PAPER,))
