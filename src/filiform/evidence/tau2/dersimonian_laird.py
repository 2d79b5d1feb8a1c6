"""DerSimonian and Laird's moment estimator (DL)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from filiform.errors import EvidenceError
from filiform.evidence.tau2._estimate import Tau2

if TYPE_CHECKING:
    from filiform.evidence._model import Model


def dersimonian_laird(model: Model) -> Tau2:
    """Return τ² = max(0, (Q − (k − p)) / tr P) with P at τ² = 0.

    Raises:
        EvidenceError: where one study has so much of the weight that rounding leaves no trace.

    *Source: DerSimonian and Laird 1986, Controlled Clinical Trials 7:177,
    doi:10.1016/0197-2456(86)90046-2.*
    """
    sums = model.sums_at(0.0)
    df = model.k - model.p
    if not (sums.tr_p > 0.0 and sums.tr_pp >= 0.0):
        raise EvidenceError(
            f"one of the {model.k} studies has so much of the weight that the others do not show "
            "beside it in 16 digits: check its variance, or choose REML or PM"
        )
    value = max(0.0, (sums.q - df) / sums.tr_p)
    spread = 2.0 * df + 4.0 * value * sums.tr_p + 2.0 * value * value * sums.tr_pp
    return Tau2(value, math.sqrt(spread) / sums.tr_p)
