"""How fast the evidence engine is, beside metafor, PyMARE and statsmodels on the same CSV files.

Run it in the project's environment: `.venv/bin/python -m benchmarks.evidence --peers VENV`, where
VENV is an environment with pymare and statsmodels (never the project's own). Peers that are not
there are left out. It prints times and ratios; the machine's speed drifts, so compare what stands
in one run. metafor's 10,000 meta-analyses are timed on the first 500, its leave-one-out of 1,000
studies on 10 of the fits, and both are scaled up.
"""

from __future__ import annotations

import argparse
import csv
import shutil
import statistics
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from filiform import evidence as ev

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

HERE = Path(__file__).parent
SEED = 20261121
WORDS: Final = {
    "reml_10": "10 studies, REML + Hartung-Knapp",
    "dl_10": "10 studies, DerSimonian-Laird",
    "reml_1000": "1,000 studies, REML + Hartung-Knapp",
    "many": "10,000 meta-analyses of 10 studies, REML + Hartung-Knapp",
    "loo_200": "leave-one-out of 200 studies",
    "loo_1000": "leave-one-out of 1,000 studies",
}


class Columns(NamedTuple):
    """Effects and variances, `(m, k)`."""

    yi: Array
    vi: Array


def simulated(m: int, k: int, rng: np.random.Generator) -> Columns:
    """Return m meta-analyses of k studies with heterogeneity."""
    vi = rng.uniform(0.02, 0.3, (m, k))
    return Columns(rng.normal(0.3, np.sqrt(vi + 0.1)), vi)


def write(folder: Path, name: str, columns: Columns) -> None:
    """Write one CSV that every program reads."""
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
        rows = csv.writer(stream)
        rows.writerow(["meta", "yi", "vi"])
        for meta, (ys, vs) in enumerate(zip(*columns, strict=True), start=1):
            rows.writerows([meta, y, v] for y, v in zip(ys.tolist(), vs.tolist(), strict=True))


def read(folder: Path, name: str) -> tuple[Array, Array]:
    """Return the columns yi and vi of a CSV."""
    table = np.genfromtxt(folder / f"{name}.csv", delimiter=",", names=True)
    return table["yi"], table["vi"]


def median_ms(act: Callable[[], object], runs: int = 7, repeat: int = 1) -> float:
    """Return the median wall time of a call after one that does not count."""
    act()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        for _ in range(repeat):
            act()
        times.append((time.perf_counter() - start) / repeat)
    return statistics.median(times) * 1000


def one_pass(y: Array, v: Array) -> float:
    """Return the time of the sums of one step at a given τ²: weights, means, Q, over studies."""

    def act() -> object:
        w = 1.0 / (v + 0.1)
        mean = (w * y).sum(axis=0) / w.sum(axis=0)
        return (w * (y - mean) ** 2).sum(axis=0)

    return median_ms(act, repeat=200 if y.size < 10_000 else 3)


def bare(y: Array, v: Array) -> object:
    """Return `pool` without the intervals of τ² and of new studies, which the peers do not fit."""
    return ev.pool(y, v, interval="HK", tau2_interval="none", prediction="none")


