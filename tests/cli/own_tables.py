"""The tables of a user: the BCG trials and Senn's diabetes network as CSV."""

from __future__ import annotations

import csv
import json
from pathlib import Path

REFERENCE = Path(__file__).parents[1] / "reference"

Table = dict[str, list[object]]


def bcg() -> Table:
    """Thirteen trials of BCG vaccine (metafor's dat.bcg), with log risk ratios."""
    path = REFERENCE / "influence" / "bcg-RR-radial-EE.json"
    return dict(json.loads(path.read_text(encoding="utf-8"))["data"])


def senn() -> Table:
    """Senn's diabetes network (netmeta's Senn2013), one row an arm."""
    path = REFERENCE / "network" / "senn2013-REML.json"
    return dict(json.loads(path.read_text(encoding="utf-8"))["data"]["arms"])


def write(path: Path, table: Table, *, separator: str = ",") -> Path:
    with path.open("w", newline="", encoding="utf-8") as to:
        writer = csv.writer(to, delimiter=separator)
        writer.writerow(table)
        writer.writerows(zip(*table.values(), strict=True))
    return path


def numbers(table: Table, name: str) -> list[float]:
    return [float(str(value)) for value in table[name]]
