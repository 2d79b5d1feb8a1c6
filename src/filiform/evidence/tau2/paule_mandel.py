"""Paule and Mandel's estimator (PM), its median-unbiased version (PMM), and those equal to it.

Morris' empirical Bayes estimator (EB), DerSimonian and Laird's estimator iterated to its end
(DLIT) and Sidik and Jonkman's iterated (SJIT) all solve Q(τ²) = k − p, so they are the same number.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from filiform.evidence._distributions import chi2_upper_quantile
from filiform.evidence.tau2._estimate import Tau2
from filiform.evidence.tau2.q_equation import solve_q

if TYPE_CHECKING:
    from filiform.evidence._model import Model


def paule_mandel(model: Model) -> Tau2:
    """Return the τ² at which Q(τ²) = k − p, or 0 where Q(0) is below.

    *Source: Paule and Mandel 1982, Journal of Research of the National Bureau of Standards 87:377,
    doi:10.6028/jres.087.022; DerSimonian and Kacker 2007, Contemporary Clinical Trials 28:105,
    doi:10.1016/j.cct.2006.04.004.*
    """
    return _solve(model, float(model.k - model.p))


def paule_mandel_median(model: Model) -> Tau2:
    """Return the τ² at which Q(τ²) is the median of its chi-square distribution, or 0.

    *Source: Viechtbauer's median-unbiased version of Paule and Mandel 1982, as implemented in
    metafor (method "PMM").*
    """
    return _solve(model, chi2_upper_quantile(0.5, float(model.k - model.p)))


def _solve(model: Model, target: float) -> Tau2:
    root, steps = solve_q(model, target)
    value = 0.0 if root is None else root
    sum_w = model.sums_at(value).sum_w
    return Tau2(value, math.sqrt(2.0 / (model.k - model.p)) * model.k / sum_w, steps)
