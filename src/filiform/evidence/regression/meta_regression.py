"""Meta-regression: the effect as a function of moderators of the studies."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from filiform.errors import EvidenceError
from filiform.evidence import _check
from filiform.evidence._distributions import chi2_tail, t_quantile, two_sided_p
from filiform.evidence._model import MeanModel
from filiform.evidence.pooling import _mean_interval as mean_interval
from filiform.evidence.pooling._choice import GIVEN, Choice, choice
from filiform.evidence.pooling._heterogeneity import tau2_and_interval
from filiform.evidence.references import cite
from filiform.evidence.regression._design import Design, design
from filiform.evidence.regression._model import RegressionModel
from filiform.evidence.regression._omnibus import omnibus
from filiform.evidence.regression.result import Coefficient, MetaRegression
from filiform.evidence.tau2._choice import COMMON

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import ArrayLike

    from filiform.evidence.regression._design import Array, Moderators
    from filiform.evidence.regression._model import Fit
    from filiform.evidence.tau2._estimate import Tau2


class _Heterogeneity(NamedTuple):
    tau2: Tau2
    low: float | None
    high: float | None


def meta_regression(
    estimates: ArrayLike,
    variances: ArrayLike,
    moderators: Moderators,
    *,
    formula: str | None = None,
    tau2: str | float = "REML",
    interval: str = "HK_adhoc",
    level: float = 0.95,
    labels: Iterable[object] | None = None,
    tau2_interval: str = "q_profile",
) -> MetaRegression:
    """Regress the effects of studies on moderators, with a random effect for each study.

    β = (X'WX)⁻¹X'Wy with w = 1/(v + τ²), covariance (X'WX)⁻¹ (times the weighted residual mean
    square for Hartung-Knapp).

    Args:
        estimates: `(k,)` effects.
        variances: `(k,)` their sampling variances, above 0.
        moderators: name to `(k,)` values: numbers, or texts that become indicators of every level
            but the first in alphabetical order. A data frame will do.
        formula: which moderators, as "~ dose + year", "~ dose * blinded", "~ dose + I(dose^2)",
            "~ group - 1"; all of them side by side where None.
        tau2: estimator of the residual between-study variance as for `pool`, "common" or a value.
        interval: "hartung_knapp_adhoc", "hartung_knapp", "t" or "normal".
        level: of all intervals, between 0 and 1.
        labels: `(k,)` names of the studies.
        tau2_interval: "q_profile", "profile_likelihood" or "none".

    Raises:
        EvidenceError: for numbers that cannot be used, unknown moderators, too few studies, or
            moderators that depend on one another.

    *Source: Knapp and Hartung 2003, Statistics in Medicine 22:2693, doi:10.1002/sim.1482;
    Viechtbauer 2010, Journal of Statistical Software 36(3), doi:10.18637/jss.v036.i03.*

    Trials of BCG vaccine nearer the pole (absolute latitude) show the larger effect:

    >>> latitude = [44, 55, 42, 52, 13, 44]
    >>> effects = [-0.889, -1.585, -1.348, -1.442, -0.218, -0.786]
    >>> variances = [0.326, 0.195, 0.415, 0.020, 0.051, 0.007]
    >>> fit = meta_regression(effects, variances, {"latitude": latitude})
    >>> [round(one.estimate, 3) for one in fit.coefficients]
    [0.253, -0.029]
    """
    y, v, names = _check.studies(estimates, variances, labels)
    options = choice(tau2, interval, "as_interval", tau2_interval, level)
    if options.interval == mean_interval.KENWARD_ROGER:
        raise EvidenceError("the Kenward-Roger interval is not available for moderators: choose HK")
    if options.tau2 in {"GENQ", "GENQM"}:
        raise EvidenceError(f"{options.tau2} is not available for moderators: choose REML or DL")
    if options.tau2_interval == "generalised_q":
        raise EvidenceError(
            'the generalised Q interval is not available for moderators: choose "q_profile"'
        )
    made = design(moderators, formula, y.size, names)
    model = RegressionModel(y, v, made.matrix, made.names)
    found = _Heterogeneity(*tau2_and_interval(model, options))
    return _result(model, made, found, options, names)


def _result(
    model: RegressionModel,
    made: Design,
    found: _Heterogeneity,
    options: Choice,
    labels: tuple[str, ...],
) -> MetaRegression:
    t = found.tau2.value
    fit, at_zero = model.fit(t), model.sums_at(0.0)
    df = model.k - model.p
    covariance, t_df = scaled_covariance(fit, df, options.interval)
    typical = df / at_zero.tr_p
    i2, h2 = _i2_h2(t, typical, at_zero.q, df, common=options.tau2 == COMMON)
    qm, qm_df, qm_p = omnibus(fit.coefficients, covariance, tested(made), t_df)
    w = 1.0 / (model.variances + t)
    return MetaRegression(
        coefficients=_coefficients(made.names, fit.coefficients, covariance, t_df, options.level),
        covariance=tuple(map(tuple, covariance.tolist())),
        level=options.level,
        df=t_df,
        tau2=t,
        tau2_standard_error=found.tau2.standard_error,
        tau2_ci_low=found.low,
        tau2_ci_high=found.high,
        i2=i2,
        h2=h2,
        r2=_r2(model, t, at_zero.q / df, options),
        q=at_zero.q,
        q_df=df,
        q_p=chi2_tail(at_zero.q, df),
        qm=qm,
        qm_df=qm_df,
        qm_p=qm_p,
        labels=labels,
        estimates=tuple(model.effects.tolist()),
        variances=tuple(model.variances.tolist()),
        weights=tuple((100.0 * w / w.sum()).tolist()),
        hat=tuple(model.hat(t).tolist()),
        fitted=tuple((model.effects - fit.residuals).tolist()),
        residuals=tuple(fit.residuals.tolist()),
        design=made,
        k=model.k,
        p=model.p,
        method=_words(options),
        tau2_method=options.tau2,
        interval=options.interval,
        iterations=found.tau2.iterations,
        converged=found.tau2.converged,
        warnings=_warnings(model, found, options),
        papers=cite(("regression", options.tau2, options.interval, "heterogeneity")),
    )


def scaled_covariance(fit: Fit, df: int, interval: str) -> tuple[Array, float]:
    """Return the covariance and the degrees of freedom of the chosen interval."""
    mean_square = fit.q / df
    if interval == mean_interval.HARTUNG_KNAPP:
        return fit.covariance * mean_square, df
    if interval == mean_interval.HARTUNG_KNAPP_ADHOC:
        return fit.covariance * max(1.0, mean_square), df
    return fit.covariance, df if interval == mean_interval.STUDENT else np.inf


def _coefficients(
    names: tuple[str, ...], beta: Array, covariance: Array, df: float, level: float
) -> tuple[Coefficient, ...]:
    errors = np.sqrt(np.diag(covariance))
    quantile = t_quantile(level, df)
    found = []
    for name, b, se in zip(names, beta.tolist(), errors.tolist(), strict=True):
        if se == 0.0:
            raise EvidenceError(
                "the moderators explain the effects exactly, so the plain Hartung-Knapp standard "
                'errors are 0: choose interval="HK_adhoc"'
            )
        found.append(
            Coefficient(
                name, b, se, b - quantile * se, b + quantile * se, b / se, two_sided_p(b / se, df)
            )
        )
    return tuple(found)


def tested(made: Design) -> tuple[int, ...]:
    """Return the columns that the omnibus test is about: all but an intercept beside others."""
    others = tuple(j for j, term in enumerate(made.terms) if term >= 0)
    return others or tuple(range(len(made.terms)))


def _i2_h2(tau2: float, typical: float, q: float, df: int, *, common: bool) -> tuple[float, float]:
    if common:
        excess = max(0.0, q - df)
        return (100.0 * excess / q if excess else 0.0), q / df
    return 100.0 * tau2 / (typical + tau2), tau2 / typical + 1.0


def _r2(model: RegressionModel, tau2: float, h2: float, options: Choice) -> float | None:
    """Return the percent of τ² (of H² for a common effect) that the moderators explain.

    100 (τ₀² − τ²)/τ₀², cut at 0, with τ₀² of the same estimator without moderators; None where
    there was nothing to explain.

    *Source: Raudenbush 2009, in Cooper, Hedges and Valentine, Handbook of Research Synthesis, 2nd
    edition, chapter 16; Lopez-Lopez et al. 2014, British Journal of Mathematical and Statistical
    Psychology 67:30, doi:10.1111/bmsp.12002.*
    """
    if options.tau2 == GIVEN:
        return None
    alone = MeanModel(model.effects, model.variances)
    if options.tau2 == COMMON:
        before = alone.q_at(0.0)[0] / (model.k - 1)
        return max(0.0, 100.0 * (before - h2) / before) if before > 0.0 else None
    without = tau2_and_interval(alone, options._replace(tau2_interval="none"))[0].value
    return max(0.0, 100.0 * (without - tau2) / without) if without > 0.0 else None


def _words(options: Choice) -> str:
    effect = {COMMON: "common effect", GIVEN: f"tau² given as {options.given:g}"
              if options.given is not None else ""}.get(
        options.tau2, f"random effects, {options.tau2}"
    )  # fmt: skip
    return f"meta-regression, {effect}, {mean_interval.WORDS[options.interval]}"


def _warnings(model: RegressionModel, found: _Heterogeneity, options: Choice) -> tuple[str, ...]:
    said = []
    if model.k < 10 * (model.p - 1):
        said.append(
            f"{model.k} studies for {model.p - 1} coefficients of moderators: fewer than 10 each, "
            "so what is found may be chance (Cochrane Handbook, section 10.11.4)"
        )
    if not found.tau2.converged:
        said.append(f"{options.tau2} did not converge: the between-study variance is not exact")
    return tuple(said)
