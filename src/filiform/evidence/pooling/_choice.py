"""The choices of a pooling, checked once and turned into canonical words."""

from __future__ import annotations

import math
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from filiform.errors import EvidenceError
from filiform.evidence import _check
from filiform.evidence._options import choose, confidence
from filiform.evidence.pooling import _mean_interval as mean_interval
from filiform.evidence.pooling._mean_interval import INTERVALS, WORDS
from filiform.evidence.pooling._prediction import NONE, PREDICTIONS
from filiform.evidence.tau2._choice import ALIASES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike, NDArray

GIVEN: Final = "given"

TAU2_INTERVALS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "q_profile": "q_profile",
        "QP": "q_profile",
        "qp": "q_profile",
        "profile_likelihood": "profile_likelihood",
        "PL": "profile_likelihood",
        "pl": "profile_likelihood",
        "generalised_q": "generalised_q",
        "generalized_q": "generalised_q",
        "genq": "generalised_q",
        NONE: NONE,
    }
)


class Choice(NamedTuple):
    """The chosen methods, as canonical words."""

    tau2: str
    given: float | None
    interval: str
    prediction: str
    tau2_interval: str
    level: float


def choice(
    tau2: str | float, interval: str, prediction: str, tau2_interval: str, level: float
) -> Choice:
    if isinstance(tau2, str):
        method, given = choose("tau2 estimator", tau2, ALIASES), None
    else:
        method, given = GIVEN, float(tau2)
        if not (math.isfinite(given) and given >= 0.0):
            raise EvidenceError(f"tau2 {given} is not admissible: give 0 or a finite number above")
    return Choice(
        method,
        given,
        choose("interval", interval, INTERVALS),
        choose("prediction interval", prediction, PREDICTIONS),
        choose("tau2 interval", tau2_interval, TAU2_INTERVALS),
        confidence(level),
    )


def own_weights(weights: ArrayLike, names: tuple[str, ...], options: Choice) -> NDArray[np.float64]:
    a = _check.numbers("weights", weights)
    if a.size == 1:
        a = np.full(len(names), a[0])
    if a.size != len(names):
        raise EvidenceError(f"{a.size} weights for {len(names)} studies: give one a study")
    _check.finite("the weight", a, names)
    _check.refuse_where(a <= 0.0, names, lambda i: f"the weight is {a[i]:g}, above 0 is needed")
    if options.interval not in {mean_interval.NORMAL, mean_interval.STUDENT}:
        raise EvidenceError(
            f"the {WORDS[options.interval]} is not defined for weights of one's own: "
            'choose interval="normal" or "t"'
        )
    return a
