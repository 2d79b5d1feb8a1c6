"""Which components the treatments have, and what the trials can tell of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from filiform.errors import EvidenceError, unknown
from filiform.evidence.network._design import RANK_TOLERANCE, Columns
from filiform.evidence.network.data import alphabetical
from filiform.evidence.network.effects import position

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from filiform.evidence.network._model import NetworkModel


class Components(NamedTuple):
    """The components of the treatments.

    Attributes:
        treatments: `(t,)` names.
        names: `(c,)` of the components, interactions last.
        matrix: `(t, c)` 1 where a treatment has a component.
    """

    treatments: tuple[str, ...]
    names: tuple[str, ...]
    matrix: NDArray[np.float64]


def components_of(
    treatments: tuple[str, ...],
    inactive: str | None,
    separator: str,
    interactions: tuple[str, ...],
) -> Components:
    """Split the names of treatments into components.

    Raises:
        EvidenceError: for an unknown inactive treatment, interaction or an empty separator.
    """
    if not separator:
        raise EvidenceError('the separator is empty: give what joins components, such as "+"')
    if inactive is not None:
        position(treatments, inactive)
    own = [
        () if name == inactive else tuple(part.strip() for part in name.split(separator))
        for name in treatments
    ]
    for name, found in zip(treatments, own, strict=True):
        if name != inactive and "" in found:
            raise EvidenceError(
                f"treatment {name!r} has a component without a name: write A{separator}B"
            )
    names = alphabetical(part for found in own for part in found)
    matrix = np.array([[float(name in found) for name in names] for found in own])
    columns, extra = [matrix], []
    for interaction in interactions:
        extra.append(interaction)
        columns.append(_interaction(matrix, names, interaction)[:, None])
    return Components(treatments, (*names, *extra), np.hstack(columns))


def _interaction(
    matrix: NDArray[np.float64], names: tuple[str, ...], interaction: str
) -> NDArray[np.float64]:
    pair = [part.strip() for part in interaction.split("*")]
    if len(pair) != 2 or pair[0] == pair[1]:
        raise EvidenceError(
            f'interaction {interaction!r} is not a pair of components: write it as "A*B"'
        )
    for part in pair:
        if part not in names:
            raise EvidenceError(unknown("component", part, names))
    both = matrix[:, names.index(pair[0])] * matrix[:, names.index(pair[1])]
    if not both.any():
        raise EvidenceError(
            f"no treatment has both components of {interaction!r}: it cannot be estimated, drop it"
        )
    return both


def blind_directions(model: NetworkModel) -> NDArray[np.float64]:
    """Return `(c − rank, c)` the changes of the components' effects that no trial would notice."""
    design = model.design
    if not isinstance(design, Columns) or design.rank == design.matrix.shape[1]:
        return np.zeros((0, model.p))
    directions = np.linalg.svd(design.matrix, full_matrices=True)[2]
    return np.asarray(directions[design.rank :])


def is_known(rows: NDArray[np.float64], blind: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return `(r,)` which sums of components, one a row, the trials determine."""
    unseen = np.abs(rows @ blind.T).max(axis=1, initial=0.0)
    return np.asarray(unseen <= RANK_TOLERANCE * np.maximum(1.0, np.abs(rows).max(axis=1)))
