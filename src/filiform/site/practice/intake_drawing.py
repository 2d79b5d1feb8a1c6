"""The pain drawing as a form: every place of the body chart with a number, grouped for a phone."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from filiform.care.body_chart import Ellipse, body_chart
from filiform.care.drawing import Mark, PainDrawing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from filiform.care.body_chart import Place, Shape

GROUPS: Mapping[str, tuple[str, ...]] = {
    "Neck and shoulders": (
        *("suboccipital", "posterior_neck", "lateral_neck", "anterior_neck"),
        *("upper_shoulder", "anterior_shoulder"),
    ),
    "Head": ("vertex", "forehead", "temple", "ear", "jaw"),
    "Back and chest": ("upper_back", "medial_scapula", "lateral_scapula", "chest"),
    "Arms and hands": ("arm_lateral", "arm_medial", "forearm", "hand_radial", "hand_ulnar"),
    "Legs and feet": ("lower_leg", "ankle", "foot"),
}
"""The areas of areas.csv, nearest to the neck first."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A shape of the chart as a template draws it, and how much it hurts there.

    Attributes:
        level: 0 to 10; None where nothing was marked.
    """

    key: str
    title: str
    shape: Shape
    ellipse: bool
    level: int | None


@dataclass(frozen=True, slots=True)
class DrawnView:
    """One view of the body with its places."""

    title: str
    width: float
    height: float
    outline: tuple[tuple[Shape, bool], ...]
    places: tuple[Drawn, ...]


@cache
def places() -> Mapping[str, tuple[Place, ...]]:
    """Return the places of the chart by group, each once."""
    once = {place.key: place for view in body_chart().views for place in view.places}
    return {
        name: tuple(place for area in areas for place in once.values() if place.area == area)
        for name, areas in GROUPS.items()
    }


def chart(drawing: PainDrawing) -> tuple[DrawnView, ...]:
    """Return both views with what was marked, the back first: most necks hurt there.

    A mark without a side stands on both sides.
    """
    levels = {(mark.area, mark.side): round(mark.weight) for mark in drawing.marks}
    return tuple(
        DrawnView(
            view.title,
            view.width,
            view.height,
            tuple((shape, isinstance(shape, Ellipse)) for shape in view.outline),
            tuple(
                Drawn(
                    place.key,
                    place.title,
                    place.shape,
                    isinstance(place.shape, Ellipse),
                    levels.get((place.area, place.side), levels.get((place.area, None))),
                )
                for place in view.places
            ),
        )
        for view in reversed(body_chart().views)
    )


def numbers(drawing: PainDrawing) -> dict[str, str]:
    """Return the number of each place by its key, as a form shows it."""
    views = chart(drawing)
    return {
        place.key: str(place.level)
        for view in views
        for place in view.places
        if place.level is not None
    }


def drawing_from(given: Mapping[str, str]) -> PainDrawing:
    """Return the drawing of numbers by place; empty ones were not marked."""
    all_places = [place for group in places().values() for place in group]
    return PainDrawing(
        tuple(
            sorted(
                (
                    Mark(place.area, place.side, float(given[place.key]))
                    for place in all_places
                    if given.get(place.key)
                ),
                key=lambda mark: (mark.area, mark.side or ""),
            )
        )
    )
