"""Non-central hypergeometric network of odds ratios, for rare events."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from filiform.errors import EvidenceError
from filiform.evidence.network._design import scaled_inverse
from filiform.evidence.network._rare import RareEvents, read_rare, result

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import ArrayLike, NDArray

    from filiform.evidence.network._rare import RareEventsNetwork

# Newton's steps on a concave likelihood double the digits; this many are only met where it has no
# maximum.
_MOST_STEPS = 100
# The decrement g'H⁻¹g below which a step moves the last digits only.
_SMALL_DECREMENT = 1e-24


def hypergeometric_network(
    studies: Iterable[object],
    treatments: Iterable[object],
    events: ArrayLike,
    n: ArrayLike,
    *,
    reference: str | None = None,
    small_values: str = "undesirable",
    level: float = 0.95,
) -> RareEventsNetwork:
    """Fit a network of odds ratios by the conditional likelihood of rare events.

    Given the events R of a trial, those of its arms follow a non-central hypergeometric
    distribution; for rare events its denominator is approximated, and the log-likelihood is
    Σ rₖθₖ − R log Σ nₖ exp θₖ. Newton's method finds its only maximum. Common effects.

    Args:
        studies: `(a,)` the trial of each arm.
        treatments: `(a,)` its treatment.
        events: `(a,)` whole numbers from 0 to n.
        n: `(a,)` persons, 1 or more.
        reference: the treatment that tables compare with; the first where None.
        small_values: whether few events are "desirable" or "undesirable", for rankings.
        level: of the intervals.

    Raises:
        EvidenceError: for numbers that cannot be used, a network that falls apart, or a likelihood
            without a maximum.

    *Source: Stijnen, Hamza and Özdemir 2010, Statistics in Medicine 29:3046, doi:10.1002/sim.4040;
    Efthimiou et al. 2019, Statistics in Medicine 38:2992, doi:10.1002/sim.8158.*
    """
    rare = read_rare(studies, treatments, events, n)
    t = len(rare.treatments)
    theta, covariance = np.zeros(t), np.zeros((t, t))
    for step in range(1, _MOST_STEPS + 1):
        gradient, information = _derivatives(rare, theta)
        covariance[1:, 1:] = scaled_inverse(information[1:, 1:])
        move = covariance @ gradient
        theta = theta + _damped(rare, theta, move)
        if float(gradient @ move) < _SMALL_DECREMENT:
            return result(
                rare,
                theta,
                covariance,
                None,
                method="hypergeometric_network",
                reference=reference,
                small_values=small_values,
                level=level,
                iterations=step,
            )
    raise EvidenceError(
        "the likelihood has no maximum: some treatment has no event in any trial that joins it to "
        "the others: leave it out"
    )


def _log_likelihood(rare: RareEvents, theta: NDArray[np.float64]) -> float:
    total = 0.0
    for table in rare.tables:
        own = theta[table.nodes]
        denominators = np.log((table.n * np.exp(own)).sum(axis=1))
        total += float(table.events.sum(axis=0) @ own - table.events.sum(axis=1) @ denominators)
    return total


def _derivatives(
    rare: RareEvents, theta: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the gradient and the observed information."""
    t = len(rare.treatments)
    gradient, information = np.zeros(t), np.zeros((t, t))
    for table in rare.tables:
        share = table.n * np.exp(theta[table.nodes])
        share /= share.sum(axis=1, keepdims=True)
        total = table.events.sum(axis=1)
        gradient[table.nodes] += table.events.sum(axis=0) - total @ share
        within = np.diag(total @ share) - (share * total[:, None]).T @ share
        information[np.ix_(table.nodes, table.nodes)] += within
    return gradient, information


def _damped(
    rare: RareEvents, theta: NDArray[np.float64], move: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the step, halved while it lowers the likelihood by more than rounding."""
    here = _log_likelihood(rare, theta)
    room = 1e-12 * abs(here)
    for _ in range(_MOST_STEPS):
        if _log_likelihood(rare, theta + move) >= here - room:
            break
        move = 0.5 * move
    return move
