"""Egger's regression test, and its version with a random effect."""

from __future__ import annotations

import math
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import numpy as np

from filiform.errors import EvidenceError
from filiform.evidence import _check
from filiform.evidence._distributions import t_quantile, two_sided_p
from filiform.evidence._options import choose, confidence
from filiform.evidence.regression.meta_regression import meta_regression
from filiform.evidence.small_study._line import weighted_line
from filiform.evidence.small_study.result import AsymmetryTest, few_studies

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import ArrayLike, NDArray

EGGER: Final = (
    "Egger M, Davey Smith G, Schneider M, Minder C. Bias in meta-analysis detected by a simple, "
    "graphical test. BMJ 1997;315:629-634. doi:10.1136/bmj.315.7109.629"
)
STERNE: Final = (
    "Sterne JAC, Egger M. Regression methods to detect publication and other bias in "
    "meta-analysis. In: Rothstein HR, Sutton AJ, Borenstein M (eds). Publication Bias in "
    "Meta-Analysis. Wiley, 2005:99-110."
)

MODELS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "dispersion": "dispersion",
        "lm": "dispersion",
        "random": "random",
        "rma": "random",
    }
)
PREDICTORS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "standard_error": "standard_error",
        "sei": "standard_error",
        "se": "standard_error",
        "variance": "variance",
        "vi": "variance",
        "size": "size",
        "ni": "size",
        "inverse_size": "inverse_size",
        "ninv": "inverse_size",
        "root_size": "root_size",
        "sqrtni": "root_size",
        "inverse_root_size": "inverse_root_size",
        "sqrtninv": "inverse_root_size",
    }
)
_POWERS: Final[Mapping[str, float]] = MappingProxyType(
    {"size": 1.0, "inverse_size": -1.0, "root_size": 0.5, "inverse_root_size": -0.5}
)


def egger(
    estimates: ArrayLike,
    variances: ArrayLike,
    *,
    model: str = "dispersion",
    predictor: str = "standard_error",
    sizes: ArrayLike | None = None,
    tau2: str = "REML",
    level: float = 0.95,
    labels: Iterable[object] | None = None,
) -> AsymmetryTest:
    """Test whether effects change with their standard errors.

    y = β₀ + β₁ s, weights 1/v: the slope is Egger's bias, the intercept the effect of an infinitely
    large study. "dispersion" multiplies the variances (Egger's own, a t test on k − 2), "random"
    adds a between-study variance (a meta-regression, a z test).

    Args:
        estimates: `(k,)` effects, k of 3 or more.
        variances: `(k,)` their sampling variances, above 0.
        model: "dispersion" (lm) or "random" (rma).
        predictor: "standard_error", "variance", or of the people in the studies "size",
            "inverse_size", "root_size" or "inverse_root_size".
        sizes: `(k,)` people in each study, above 0; for the predictors made of them.
        tau2: estimator for the random model.
        level: of the limit's interval, between 0 and 1.
        labels: `(k,)` names of the studies.

    Raises:
        EvidenceError: for fewer than three studies, all equally precise or of one size, effects
            that lie exactly on the line, or sizes that are missing or of no use.

    *Source: Egger et al. 1997, BMJ 315:629, doi:10.1136/bmj.315.7109.629; Sterne and Egger 2005, in
    Publication Bias in Meta-Analysis, pages 99 to 110.*

    >>> test = egger([0.1, 0.3, 0.55, 0.9], [0.01, 0.04, 0.09, 0.25])
    >>> round(test.bias, 2), round(test.limit, 2)
    (2.08, -0.11)
    """
    y, v, names = _check.studies(estimates, variances, labels)
    level = confidence(level)
    kind = choose("model", model, MODELS)
    by = choose("predictor", predictor, PREDICTORS)
    x = _predictor(by, v, sizes, names)
    line = weighted_line(x, y, 1.0 / v)
    if kind == "random":
        return _random(y, v, x, tau2, level, names, by)
    vanishes = _vanishes(by)
    half = t_quantile(level, line.df) * line.intercept_error
    statistic = line.slope / line.slope_error
    return AsymmetryTest(
        test="Egger's test",
        statistic=statistic,
        df=line.df,
        p_value=two_sided_p(statistic, line.df),
        bias=line.slope,
        bias_standard_error=line.slope_error,
        limit=line.intercept if vanishes else None,
        limit_ci_low=line.intercept - half if vanishes else None,
        limit_ci_high=line.intercept + half if vanishes else None,
        level=level,
        k=y.size,
        method=f"weighted regression on the {by.replace('_', ' ')}, multiplicative dispersion",
        warnings=few_studies(y.size),
        papers=(EGGER,),
    )


def _vanishes(by: str) -> bool:
    """Return whether the predictor is 0 for an infinitely large study."""
    return by not in {"size", "root_size"}


def _predictor(
    by: str, v: NDArray[np.float64], sizes: ArrayLike | None, names: tuple[str, ...]
) -> NDArray[np.float64]:
    if by not in _POWERS:
        if sizes is not None:
            raise EvidenceError(f'predictor {by} has no use for sizes: choose "size" or the like')
        return np.sqrt(v) if by == "standard_error" else v
    if sizes is None:
        raise EvidenceError(f"predictor {by} is made of the people in the studies: give sizes=")
    n = _check.numbers("sizes", sizes)
    _check.same_length((("estimates", v), ("sizes", n)))
    _check.finite("the size", n, names)
    _check.refuse_where(n <= 0.0, names, lambda i: f"size is {n[i]:g}, above 0 is needed")
    return np.asarray(n ** _POWERS[by])


def _random(  # noqa: PLR0917 - seven parts of one call, all named there
    y: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
    v: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
    x: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
    tau2: str,
    level: float,
    names: tuple[str, ...],
    by: str,
) -> AsymmetryTest:
    fit = meta_regression(
        y, v, {"x": x.tolist()}, tau2=tau2, interval="normal", level=level, labels=names
    )
    limit, slope = fit.coefficients
    vanishes = _vanishes(by)
    return AsymmetryTest(
        test="Egger's test",
        statistic=slope.statistic,
        df=None if math.isinf(fit.df) else int(fit.df),
        p_value=slope.p_value,
        bias=slope.estimate,
        bias_standard_error=slope.standard_error,
        limit=limit.estimate if vanishes else None,
        limit_ci_low=limit.ci_low if vanishes else None,
        limit_ci_high=limit.ci_high if vanishes else None,
        level=level,
        k=fit.k,
        method=f"meta-regression on the {by.replace('_', ' ')}, random effects, {fit.tau2_method}",
        warnings=few_studies(fit.k),
        papers=(EGGER, STERNE),
    )
