"""Selection models: what the effects would be if results had not been chosen by their p-values."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import numpy as np

from filiform.errors import EvidenceError
from filiform.evidence import _check
from filiform.evidence._distributions import chi2_tail
from filiform.evidence._model import MeanModel
from filiform.evidence._options import choose, confidence
from filiform.evidence.multilevel._design import INTERCEPT
from filiform.evidence.multilevel._newton import Maximum, maximise
from filiform.evidence.multilevel.coefficients import Estimated
from filiform.evidence.pooling.pooled import information_criteria
from filiform.evidence.regression._design import design
from filiform.evidence.regression._model import RegressionModel
from filiform.evidence.selection._likelihood import Selected
from filiform.evidence.selection._weights import SMOOTH
from filiform.evidence.selection.result import Selection, Weight
from filiform.evidence.tau2.likelihood import ml

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import ArrayLike, NDArray

    from filiform.evidence.regression._design import Design, Moderators

    Array = NDArray[np.float64]

_FUNCTIONS: Final[Mapping[str, str]] = MappingProxyType(
    {"step": "step", "stepfun": "step", "3psm": "step"} | {name: name for name in SMOOTH}
)
_SIDES: Final[Mapping[str, str]] = MappingProxyType(
    {"greater": "greater", "less": "less", "two_sided": "two_sided", "two.sided": "two_sided"}
)
# Beyond this a weight says only that a kind of result was seen and its neighbours were not.
_HIGHEST = 100.0
# A weight of 0 would make what was seen impossible.
_LEAST = 1e-10
# What τ² below this part of a typical variance is: 0.
_ZERO = 1e-10
_FEW = 3


def selection(
    estimates: ArrayLike,
    variances: ArrayLike,
    *,
    function: str = "step",
    steps: Sequence[float] = (0.025,),
    alternative: str = "greater",
    moderators: Moderators | None = None,
    formula: str | None = None,
    level: float = 0.95,
    labels: Iterable[object] | None = None,
) -> Selection:
    """Fit a selection model by maximum likelihood.

    Args:
        estimates: `(k,)` effects.
        variances: `(k,)` their sampling variances, above 0.
        function: "step" (one step: the three-parameter model), "beta", "halfnorm", "negexp",
            "logistic" or "power".
        steps: p-values at which the step function changes, rising, between 0 and 1.
        alternative: which results are favoured: "greater" or "less" (one-sided p-values), or
            "two_sided".
        moderators: name to `(k,)` values, as for `meta_regression`.
        formula: which of them, as for `meta_regression`; all side by side where None.
        level: of the interval.
        labels: `(k,)` names of the studies.

    Raises:
        EvidenceError: for numbers that cannot be pooled (the study is named), too few studies, or
            an interval of p-values without a study.

    Log risk ratios of BCG vaccine (metafor's dat.bcg, rounded), selected for low ratios:

    >>> y = [-0.889, -1.585, -1.348, -1.442, -0.218, -0.786, -1.621, 0.012, -0.469, -1.371]
    >>> v = [0.326, 0.195, 0.415, 0.020, 0.051, 0.007, 0.223, 0.004, 0.056, 0.073]
    >>> found = selection(y, v, alternative="less")
    >>> len(found.weights), found.lrt_df
    (2, 1)

    *Source: Hedges and Vevea 1996, Journal of Educational and Behavioral Statistics 21:299,
    doi:10.3102/10769986021004299; see also `result.references()`.*
    """
    y, v, names = _check.studies(estimates, variances, labels)
    kind = choose("selection function", function, _FUNCTIONS)
    side = choose("alternative", alternative, _SIDES)
    wanted = confidence(level)
    cuts = _steps(steps) if kind == "step" else ()
    scale = _scale(y, v)
    asked = "~ 1" if formula is None and moderators is None else formula
    made = design(moderators or {}, asked, y.size, names)
    turned = -y if side == "less" else y
    plain = RegressionModel(turned / math.sqrt(scale), v / scale, made.matrix, made.names)
    model = Selected(plain, cuts, SMOOTH.get(kind), side == "two_sided")
    parameters = plain.p + 1 + _start(model).size
    if y.size < parameters + 1:
        raise EvidenceError(
            f"{y.size} studies and {parameters} parameters, at least {parameters + 1} studies are "
            "needed: use fewer steps or moderators"
        )
    counts = _counts(model, cuts)
    top = _fit(model, fixed_tau2=False)
    return _result(model, top, _Asked(kind, side, wanted, scale, counts, names, made))


@dataclass(frozen=True, slots=True)
class _Asked:
    function: str
    side: str
    level: float
    scale: float
    counts: tuple[int, ...] | None
    names: tuple[str, ...]
    design: Design


def _steps(steps: Sequence[float]) -> tuple[float, ...]:
    found = tuple(float(step) for step in steps)
    rising = all(a < b for a, b in zip((0.0, *found), (*found, 1.0), strict=True))
    if not found or not rising:
        raise EvidenceError(
            f"steps are {list(steps)}, p-values that rise between 0 and 1 are needed: "
            "such as [0.025] or [0.025, 0.5]"
        )
    return found


def _scale(y: Array, v: Array) -> float:
    """Return the typical variance of an effect: all is computed in its units."""
    return (
        float(ml(MeanModel(y, v)).value) + v.size / float((1.0 / v).sum())
        if (y.size > 1)
        else float(v[0])
    )


def _counts(model: Selected, cuts: tuple[float, ...]) -> tuple[int, ...] | None:
    """Return how many p-values each interval has.

    Raises:
        EvidenceError: if one has none: its weight is not determined.
    """
    if not cuts:
        return None
    found = np.bincount(model.intervals(), minlength=len(cuts) + 1)
    for name, count in zip(_names(cuts), found.tolist(), strict=True):
        if count == 0:
            raise EvidenceError(
                f"no study has a p-value in {name}: its weight cannot be seen, move the steps or "
                "check which results are favoured (alternative)"
            )
    return tuple(found.tolist())


def _names(cuts: tuple[float, ...]) -> list[str]:
    ends = [0.0, *cuts, 1.0]
    return [f"{a:g} < p ≤ {b:g}" for a, b in itertools.pairwise(ends)]


def _start(model: Selected) -> Array:
    """Return the selection parameters of no selection."""
    return np.array(model.smooth.start if model.smooth else [1.0] * len(model.steps))


def _fit(model: Selected, *, fixed_tau2: bool, fixed_delta: bool = False) -> Maximum:
    plain, p = _start(model), model.p
    q = plain.size
    least = model.smooth.low if model.smooth else _LEAST
    low = np.array([*([-np.inf] * p), 0.0, *([least] * q)])
    high = np.array([*([np.inf] * p), 0.0 if fixed_tau2 else np.inf, *([_HIGHEST] * q)])
    if fixed_delta:
        low[p + 1 :] = high[p + 1 :] = plain
    tau2 = ml(model.plain).value
    mean = model.start(tau2)
    starts = [(mean, tau2, plain), (0.3 * mean, tau2 + 0.2, 0.5 * plain + 0.25)]
    found = [
        maximise(model.derivatives, model.value, np.array([*m, t, *d]), (low, high))
        for m, t, d in starts
    ]
    best = max(found, key=lambda maximum: (round(maximum.value, 9), maximum.converged))
    theta = best.theta.copy()
    theta[p] = 0.0 if theta[p] < _ZERO else theta[p]
    at = model.derivatives(theta)
    return best._replace(theta=theta, value=at.value, hessian=at.hessian)


def _result(model: Selected, top: Maximum, asked: _Asked) -> Selection:
    p, k = model.p, model.y.size
    covariance = _covariance(top, p)
    beta, spread = _in_units(model, top, covariance, asked)
    means = Estimated(asked.design.names, beta, spread, (math.inf,) * p)
    coefficients = means.coefficients(asked.level)
    others = [name for name in means.names if name != INTERCEPT]
    together = means.joint_of(others) if others else None
    none = _fit(model, fixed_tau2=False, fixed_delta=True)
    no_tau2 = _fit(model, fixed_tau2=True)
    lrt = max(0.0, 2.0 * (top.value - none.value))
    lrt_tau2 = max(0.0, 2.0 * (top.value - no_tau2.value))
    errors = [None if math.isnan(x) else x for x in np.sqrt(np.diagonal(covariance)).tolist()]
    mean, df, tau2_error = coefficients[0], top.theta.size - p - 1, errors[p]
    return Selection(
        mean.estimate,
        mean.standard_error,
        mean.ci_low,
        mean.ci_high,
        asked.level,
        mean.p_value,
        float(top.theta[p]) * asked.scale,
        None if tau2_error is None else tau2_error * asked.scale,
        coefficients,
        tuple(map(tuple, spread.tolist())),
        together.statistic if together else None,
        together.df1 if together else None,
        together.p_value if together else None,
        _weights(model, top, errors[p + 1 :], asked),
        float(_in_units(model, none, covariance, asked)[0][0]),
        float(none.theta[p]) * asked.scale,
        lrt,
        df,
        chi2_tail(lrt, df),
        lrt_tau2,
        chi2_tail(lrt_tau2, 1),
        information_criteria(
            top.value - 0.5 * k * math.log(asked.scale), top.theta.size, k, p, restricted=False
        ),
        asked.function,
        asked.side,
        k,
        asked.names,
        _words(model, asked),
        top.iterations,
        top.converged,
        _warnings(model, top, asked),
        _REFERENCES[asked.function],
        asked.design,
    )


def _in_units(
    model: Selected, top: Maximum, covariance: Array, asked: _Asked
) -> tuple[Array, Array]:
    """Return the coefficients with their covariance in the units and direction of the data."""
    p = model.p
    back = model.transform * math.sqrt(asked.scale) * (-1.0 if asked.side == "less" else 1.0)
    return back @ top.theta[:p], back @ covariance[:p, :p] @ back.T


def _covariance(top: Maximum, p: int) -> Array:
    """Return the covariance of all parameters; NaN for what is held at a bound.

    Raises:
        EvidenceError: if the likelihood is flat in a coefficient.
    """
    inside = top.free & ~((np.arange(top.theta.size) == p) & (top.theta[p] == 0.0))
    free = np.flatnonzero(inside)
    found = np.full((top.theta.size, top.theta.size), np.nan)
    found[np.ix_(free, free)] = np.linalg.inv(-top.hessian[np.ix_(free, free)])
    found[np.diagonal(found) <= 0.0] = np.nan
    if not np.isfinite(found[:p, :p]).all():
        raise EvidenceError("the likelihood is flat in the mean: there is too little to estimate")
    return found


def _weights(
    model: Selected, top: Maximum, errors: list[float | None], asked: _Asked
) -> tuple[Weight, ...]:
    values = top.theta[model.p + 1 :].tolist()
    if asked.counts is None:
        return tuple(
            Weight(f"delta{i}", value, error, None)
            for i, (value, error) in enumerate(zip(values, errors, strict=True), start=1)
        )
    rows = zip(_names(model.steps), [1.0, *values], [None, *errors], asked.counts, strict=True)
    return tuple(Weight(*row) for row in rows)


def _words(model: Selected, asked: _Asked) -> str:
    favoured = {"greater": "large", "less": "small", "two_sided": "extreme"}[asked.side]
    name = f"{model.smooth.words}" if model.smooth else f"step function at {list(model.steps)}"
    return f"selection model, {name}, {favoured} effects favoured, maximum likelihood"


def _warnings(model: Selected, top: Maximum, asked: _Asked) -> tuple[str, ...]:
    found = []
    if top.theta[model.p] == 0.0:
        found.append("tau² is at its boundary of 0")
    if (top.theta[model.p + 1 :] >= _HIGHEST).any():
        found.append(f"a selection parameter is at its bound of {_HIGHEST:g}: distrust the result")
    if asked.counts is not None and min(asked.counts) < _FEW:
        found.append(f"an interval of p-values has fewer than {_FEW} studies: its weight is rough")
    if not top.converged:
        found.append("the likelihood was not brought to its top: the last digits may be off")
    return tuple(found)


_VEVEA: Final = (
    "Hedges LV, Vevea JL. Estimating effect size under publication bias: small sample properties "
    "and robustness of a random effects selection model. Journal of Educational and Behavioral "
    "Statistics 1996;21:299-332. doi:10.3102/10769986021004299"
)
_CITKOWICZ: Final = (
    "Citkowicz M, Vevea JL. A parsimonious weight function for modeling publication bias. "
    "Psychological Methods 2017;22:28-41. doi:10.1037/met0000119"
)
_PRESTON: Final = (
    "Preston C, Ashby D, Smyth R. Adjusting for publication bias: modelling the selection "
    "process. Journal of Evaluation in Clinical Practice 2004;10:313-322. "
    "doi:10.1111/j.1365-2753.2003.00457.x"
)
_REFERENCES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {"step": (_VEVEA,), "beta": (_CITKOWICZ,), "power": (_CITKOWICZ,)}
    | dict.fromkeys(("halfnorm", "negexp", "logistic"), (_PRESTON,))
)
