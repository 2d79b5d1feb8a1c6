"""A working covariance matrix for effects that share people but whose correlation is unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from filiform.errors import EvidenceError
from filiform.evidence import _check
from filiform.evidence.multilevel._terms import indexed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import ArrayLike, NDArray


def working_covariance(
    variances: ArrayLike,
    cluster: Iterable[object],
    rho: float,
    *,
    subgroup: Iterable[object] | None = None,
    labels: Iterable[object] | None = None,
) -> NDArray[np.float64]:
    """Return `(k, k)` covariances in which the effects of a cluster have one correlation.

        V_ii = v_i,   V_ij = ρ √(v_i v_j) within a cluster (and subgroup), else 0

    Args:
        variances: `(k,)` sampling variances, above 0.
        cluster: `(k,)` what the studies share, such as the trial.
        rho: the correlation assumed, from above −1 to below 1.
        subgroup: `(k,)` parts of a cluster that share nobody, such as men and women.
        labels: `(k,)` names of the studies, for messages.

    Raises:
        EvidenceError: for values that are not admissible, or a ρ too low for the largest cluster.

    >>> working_covariance([0.04, 0.09, 0.01], ["A", "A", "B"], 0.5).round(3).tolist()
    [[0.04, 0.03, 0.0], [0.03, 0.09, 0.0], [0.0, 0.0, 0.01]]

    *Source: Hedges, Tipton and Johnson 2010, Research Synthesis Methods 1:39,
    doi:10.1002/jrsm.5 (the correlated-effects working model).*
    """
    v = _check.numbers("variances", variances)
    _, v, _ = _check.studies(np.zeros(v.size), v, labels)
    groups, names = indexed("clusters", tuple(cluster), v.size)
    if subgroup is not None:
        parts, kinds = indexed("subgroups", tuple(subgroup), v.size)
        _, groups = np.unique(groups * len(kinds) + parts, return_inverse=True)
    largest = int(np.bincount(groups).max())
    floor = -1.0 / (largest - 1) if largest > 1 else -1.0
    if not floor < rho < 1.0:
        raise EvidenceError(
            f"rho is {rho!r}, between {floor:.4g} and 1 (both excluded) is admissible with "
            f"{largest} effects in one of {len(names)} clusters: choose one there"
        )
    same = groups[:, None] == groups[None, :]
    V = np.where(same, rho, 0.0) * np.sqrt(np.outer(v, v))
    np.fill_diagonal(V, v)
    return V
