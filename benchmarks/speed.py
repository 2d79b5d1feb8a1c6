"""How fast Filiform answers, beside what a user would take instead and beside the limit.

Run it in the project's environment: `.venv/bin/python -m benchmarks.speed`. It prints ratios; the
machine's speed drifts, so compare what stands in one run.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

import filiform.knowledge
from benchmarks.page import result_page
from filiform.guidance import guide, read_person
from filiform.knowledge import check, library
from filiform.review import published

if TYPE_CHECKING:
    from collections.abc import Callable

PERSON = Path(__file__).parent.parent / "examples" / "myofascial.toml"
TODAY = dt.date(2026, 11, 21)
DATA = Path(filiform.knowledge.__file__).parent / "data"
RUNS = 11


def median_ms(act: Callable[[], object], runs: int = RUNS) -> float:
    """Return the median wall time of `runs` calls after one that does not count."""
    act()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        act()
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000


def row(name: str, milliseconds: float, limit: float, limit_name: str) -> None:
    """Print one line: the time, and how many times the limit it is."""
    print(f"  {name:<44}{milliseconds:10.1f} ms   {milliseconds / limit:8.1f} × {limit_name}")


def process(*arguments: str) -> Callable[[], object]:
    """Return a call that runs a whole process and fails loudly."""
    return lambda: subprocess.run(arguments, check=True, capture_output=True)


def cold() -> None:
    """Time whole processes from start to exit."""
    program = str(Path(sys.executable).with_name("filiform"))
    limit = median_ms(process(sys.executable, "-I", "-c", "pass"))
    print("Cold, whole process (limit: an empty Python)")
    row("python -c pass", limit, limit, "limit")
    screened = [program, "screen", str(PERSON), "--json"]
    row("filiform screen (goal 400 ms)", median_ms(process(*screened)), limit, "limit")
    guided = [program, "guide", str(PERSON), "--json"]
    row("filiform guide", median_ms(process(*guided)), limit, "limit")
    peer = median_ms(process(sys.executable, "-c", "import pandas, scipy.stats"))
    row("peer: importing pandas and scipy.stats", peer, limit, "limit")


def warm() -> None:
    """Time the answer within a process that has answered before."""
    facts, review = library(), published()
    person = read_person(PERSON, facts)

    def answer() -> dict[str, object]:
        return guide(person, library=facts, review=review, today=TODAY).to_dict()

    aid = answer()
    limit = median_ms(lambda: json.dumps(aid))
    print("\nWarm, in process (limit: writing the finished answer as JSON)")
    row("json.dumps(aid)", limit, limit, "limit")
    row("guide(person) (goal 20 ms)", median_ms(answer, 101), limit, "limit")


def loading() -> None:
    """Time reading and checking every table."""
    files = sorted(DATA.rglob("*.csv"))

    def bare() -> None:
        for file in files:
            with file.open(encoding="utf-8", newline="") as stream:
                list(csv.reader(stream))

    limit = median_ms(bare)
    peer = median_ms(lambda: [pd.read_csv(file) for file in files])
    print("\nLoading all knowledge (limit: csv.reader without a single check)")
    row("csv.reader", limit, limit, "limit")
    with tempfile.TemporaryDirectory() as copy:
        for file in files:
            shutil.copy(file, copy)
        typed = median_ms(lambda: check(copy, TODAY))
    row("typed, checked, each key looked up", typed, limit, "limit")
    row("peer: pandas.read_csv, unchecked", peer, limit, "limit")


def page() -> None:
    """Time the result page at twenty requests a second."""
    print("\nResult page, 20 requests a second for 10 s (limit: /healthz in the same run)")
    answer, limit = result_page(PERSON)
    for name, times in (("/healthz", limit), ("the result page", answer)):
        row(f"{name}, median", statistics.median(times), statistics.median(limit), "limit")
        worst = statistics.quantiles(times, n=20)[-1]
        row(f"{name}, 95th percentile", worst, statistics.quantiles(limit, n=20)[-1], "limit")


if __name__ == "__main__":
    cold()
    warm()
    loading()
    page()
