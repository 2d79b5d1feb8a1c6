"""Trials of three arms or more: their comparisons checked, and turned into exact weights.

The variances R of all pairs of a trial's a arms determine the covariance of its effects. With
C = I − J/a the Laplacian of the trial is the pseudoinverse of −CRC/2, and the weight of a pair is
the negative of its entry. Adding τ² to every pair gives the random-effects model with half of τ²
as the covariance of two comparisons that share an arm.

*Source: Rücker 2012, Research Synthesis Methods 3:312, doi:10.1002/jrsm.1058; Rücker and Schwarzer
2014, Statistics in Medicine 33:4353, doi:10.1002/sim.6236.*
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from filiform.errors import EvidenceError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from filiform.evidence.network.data import NetworkData

# Of the largest arm variance of a trial: below it a negative one is rounding of the input.
_ROUNDING = 1e-9


@lru_cache(maxsize=64)
def pairs(arms: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the pairs of arms in lexicographic order."""
    i, j = np.triu_indices(arms, 1)
    return i, j


def group(data: NetworkData, counts: NDArray[np.intp]) -> list[tuple[int, NDArray[np.intp]]]:
    """Return, for each number of arms, the comparisons of the trials that have it.

    Raises:
        EvidenceError: if a trial does not have each pair of its arms exactly once.
    """
    order = np.lexsort((data.second, data.first, data.study))
    size = counts[data.study[order]]
    groups = []
    for count in sorted(set(counts[counts > 1].tolist())):
        edges = order[size == count].reshape(-1, count)
        arms = round((1.0 + (1.0 + 8.0 * count) ** 0.5) / 2.0)
        _complete(data, arms, edges)
        groups.append((arms, edges))
    return groups


def _complete(data: NetworkData, arms: int, edges: NDArray[np.intp]) -> None:
    """Refuse the first trial that lacks or repeats a comparison."""
    i, j = pairs(arms)
    if i.size != edges.shape[1]:
        _incomplete(data, edges[0])
    first, second = data.first[edges], data.second[edges]
    nodes = np.column_stack((first[:, :1], second[:, : arms - 1]))
    wrong = ((nodes[:, i] != first) | (nodes[:, j] != second)).any(axis=1)
    wrong |= (np.diff(nodes, axis=1) <= 0).any(axis=1)
    if wrong.any():
        _incomplete(data, edges[int(np.flatnonzero(wrong)[0])])


def _incomplete(data: NetworkData, edges: NDArray[np.intp]) -> None:
    """Say what is wrong with a trial's set of comparisons."""
    study = data.studies[data.study[edges[0]]]
    given = [
        (data.treatments[data.first[e]], data.treatments[data.second[e]]) for e in edges.tolist()
    ]
    twice = next((pair for pair in given if given.count(pair) > 1), None)
    if twice is not None:
        raise EvidenceError(
            f"study {study!r}: {twice[0]!r} against {twice[1]!r} is given more than once: "
            "combine the arms, or name the comparisons of two trials by two studies"
        )
    arms = sorted({name for pair in given for name in pair})
    missing = [
        f"{a!r} against {b!r}"
        for n, a in enumerate(arms)
        for b in arms[n + 1 :]
        if (a, b) not in given and (b, a) not in given
    ]
    raise EvidenceError(
        f"study {study!r}: {len(arms)} arms need {len(arms) * (len(arms) - 1) // 2} comparisons, "
        f"{len(given)} are given: add {', '.join(missing)}, or give the arms"
    )


