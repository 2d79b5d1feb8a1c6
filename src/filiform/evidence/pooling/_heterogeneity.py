"""τ² by the chosen estimator, its interval, and what I² and H² make of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from filiform.errors import EvidenceError
from filiform.evidence.pooling._choice import GIVEN
from filiform.evidence.pooling._prediction import NONE
from filiform.evidence.tau2._choice import COMMON, ESTIMATORS
from filiform.evidence.tau2._estimate import Tau2
from filiform.evidence.tau2.generalised_q import (
    generalised_q,
    generalised_q_interval,
    generalised_q_median,
)
from filiform.evidence.tau2.likelihood import likelihood_standard_error
from filiform.evidence.tau2.profile_likelihood import profile_likelihood_interval
from filiform.evidence.tau2.q_profile import q_profile_interval

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from filiform.evidence._model import MeanModel, Model
    from filiform.evidence.pooling._choice import Choice


class Heterogeneity(NamedTuple):
    """τ² and what is derived from it."""

    tau2: Tau2
    low: float | None
    high: float | None
    typical: float
    q: float
    q_at_tau2: float


def heterogeneity(
    model: MeanModel, options: Choice, a: NDArray[np.float64] | None
) -> Heterogeneity:
    at_zero = model.sums_at(0.0)
    typical = (model.k - 1) / at_zero.tr_p
    found, low, high = tau2_and_interval(model, options, a)
    q_at_tau2 = model.q_at(found.value)[0]
    return Heterogeneity(found, low, high, typical, at_zero.q, q_at_tau2)


def tau2_and_interval(
    model: Model, options: Choice, a: NDArray[np.float64] | None = None
) -> tuple[Tau2, float | None, float | None]:
    """Return τ² by the chosen estimator and its interval, Nones where there is none."""
    found = _tau2(model, options, a)
    return found, *_tau2_interval(model, found.value, options, a)


def _tau2(model: Model, options: Choice, a: NDArray[np.float64] | None) -> Tau2:
    method = options.tau2
    if method == COMMON:
        return Tau2(0.0, None)
    if options.given is not None:
        error = likelihood_standard_error(model, options.given, restricted=True)
        return Tau2(options.given, error)
    if method in {"GENQ", "GENQM"}:
        if a is None:
            raise EvidenceError(f"{method} needs weights: give weights, such as 1/sqrt(variance)")
        return (generalised_q if method == "GENQ" else generalised_q_median)(model, a)
    return ESTIMATORS[method](model)


def _tau2_interval(
    model: Model, value: float, options: Choice, a: NDArray[np.float64] | None
) -> tuple[float | None, float | None]:
    kind = options.tau2_interval
    if kind == NONE or options.tau2 in {COMMON, GIVEN}:
        return None, None
    if kind == "generalised_q":
        return generalised_q_interval(
            model, 1.0 / model.variances if a is None else a, options.level
        )
    if kind == "profile_likelihood":
        if options.tau2 not in {"ML", "REML"}:
            raise EvidenceError(
                f"the profile likelihood interval belongs to ML and REML, not to {options.tau2}: "
                'choose tau2_interval="q_profile"'
            )
        typical = 1.0 / float((1.0 / model.variances).mean())
        function = _log_likelihood(model, a, restricted=options.tau2 == "REML")
        return profile_likelihood_interval(function, value, options.level, typical)
    return q_profile_interval(model, options.level)


def i2_h2(tau2: float, found: Heterogeneity, df: int, *, common: bool) -> tuple[float, float]:
    """Return I² in percent and H²: from Q for a common effect, else from τ²."""
    if common:
        excess = max(0.0, found.q - df)
        return (100.0 * excess / found.q if excess else 0.0), found.q / df
    return 100.0 * tau2 / (found.typical + tau2), tau2 / found.typical + 1.0


def _log_likelihood(
    model: Model, a: NDArray[np.float64] | None, *, restricted: bool
) -> Callable[[float], float]:
    """Return the log-likelihood of τ², at the mean that the weights of one's own fix."""
    if a is None:
        return lambda tau2: model.log_likelihood(tau2, restricted=restricted)
    fixed = float(a @ model.effects) / float(a.sum())

    def at(tau2: float) -> float:
        w = 1.0 / (model.variances + tau2)
        off = fixed - float(w @ model.effects) / float(w.sum())
        return model.log_likelihood(tau2, restricted=restricted) - 0.5 * float(w.sum()) * off**2

    return at
