"""Hunter and Schmidt's estimator (HS) and its version with a small-sample factor (HSk)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from filiform.evidence.tau2._estimate import Tau2

if TYPE_CHECKING:
    from filiform.evidence._model import Model


def hunter_schmidt(model: Model) -> Tau2:
    """Return τ² = max(0, (Q − k) / Σw) with w = 1/v.

    *Source: Hunter and Schmidt 2004, Methods of Meta-Analysis, 2nd edition; Viechtbauer 2005,
    Journal of Educational and Behavioral Statistics 30:261, doi:10.3102/10769986030003261.*
    """
    return _hunter_schmidt(model, 1.0)


def hunter_schmidt_k(model: Model) -> Tau2:
    """Return τ² = max(0, (Q k/(k − p) − k) / Σw) with w = 1/v.

    *Source: Brannick, Potter, Benitez and Morris 2019, Organizational Research Methods 22:490,
    as implemented in metafor (method "HSk").*
    """
    return _hunter_schmidt(model, model.k / (model.k - model.p))


def _hunter_schmidt(model: Model, factor: float) -> Tau2:
    sums = model.sums_at(0.0)
    value = max(0.0, (factor * sums.q - model.k) / sums.sum_w)
    df = model.k - model.p
    spread = 2.0 * df + 4.0 * value * sums.tr_p + 2.0 * value * value * sums.tr_pp
    return Tau2(value, factor * math.sqrt(spread) / sums.sum_w)
