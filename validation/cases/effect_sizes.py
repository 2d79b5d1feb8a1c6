"""Cases of the family escalc."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from filiform import evidence as ev
from validation.cases.columns import arguments, measure_of, options

if TYPE_CHECKING:
    from validation.cases.case import Case


def effects_of(case: Case) -> tuple[ev.Effects, list[int], int]:
    """The effects of a case, the places of its complete studies, and how many there are."""
    given, rows = arguments(case)
    found = ev.effect_size(measure_of(case), **given, **options(case), labels=rows)
    return found, rows, len(next(iter(case.data.values())))


def effect_sizes(case: Case) -> dict[str, Any]:
    """Effects and variances; nothing where something is missing, or where there are no events."""
    found, _, k = effects_of(case)
    places = [int(label) for label in found.labels]
    yi: list[float | None] = [None] * k
    vi: list[float | None] = [None] * k
    for place, y, v in zip(places, found.yi.tolist(), found.vi.tolist(), strict=True):
        yi[place], vi[place] = y, v
    return {"yi": yi, "vi": vi}
