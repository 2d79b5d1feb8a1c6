"""Hedges' unweighted moment estimator (HE), also Cochran's ANOVA estimator."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from filiform.evidence.tau2._estimate import Tau2

if TYPE_CHECKING:
    from filiform.evidence._model import Model


def hedges(model: Model) -> Tau2:
    """Return τ² = max(0, (RSS − tr PV) / (k − p)) from ordinary least squares.

    *Source: Hedges and Olkin 1985, Statistical Methods for Meta-Analysis, chapter 9; Viechtbauer
    2005, Journal of Educational and Behavioral Statistics 30:261,
    doi:10.3102/10769986030003261.*
    """
    rss, tr_pv = model.unweighted()
    value = max(0.0, (rss - tr_pv) / (model.k - model.p))
    tr_p, spread = model.variance_of_quadratic_form(np.ones(model.k), value)
    return Tau2(value, math.sqrt(spread) / tr_p)
