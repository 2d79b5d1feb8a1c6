"""Where the effect of a new study is expected: prediction intervals by name."""

from __future__ import annotations

import math
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from filiform.evidence._distributions import t_quantile
from filiform.evidence.pooling import _mean_interval as mean_interval
from filiform.evidence.pooling._mean_interval import Mean, Precision, precision

if TYPE_CHECKING:
    from collections.abc import Mapping

    from filiform.evidence._model import Model

NONE: Final = "none"
AS_INTERVAL: Final = "as_interval"

PREDICTIONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "HK": "HK",
        "hk": "HK",
        "hartung_knapp": "HK",
        "HK_PR": "HK_PR",
        "hk_pr": "HK_PR",
        "hk-pr": "HK_PR",
        "KR": "KR",
        "kr": "KR",
        "kenward_roger": "KR",
        "KR_PR": "KR_PR",
        "kr_pr": "KR_PR",
        "kr-pr": "KR_PR",
        "HTS": "HTS",
        "hts": "HTS",
        "higgins_thompson_spiegelhalter": "HTS",
        "riley": "HTS",
        "V": "V",
        "v": "V",
        "veroniki": "V",
        "S": "S",
        "s": "S",
        "normal": "S",
        "z": "S",
        AS_INTERVAL: AS_INTERVAL,
        "metafor": AS_INTERVAL,
        NONE: NONE,
    }
)


def prediction_interval(
    model: Model,
    tau2: float,
    mean: Mean,
    *,
    kind: str,
    level: float,
    interval: str,
    chosen: Precision,
) -> tuple[float | None, float | None]:
    """Return `estimate ± t √(SE² + τ²)`, or Nones where the method needs more studies.

        name         SE                            degrees of freedom of t
        HK           Hartung-Knapp                 k − 1
        HK_PR        Hartung-Knapp                 k − 2
        KR, KR_PR    Kenward-Roger                 its own, its own less 1
        V            of the model                  k − 1
        HTS          of the model                  k − 2
        S            of the model                  infinite
        as_interval  of the chosen interval        of the chosen interval

    Where the interval of the mean is the safeguarded Hartung-Knapp, HK takes the same.

    *Source: Higgins, Thompson and Spiegelhalter 2009, Journal of the Royal Statistical Society A
    172:137, doi:10.1111/j.1467-985X.2008.00552.x (HTS); Partlett and Riley 2017,
    Statistics in Medicine 36:301, doi:10.1002/sim.7140 (HK, KR).*
    """
    if kind == AS_INTERVAL:
        used = chosen
    elif kind.startswith("HK"):
        safeguarded = interval == mean_interval.HARTUNG_KNAPP_ADHOC
        name = interval if safeguarded else mean_interval.HARTUNG_KNAPP
        used = precision(model, tau2, mean, name)
    elif kind.startswith("KR"):
        used = precision(model, tau2, mean, mean_interval.KENWARD_ROGER)
    else:
        used = Precision(math.sqrt(mean.variance), math.inf if kind == "S" else model.k - 1)
    df = used.df - 1 if kind in {"HK_PR", "KR_PR", "HTS"} else used.df
    if df <= 0.0:
        return None, None
    half = t_quantile(level, df) * math.hypot(used.standard_error, math.sqrt(tau2))
    return mean.estimate - half, mean.estimate + half
