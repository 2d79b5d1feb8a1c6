"""How fast a table of scores is reviewed, beside one person at a time and beside the limit.

Run it in the project's environment: `.venv/bin/python -m benchmarks.progress`. It prints ratios;
the machine's speed drifts, so compare what stands in one run. The people are invented.
"""

from __future__ import annotations

import csv
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from filiform.care.progress import (
    ScorePoint,
    expected_courses,
    review_progress,
)
from filiform.care.progress_file import review_file
from filiform.knowledge import library
from filiform.review import published

if TYPE_CHECKING:
    from collections.abc import Callable

PEOPLE = 10_000
SAMPLE = 200
RUNS = 5
WEEKS = (0, 2, 4, 8, 12)


def table(path: Path) -> int:
    """Write an invented table, pain and disability, one visit in seven missed."""
    rng = np.random.default_rng(2026)
    rows = 1
    with path.open("w", encoding="utf-8", newline="") as file:
        write = csv.writer(file)
        write.writerow(("person", "week", "instrument", "score"))
        for number in range(PEOPLE):
            first = int(rng.integers(4, 10))
            for week in WEEKS:
                if week and rng.random() < 1 / 7:
                    continue
                pain = np.clip(round(first * (1 - 0.04 * week) + rng.normal()), 0, 10)
                write.writerow((f"p{number}", week, "NPRS", int(pain)))
                rows += 1
                if week in {0, 4, 12}:
                    disability = np.clip(round(first * (4 - 0.1 * week) + rng.normal(0, 3)), 0, 50)
                    write.writerow((f"p{number}", week, "NDI", int(disability)))
                    rows += 1
    return rows - 1


def fastest(act: Callable[[], object], runs: int = RUNS) -> tuple[float, float]:
    """Return the least wall and processor time of some calls, in seconds."""
    walls, cpus = [], []
    for _ in range(runs):
        wall, cpu = time.perf_counter(), time.process_time()
        act()
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    return min(walls), min(cpus)


def one_by_one(path: Path) -> None:
    """Review some people alone: what a loop over people would cost."""
    prior = expected_courses(therapy=None, library=library(), review=published())
    scores: dict[str, list[ScorePoint]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            point = ScorePoint(float(row["week"]), row["instrument"], float(row["score"]))
            scores.setdefault(row["person"], []).append(point)
    for person in list(scores)[:SAMPLE]:
        review_progress(
            scores[person], planned_end_week=12, sessions_done=None, prior=prior, library=library()
        )


def only_read(path: Path) -> None:
    """Read the cells and nothing else: the limit of anything in Python."""
    with path.open(encoding="utf-8", newline="") as file:
        for _ in csv.reader(file):
            pass


def row(name: str, seconds: tuple[float, float], limit: float) -> None:
    """Print one line."""
    wall, cpu = seconds
    print(f"  {name:<46}{wall:8.2f} s wall {cpu:8.2f} s processor {cpu / limit:9.1f} × limit")


def main() -> None:
    """Time everything on one table."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "scores.csv"
        rows = table(path)
        print(f"{PEOPLE:,} people, {rows:,} rows")
        limit = fastest(lambda: only_read(path))
        row("limit: reading the cells", limit, limit[1])
        whole = fastest(lambda: review_file(path, library=library(), review=published()))
        row("review_file: advice and calibration", whole, limit[1])
        found = review_file(path, library=library(), review=published())
        row("its JSON", fastest(found.to_json), limit[1])
        alone = fastest(lambda: one_by_one(path), runs=1)
        scale = PEOPLE / SAMPLE
        row(
            f"peer: one by one, from {SAMPLE} people, advice only",
            (alone[0] * scale, alone[1] * scale),
            limit[1],
        )
        program = str(Path(sys.executable).with_name("filiform"))
        start = time.perf_counter()
        subprocess.run([program, "progress", str(path), "--json"], check=True, capture_output=True)
        print(
            f"  the whole command, start to exit (goal 2 s)   {time.perf_counter() - start:8.2f} s"
        )


if __name__ == "__main__":
    main()
