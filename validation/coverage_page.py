"""The page of the coverage simulation: written and read."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from validation.coverage import Scenario

    Row = tuple[Scenario, dict[str, float]]

COLUMNS: Final = ("normal", "t", "HK", "HK_adhoc", "Q_profile", "PI_HK", "PI_HTS")
_HEADER: Final = (
    "| k | τ²/v | normal | t | HK | HK_adhoc | τ² Q-profile | prediction HK | prediction HTS |\n"
    "| ---: | ---: " + "| ---: " * len(COLUMNS) + "|"
)
_WORDS: Final = {
    "MD": "Mean difference",
    "SMD": "Standardised mean difference (Hedges' g)",
    "OR": "Log odds ratio",
    "equal": "equal sizes",
    "unequal": "very unequal sizes",
}
_LOW: Final = 93.0
_HIGH: Final = 97.0


def render(rows: Sequence[Row], replications: int, seed: int) -> str:
    """Return the whole page."""
    error = 100.0 * math.sqrt(0.95 * 0.05 / replications)
    parts = [
        _INTRODUCTION.format(replications=f"{replications:,}", seed=seed, error=f"{error:.2f}"),
        _summary(rows),
        _READING,
        "## All scenarios\n",
    ]
    for measure, sizes in dict.fromkeys((s.measure, s.sizes) for s, _ in rows):
        parts.append(f"### {_WORDS[measure]}, {_WORDS[sizes]}\n\n{_HEADER}")
        parts += [_line(*row) for row in rows if row[0][:2] == (measure, sizes)]
        parts.append("")
    return "\n".join(parts).rstrip("\n") + "\n"


def _line(scenario: Scenario, found: dict[str, float]) -> str:
    cells = [f"{found[name]:.1f}" if name in found else "–" for name in COLUMNS]
    return f"| {scenario.k} | {scenario.ratio:.3g} | " + " | ".join(cells) + " |"


def _summary(rows: Sequence[Row]) -> str:
    """Return a table of the worst and best coverage, and how many scenarios are within 93–97 %."""
    lines = [
        "| interval | k = 2 | k = 3 | k ≥ 5: lowest to highest | of these within 93–97 % |",
        "| --- | --- | --- | --- | --- |",
    ]
    for name in COLUMNS:
        of = {k: [found[name] for s, found in rows if s.k == k and name in found] for k in (2, 3)}
        many = [found[name] for s, found in rows if s.k >= 5]  # noqa: PLR2004 - see the page
        inside = sum(_LOW <= value <= _HIGH for value in many)
        lines.append(
            f"| {name} | {_range(of[2])} | {_range(of[3])} | {_range(many)} "
            f"| {inside} of {len(many)} |"
        )
    return "\n".join(lines) + "\n"


def _range(values: list[float]) -> str:
    return f"{min(values):.1f} to {max(values):.1f}" if values else "–"


def read(page: str) -> dict[tuple[str, str, int, str], dict[str, float]]:
    """Return the coverages that a page shows, by measure, sizes, k and the printed τ²/v."""
    names = {words: name for name, words in _WORDS.items()}
    found = {}
    title = ("", "")
    for line in page.split("\n"):
        if line.startswith("### "):
            measure, _, sizes = line[4:].rpartition(", ")
            title = (names[measure], names[sizes])
        if title[0] and line.startswith("| ") and line[2].isdigit():
            k, ratio, *cells = (cell.strip() for cell in line.strip("|").split("|"))
            found[(*title, int(k), ratio)] = {
                name: float(cell) for name, cell in zip(COLUMNS, cells, strict=True) if cell != "–"
            }
    return found


_INTRODUCTION: Final = """# How often the intervals hold the truth

Simulated: two-arm trials with normal outcomes (MD, SMD; true effect 0.5 standard deviations) or
events (OR; true log odds ratio 0.5, 30 % of controls with the event, ½ added where a cell is 0),
true effects normal around the mean. *Equal*: 30 people an arm; *very unequal*: from 10 to 300 an
arm by a constant factor. τ²/v is the between-study variance over the typical sampling variance:
0, ⅓, 1, 3, 9, that is an I² of 0, 25, 50, 75, 90 %. Each line: {replications} meta-analyses of k
studies, τ² by REML, all intervals 95 %. A prediction interval's coverage is the chance that a new
study's *true* effect lies in it. Shown: percent, with a Monte Carlo standard error of {error}
points where the coverage is 95 %.

Made by `python -m validation.coverage` (seed {seed}; each scenario has its own stream, so that a
part can be run again alone, as a test does). It uses `ev.effect_size` and `ev.pool_many`.

## Summary
"""

_READING: Final = """## Reading

**Hartung-Knapp (HK).** With studies of equal size it holds 93 to 97 % at every k, even 2.
With very unequal sizes (30 to 1 between the largest and the smallest) it does **not** with few
studies: about 91 % for 5 studies with some heterogeneity, just below 93 % for 10; from 20
studies on it holds. With 2 or 3 such studies it falls below 90 %. "93–97 % for k ≥ 5" is
therefore true of studies of like size, and from k = 20 on of any.

**The safeguarded interval (HK_adhoc, our default)** errs on the wide side: it covers up to 99.8 %
with 5 homogeneous studies, and its lowest coverage for k ≥ 5 is 92.9 %. That is why it is the
default: it costs width where studies agree, and where they differ in size it lacks the least.

**The normal interval**, RevMan's and metafor's default for decades, falls to 84 % with 5
studies and lower with fewer. It is near 95 % only with homogeneous effects or many studies.

**Q-profile** for τ² is right wherever τ² is above 0. At τ² = 0 only its lower bound can miss, hence
97.5 % for MD. For SMD and OR sampling variances are themselves estimated, and
it is a little conservative.

**Prediction intervals** hold the true effect of a new study less often than they say wherever τ² is
small but not 0: REML is then often 0 or too low, and with an I² of 25 % they cover 80 to 89 % for
k ≥ 10, even with 50 studies. At τ² = 0 they are too wide. They come near 95 % with much
heterogeneity only. HTS (k − 2) is wider with 3 to 5 studies and otherwise alike.

Not simulated: effects that are not normal, rare events (see the page on mixed models), correlated
effects, and small-study bias, all of which make every interval worse.
"""