def check(data: NetworkData, arms: int, edges: NDArray[np.intp], tolerance: float) -> None:
    """Refuse trials whose contrasts contradict each other or leave an arm a negative variance.

    Raises:
        EvidenceError: naming the trial.
    """
    i, j = pairs(arms)
    means = _square(data.effects[edges], arms, sign=-1.0).mean(axis=2)
    discord = np.abs(data.effects[edges] - (means[:, i] - means[:, j])).max(axis=1)
    for n in np.flatnonzero(discord > tolerance)[:1].tolist():
        raise EvidenceError(
            f"{_trial(data, arms, edges[n])}: its effects contradict each other by "
            f"{discord[n]:.3g}, at most {tolerance:g} is admissible: check their signs and values, "
            "give the arms, or allow more by tolerance"
        )
    spread = _square(data.variances[edges], arms, sign=1.0)
    row = spread.sum(axis=2)
    total = row.sum(axis=1, keepdims=True) / (2.0 * (arms - 1))
    own = (row - total) / (arms - 2)
    bad = own < -_ROUNDING * np.abs(own).max(axis=1, keepdims=True)
    for n in np.flatnonzero(bad.any(axis=1))[:1].tolist():
        arm = int(np.flatnonzero(bad[n])[0])
        raise EvidenceError(
            f"{_trial(data, arms, edges[n])}: its standard errors leave the arm "
            f"{_arms(data, arms, edges[n])[arm]!r} a variance of {own[n, arm]:.3g}, above 0 is "
            "needed: check the standard errors of its comparisons, or give the arms"
        )
    values = spectrum(data.variances[edges], arms)[0]
    for n in np.flatnonzero(values[:, 0] <= _ROUNDING**2 * values[:, -1])[:1].tolist():
        raise EvidenceError(
            f"{_trial(data, arms, edges[n])}: no covariance of its arms gives these standard "
            "errors: check the standard errors of its comparisons, or give the arms"
        )


def _arms(data: NetworkData, arms: int, edges: NDArray[np.intp]) -> list[str]:
    """Return the names of the arms of a trial."""
    nodes = [data.first[edges[0]], *data.second[edges[: arms - 1]]]
    return [data.treatments[node] for node in nodes]


def _trial(data: NetworkData, arms: int, edges: NDArray[np.intp]) -> str:
    """Return the name of a trial and its arms, to begin a message with."""
    study = data.studies[data.study[edges[0]]]
    return f"study {study!r} of {arms} arms ({', '.join(_arms(data, arms, edges))})"


def laplacians(variances: NDArray[np.float64], arms: int) -> NDArray[np.float64]:
    """Return the Laplacians of trials from the variances of their pairs.

    Args:
        variances: `(n, arms·(arms−1)/2)` above 0.
        arms: how many, three or more.

    Returns:
        `(n, arms, arms)`, rows that sum to 0.
    """
    scale = (np.add.reduce(variances, axis=1) / variances.shape[1])[:, None, None]
    r = _square(variances, arms, sign=1.0) / scale
    rows = np.add.reduce(r, axis=2, keepdims=True) / arms
    mean = np.add.reduce(rows, axis=1, keepdims=True) / arms
    centred = 0.5 * (rows + rows.transpose(0, 2, 1) - r - mean)
    found: NDArray[np.float64] = (np.linalg.inv(centred + 1.0 / arms) - 1.0 / arms) / scale
    return found


def spectrum(
    variances: NDArray[np.float64], arms: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the eigenvalues and eigenvectors of trials' centred covariances.

    Args:
        variances: `(n, arms·(arms−1)/2)` of their pairs.
        arms: how many, three or more.

    Returns:
        `(n, arms−1)` values in ascending order and `(n, arms, arms−1)` vectors that sum to 0.
    """
    basis = _contrasts(arms)
    core = -0.5 * (basis.T @ _square(variances, arms, sign=1.0) @ basis)
    values, vectors = np.linalg.eigh(core)
    return values, basis @ vectors


@lru_cache(maxsize=64)
def _contrasts(arms: int) -> NDArray[np.float64]:
    """Return `(arms, arms−1)` orthonormal columns that sum to 0 (Helmert's)."""
    found = np.zeros((arms, arms - 1))
    for n in range(1, arms):
        found[:n, n - 1] = 1.0
        found[n, n - 1] = -n
    return np.asarray(found / np.sqrt((found * found).sum(axis=0)))


def _square(values: NDArray[np.float64], arms: int, *, sign: float) -> NDArray[np.float64]:
    i, j = pairs(arms)
    square = np.zeros((values.shape[0], arms, arms))
    square[:, i, j] = values
    square[:, j, i] = sign * values
    return square
