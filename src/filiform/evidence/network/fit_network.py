"""Network meta-analysis: every treatment against every other, from all comparisons at once."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple, cast

import numpy as np

from filiform.errors import EvidenceError
from filiform.evidence._distributions import chi2_tail, t_quantile
from filiform.evidence._options import choose, confidence
from filiform.evidence._result import Result
from filiform.evidence.network._baseline import independent_of_baseline
from filiform.evidence.network._design import Nodes
from filiform.evidence.network._model import NetworkModel, i_squared_interval
from filiform.evidence.network._references import cite
from filiform.evidence.network.connection import refuse_disconnected
from filiform.evidence.network.effects import NetworkEffects, position
from filiform.evidence.tau2._estimate import Tau2
from filiform.evidence.tau2.likelihood import ml, reml
from filiform.evidence.tau2.peaks import highest_ml, highest_reml

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from filiform.evidence._model import Model
    from filiform.evidence.network._model import Fit
    from filiform.evidence.network.data import NetworkData

TAU2: Final[Mapping[str, str]] = {
    "reml": "REML",
    "ml": "ML",
    "dl": "DL",
    "dersimonian_laird": "DL",
    "common": "common",
    "reml_independent": "REML_independent",
    "ml_independent": "ML_independent",
}
SMALL_VALUES: Final[Mapping[str, str]] = {
    "desirable": "desirable",
    "good": "desirable",
    "undesirable": "undesirable",
    "bad": "undesirable",
}
MODELS: Final[Mapping[str, str]] = {"common": "common", "fixed": "common", "random": "random"}


@dataclass(frozen=True, slots=True, eq=False)
class Network(Result):
    """A fitted network. What the data do not give is None.

    Attributes:
        data: what went in.
        common, random: the effects under each model.
        tau2: between-study variance, the same for all comparisons; None without residual degrees
            of freedom.
        tau2_standard_error: its asymptotic standard error, for REML and ML.
        tau2_method: how it was found.
        q, q_df, q_p: heterogeneity and inconsistency together.
        i2, i2_ci_low, i2_ci_high: percent, from Q.
        reference: the treatment that tables compare with.
        small_values: "desirable" or "undesirable".
        level: of all intervals.
        prediction_df: degrees of freedom of the prediction intervals.
        method: what was done, in words.
        iterations: steps that τ² took; 0 for closed forms.
        converged: whether τ² is exact to the last digits.
        warnings: what a reader must know.
        papers: the papers of exactly what was run.
    """

    data: NetworkData
    common: NetworkEffects
    random: NetworkEffects
    tau2: float | None
    tau2_standard_error: float | None
    tau2_method: str
    q: float
    q_df: int
    q_p: float | None
    i2: float | None
    i2_ci_low: float | None
    i2_ci_high: float | None
    reference: str
    small_values: str
    level: float
    prediction_df: int
    method: str
    iterations: int
    converged: bool
    warnings: tuple[str, ...]
    papers: tuple[str, ...]

    @property
    def treatments(self) -> tuple[str, ...]:
        """The `(t,)` names of the treatments."""
        return self.data.treatments

    def effects(self, model: str = "random") -> NetworkEffects:
        """Return the effects under "common" or "random".

        Raises:
            EvidenceError: for another word.
        """
        return self.common if choose("model", model, MODELS) == "common" else self.random

    def prediction(self) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
        """Return the `(t, t)` limits for the effect of a new trial, None with too few trials."""
        if self.prediction_df < 1 or self.tau2 is None:
            return None
        half = t_quantile(self.level, self.prediction_df) * np.sqrt(
            self.random.variances + self.tau2
        )
        np.fill_diagonal(half, 0.0)
        return self.random.effects - half, self.random.effects + half

    def summary(self) -> str:
        """Return a table that a person can read: every treatment against the reference."""
        from filiform.evidence.network._text import summary  # noqa: PLC0415 - only for reading

        return summary(self)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a comparison: both models, prediction interval, p-value."""
        from filiform.evidence.network._text import to_frame  # noqa: PLC0415 - only for reading

        return to_frame(self)

    def to_dict(self) -> dict[str, object]:
        """Return the results as plain numbers, texts and lists, ready for JSON."""
        from filiform.evidence.network._text import to_dict  # noqa: PLC0415 - only for reading

        return to_dict(self)


class Settings(NamedTuple):
    """The options of a network, checked."""

    method: str
    given: float | None
    reference: str
    small_values: str
    level: float


