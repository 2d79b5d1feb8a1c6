"""Network meta-regression: effects that change with a property of the trials."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from filiform.errors import EvidenceError, unknown
from filiform.evidence import _check
from filiform.evidence._distributions import t_quantile, two_sided_p
from filiform.evidence._options import choose, confidence
from filiform.evidence._result import Result
from filiform.evidence._text import between, plain_dict, shown, shown_p, table
from filiform.evidence.network._design import Columns
from filiform.evidence.network._model import NetworkModel
from filiform.evidence.network._references import cite
from filiform.evidence.network.connection import refuse_disconnected
from filiform.evidence.network.decomposition import QTest, q_test
from filiform.evidence.network.effects import NetworkEffects, position
from filiform.evidence.network.fit_network import Settings, estimate_tau2, tau2_choice

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    from filiform.evidence.network.data import NetworkData

ASSUMPTIONS: Final[Mapping[str, str]] = {"common": "common", "independent": "independent"}


@dataclass(frozen=True, slots=True)
class NetworkCoefficient:
    """A coefficient of the regression.

    Attributes:
        name: a treatment ("against" the reference, where all covariates are 0), or a covariate
            ("covariate", or "treatment:covariate").
        estimate, standard_error: of the coefficient.
        ci_low, ci_high: its confidence interval.
        statistic, p_value: z and its two-sided p-value.
    """

    name: str
    estimate: float
    standard_error: float
    ci_low: float
    ci_high: float
    statistic: float
    p_value: float


@dataclass(frozen=True, slots=True, eq=False)
class NetworkRegression(Result):
    """A network whose effects against the reference change with covariates.

    Attributes:
        treatments: names.
        reference: the treatment that the coefficients are against.
        covariates: names.
        assumption: "common" or "independent".
        effects_at_zero: of every treatment against every other where all covariates are 0.
        coefficients: of the treatments, then of the covariates.
        covariance: of the coefficients.
        tau2: residual between-study variance; None without degrees of freedom.
        tau2_method: how it was found.
        moderators: test of all covariates together, at τ².
        residual: what heterogeneity and inconsistency are left, without τ².
        level: of the intervals.
        iterations: steps that τ² took.
        converged: whether τ² is exact to the last digits.
        papers: the papers of exactly what was run.
    """

    treatments: tuple[str, ...]
    reference: str
    covariates: tuple[str, ...]
    assumption: str
    effects_at_zero: NetworkEffects
    coefficients: tuple[NetworkCoefficient, ...]
    covariance: NDArray[np.float64]
    tau2: float | None
    tau2_method: str
    moderators: QTest
    residual: QTest
    level: float
    iterations: int
    converged: bool
    papers: tuple[str, ...]

    def effects(self, at: Mapping[str, float]) -> NetworkEffects:
        """Return the effects where the covariates have given values.

        Args:
            at: a value for every covariate.

        Raises:
            EvidenceError: for an unknown covariate or one without a value.
        """
        for name in at:
            if name not in self.covariates:
                raise EvidenceError(unknown("covariate", name, self.covariates))
        missing = [name for name in self.covariates if name not in at]
        if missing:
            raise EvidenceError(f"no value for {', '.join(missing)}: give one for every covariate")
        t = len(self.treatments)
        r = position(self.treatments, self.reference)
        rows = _treatment_rows(t, r)
        values = np.array([float(at[name]) for name in self.covariates])
        x = np.hstack([rows, _moderated(rows, values[None], self.assumption)])
        beta = np.array([c.estimate for c in self.coefficients])
        return NetworkEffects(
            "random",
            self.treatments,
            x @ beta,
            x @ self.covariance @ x.T,
            self.tau2 or 0.0,
            self.level,
        )

    def summary(self) -> str:
        """Return the coefficients as a table."""
        rows = [
            [
                c.name,
                shown(c.estimate),
                shown(c.standard_error),
                between(c.ci_low, c.ci_high),
                shown_p(c.p_value),
            ]
            for c in self.coefficients
        ]
        percent = f"{100 * self.level:g} % interval"
        m, rest = self.moderators, self.residual
        q_rest = f"Q {shown(rest.q)} on {rest.df} df, p {shown_p(rest.p)}"
        return "\n".join(
            [
                f"network meta-regression against {self.reference}, {self.assumption} coefficients",
                "",
                table(["", "estimate", "SE", percent, "p"], rows),
                "",
                f"covariates: Q {shown(m.q)} on {m.df} df, p {shown_p(m.p)}",
                f"residual tau² {shown(self.tau2)}, {q_rest}",
            ]
        )

    def to_dict(self) -> dict[str, object]:
        """Return the results as plain numbers, texts and lists, ready for JSON."""
        return {
            "treatments": list(self.treatments),
            "reference": self.reference,
            "covariates": list(self.covariates),
            "assumption": self.assumption,
            "coefficients": [plain_dict(c) for c in self.coefficients],
            "covariance": self.covariance.tolist(),
            "tau2": self.tau2,
            "tau2_method": self.tau2_method,
            "moderators": plain_dict(self.moderators),
            "residual": plain_dict(self.residual),
            "level": self.level,
            "iterations": self.iterations,
            "converged": self.converged,
            "references": list(self.papers),
        }

    def to_frame(self) -> pd.DataFrame:
        """Return one row a coefficient."""
        import pandas  # noqa: ICN001, PLC0415 - half a second that the analysis does not need

        return pandas.DataFrame([plain_dict(c) for c in self.coefficients])


def network_regression(
    data: NetworkData,
    covariates: Mapping[str, ArrayLike],
    *,
    reference: str,
    assumption: str = "common",
    tau2: str | float = "REML",
    level: float = 0.95,
) -> NetworkRegression:
    """Fit effects against a reference that change with properties of the trials.

    Treatment i has θᵢ + βx against the reference; with a common coefficient β is the same for all
    of them, so that two other treatments differ by θᵢ − θⱼ at every x.

    Args:
        data: from `network_contrasts` or `network_arms`.
        covariates: `(k,)` numbers a trial, in the order of `data.studies`, by name.
        reference: the treatment that the covariates act against.
        assumption: "common" coefficients or "independent" ones, one a treatment.
        tau2: "REML", "ML", "DL", "common", or the between-study variance.
        level: of the intervals.

    Raises:
        EvidenceError: for missing values (the trial is named), unknown words, or covariates that
            the trials cannot tell apart from treatments.

    *Source: Jackson, White and Riley 2012, Statistics in Medicine 31:3805, doi:10.1002/sim.5453
    (for τ²); Dias et al. 2013, Medical Decision Making 33:618, doi:10.1177/0272989X13485157.*
    """
    refuse_disconnected(data)
    which = choose("assumption", assumption, ASSUMPTIONS)
    method, given = tau2_choice(tau2)
    r = position(data.treatments, reference)
    names = tuple(covariates)
    values = _covariates(data, covariates)
    rows = _treatment_rows(len(data.treatments), r)
    moderated = _moderated(rows[data.first], values[data.study], which) - _moderated(
        rows[data.second], values[data.study], which
    )
    x = np.hstack([rows[data.first] - rows[data.second], moderated])
    model = NetworkModel(data, Columns(x))
    _refuse_collinear(model, x, names)
    at_zero = model.fit(0.0)
    settings = Settings(method, given, reference, "undesirable", confidence(level))
    found = estimate_tau2(model, settings)
    value = 0.0 if found is None else found.value
    fit = at_zero if value == 0.0 else model.fit(value)
    t = len(data.treatments)
    others = [name for name in data.treatments if name != reference]
    labels = others + _labels(others, names, which)
    tail = fit.beta[t - 1 :]
    wald = float(tail @ np.linalg.solve(fit.covariance[t - 1 :, t - 1 :], tail))
    effects = NetworkEffects(
        "random",
        data.treatments,
        rows @ fit.beta[: t - 1],
        rows @ fit.covariance[: t - 1, : t - 1] @ rows.T,
        value,
        level,
    )
    return NetworkRegression(
        data.treatments,
        reference,
        names,
        which,
        effects,
        _coefficients(labels, fit.beta, fit.covariance, level),
        fit.covariance,
        None if found is None else value,
        method,
        q_test(wald, tail.size),
        q_test(at_zero.q, model.df),
        level,
        0 if found is None else found.iterations,
        found is None or found.converged,
        cite(("network", "DL" if method == "DL" else method)),
    )


def _covariates(data: NetworkData, covariates: Mapping[str, ArrayLike]) -> NDArray[np.float64]:
    """Return `(k, q)` the covariates, one row a trial."""
    if not covariates:
        raise EvidenceError("no covariate is given: fit the network without regression")
    columns = []
    for name, given in covariates.items():
        column = _check.numbers(f"covariate {name}", given)
        if column.size != len(data.studies):
            raise EvidenceError(
                f"covariate {name} has {column.size} values for {len(data.studies)} trials: "
                "give one a trial in the order of data.studies"
            )
        _check.finite(f"covariate {name}", column, data.studies)
        columns.append(column)
    return np.column_stack(columns)


def _treatment_rows(t: int, reference: int) -> NDArray[np.float64]:
    """Return `(t, t−1)` the treatments against the reference."""
    return np.delete(np.eye(t), reference, axis=1)


def _moderated(
    rows: NDArray[np.float64], values: NDArray[np.float64], assumption: str
) -> NDArray[np.float64]:
    """Return the columns of the covariates for arms with given treatments."""
    if assumption == "common":
        return np.asarray(rows.sum(axis=1, keepdims=True) * values)
    # Treatment by treatment within a covariate.
    product = values[:, :, None] * rows[:, None, :]
    return np.asarray(product.reshape(rows.shape[0], -1))


def _labels(others: list[str], names: tuple[str, ...], assumption: str) -> list[str]:
    if assumption == "common":
        return list(names)
    return [f"{other}:{name}" for name in names for other in others]


def _refuse_collinear(model: NetworkModel, x: NDArray[np.float64], names: tuple[str, ...]) -> None:
    if model.p < x.shape[1]:
        raise EvidenceError(
            f"the trials cannot tell {', '.join(names)} apart from the treatments: {x.shape[1]} "
            f"coefficients, {model.p} can be estimated: drop a covariate, use a common "
            "coefficient, or another reference"
        )


def _coefficients(
    labels: list[str],
    beta: NDArray[np.float64],
    covariance: NDArray[np.float64],
    level: float,
) -> tuple[NetworkCoefficient, ...]:
    half = t_quantile(level, math.inf)
    found = []
    for name, b, v in zip(labels, beta.tolist(), covariance.diagonal().tolist(), strict=True):
        e = math.sqrt(v)
        z = b / e
        p = two_sided_p(z, math.inf)
        found.append(NetworkCoefficient(name, b, e, b - half * e, b + half * e, z, p))
    return tuple(found)
