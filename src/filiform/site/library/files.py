"""A synthesis as a file that anyone can pool again."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from filiform.review import Synthesis

COLUMNS = (
    "trial_id",
    "estimate",
    "ci_low",
    "ci_high",
    "yi",
    "sei",
    "weight",
    "unit",
    "measure",
    "weeks",
    "n",
    "instrument",
    "origin",
    "flags",
    "condition",
    "rows",
    "source",
)


def effects_csv(synthesis: Synthesis) -> str:
    """Return the effects of a synthesis, one row a trial; `yi` and `sei` are what is pooled."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for effect, weight in zip(synthesis.effects, synthesis.result.weights, strict=True):
        writer.writerow(
            (
                effect.trial_id,
                effect.estimate,
                effect.ci_low,
                effect.ci_high,
                effect.analysed,
                effect.standard_error,
                weight,
                effect.unit,
                effect.measure,
                effect.weeks,
                "" if effect.n is None else effect.n,
                effect.instrument,
                effect.origin,
                ";".join(effect.flags),
                effect.condition,
                ";".join(effect.rows),
                effect.source,
            )
        )
    return text.getvalue()