def fit_network(
    data: NetworkData,
    *,
    tau2: str | float = "REML",
    reference: str | None = None,
    small_values: str = "undesirable",
    level: float = 0.95,
) -> Network:
    """Fit a network of treatments by weighted least squares, multi-arm trials exact.

    With B the incidence matrix of the comparisons and W their weights, the Laplacian is
    L = B'WB, the values of the treatments θ = L⁻B'Wy, and the effects their differences, with
    variance L⁻ᵢᵢ + L⁻ⱼⱼ − 2L⁻ᵢⱼ. τ² is common to all comparisons.

    Args:
        data: from `network_contrasts` or `network_arms`.
        tau2: "REML", "ML", "DL", "common" (no between-study variance), or its value.
            "REML_independent" and "ML_independent" reproduce netmeta on contrasts, which ignores
            the sampling covariance within multi-arm trials; they are not for use.
        reference: the treatment that tables compare with; the first where None.
        small_values: whether small effects are "desirable" or "undesirable", for rankings.
        level: of all intervals, between 0 and 1.

    Raises:
        EvidenceError: for a network in several parts (they are named) or unknown words.

    Three trials, two of them of the same comparison:

    >>> from filiform.evidence.network.data import network_contrasts
    >>> net = fit_network(network_contrasts(
    ...     [-1.0, -0.6, 0.2], [0.2, 0.2, 0.3], ["A", "A", "A"], ["B", "B", "C"], [1, 2, 3]),
    ...     tau2="DL")
    >>> [round(x, 3) for x in net.random.effect("A", "B")], round(net.q, 3)
    ([-0.8, 0.2], 2.0)

    *Source: Rücker 2012, Research Synthesis Methods 3:312, doi:10.1002/jrsm.1058.*
    """
    settings = _settings(data, tau2, reference, small_values, level)
    refuse_disconnected(data)
    model = NetworkModel(data, Nodes(data.first, data.second, len(data.treatments)))
    at_zero = model.fit(0.0)
    found = estimate_tau2(model, settings)
    value = 0.0 if found is None else found.value
    at_tau2 = at_zero if value == 0.0 else model.fit(value)
    return _result(model, settings, found, at_zero, at_tau2)


def estimate_tau2(model: NetworkModel, settings: Settings) -> Tau2 | None:
    """Return τ² by the chosen method; None where no degrees of freedom are left to estimate it."""
    if settings.given is not None:
        return Tau2(settings.given, None)
    if settings.method == "common":
        return Tau2(0.0, None)
    if model.df == 0:
        return None
    if settings.method == "DL":
        return Tau2(model.dersimonian_laird(), None)
    if settings.method.endswith("_independent"):
        reference = position(model.data.treatments, settings.reference)
        model = NetworkModel(independent_of_baseline(model.data, reference), model.design)
    # The estimators read only the sums and likelihoods that a network gives too.
    likelihood = cast("Model", model)
    restricted = settings.method.startswith("REML")
    if _may_have_several_peaks(model):
        return highest_reml(likelihood) if restricted else highest_ml(likelihood)
    return reml(likelihood) if restricted else ml(likelihood)


def _may_have_several_peaks(model: NetworkModel) -> bool:
    if model.df > _FEW:
        return False
    own = model.variances
    return float(own.max()) > _UNLIKE * float(own.min())


# Up to this ratio of the largest to the smallest sampling variance, or beyond this many degrees of
# freedom, no second peak was found among 4,000 simulated likelihoods of networks; beyond both up to
# one fit in a hundred has one.
_UNLIKE, _FEW = 100.0, 30


def tau2_choice(tau2: str | float) -> tuple[str, float | None]:
    """Return the canonical word and the value given instead of an estimator.

    Raises:
        EvidenceError: for an unknown word or a value that is no variance.
    """
    if isinstance(tau2, str):
        return choose("tau2 estimator", tau2, TAU2), None
    if not 0.0 <= tau2 < math.inf:
        raise EvidenceError(
            f"tau2 {tau2!r} is not a variance: give 0 or above, or an estimator such as REML"
        )
    return "given", float(tau2)


def _settings(
    data: NetworkData, tau2: str | float, reference: str | None, small_values: str, level: float
) -> Settings:
    method, given = tau2_choice(tau2)
    compared = data.treatments[0] if reference is None else reference
    position(data.treatments, compared)
    return Settings(
        method,
        given,
        compared,
        choose("small_values", small_values, SMALL_VALUES),
        confidence(level),
    )


def _result(
    model: NetworkModel,
    settings: Settings,
    found: Tau2 | None,
    at_zero: Fit,
    at_tau2: Fit,
) -> Network:
    data, df, level = model.data, model.df, settings.level
    tau2 = 0.0 if found is None else found.value
    i2, low, high = (
        i_squared_interval(at_zero.q, df, t_quantile(level, math.inf)) if df else (None,) * 3
    )
    common, random = (
        NetworkEffects(name, data.treatments, _frozen(fit.beta), _frozen(fit.covariance), at, level)
        for name, fit, at in (("common", at_zero, 0.0), ("random", at_tau2, tau2))
    )
    return Network(
        data=data,
        common=common,
        random=random,
        tau2=None if found is None else tau2,
        tau2_standard_error=None if found is None else found.standard_error,
        tau2_method=settings.method,
        q=at_zero.q,
        q_df=df,
        q_p=chi2_tail(at_zero.q, df) if df else None,
        i2=i2,
        i2_ci_low=low,
        i2_ci_high=high,
        reference=settings.reference,
        small_values=settings.small_values,
        level=level,
        prediction_df=df,
        method=_method(settings),
        iterations=0 if found is None else found.iterations,
        converged=found is None or found.converged,
        warnings=() if found is not None else (_NO_DF,),
        papers=cite(("network", settings.method.removesuffix("_independent"))),
    )


_NO_DF = (
    "no residual degrees of freedom: heterogeneity cannot be estimated, "
    "and the random-effects model is the common-effect model"
)


def _method(settings: Settings) -> str:
    if settings.given is not None:
        return f"frequentist network meta-analysis, tau² given as {settings.given:g}"
    if settings.method == "common":
        return "frequentist network meta-analysis, common effects"
    return f"frequentist network meta-analysis, random effects, tau² by {settings.method}"


def _frozen(array: NDArray[np.float64]) -> NDArray[np.float64]:
    array.flags.writeable = False
    return array
