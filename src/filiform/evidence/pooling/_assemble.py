"""The parts of a pooling put together: the mean, its precision, what is said about it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from filiform.evidence._distributions import chi2_tail, t_quantile, two_sided_p
from filiform.evidence.pooling import _mean_interval as mean_interval
from filiform.evidence.pooling._choice import GIVEN
from filiform.evidence.pooling._heterogeneity import i2_h2
from filiform.evidence.pooling._mean_interval import WORDS, precision
from filiform.evidence.pooling._prediction import NONE, prediction_interval
from filiform.evidence.pooling.pooled import Pooled
from filiform.evidence.references import cite
from filiform.evidence.tau2._choice import COMMON

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from filiform.evidence._model import MeanModel
    from filiform.evidence.pooling._choice import Choice
    from filiform.evidence.pooling._heterogeneity import Heterogeneity


def assemble(
    model: MeanModel,
    found: Heterogeneity,
    options: Choice,
    names: tuple[str, ...],
    a: NDArray[np.float64] | None,
) -> Pooled:
    k, t = model.k, found.tau2.value
    total = model.variances + t
    w = 1.0 / total if a is None else a
    share = w / np.add.reduce(w)
    estimate = float(share @ model.effects)
    mean = mean_interval.Mean(estimate, float((share * share) @ total), found.q_at_tau2)
    sure = precision(model, t, mean, options.interval)
    half = t_quantile(options.level, sure.df) * sure.standard_error
    pi_low, pi_high = _new_study(model, found, options, mean, sure)
    statistic, p_value = _test(estimate, sure.standard_error, sure.df)
    i2, h2 = i2_h2(t, found, k - 1, common=options.tau2 == COMMON)
    typical = found.typical
    low, high = found.low, found.high
    return Pooled(
        estimate=estimate,
        standard_error=sure.standard_error,
        ci_low=estimate - half,
        ci_high=estimate + half,
        level=options.level,
        pi_low=pi_low,
        pi_high=pi_high,
        statistic=statistic,
        df=sure.df,
        p_value=p_value,
        tau2=t,
        tau2_standard_error=found.tau2.standard_error,
        tau2_ci_low=low,
        tau2_ci_high=high,
        i2=i2,
        i2_ci_low=None if low is None else 100.0 * low / (typical + low),
        i2_ci_high=None if high is None else 100.0 * high / (typical + high),
        h2=h2,
        h2_ci_low=None if low is None else low / typical + 1.0,
        h2_ci_high=None if high is None else high / typical + 1.0,
        q=found.q,
        q_df=k - 1,
        q_p=chi2_tail(found.q, k - 1),
        typical_variance=typical,
        weights=tuple((100.0 * share).tolist()),
        labels=names,
        estimates=tuple(model.effects.tolist()),
        variances=tuple(model.variances.tolist()),
        k=k,
        method=_words(options, own_weights=a is not None),
        tau2_method=options.tau2,
        interval=options.interval,
        prediction=options.prediction,
        iterations=found.tau2.iterations,
        converged=found.tau2.converged,
        warnings=_warnings(model, found, options, sure.standard_error),
        papers=_references(options),
    )


def _new_study(
    model: MeanModel,
    found: Heterogeneity,
    options: Choice,
    mean: mean_interval.Mean,
    sure: mean_interval.Precision,
) -> tuple[float | None, float | None]:
    if options.tau2 == COMMON or options.prediction == NONE:
        return None, None
    return prediction_interval(
        model,
        found.tau2.value,
        mean,
        kind=options.prediction,
        level=options.level,
        interval=options.interval,
        chosen=sure,
    )


def _test(estimate: float, standard_error: float, df: float) -> tuple[float | None, float]:
    """Return the statistic and its p-value; a standard error of 0 leaves no statistic."""
    if standard_error == 0.0:
        return None, 1.0 if estimate == 0.0 else 0.0
    statistic = estimate / standard_error
    return statistic, two_sided_p(statistic, df)


def _words(options: Choice, *, own_weights: bool) -> str:
    if options.tau2 == COMMON:
        model = "common effect"
    elif options.given is not None:
        model = f"random effects with tau² given as {options.given:g}"
    else:
        model = f"random effects, {options.tau2}"
    weighting = "own weights" if own_weights else "inverse variance"
    return f"{model}, {weighting}, {WORDS[options.interval]}"


def _warnings(
    model: MeanModel, found: Heterogeneity, options: Choice, standard_error: float
) -> tuple[str, ...]:
    said = []
    if standard_error == 0.0:
        said.append(
            "all effects agree exactly, so the plain Hartung-Knapp standard error is 0: "
            'choose interval="HK_adhoc"'
        )
    if found.high == 0.0:
        said.append(
            "the effects agree better than chance would have it at this level: "
            "the interval of tau² is empty and shown as 0 to 0"
        )
    if model.k == 2 and options.interval != mean_interval.NORMAL:
        said.append("two studies: the interval rests on one degree of freedom and is very wide")
    if not found.tau2.converged:
        said.append(f"{options.tau2} did not converge: the between-study variance is not exact")
    return tuple(said)


def _references(options: Choice) -> tuple[str, ...]:
    used = ["inverse variance", options.tau2, options.interval]
    used += ["heterogeneity"]
    if options.tau2 not in {COMMON, GIVEN}:
        used.append(options.tau2_interval)
    if options.prediction != NONE and options.tau2 != COMMON:
        used.append("kenward_roger" if options.prediction[:2] in {"HK", "KR"} else "prediction")
    return cite(used)


def one_study(
    y: NDArray[np.float64], v: NDArray[np.float64], names: tuple[str, ...], options: Choice
) -> Pooled:
    estimate, error = float(y[0]), math.sqrt(float(v[0]) + (options.given or 0.0))
    half = t_quantile(options.level, math.inf) * error
    return Pooled(
        estimate=estimate,
        standard_error=error,
        ci_low=estimate - half,
        ci_high=estimate + half,
        level=options.level,
        pi_low=None,
        pi_high=None,
        statistic=estimate / error,
        df=math.inf,
        p_value=two_sided_p(estimate / error, math.inf),
        tau2=options.given,
        tau2_standard_error=None,
        tau2_ci_low=None,
        tau2_ci_high=None,
        i2=None,
        i2_ci_low=None,
        i2_ci_high=None,
        h2=None,
        h2_ci_low=None,
        h2_ci_high=None,
        q=0.0,
        q_df=0,
        q_p=1.0,
        typical_variance=None,
        weights=(100.0,),
        labels=names,
        estimates=(estimate,),
        variances=(float(v[0]),),
        k=1,
        method="one study alone, not pooled: its own effect and normal interval",
        tau2_method=GIVEN if options.given is not None else NONE,
        interval=mean_interval.NORMAL,
        prediction=NONE,
        iterations=0,
        converged=True,
        warnings=("one study alone says nothing about differences between studies",),
        papers=(),
    )
