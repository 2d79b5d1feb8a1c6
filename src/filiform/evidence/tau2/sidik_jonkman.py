"""Sidik and Jonkman's model error variance estimator (SJ)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from filiform.evidence.tau2._estimate import Tau2

if TYPE_CHECKING:
    from filiform.evidence._model import Model


def sidik_jonkman(model: Model) -> Tau2:
    """Return τ² = τ₀² Q(τ₀²) / (k − p) with τ₀² = Σ(y − ȳ)²/k; it is never 0 unless all y agree.

    *Source: Sidik and Jonkman 2005, Journal of the Royal Statistical Society C 54:367,
    doi:10.1111/j.1467-9876.2005.00489.x.*
    """
    first = float(np.var(model.effects))
    df = model.k - model.p
    q, _ = model.q_at(first)
    value = first * q / df
    weights = 1.0 / (model.variances + first)
    _, spread = model.variance_of_quadratic_form(weights, value)
    return Tau2(value, first / df * math.sqrt(spread))
