"""The needles of a session on the body chart, each with its number in the table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from filiform.care.body_chart import body_chart

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from filiform.care.body_chart import Place, View

_STEP = 19.0
_UPPER_BODY = 320.0


@dataclass(frozen=True, slots=True)
class Spot:
    """A needle to show: its number, region and side."""

    number: int
    region: str
    side: str
    title: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A numbered mark at a place of a view, in points of its box."""

    number: int
    x: float
    y: float
    title: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """A view with its marks; `height` ends below the shoulders where nothing lies deeper."""

    view: View
    marks: tuple[Mark, ...]
    height: float


def drawn(spots: Sequence[Spot]) -> tuple[Drawn, ...]:
    """Return the views of the body, the back first, with the needles on them."""
    views = sorted(body_chart().views, key=lambda view: view.id)  # "back" before "front"
    marked = [(view, tuple(_marks(view, spots))) for view in views]
    lowest = max((mark.y for _, marks in marked for mark in marks), default=0.0)
    whole = lowest > _UPPER_BODY - _STEP
    return tuple(
        Drawn(view, marks, view.height if whole else _UPPER_BODY) for view, marks in marked
    )


def _marks(view: View, spots: Iterable[Spot]) -> Iterable[Mark]:
    by_place: dict[tuple[str, str], list[Spot]] = {}
    for spot in spots:
        by_place.setdefault((spot.region, spot.side), []).append(spot)
    for (region, side), here in by_place.items():
        places = [place for place in view.places if place.area == region]
        if places:
            yield from _spread(here, *_middle(places, side, view), room=_room(places))


def _middle(places: Sequence[Place], side: str, view: View) -> tuple[float, float]:
    own = next((place for place in places if place.side == side), None)
    if own is not None:
        return own.centre
    across = view.width / 2
    return across, places[0].centre[1]


def _room(places: Sequence[Place]) -> int:
    left, _, right, _ = places[0].shape.box
    return max(int((right - left) / _STEP), 1)


def _spread(spots: Sequence[Spot], x: float, y: float, *, room: int) -> Iterable[Mark]:
    lines = [spots[at : at + room] for at in range(0, len(spots), room)]
    for down, line in enumerate(lines):
        for across, spot in enumerate(line):
            yield Mark(
                spot.number,
                x + (across - (len(line) - 1) / 2) * _STEP,
                y + (down - (len(lines) - 1) / 2) * _STEP,
                spot.title,
            )
