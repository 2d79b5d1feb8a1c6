"""Inverse-variance pooling: the common-effect and the random-effects model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from filiform.evidence import _check
from filiform.evidence._model import MeanModel
from filiform.evidence.pooling._assemble import assemble, one_study
from filiform.evidence.pooling._choice import choice, own_weights
from filiform.evidence.pooling._heterogeneity import heterogeneity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import ArrayLike

    from filiform.evidence.pooling.pooled import Pooled


def pool(
    estimates: ArrayLike,
    variances: ArrayLike,
    *,
    tau2: str | float = "REML",
    interval: str = "HK_adhoc",
    level: float = 0.95,
    labels: Iterable[object] | None = None,
    prediction: str = "HK",
    tau2_interval: str = "q_profile",
    weights: ArrayLike | None = None,
) -> Pooled:
    """Pool the effects of several studies by inverse variance.

    With w = 1/(v + τ²): mean μ = Σwy/Σw, variance 1/Σw. With weights a of one's own:
    μ = Σay/Σa, variance Σa²(v + τ²)/(Σa)².

    Args:
        estimates: `(k,)` effects, on a scale where they are about normal (log for ratios).
        variances: `(k,)` their sampling variances, above 0.
        tau2: estimator of the between-study variance: REML, ML, DL, PM, EB, PMM, SJ, HE, HS, HSk,
            DLIT, SJIT, GENQ, GENQM; "common" for no between-study variance; or its value.
        interval: "hartung_knapp_adhoc" (HK_adhoc), "hartung_knapp" (HK), "t", "normal" (z) or
            "kenward_roger" (KR).
        level: of all intervals, between 0 and 1.
        labels: `(k,)` names of the studies, for messages and tables.
        prediction: interval for a new study: HK, HK_PR, HTS, V, KR, KR_PR, S, as_interval, none.
        tau2_interval: "q_profile", "profile_likelihood", "generalised_q" or "none".
        weights: `(k,)` weights of one's own, above 0; needed by GENQ and GENQM.

    Returns:
        the pooled effect; of one study that study itself, and `method` says so.

    Raises:
        EvidenceError: for numbers that cannot be pooled (the study is named) or unknown words.

    Log risk ratios of the first four of Colditz' 13 trials of BCG vaccine (metafor's dat.bcg):

    >>> fit = pool([-0.8893, -1.5854, -1.3481, -1.4416], [0.3256, 0.1946, 0.4154, 0.0200])
    >>> round(fit.estimate, 3), round(fit.ci_low, 3), round(fit.ci_high, 3)
    (-1.422, -1.831, -1.013)

    *Source: Viechtbauer 2005, Journal of Educational and Behavioral Statistics 30:261,
    doi:10.3102/10769986030003261; see also `result.references()`.*
    """
    y, v, names = _check.studies(estimates, variances, labels)
    options = choice(tau2, interval, prediction, tau2_interval, level)
    a = None if weights is None else own_weights(weights, names, options)
    if y.size == 1:
        return one_study(y, v, names, options)
    model = MeanModel(y, v)
    found = heterogeneity(model, options, a)
    return assemble(model, found, options, names, a)
