"""Times of PyMARE and statsmodels, run by benchmarks/evidence.py in an environment of their own.

Prints name, milliseconds and estimate, separated by tabs.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import statistics
import sys
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable


def measured(name: str, act: Callable[[], Any], runs: int = 5, repeat: int = 1) -> None:
    """Print the median time of a call; small ones are repeated."""
    value = act()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        for _ in range(repeat):
            act()
        times.append((time.perf_counter() - start) / repeat)
    print(f"{name}\t{statistics.median(times) * 1000}\t{float(np.ravel(value)[0])!r}")


def read(folder: Path, name: str) -> tuple[Any, Any]:
    """Return the columns yi and vi."""
    table = np.genfromtxt(folder / f"{name}.csv", delimiter=",", names=True)
    return table["yi"], table["vi"]


def without_each(x: Any) -> Any:
    """Return all sets that lack one study, `(k - 1, k)`."""
    return np.column_stack([np.delete(x, i) for i in range(x.size)])


def main(folder: Path) -> None:
    """Time both packages."""
    pymare, estimators = (importlib.import_module(f"pymare{end}") for end in ("", ".estimators"))
    combine = importlib.import_module("statsmodels.stats.meta_analysis").combine_effects

    def pymare_fit(estimator: Any, y: Any, v: Any) -> Any:
        fitted = estimator.fit_dataset(pymare.Dataset(y=y, v=v))
        return fitted.summary().get_fe_stats()["est"]

    def reml(y: Any, v: Any) -> Any:
        return pymare_fit(estimators.VarianceBasedLikelihoodEstimator(method="reml"), y, v)

    ten, thousand = read(folder, "ten"), read(folder, "thousand")
    measured("pymare\treml_10", lambda: reml(*ten), repeat=20)
    measured("pymare\tdl_10", lambda: pymare_fit(estimators.DerSimonianLaird(), *ten), repeat=20)
    measured("pymare\treml_1000", lambda: reml(*thousand), repeat=20)
    y, v = (x.reshape(-1, 10).T for x in read(folder, "many"))
    measured("pymare\tmany", lambda: reml(y, v), runs=3)
    for name in ("two_hundred", "thousand"):
        y, v = (without_each(x) for x in read(folder, name))
        k = y.shape[1]
        measured(f"pymare\tloo_{k}", partial(reml, y, v), runs=2)
    measured("statsmodels\tdl_10", lambda: combine(*ten, method_re="dl").mean_effect_re, repeat=50)
    for package in ("pymare", "statsmodels"):
        print(f"{package}\tversion\t{importlib.metadata.version(package)}\tnan")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
