"""A pain drawing: where it hurts, on which side, and how much (D2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from filiform.care import _reading as read
from filiform.care._prescription_rules import prescription_rules
from filiform.care._record import Record
from filiform.errors import CareError, unknown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from filiform.care.needles import Side
    from filiform.knowledge import Library

__all__ = ["Mark", "PainDrawing"]

_SIDES: tuple[Side, ...] = ("left", "right", "midline")
_intensity = read.number(0, 10, "points")


@dataclass(frozen=True, slots=True, order=True)
class Mark(Record):
    """One place of a drawing.

    Attributes:
        area: an id of areas.csv.
        side: None where it was not told.
        intensity: 0 (asked, no pain) to 10; None where it was not told.
    """

    area: str
    side: Side | None = None
    intensity: float | None = None

    @property
    def weight(self) -> float:
        """How much the place counts: its intensity, or 1 where it was not told."""
        return 1.0 if self.intensity is None else self.intensity


@dataclass(frozen=True, slots=True)
class PainDrawing(Record):
    """Where a person hurts; the order of the marks does not matter.

    Attributes:
        marks: each place and side once, by area and side.
    """

    marks: tuple[Mark, ...] = ()

    @classmethod
    def of_areas(cls, areas: Iterable[str], library: Library) -> PainDrawing:
        """Return the drawing of places whose side and intensity were not told.

        Raises:
            CareError: a place is not one of areas.csv.
        """
        return cls(tuple(sorted({Mark(_area(area, library)) for area in areas}, key=_place)))

    @classmethod
    def from_mapping(cls, data: Mapping[str, object], library: Library) -> PainDrawing:
        """Return a drawing from intensities by place.

        Args:
            data: place to intensity, 0 to 10, or to intensities by side (left, right; midline for
                places that have no sides).
            library: for areas.csv.

        Raises:
            CareError: a place or side is not known, or an intensity is not from 0 to 10.

        >>> from filiform.knowledge import library
        >>> data = {"upper_shoulder": {"left": 6}, "temple": 2}
        >>> [mark.weight for mark in PainDrawing.from_mapping(data, library()).marks]
        [2.0, 6.0]
        """
        marks = [mark for key, value in data.items() for mark in _marks(key, value, library)]
        return cls(tuple(sorted(marks, key=_place)))

    @property
    def painful(self) -> tuple[Mark, ...]:
        """The marks that hurt: those of intensity 0 were asked and do not."""
        return tuple(mark for mark in self.marks if mark.weight > 0)

    @property
    def shows_no_pain(self) -> bool:
        """Whether places were asked and none hurts; an empty drawing was not made."""
        return bool(self.marks) and not self.painful

    @property
    def areas(self) -> tuple[str, ...]:
        """The places that hurt, each once, the worst first."""
        worst: dict[str, float] = {}
        for mark in self.painful:
            worst[mark.area] = max(mark.weight, worst.get(mark.area, 0.0))
        return tuple(sorted(worst, key=lambda area: (-worst[area], area)))

    def sides_of(self, areas: Iterable[str]) -> tuple[Side | None, ...]:
        """Return the sides on which any of the places hurts; None alone where no side was told."""
        wanted = frozenset(areas)
        told = {mark.side for mark in self.painful if mark.area in wanted}
        sides = tuple(side for side in _SIDES if side in told and side != "midline")
        return sides or (None,)

    def to_mapping(self) -> dict[str, object]:
        """Return the drawing as `from_mapping` reads it.

        Raises:
            CareError: an intensity was not told.
        """
        told: dict[str, object] = {}
        for mark in self.marks:
            if mark.intensity is None:
                raise CareError(
                    f"{mark.area} has no intensity, which a file of a drawing asks for: "
                    "give a number from 0 to 10"
                )
            if mark.side is None:
                told[mark.area] = mark.intensity
            else:
                sides = told.setdefault(mark.area, {})
                if isinstance(sides, dict):
                    sides[mark.side] = mark.intensity
        return told


def _place(mark: Mark) -> tuple[str, str]:
    return mark.area, mark.side or ""


def _area(given: str, library: Library) -> str:
    admissible = [area for area in library.areas if area != "any"]
    if given not in admissible:
        raise CareError(unknown("place of a drawing", given, admissible, listed_by="areas.csv"))
    return given


def _marks(key: str, value: object, library: Library) -> list[Mark]:
    area = _area(key, library)
    if not isinstance(value, Mapping):
        return [Mark(area, None, _intensity(value, area))]
    sides: tuple[Side, ...] = (
        ("midline",) if area in prescription_rules().midline else ("left", "right")
    )
    read.known_keys(value, frozenset(sides), f"{area} in a drawing")
    if not value:
        raise CareError(
            f"{area} has neither a number nor a side: give a number from 0 to 10, or sides with "
            "theirs, or leave it out"
        )
    return [
        Mark(area, side, _intensity(value[side], f"{area}.{side}"))
        for side in sides
        if side in value
    ]
