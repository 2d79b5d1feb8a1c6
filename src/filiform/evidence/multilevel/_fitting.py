"""Fitting: the variance components that maximise the likelihood, and what follows from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from filiform.errors import EvidenceError
from filiform.evidence.multilevel._blocks import stacks
from filiform.evidence.multilevel._design import Data, moment_scale, orthonormal
from filiform.evidence.multilevel._likelihood import Gls, MixedModel, least_squares
from filiform.evidence.multilevel._newton import Maximum, maximise
from filiform.evidence.multilevel.random import INTERCEPT
from filiform.evidence.multilevel.structures import Scaled, Unstructured

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from filiform.evidence.multilevel._terms import Term

    Array = NDArray[np.float64]

# Shares of the first guess that each search starts from; the highest peak found is taken.
_STARTS = (1.0, 0.05)
# Correlations that the searches start from, as a way from 0 to the bound; the others only where the
# first ends at an edge, which may be no peak (a variance of 0 is flat in its correlation).
_MIDDLE, _OUTER = 0.5, (0.95, -0.5)
# A curvature this small beside the others means that a direction is not determined at all.
_UNDETERMINED = 1e-9
# A variance this small beside the typical one is the rounding of 0.
ZERO = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """A fitted model, kept for the questions that are asked later.

    Attributes:
        data: what was fitted.
        model: in units in which a typical variance is 1, with an orthonormal design.
        transform: `(p, p)`, the design times this is orthonormal.
        scale: the typical variance.
        maximum: where the likelihood is highest.
        gls: generalised least squares there.
    """

    data: Data
    model: MixedModel
    transform: Array
    scale: float
    maximum: Maximum
    gls: Gls

    @property
    def beta(self) -> Array:
        """The coefficients, `(p,)`."""
        return np.asarray(self.transform @ self.gls.beta * np.sqrt(self.scale))

    @property
    def covariance(self) -> Array:
        """Their covariance matrix, `(p, p)`."""
        return np.asarray(self.transform @ self.gls.C @ self.transform.T * self.scale)

    @property
    def log_likelihood(self) -> float:
        """In the units of the data."""
        n = self.model.k - self.model.p if self.model.restricted else self.model.k
        return self.maximum.value - 0.5 * n * float(np.log(self.scale))

    def parameters(self) -> list[Array]:
        """Return the variances and correlations of each term, in the units of the data."""
        parts = self.model.split(self.maximum.theta)
        return [
            term.structure.reported(part, self.scale)
            for term, part in zip(self.model.terms, parts, strict=True)
        ]

    def sampling_only(self) -> Gls:
        """Return generalised least squares without random effects."""
        blocks = self.model.stacks
        return least_squares(blocks, [stack.V for stack in blocks], self.model.p)


def fit(data: Data, terms: Sequence[Term], *, restricted: bool) -> Fitted:
    """Return the model with the highest (restricted) likelihood.

    Raises:
        EvidenceError: for more variance components than the data can carry.
    """
    _enough(data, terms)
    Q, transform = orthonormal(data.X)
    guess, scale = moment_scale(data, Q)
    blocks = stacks(data.y / np.sqrt(scale), Q, data.V / scale, terms)
    model = MixedModel(blocks, tuple(terms), data.y.size, Q.shape[1], restricted)
    share = max(guess / scale, 0.1) / len(terms)
    found = _searched(model, share, _MIDDLE)
    if any(map(correlated, terms)) and not all(one.free.all() for one in found):
        found += [one for correlation in _OUTER for one in _searched(model, share, correlation)]
    best = max(found, key=lambda maximum: (round(maximum.value, 9), maximum.converged))
    best = _cleaned(model, best)
    _determined(model, best)
    return Fitted(data, model, transform, scale, best, model.gls(best.theta))


def _searched(model: MixedModel, share: float, correlation: float) -> list[Maximum]:
    """Return what is found from each start."""
    starts = (
        np.concatenate([term.structure.start(share * part, correlation) for term in model.terms])
        for part in _STARTS
    )
    return [maximise(model.derivatives, model.value, start, model.bounds) for start in starts]


def _cleaned(model: MixedModel, found: Maximum) -> Maximum:
    """Put variances that are 0 but for rounding at 0."""
    theta = found.theta.copy()
    for term, part in zip(model.terms, model.split(theta), strict=True):
        if isinstance(term.structure, Scaled):
            m = len(term.structure.names) if term.structure.own else 1
            smallest = np.sqrt(ZERO) if term.structure.squared else ZERO
            part[:m][part[:m] < smallest] = 0.0
    return found._replace(theta=theta, value=model.value(theta))


def _enough(data: Data, terms: Sequence[Term]) -> None:
    q = sum(len(term.structure.parameters) for term in terms)
    df = data.y.size - data.X.shape[1]
    if q > df:
        raise EvidenceError(
            f"{data.y.size} studies cannot carry {q} variance components beside "
            f"{data.X.shape[1]} coefficients, at most {df}: choose a simpler structure"
        )
    for term in terms:
        _pairs_seen(term)


def _pairs_seen(term: Term) -> None:
    """Refuse a correlation between levels that no group has together."""
    if term.kind in {INTERCEPT, "ID", "DIAG"}:
        return
    levels: dict[int, set[int]] = {}
    for group, level in zip(term.outer.tolist(), term.inner.tolist(), strict=True):
        levels.setdefault(group, set()).add(level)
    seen = {(i, j) for members in levels.values() for i in members for j in members if i < j}
    if not seen:
        raise EvidenceError(
            f"{term.name}: no group has two inner levels, so no correlation can be seen: "
            "use ID or DIAG"
        )
    if isinstance(term.structure, Unstructured):
        for j in range(len(term.levels)):
            for i in range(j):
                if (i, j) not in seen:
                    raise EvidenceError(
                        f"{term.name}: no group has both {term.levels[i]!r} and "
                        f"{term.levels[j]!r}, their correlation cannot be seen: use HCS or DIAG"
                    )


def _determined(model: MixedModel, found: Maximum) -> None:
    """Refuse components that the data do not tell apart: a direction without curvature."""
    usable = found.free.copy()
    at = 0
    for term, part in zip(model.terms, model.split(found.theta), strict=True):
        settled = isinstance(term.structure, Scaled) and np.count_nonzero(part > 0.0) > 1
        if isinstance(term.structure, Unstructured):
            usable[at : at + part.size] = False
        elif correlated(term) and not settled:
            usable[at + part.size - 1] = False
        at += part.size
    if np.count_nonzero(usable) < 2:
        return
    hessian = -found.hessian[np.ix_(usable, usable)]
    size = np.sqrt(np.maximum(np.diagonal(hessian), np.finfo(float).tiny))
    values, vectors = np.linalg.eigh(hessian / np.outer(size, size))
    if values[0] > _UNDETERMINED:
        return
    names = [f"{term.name} {name}".strip() for term in model.terms for name in _names(term)]
    kept = [name for name, use in zip(names, usable, strict=True) if use]
    mixed = [name for name, part in zip(kept, vectors[:, 0], strict=True) if abs(part) > 0.1]
    raise EvidenceError(
        f"the data do not tell {' and '.join(mixed)} apart: leave one of the terms out"
    )


def _names(term: Term) -> tuple[str, ...]:
    return ("",) if term.kind == INTERCEPT else term.structure.parameters


def correlated(term: Term) -> bool:
    """Return whether a term has one correlation, as its last parameter."""
    return isinstance(term.structure, Scaled) and term.structure.kind != "none"