def ours(folder: Path) -> tuple[dict[str, float], dict[str, float], float]:
    """Return our times, those of one numpy pass over the same arrays, and of a whole `pool`."""
    ten, thousand, two = (read(folder, name) for name in ("ten", "thousand", "two_hundred"))
    many = tuple(x.reshape(-1, 10) for x in read(folder, "many"))
    fits = ev.pool_many(*many, interval="HK")
    if not fits.converged.all():
        print(f"{int((~fits.converged).sum())} of {fits.k.size} did not converge")
    times = {
        "reml_10": median_ms(lambda: bare(*ten), repeat=50),
        "dl_10": median_ms(
            lambda: ev.pool(*ten, tau2="DL", interval="z", tau2_interval="none", prediction="none"),
            repeat=50,
        ),
        "reml_1000": median_ms(lambda: bare(*thousand), repeat=20),
        "many": median_ms(lambda: ev.pool_many(*many, interval="HK")),
        "loo_200": median_ms(lambda: ev.leave_one_out(*two, interval="HK")),
        "loo_1000": median_ms(lambda: ev.leave_one_out(*thousand, interval="HK")),
    }
    limits = {
        "reml_10": one_pass(*ten),
        "dl_10": one_pass(*ten),
        "reml_1000": one_pass(*thousand),
        "many": one_pass(*(np.ascontiguousarray(x.T) for x in many)),
        "loo_200": one_pass(*(_repeated(x) for x in two)),
        "loo_1000": one_pass(*(_repeated(x) for x in thousand)),
    }
    return times, limits, median_ms(lambda: ev.pool(*ten, interval="HK"), repeat=50)


def _repeated(x: Array) -> Array:
    return np.repeat(x[:, None], x.size, axis=1)


def run(*command: str) -> list[list[str]]:
    """Return what a program printed, in cells; it fails loudly."""
    said = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return [line.split("\t") for line in said.stdout.splitlines()]


def peers(folder: Path, venv: Path | None) -> dict[str, dict[str, tuple[str, float]]]:
    """Return the time and the estimate of every peer that is there, by its name and task."""
    found: dict[str, dict[str, tuple[str, float]]] = {}
    lines: list[list[str]] = []
    if shutil.which("Rscript"):
        script = str(HERE / "evidence_metafor.R")
        lines += [["metafor", *cells] for cells in run("Rscript", script, str(folder))]
    if venv is not None:
        script = str(HERE / "evidence_peers.py")
        lines += run(str(venv / "bin" / "python"), script, str(folder))
    for name, task, value, estimate in lines:
        number = float("nan") if estimate in {"", "NA"} else float(estimate)
        found.setdefault(name, {})[task] = (value, number)
    return found


def show(folder: Path, venv: Path | None) -> None:
    """Print the table, in Markdown."""
    others = peers(folder, venv)
    times, limits, whole = ours(folder)
    names = [f"{name} {tasks['version'][0]}" for name, tasks in others.items()]
    print("| task | filiform | " + " | ".join(names) + " | one numpy pass | passes |")
    print("| --- | ---: |" + " ---: |" * (len(names) + 2))
    for task, words in WORDS.items():
        cells = [_against(tasks.get(task), times[task]) for tasks in others.values()]
        passes = times[task] / limits[task]
        print(
            f"| {words} | {times[task]:.3g} ms | {' | '.join(cells)} "
            f"| {limits[task]:.2g} ms | {passes:.1f} |"
        )
    print(f"\n`ev.pool` of 10 studies with the intervals of τ² and of a new study: {whole:.3g} ms")
    agreement = [
        f"{name} {abs(tasks['reml_1000'][1] - ev.pool(*read(folder, 'thousand')).estimate):.1e}"
        for name, tasks in others.items()
        if "reml_1000" in tasks
    ]
    print(f"Difference of the REML mean of 1,000 studies: {', '.join(agreement)}")


def _against(found: tuple[str, float] | None, ours_ms: float) -> str:
    if found is None:
        return "–"
    theirs = float(found[0])
    return f"{theirs:.3g} ms ({theirs / ours_ms:,.0f} ×)"


def main() -> None:
    """Write the files, run everything, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peers", type=Path, help="environment with pymare and statsmodels")
    given = parser.parse_args()
    rng = np.random.default_rng(SEED)
    sizes = {"ten": (1, 10), "two_hundred": (1, 200), "thousand": (1, 1000), "many": (10_000, 10)}
    with tempfile.TemporaryDirectory() as place:
        for name, (m, k) in sizes.items():
            write(Path(place), name, simulated(m, k, rng))
        show(Path(place), given.peers)


if __name__ == "__main__":
    main()
