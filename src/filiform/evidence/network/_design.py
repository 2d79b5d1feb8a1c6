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
# The smallest pivot, relative to 1, of a scaled information matrix whose inverse has 4 digits.
_SINGULAR = 1e-12


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
            EvidenceError: if it cannot be inverted to four digits.
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

    __slots__ = ("matrix", "rank")

    def __init__(self, matrix: NDArray[np.float64]) -> None:
        self.matrix = matrix
        self.rank = matrix_rank(matrix)

    def information(self, w: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return X'WX."""
        return self.matrix.T @ (w[:, None] * self.matrix)

    def inverse(self, information: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the inverse, or the pseudoinverse where columns depend on each other."""
        if self.rank == self.matrix.shape[1]:
            return scaled_inverse(information)
        inverse = np.linalg.pinv(information, rcond=RANK_TOLERANCE**2, hermitian=True)
        return np.asarray(inverse, dtype=np.float64)

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
        EvidenceError: if it is singular.
    """
    root = 1.0 / np.sqrt(matrix.diagonal())
    scale = root[:, None] * root
    try:
        inverse = np.linalg.inv(matrix * scale)
    except np.linalg.LinAlgError as error:
        raise EvidenceError(_SINGULAR_NETWORK) from error
    # The diagonal of a scaled inverse is 1/(1 − R²): how much the rest explains a coefficient.
    if not inverse.diagonal().max(initial=1.0) < 1.0 / _SINGULAR:
        raise EvidenceError(_SINGULAR_NETWORK)
    inverse *= scale
    return 0.5 * (inverse + inverse.T)


_SINGULAR_NETWORK = (
    "the standard errors of the network differ so much that its effects cannot be computed to four "
    "digits: look for a standard error that is far too large or too small"
)
