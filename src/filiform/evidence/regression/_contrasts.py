"""What coefficients are compared with: the rows of linear combinations, checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from filiform.errors import EvidenceError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float64]


def contrast_rows(matrix: Sequence[Sequence[float]], names: Sequence[str]) -> Array:
    """Return `(m, p)` linear combinations of the named coefficients, checked.

    Raises:
        EvidenceError: for rows that are not `(p,)` finite numbers, or 0 throughout.
    """
    try:
        rows = np.asarray(matrix, dtype=np.float64)
    except (TypeError, ValueError):
        rows = np.empty(0)
    if rows.ndim != 2 or rows.shape[1] != len(names) or not np.isfinite(rows).all():
        raise EvidenceError(
            f"a contrast needs {len(names)} numbers a row, one for each of {', '.join(names)}"
        )
    if not rows.size or not rows.any(axis=1).all():
        raise EvidenceError("a contrast is 0 throughout or missing: say what is compared")
    return rows
