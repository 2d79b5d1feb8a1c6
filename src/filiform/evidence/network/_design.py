"""What the effects of comparisons depend on: one value a treatment, or columns of a matrix.

Both kinds give the same three things: the information X'WX, the projection X'Wy and the fitted
effects Xβ. A treatment's row of X is never written down: its information is a Laplacian, filled by
counting.
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


class Nodes:
    """One value a node; an edge is the difference of its two.

    In every connected part one node is held at 0 (grounded): its row and column of the inverse
    are 0, and differences within a part do not depend on the choice.

    Args:
        first, second: `(m,)` the nodes of each edge.
        count: how many nodes there are.
        parts: `(count,)` the part of each node; all one where None.
    """

    __slots__ = ("_cell", "_free", "count", "first", "rank", "second")

    def __init__(
        self,
        first: NDArray[np.intp],
        second: NDArray[np.intp],
        count: int,
        parts: NDArray[np.intp] | None = None,
    ) -> None:
        self.first, self.second, self.count = first, second, count
        self._cell = first * count + second
        degree = np.bincount(first, minlength=count) + np.bincount(second, minlength=count)
        if parts is None:
            grounded = [int(degree.argmax())]
        else:
            order = np.lexsort((-degree, parts))
            grounded = order[np.unique(parts[order], return_index=True)[1]].tolist()
        free = np.ones(count, dtype=bool)
        free[grounded] = False
        self._free = np.flatnonzero(free)
        self.rank = self._free.size

    def information(self, w: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the `(count, count)` Laplacian."""
        t = self.count
        half = tally(self._cell, w, t * t).reshape(t, t)
        laplacian = -(half + half.T)
        laplacian.flat[:: t + 1] = -laplacian.sum(axis=1)
        return laplacian

    def inverse(self, information: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the inverse of the free nodes' block, zeros elsewhere.

        Raises:
            NearlySingularError: if it cannot be inverted to six digits.
        """
        t, free = self.count, self._free
        whole = np.zeros((t, t))
        cells = (free[:, None] * t + free).ravel()
        block = information.ravel()[cells].reshape(free.size, free.size)
        whole.ravel()[cells] = scaled_inverse(block).ravel()
        return whole

    def projected(self, wy: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the flow out of each node."""
        t = self.count
        return tally(self.first, wy, t) - tally(self.second, wy, t)

    def fitted(self, beta: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the differences of the nodes' values."""
        return beta[self.first] - beta[self.second]


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
