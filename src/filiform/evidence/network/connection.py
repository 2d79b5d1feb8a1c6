"""Which treatments are connected by trials."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from filiform.errors import EvidenceError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from filiform.evidence.network.data import NetworkData


def parts(data: NetworkData) -> NDArray[np.intp]:
    """Return the `(t,)` part of each treatment, numbered from 0."""
    return components(data.first, data.second, len(data.treatments))


def components(first: NDArray[np.intp], second: NDArray[np.intp], count: int) -> NDArray[np.intp]:
    """Return the `(count,)` part of each node of a graph, numbered from 0."""
    beside = np.eye(count, dtype=bool)
    beside[first, second] = beside[second, first] = True
    found = np.full(count, -1, dtype=np.intp)
    number = 0
    for node in range(count):
        if found[node] < 0:
            found[_reached(beside, node)] = number
            number += 1
    return found


def _reached(beside: NDArray[np.bool_], node: int) -> NDArray[np.bool_]:
    reached = np.asarray(beside[node])
    size = 0
    while reached.sum() > size:
        size = int(reached.sum())
        reached = beside[reached].any(axis=0)
    return reached


def refuse_disconnected(data: NetworkData) -> None:
    """Refuse a network of several parts, naming them.

    Raises:
        EvidenceError: if some treatments are not connected by any chain of trials.
    """
    part = parts(data)
    number = int(part.max()) + 1
    if number == 1:
        return
    named = "; ".join(
        ", ".join(name for name, own in zip(data.treatments, part, strict=True) if own == i)
        for i in range(number)
    )
    raise EvidenceError(
        f"the network falls into {number} parts ({named}): analyse them apart, add a trial that "
        "joins them, or join them by common components (component_network, --components)"
    )
