"""`filiform evidence`: one question pooled, or the questions that a therapy has."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from filiform.errors import ReviewError
from filiform.review import Synthesis, find, forest_svg, headline, published

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Wanted:
    """The words of the command line, None where one was left out."""

    therapy: str
    against: str | None
    outcome: str | None
    weeks: str | None
    region: str
    measure: str | None
    condition: str | None


def answer(wanted: Wanted, *, plot: Path | None, as_json: bool) -> str:
    """Return what to print; write the plot where one is asked for.

    Raises:
        ReviewError: For an unknown word, or a plot of more than one question.
    """
    found = find(
        published(),
        wanted.therapy,
        against=wanted.against,
        outcome=wanted.outcome,
        window=wanted.weeks,
        region=wanted.region,
        measure=wanted.measure,
        condition=wanted.condition,
    )
    if isinstance(found, Synthesis):
        if plot is not None:
            _write(plot, forest_svg(found))
        return _json(found.to_dict()) if as_json else found.summary()
    if plot is not None:
        raise ReviewError(
            "a plot shows one question: give --against, --outcome and --weeks as well"
        )
    return _json([headline(each) for each in found]) if as_json else _table(wanted, found)


def _table(wanted: Wanted, found: Sequence[Synthesis]) -> str:
    if not found:
        return f"No trial of {wanted.therapy} in these tables answers that."
    head = ("against", "outcome", "weeks", "effect (95 % CI)", "trials", "certainty")
    rows = [head, *(_cells(each) for each in found)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(head))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    more = (
        f"One of them in full: filiform evidence {wanted.therapy} --against … --outcome … --weeks …"
    )
    return "\n".join([*lines, "", more])


def _cells(synthesis: Synthesis) -> tuple[str, ...]:
    question = synthesis.question
    return (
        question.against,
        question.outcome,
        question.window,
        _effect(synthesis),
        str(synthesis.trials),
        synthesis.certainty.level.replace("_", " "),
    )


def _effect(synthesis: Synthesis) -> str:
    if synthesis.estimate is None or synthesis.ci is None:
        return "no usable number"
    low, high = synthesis.ci
    digits = 1 if synthesis.question.measure == "MD" else 2
    name = "" if synthesis.question.measure == "MD" else f"{synthesis.question.measure} "
    return f"{name}{synthesis.estimate:.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"


def _write(path: Path, text: str) -> None:
    if path.suffix.lower() != ".svg":
        raise ReviewError(
            f"the plot is an SVG drawing, {path.name!r} does not end in .svg: name it so"
        )
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ReviewError(f"cannot write {path}: {error.strerror}; choose another place") from error


def _json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False)
