"""The body chart on which pain is drawn and sites are shown: our own schematic shapes.

The pages draw it as SVG; each place has a title, so that it is also read out and can be listed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

from filiform.care import _reading as read
from filiform.care._record import Record
from filiform.errors import CareError
from filiform.knowledge import library as published

if TYPE_CHECKING:
    from collections.abc import Mapping

    from filiform.care.needles import Side

__all__ = ["BodyChart", "Ellipse", "Place", "Polygon", "View", "body_chart"]

ViewId = Literal["front", "back"]


@dataclass(frozen=True, slots=True)
class Ellipse(Record):
    """An ellipse in points of the view box."""

    cx: float
    cy: float
    rx: float
    ry: float

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom."""
        return self.cx - self.rx, self.cy - self.ry, self.cx + self.rx, self.cy + self.ry

    def mirrored(self, width: float) -> Ellipse:
        """Return it on the other half of a view of a width."""
        return Ellipse(width - self.cx, self.cy, self.rx, self.ry)


@dataclass(frozen=True, slots=True)
class Polygon(Record):
    """A polygon in points of the view box."""

    points: tuple[tuple[float, float], ...]

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom."""
        across, down = zip(*self.points, strict=True)
        return min(across), min(down), max(across), max(down)

    @property
    def svg(self) -> str:
        """The `points` of an SVG polygon."""
        return " ".join(f"{x:g},{y:g}" for x, y in self.points)

    def mirrored(self, width: float) -> Polygon:
        """Return it on the other half of a view of a width."""
        return Polygon(tuple((width - x, y) for x, y in reversed(self.points)))


Shape = Ellipse | Polygon


@dataclass(frozen=True, slots=True)
class Place(Record):
    """A place that can be touched.

    Attributes:
        key: the area and the side, as `upper_shoulder:left`.
        title: in plain words, as `top of the shoulder, left`.
    """

    key: str
    area: str
    side: Side
    title: str
    shape: Shape

    @property
    def centre(self) -> tuple[float, float]:
        """Where a mark on the place is drawn."""
        left, top, right, bottom = self.shape.box
        return (left + right) / 2, (top + bottom) / 2


@dataclass(frozen=True, slots=True)
class View(Record):
    """One view of the body."""

    id: ViewId
    title: str
    width: float
    height: float
    outline: tuple[Shape, ...]
    places: tuple[Place, ...]

    @property
    def areas(self) -> frozenset[str]:
        """The ids of areas.csv that this view shows."""
        return frozenset(place.area for place in self.places)


@dataclass(frozen=True, slots=True)
class BodyChart(Record):
    """Front and back."""

    views: tuple[View, ...]

    def views_of(self, area: str) -> tuple[View, ...]:
        """Return the views that show a place of areas.csv."""
        return tuple(view for view in self.views if area in view.areas)


@cache
def body_chart() -> BodyChart:
    """Return the chart of rules/body_chart.toml, read once.

    >>> [view.title for view in body_chart().views_of("suboccipital")]
    ['Back of the body']
    """
    rules = published().rules("body_chart")
    width = _size(rules.get("width"), "width")
    height = _size(rules.get("height"), "height")
    views = read.several(read.mapping)(rules.get("view"), "view")
    return BodyChart(tuple(_view(view, width, height) for view in views))


_size = read.number(1, 10_000, "points")
_coordinate = read.number(0, 10_000, "points")
_coordinates = read.several(_coordinate)
_VIEWS: dict[str, ViewId] = {"front": "front", "back": "back"}
_HALVES: dict[str, tuple[Side, Side]] = {"left": ("left", "right"), "right": ("right", "left")}
_PLACE_KEYS = frozenset({"area", "midline", "ellipse", "polygon"})


def _view(row: Mapping[str, object], width: float, height: float) -> View:
    id_ = read.word("view", tuple(_VIEWS))(row.get("id"), "view.id")
    half = read.word("half", tuple(_HALVES))(row.get("viewers_left"), "viewers_left")
    shapes = read.several(read.mapping)(row.get("outline"), "outline")
    places = read.several(read.mapping)(row.get("place"), "place")
    return View(
        id=_VIEWS[id_],
        title=read.text(row.get("title"), "view.title"),
        width=width,
        height=height,
        outline=tuple(_outline(each, width) for each in shapes),
        places=tuple(
            place for each in places for place in _sided(each, _HALVES[half], width=width)
        ),
    )


def _sided(
    row: Mapping[str, object], halves: tuple[Side, Side], *, width: float
) -> tuple[Place, ...]:
    area = read.text(row.get("area"), "place.area")
    read.known_keys(row, _PLACE_KEYS, f"place {area}")
    shape = _shape(row, f"place {area}")
    if row.get("midline") is True:
        return (_place(area, "midline", shape),)
    here, there = halves
    return (_place(area, here, shape), _place(area, there, shape.mirrored(width)))


def _place(area: str, side: Side, shape: Shape) -> Place:
    areas = published().areas
    if area not in areas:
        raise CareError(f"the body chart has the place {area!r}, which areas.csv does not hold")
    name = areas[area].name
    return Place(
        key=f"{area}:{side}",
        area=area,
        side=side,
        title=name if side == "midline" else f"{name}, {side}",
        shape=shape,
    )


def _outline(row: Mapping[str, object], width: float) -> Shape:
    if "half" not in row:
        return _shape(row, "outline")
    half = _polygon(row["half"], "outline")
    return Polygon((*half.points, *half.mirrored(width).points))


def _shape(row: Mapping[str, object], where: str) -> Shape:
    if "ellipse" in row:
        numbers = _coordinates(row["ellipse"], where)
        if len(numbers) == _OF_ELLIPSE:
            return Ellipse(*numbers)
        raise CareError(
            f"{where} has an ellipse of {len(numbers)} numbers, {_OF_ELLIPSE} are needed: centre "
            "across and down, radius across and down"
        )
    return _polygon(row.get("polygon"), where)


def _polygon(value: object, where: str) -> Polygon:
    corners = read.several(_coordinates)(value, where)
    return Polygon(tuple(_pair(corner, where) for corner in corners))


def _pair(point: tuple[float, ...], where: str) -> tuple[float, float]:
    if len(point) != _OF_POINT:
        raise CareError(f"{where} has a corner of {len(point)} numbers, 2 are needed: across, down")
    return point[0], point[1]


_OF_ELLIPSE = 4
_OF_POINT = 2
