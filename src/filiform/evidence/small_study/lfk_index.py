"""The LFK index of asymmetry in the Doi plot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from filiform.errors import EvidenceError
from filiform.evidence import _check
from filiform.evidence._result import Result

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import ArrayLike


@dataclass(frozen=True, slots=True)
class LfkIndex(Result):
    """The LFK index.

    Attributes:
        index: 0 for symmetry.
        words: "no asymmetry" within 1, "minor asymmetry" within 2, else "major asymmetry".
        z_scores: `(k,)` of the studies in the Doi plot, in the order given.
        warnings: what a reader must know.
        papers: the paper.
    """

    index: float
    words: str
    z_scores: tuple[float, ...]
    warnings: tuple[str, ...]
    papers: tuple[str, ...]


def lfk_index(
    estimates: ArrayLike, variances: ArrayLike, *, labels: Iterable[object] | None = None
) -> LfkIndex:
    """Return how lopsided the Doi plot is.

    Studies in order of effect take parts N = 100 max(v)/v; z = Φ⁻¹((middle of the part − ½)/ΣN).
    With the study of the smallest |z| as the centre y₀,
    LFK = 5/(2k) Σ(z + (max z − min z)/(max y − min y) (y − y₀)).

    Args:
        estimates: `(k,)` effects, k of 2 or more, not all equal.
        variances: `(k,)` their sampling variances, above 0.
        labels: `(k,)` names of the studies.

    Raises:
        EvidenceError: for one study, or effects that are all equal.

    *Source: Furuya-Kanamori, Barendregt and Doi 2018, International Journal of Evidence-Based
    Healthcare 16:195, doi:10.1097/XEB.0000000000000141.*

    The example of the paper:

    >>> found = lfk_index([-4.27, -1.71, -0.58, -0.19, 0.0], [0.158, 0.076, 0.018, 0.022, 0.040])
    >>> found.words
    'major asymmetry'
    """
    from scipy.special import ndtri  # noqa: PLC0415 - slow to import, see _distributions

    y, v, _ = _check.studies(estimates, variances, labels)
    if y.size < 2 or np.ptp(y) == 0.0:
        raise EvidenceError("a Doi plot needs two studies with different effects")
    order = np.argsort(y, kind="stable")
    effects = y[order]
    parts = 100.0 * v.max() / v[order]
    middle = np.cumsum(parts) - parts / 2.0
    z = ndtri((middle - 0.5) / parts.sum())
    centre = effects[np.argmin(np.abs(z))]
    slope = np.ptp(z) / np.ptp(effects)
    index = 5.0 / (2.0 * y.size) * float((z + slope * (effects - centre)).sum())
    size = abs(index)
    words = "no asymmetry" if size <= 1.0 else "minor asymmetry" if size <= 2.0 else ""
    back = np.empty_like(z)
    back[order] = z
    return LfkIndex(
        index,
        words or "major asymmetry",
        tuple(back.tolist()),
        (
            (
                "the index depends on the number of studies even without bias (Schwarzer, Rucker "
                "and Semaca 2024, Research Synthesis Methods)"
            ),
        ),
        (
            (
                "Furuya-Kanamori L, Barendregt JJ, Doi SAR. A new improved graphical and "
                "quantitative method for detecting bias in meta-analysis. International Journal of "
                "Evidence-Based Healthcare 2018;16:195-203. doi:10.1097/XEB.0000000000000141"
            ),
        ),
    )
