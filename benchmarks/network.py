"""How fast networks are, beside the bare least squares of numpy on the same sizes.

Run it in the project's environment: `.venv/bin/python benchmarks/network.py`. The limit is one
`numpy.linalg.lstsq` on the weighted incidence matrix of the same comparisons; the normal equations
with their inverse, which also give the standard errors, stand beside it. It prints ratios; the
machine's speed drifts, so compare what stands in one run.
"""

from __future__ import annotations

import resource
import statistics
import time
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from filiform.evidence.network import (
    contributions,
    fit_network,
    flow_measures,
    league_table,
    net_heat,
    network_contrasts,
    node_split,
    p_scores,
    q_decomposition,
    study_impact,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from filiform.evidence.network import NetworkData

RUNS = 9
SIZES = ((10, 30), (20, 100), (50, 500), (100, 2000))


class Columns(NamedTuple):
    """A network as a user has it."""

    estimates: list[float]
    standard_errors: list[float]
    treatments1: list[str]
    treatments2: list[str]
    studies: list[str]

    def read(self) -> NetworkData:
        """Return the checked network."""
        return network_contrasts(*self)


def simulated(treatments: int, trials: int, seed: int = 1) -> Columns:
    """Return a connected network; every tenth trial has three arms."""
    rng = np.random.default_rng(seed)
    truth = rng.normal(0.0, 0.5, treatments)
    columns = Columns([], [], [], [], [])
    for trial in range(trials):
        arms = rng.choice(treatments, 3 if trial % 10 == 0 else 2, replace=False)
        if trial < treatments - 1:
            arms = np.array([trial, trial + 1])
        errors = rng.uniform(0.1, 0.4, arms.size)
        values = truth[arms] + rng.normal(0.0, 0.1, arms.size) + rng.normal(0.0, errors)
        for i in range(arms.size):
            for j in range(i + 1, arms.size):
                columns.estimates.append(float(values[i] - values[j]))
                columns.standard_errors.append(float(np.hypot(errors[i], errors[j])))
                columns.treatments1.append(f"treatment {arms[i]:03d}")
                columns.treatments2.append(f"treatment {arms[j]:03d}")
                columns.studies.append(f"trial {trial}")
    return columns


def median_ms(act: Callable[[], object], runs: int = RUNS) -> float:
    """Return the median wall time of `runs` calls after one that does not count."""
    act()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        act()
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000


def bare(data: NetworkData) -> tuple[float, float]:
    """Return the milliseconds of lstsq and of the normal equations with their inverse."""
    t, rows = len(data.treatments), np.arange(data.first.size)
    x = np.zeros((data.first.size, t))
    x[rows, data.first], x[rows, data.second] = 1.0, -1.0
    root = 1.0 / np.sqrt(data.variances)
    scaled, y = (x * root[:, None])[:, 1:], data.effects * root
    normal = median_ms(lambda: np.linalg.inv(scaled.T @ scaled) @ (scaled.T @ y))
    return median_ms(lambda: np.linalg.lstsq(scaled, y)), normal


def line(name: str, milliseconds: float, limit: float) -> None:
    """Print one line: the time, and how many times the limit it is."""
    print(f"  {name:<58}{milliseconds:10.2f} ms {milliseconds / limit:9.1f} ×")


def fits(columns: Columns) -> None:
    """Time the fits of one network."""
    data = columns.read()
    least, normal = bare(data)
    limit = least
    print(f"\n{len(data.treatments)} treatments, {len(data.studies)} trials (limit {limit:.2f} ms)")
    line("numpy: lstsq", least, limit)
    line("numpy: normal equations", normal, limit)
    line(
        "effects, SE, tau² DL, Q (goal 10 ×)",
        median_ms(lambda: fit_network(data, tau2="DL")),
        limit,
    )
    line("effects, SE, tau² REML, Q", median_ms(lambda: fit_network(data)), limit)
    line("reading and checking the contrasts", median_ms(columns.read), limit)
    everything = median_ms(lambda: _everything(columns), 3)
    line("all but contributions, from the contrasts (goal 1000 ms)", everything, limit)


def _everything(columns: Columns) -> None:
    net = fit_network(columns.read())
    league_table(net)
    p_scores(net)
    q_decomposition(net)
    node_split(net)
    net_heat(net)
    flow_measures(net)
    study_impact(net)


def evidence(columns: Columns) -> None:
    """Time contributions, decomposition and node-splits of one network."""
    net = fit_network(columns.read())
    size = f"{len(net.treatments)} treatments, {len(net.data.studies)} trials"
    print(f"\n{size} (goal 1000 ms together)")
    parts = {
        "contributions, shortest path": lambda: contributions(net),
        "contributions, random walk": lambda: contributions(net, method="random_walk"),
        "contributions, pseudoinverse": lambda: contributions(net, method="pseudoinverse"),
        "decomposition of Q": lambda: q_decomposition(net),
        "node-split, back-calculation": lambda: node_split(net),
        "node-split, SIDDE (every comparison refitted by REML)": lambda: node_split(
            net, method="SIDDE"
        ),
    }
    times = {name: median_ms(act, 3) for name, act in parts.items()}
    for name, milliseconds in times.items():
        print(f"  {name:<58}{milliseconds:10.2f} ms")
    chosen = sum(ms for name, ms in times.items() if "random" not in name and "pseudo" not in name)
    print(f"  {'together (shortest path)':<58}{chosen:10.2f} ms")


def main() -> None:
    """Print all timings and the memory that they took."""
    for treatments, trials in SIZES:
        fits(simulated(treatments, trials))
    evidence(simulated(20, 100))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\nlargest memory of the process: {peak:.0f} MiB (goal 1024 MiB)")


if __name__ == "__main__":
    main()
