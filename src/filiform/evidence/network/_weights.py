"""The weight of each comparison at a between-study variance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from filiform.evidence.network._spectrum import Spectrum

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from filiform.evidence.network.data import NetworkData


def weights(data: NetworkData, tau2: float) -> NDArray[np.float64]:
    """Return the `(m,)` weights at τ², those of multi-arm trials adjusted."""
    rows = Spectrum(data)
    return rows.weights(rows.precision(tau2))
