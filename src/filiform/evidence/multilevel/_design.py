"""What a multilevel model is fitted to: effects, their covariances and the design, checked."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from filiform.errors import EvidenceError
from filiform.evidence import _check
from filiform.evidence.regression._design import Design, design

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import ArrayLike, NDArray

    from filiform.evidence.regression._design import Moderators

    Array = NDArray[np.float64]

INTERCEPT: Final = "intercept"
# Two columns that agree to this many digits say the same thing.
_COLLINEAR = 1e-9
# Rounding of a symmetric matrix that was computed.
_SYMMETRIC = 1e-10


@dataclass(frozen=True, slots=True, eq=False)
class Data:
    """Effects of `k` studies and the design.

    Attributes:
        y: `(k,)` effects.
        V: `(k,)` sampling variances or `(k, k)` covariances.
        design: its columns.
        labels: the names of the studies.
    """

    y: Array
    V: Array
    design: Design
    labels: tuple[str, ...]

    @property
    def X(self) -> Array:  # noqa: N802 - as in the formulas
        """The design, `(k, p)`."""
        return self.design.matrix

    @property
    def coefficients(self) -> tuple[str, ...]:
        """The names of its columns."""
        return self.design.names

    @property
    def variances(self) -> Array:
        """The sampling variances, `(k,)`."""
        return np.diagonal(self.V) if self.V.ndim == 2 else self.V


class Asked(NamedTuple):
    """The moderators of a model, and how they enter it."""

    moderators: Moderators
    formula: str | None
    intercept: bool


def checked(
    estimates: ArrayLike,
    variances: ArrayLike,
    asked: Asked,
    labels: Iterable[object] | None,
) -> Data:
    """Return the data of a model.

    Raises:
        EvidenceError: for values that no model can use, naming the study or column.
    """
    matrix = _matrix(variances)
    if matrix is None:
        y, V, names = _check.studies(estimates, variances, labels)
    else:
        y, _, names = _check.studies(estimates, np.diagonal(matrix), labels)
        V = _covariances(matrix, names)
    made = _design(asked, y.size, names)
    if y.size <= len(made.names):
        raise EvidenceError(
            f"{y.size} studies and {len(made.names)} coefficients leave no residual degrees of "
            "freedom, at least 1 is needed: drop a moderator"
        )
    independent(made.matrix, made.names)
    return Data(y, V, made, names)


def _matrix(variances: ArrayLike) -> Array | None:
    try:
        array = np.asarray(variances, dtype=np.float64)
    except (TypeError, ValueError):
        return None
    if array.ndim != 2:
        return None
    if array.shape[0] != array.shape[1] or not array.size:
        raise EvidenceError(
            f"the covariances of the effects are {array.shape[0]} by {array.shape[1]}, "
            "a square matrix is needed: one row and column a study"
        )
    return array


def _covariances(V: Array, names: tuple[str, ...]) -> Array:
    finite = np.isfinite(V)
    if not finite.all():
        i, j = np.argwhere(~finite)[0]
        raise EvidenceError(
            f"the covariance of studies {names[i]!r} and {names[j]!r} is {V[i, j]}, "
            "a finite number is needed"
        )
    sd = np.sqrt(np.diagonal(V))
    gap = np.abs(V - V.T) / np.outer(sd, sd)
    if gap.max() > _SYMMETRIC:
        i, j = np.unravel_index(int(gap.argmax()), gap.shape)
        raise EvidenceError(
            f"the covariance of studies {names[i]!r} and {names[j]!r} is {V[i, j]:g} in one place "
            f"and {V[j, i]:g} in the other: give a symmetric matrix"
        )
    _positive_definite(V / np.outer(sd, sd), names)
    return 0.5 * (V + V.T)


def _positive_definite(correlation: Array, names: tuple[str, ...]) -> None:
    values, vectors = np.linalg.eigh(correlation)
    if values[0] > 1e-12:
        return
    involved = [
        name for name, share in zip(names, np.abs(vectors[:, 0]), strict=True) if share > 0.1
    ]
    shown = ", ".join(map(repr, involved[:6]))
    raise EvidenceError(
        f"the covariances of studies {shown} are not those of any effects "
        "(the matrix is not positive definite): lower the correlation assumed between them"
    )


def _design(asked: Asked, k: int, labels: tuple[str, ...]) -> Design:
    """Return the columns of a formula, or of all moderators side by side."""
    formula = asked.formula
    if formula is None:
        if not asked.intercept and not len(asked.moderators):
            raise EvidenceError("no intercept and no moderators: give at least one of them")
        if not len(asked.moderators):
            formula = "~ 1"
    made = design(asked.moderators, formula, k, labels, intercept=asked.intercept)
    for i, name in enumerate(made.names):
        if name in made.names[:i]:
            raise EvidenceError(f"two columns are called {name!r}: rename the moderator")
    return made


def independent(X: Array, names: tuple[str, ...]) -> None:
    """Refuse a column that is a combination of those before it.

    Raises:
        EvidenceError: naming it.
    """
    done = np.zeros((X.shape[0], 0))
    for i, name in enumerate(names):
        size = float(np.linalg.norm(X[:, i]))
        unit = X[:, i] / size if size else X[:, i]
        rest = unit - done @ (done.T @ unit)
        rest -= done @ (done.T @ rest)
        left = float(np.linalg.norm(rest))
        if left < _COLLINEAR:
            raise EvidenceError(
                f"moderator {name} says nothing that the columns before it do not say "
                f"({', '.join(names[:i]) or 'it is 0 throughout'}): leave it out"
            )
        done = np.column_stack([done, rest / left])


def orthonormal(X: Array) -> tuple[Array, Array]:
    """Return Q with orthonormal columns and T with X T = Q."""
    size = np.linalg.norm(X, axis=0)
    Q, R = np.linalg.qr(X / size)
    return Q, np.linalg.inv(R) / size[:, None]


def moment_scale(data: Data, Q: Array) -> tuple[float, float]:
    """Return a first guess of the variance beyond sampling, and a typical total variance.

    The guess is the method of moments with weights 1/v, never below 0.
    """
    w = 1.0 / data.variances
    scaled = Q * np.sqrt(w)[:, None]
    basis, _ = np.linalg.qr(scaled)
    z = data.y * np.sqrt(w)
    residual = z - basis @ (basis.T @ z)
    q, df = float(residual @ residual), data.y.size - Q.shape[1]
    slack = float(w.sum() - (w @ (basis * basis)).sum())
    typical = data.y.size / float(w.sum())
    guess = max(0.0, (q - df) / slack) if slack > 0.0 else 0.0
    return guess, guess + typical if math.isfinite(guess) else typical
