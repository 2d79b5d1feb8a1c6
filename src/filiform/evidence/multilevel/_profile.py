"""Profile likelihood intervals of variance components.

*Source: Hardy and Thompson 1996, Statistics in Medicine 15:619; Viechtbauer 2007, Statistics in
Medicine 26:37, section 3.4, doi:10.1002/sim.2514.*
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from filiform.evidence._distributions import chi2_upper_quantile
from filiform.evidence.multilevel._newton import maximise
from filiform.evidence.multilevel.structures import Scaled, Unstructured
from filiform.evidence.tau2._bracket import rising_root

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from filiform.evidence.multilevel._fitting import Fitted
    from filiform.evidence.multilevel._likelihood import MixedModel

    Array = NDArray[np.float64]


def profile_interval(
    fitted: Fitted, term: int, parameter: int, level: float
) -> tuple[float | None, float | None]:
    """Return where the likelihood, maximised over all else, has fallen by χ²(1)/2.

    A bound at the edge of what is admissible (a variance of 0, a correlation of ±1) is that edge.
    The correlations of an unstructured matrix of three levels or more have none: (None, None).

    Args:
        fitted: the model.
        term: index of the term.
        parameter: index among those that the term reports.
        level: of confidence.
    """
    model, theta, index = fitted.model, fitted.maximum.theta, parameter
    structure = model.terms[term].structure
    if isinstance(structure, Unstructured):
        if parameter >= len(structure.names):
            return None, None
        model, index = _first(model, term, parameter), 0
        start = _start(fitted, term, parameter)
        theta = maximise(model.derivatives, model.value, start, model.bounds).theta
    at = index + sum(part.size for part in model.split(theta)[:term])
    variance = not isinstance(structure, Scaled) or parameter < _variances(structure)
    edge = 0.0 if variance else float(model.bounds[0][at])
    theta = theta.copy()
    theta[at] = abs(theta[at]) if variance else theta[at]
    low, high = _limits(model, theta, at, level, edge)
    if not variance:
        return low, high
    power = 2 if not isinstance(structure, Scaled) or structure.squared else 1
    return low**power * fitted.scale, high**power * fitted.scale


def _variances(structure: Scaled) -> int:
    return len(structure.names) if structure.own else 1


def _limits(
    model: MixedModel, theta: Array, at: int, level: float, edge: float
) -> tuple[float, float]:
    bounds = model.bounds
    allowed = 0.5 * chi2_upper_quantile(1.0 - level, 1.0)
    top, best = model.value(theta), float(theta[at])
    warm = theta.copy()

    def fall(x: float) -> float:
        nonlocal warm
        held_low, held_high, warm = bounds[0].copy(), bounds[1].copy(), warm.copy()
        held_low[at] = held_high[at] = warm[at] = x
        found = maximise(model.derivatives, model.value, warm, (held_low, held_high))
        warm = found.theta
        return top - found.value - allowed

    edges = edge, float(bounds[1][at])
    return (
        _limit(fall, best, edges[0], -1.0),
        _limit(fall, best, edges[1], 1.0),
    )


def _limit(fall: Callable[[float], float], best: float, edge: float, sign: float) -> float:
    """Return where the fall is 0 on one side of the best value, the edge where it never is."""
    room = abs(edge - best)
    if room == 0.0:
        return edge
    if np.isfinite(edge) and fall(edge) <= 0.0:
        return edge
    guess = min(max(0.5 * abs(best), 0.1), 0.5 * room)
    distance = rising_root(lambda d: fall(best + sign * min(d, room)), guess)
    return best + sign * min(distance, room)


def _first(model: MixedModel, term: int, level: int) -> MixedModel:
    """Return the model with one level of an unstructured term put first: L₁₁² is its variance."""
    old = model.terms[term]
    order = _order(len(old.levels), level)
    names = tuple(old.levels[i] for i in order)
    place = np.argsort(order)
    terms = list(model.terms)
    terms[term] = replace(old, inner=place[old.inner], levels=names, structure=Unstructured(names))
    blocks = []
    for stack in model.stacks:
        pairs = list(stack.pairs)
        pairs[term] = pairs[term]._replace(a=place[pairs[term].a], b=place[pairs[term].b])
        blocks.append(replace(stack, pairs=tuple(pairs)))
    return replace(model, stacks=tuple(blocks), terms=tuple(terms))


def _order(m: int, first: int) -> list[int]:
    return [first, *(i for i in range(m) if i != first)]


def _start(fitted: Fitted, term: int, level: int) -> Array:
    """Return the fitted covariance matrix with one level first, as a Cholesky factor."""
    parts = fitted.model.split(fitted.maximum.theta)
    structure = fitted.model.terms[term].structure
    if isinstance(structure, Unstructured):
        lower = structure.factor(parts[term])
        order = _order(len(structure.names), level)
        turned, _ = np.linalg.qr(lower[order].T)
        factor = lower[order] @ turned
        signs = np.where(np.diagonal(factor) < 0.0, -1.0, 1.0)
        parts[term] = (factor * signs)[np.tril_indices(len(order))]
    return np.concatenate(parts)
