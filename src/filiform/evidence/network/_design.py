"""What the effects of comparisons depend on: one value a treatment, or columns of a matrix.

Both kinds give the same things: the information X'WX, the projection X'Wy, the fitted effects Xβ
and their variances. A treatment's row of X is never written down: its information is a Laplacian,
filled by counting.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

from filiform.errors import EvidenceError
from filiform.evidence.network._tally import tally

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Of the largest singular value: what is below is dependence of columns, not information.
RANK_TOLERANCE = 1e-9
# The diagonal of a scaled inverse is 1/(1 − R²), how much the other coefficients explain one; its
# inverse loses that many of the 16 digits of a double, so that 6 are left at this value.
_MOST_EXPLAINED = 1e9
_LEAST_EXPLAINED = 1.0 - 1e-6

# An edge takes its weight from two places beside the diagonal and adds it to two on it.
_SIGNS = np.array([[-1.0], [-1.0], [1.0], [1.0]])


class Design(Protocol):
    """The linear predictor of the comparisons."""

    @property
    def rank(self) -> int:
        """How many coefficients can be told apart."""

    def information(self, w: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return `(p, p)` X'WX."""

    def inverse(self, information: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return `(p, p)` a symmetric generalised inverse of the information."""

    def projected(self, wy: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return `(p,)` X'(wy)."""

    def fitted(self, beta: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return `(m,)` Xβ."""

    def variances(self, covariance: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return `(m,)` the diagonal of XGX'."""


class Nodes:
    """One value a node; an edge is the difference of its two.

    In every connected part one node is held at 0 (grounded): its row and column of the inverse
    are 0, and differences within a part do not depend on the choice.

    Args:
        first, second: `(m,)` the nodes of each edge.
        count: how many nodes there are.
        parts: `(count,)` the part of each node; all one where None.
    """

    __slots__ = ("_block", "_cell", "_entry", "count", "first", "rank", "second")

    def __init__(
        self,
        first: NDArray[np.intp],
        second: NDArray[np.intp],
        count: int,
        parts: NDArray[np.intp] | None = None,
    ) -> None:
        self.first, self.second, self.count = first, second, count
        self._cell = first * count + second
        self._entry = np.concatenate(
            (self._cell, second * count + first, first * (count + 1), second * (count + 1))
        )
        degree = np.bincount(first, minlength=count) + np.bincount(second, minlength=count)
        if parts is None:
            grounded = [int(degree.argmax())]
        else:
            order = np.lexsort((-degree, parts))
            grounded = order[np.unique(parts[order], return_index=True)[1]].tolist()
        free = np.ones(count, dtype=bool)
        free[grounded] = False
        chosen = np.flatnonzero(free)
        self._block = (chosen[:, None] * count + chosen).ravel()
        self.rank = chosen.size

    def information(self, w: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the `(count, count)` Laplacian."""
        t = self.count
        return tally(self._entry, (_SIGNS * w).ravel(), t * t).reshape(t, t)

    def inverse(self, information: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the inverse of the free nodes' block, zeros elsewhere.

        Raises:
            NearlySingularError: if it cannot be inverted to six digits.
        """
        t, free = self.count, self.rank
        whole = np.zeros(t * t)
        block = information.ravel()[self._block].reshape(free, free)
        whole[self._block] = scaled_inverse(block).ravel()
        return whole.reshape(t, t)

    def projected(self, wy: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the flow out of each node."""
        t = self.count
        return tally(self.first, wy, t) - tally(self.second, wy, t)

    def fitted(self, beta: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the differences of the nodes' values."""
        return beta[self.first] - beta[self.second]

    def variances(self, covariance: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the variances of the differences of the nodes' values."""
        own = covariance.diagonal()
        both = covariance.ravel()[self._cell]
        return np.asarray(own[self.first] + own[self.second] - 2.0 * both)


class Columns:
    """Coefficients of the columns of a matrix.

    Args:
        matrix: `(m, p)`.
    """

    __slots__ = ("_basis", "matrix", "rank")

    def __init__(self, matrix: NDArray[np.float64]) -> None:
        self.matrix = matrix
        self.rank = matrix_rank(matrix)
        # The directions of the coefficients that the data see, where they do not see all.
        self._basis = None
        if self.rank < matrix.shape[1]:
            self._basis = np.linalg.svd(matrix, full_matrices=False)[2][: self.rank].T

    def information(self, w: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return X'WX."""
        return self.matrix.T @ (w[:, None] * self.matrix)

    def inverse(self, information: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the inverse, or the pseudoinverse where columns depend on each other."""
        if self._basis is None:
            return scaled_inverse(information)
        seen = self._basis
        found: NDArray[np.float64] = seen @ scaled_inverse(seen.T @ information @ seen) @ seen.T
        return found

    def projected(self, wy: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return X'(wy)."""
        return wy @ self.matrix

    def fitted(self, beta: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return Xβ."""
        return self.matrix @ beta

    def variances(self, covariance: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the diagonal of XGX'."""
        return np.asarray(((self.matrix @ covariance) * self.matrix).sum(axis=1))


def matrix_rank(matrix: NDArray[np.float64]) -> int:
    """Return how many columns are independent, each scaled to its largest entry."""
    scale = np.abs(matrix).max(axis=0, initial=0.0)
    scaled = matrix[:, scale > 0.0] / scale[scale > 0.0]
    if scaled.size == 0:
        return 0
    singular = np.linalg.svd(scaled, compute_uv=False)
    return int((singular > RANK_TOLERANCE * singular[0]).sum())


def scaled_inverse(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the symmetric inverse of a positive definite matrix, scaled by its diagonal first.

    Raises:
        NearlySingularError: if it cannot be inverted to six digits.
    """
    root = 1.0 / np.sqrt(matrix.diagonal())
    scale = root[:, None] * root
    try:
        inverse = np.linalg.inv(matrix * scale)
    except np.linalg.LinAlgError:
        raise NearlySingularError(_NEARLY_SINGULAR) from None
    explained = inverse.diagonal()
    # Below 1 it is no inverse of a positive definite matrix at all: rounding is all there is.
    if not (explained.min() > _LEAST_EXPLAINED and explained.max() < _MOST_EXPLAINED):
        raise NearlySingularError(_NEARLY_SINGULAR)
    inverse *= scale
    return 0.5 * (inverse + inverse.T)


class NearlySingularError(EvidenceError):
    """Weights that differ so much that the inverse of the information has no six digits."""


_NEARLY_SINGULAR = (
    "the precision of the comparisons differs so much that the network cannot be computed to six "
    "digits"
)
