"""Indirect evidence by refitting: the network without the trials of a comparison (SIDDE).

*Source: Efthimiou et al. 2019, Statistics in Medicine 38:2992, doi:10.1002/sim.8158.*
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from filiform.evidence.network._pooled import Pooled
from filiform.evidence.network.connection import components
from filiform.evidence.network.fit_network import fit_network

if TYPE_CHECKING:
    from filiform.evidence.network._direct import Comparisons
    from filiform.evidence.network.fit_network import Network


def indirect_by_refit(
    net: Network, comparisons: Comparisons
) -> tuple[dict[tuple[int, int], Pooled], dict[tuple[int, int], Pooled]]:
    """Return the indirect effects, common and random, of the network without direct trials."""
    common: dict[tuple[int, int], Pooled] = {}
    random: dict[tuple[int, int], Pooled] = {}
    pairs = zip(comparisons.first.tolist(), comparisons.second.tolist(), strict=True)
    for n, (i, j) in enumerate(pairs):
        rest = _without(net, comparisons, n, (i, j))
        if rest is not None:
            one, two = net.treatments[i], net.treatments[j]
            for found, model in ((common, rest.common), (random, rest.random)):
                effect, error = model.effect(one, two)
                found[i, j] = Pooled(effect, error * error)
    return common, random


def _without(
    net: Network, comparisons: Comparisons, n: int, pair: tuple[int, int]
) -> Network | None:
    """Return the network without the trials of a comparison, None if that leaves parts."""
    dropped = np.zeros(len(net.data.studies), dtype=bool)
    dropped[net.data.study[comparisons.of_edge == n]] = True
    if dropped.all():
        return None
    data = net.data.without(dropped).trimmed()
    names = {net.treatments[node] for node in pair}
    if not names <= set(data.treatments):
        return None
    if components(data.first, data.second, len(data.treatments)).any():
        return None
    given = net.tau2 if net.tau2_method == "given" else None
    return fit_network(data, tau2=net.tau2_method if given is None else given, level=net.level)
