"""Where a needle goes: the stated depth, the danger beneath, and how to avoid it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from filiform.care._record import Record
from filiform.care._rules import care_rules
from filiform.errors import CareError, unknown
from filiform.guidance.dangers import dangers_of
from filiform.guidance.texts import sources

if TYPE_CHECKING:
    from filiform.care._rules import Danger, Limit
    from filiform.care.needles import Needle, SiteKind
    from filiform.knowledge import Library

__all__ = ["Site", "site_of"]


@dataclass(frozen=True, slots=True)
class Site(Record):
    """A place for a needle, as the tables tell it.

    Attributes:
        region: where the tables place it; None where they do not.
        midline: whether it lies in the middle; None where it may lie anywhere.
        depth_mm_low, depth_mm_high: the range that the source states; None where it states none.
            They are those of textbooks, not measured safe depths.
        dangers: ids of the dangers in care.toml; none means that the tables name none.
        danger: what the tables say lies there; "" where they name nothing.
        avoid: how the sources avoid it; "" where there is no danger.
        rows: ids of contraindications.csv behind `avoid`.
    """

    kind: SiteKind
    id: str
    name: str
    region: str | None
    midline: bool | None
    depth_mm_low: float | None
    depth_mm_high: float | None
    dangers: tuple[str, ...]
    danger: str
    avoid: str
    rows: tuple[str, ...]
    sources: tuple[str, ...]

    @property
    def needs_confirmation(self) -> bool:
        """Whether the practitioner must say how the danger was avoided."""
        return bool(self.dangers)

    @property
    def limits(self) -> tuple[Limit, ...]:
        """The limits of length and depth that single sources state."""
        own = self.id if self.kind == "muscle" else None
        return tuple(limit for limit in care_rules().limits if limit.muscle == own)


def site_of(needle: Needle, library: Library) -> Site:
    """Return what the tables know of the place of a needle.

    Args:
        needle: its kind of site, site and region are read.
        library: the facts.

    Raises:
        CareError: the point, muscle or region is not in the tables.

    >>> from filiform.care.needles import Needle
    >>> from filiform.knowledge import library
    >>> site_of(Needle("point", "GB21", "left", "upper_shoulder"), library()).dangers
    ('lung',)
    """
    if needle.region not in library.areas:
        raise CareError(unknown("region", needle.region, library.areas, listed_by="areas.csv"))
    if needle.site_kind == "muscle":
        return _muscle(needle.site, library)
    if needle.site_kind == "point" and needle.site != _TENDER:
        return _point(needle.site, library)
    return _elsewhere(needle, library)


_TENDER = "ASHI"
"""The code of *where it is tender*: its danger is that of the region, not of a point."""


def _point(code: str, library: Library) -> Site:
    if code not in library.points:
        raise CareError(
            unknown("point", code, library.points, listed_by="points.csv")
            + ": record another site as site_kind 'other'"
        )
    row, rules = library.points[code], care_rules()
    in_the_middle = row.channel in rules.midline_channels
    dangers = _dangers_in(row.cautions or "")
    own = [
        each.id
        for each in library.contraindications.values()
        if each.kind == "local" and code in each.condition and "pregnancy" not in each.condition
    ]
    return _site(
        library,
        Site(
            kind="point",
            id=code,
            name=f"{code} {row.pinyin}",
            region=row.region,
            midline=None if row.channel in rules.either_channels else in_the_middle,
            depth_mm_low=row.depth_mm_low,
            depth_mm_high=row.depth_mm_high,
            dangers=tuple(danger.id for danger in dangers),
            danger=(row.cautions or "") if dangers else "",
            avoid="",
            rows=tuple(own) if dangers else (),
            sources=sources(library, row.source),
        ),
        dangers,
    )


def _muscle(muscle: str, library: Library) -> Site:
    if muscle not in library.muscles:
        raise CareError(
            unknown("muscle", muscle, library.muscles, listed_by="muscles.csv")
            + ": record another site as site_kind 'other'"
        )
    row = library.muscles[muscle]
    name = muscle.replace("_", " ")
    dangers = _dangers_in(row.danger or "")
    own = [
        each.id
        for each in library.contraindications.values()
        if each.kind == "local" and name in each.condition
    ]
    return _site(
        library,
        Site(
            kind="muscle",
            id=muscle,
            name=name,
            region=None,
            midline=False,
            depth_mm_low=None,
            depth_mm_high=row.depth_mm,
            dangers=tuple(danger.id for danger in dangers),
            danger=(row.danger or "") if dangers else "",
            avoid="",
            rows=tuple(own) if dangers else (),
            sources=sources(library, row.source),
        ),
        dangers,
    )


def _elsewhere(needle: Needle, library: Library) -> Site:
    """Return a site without a row of its own: what lies beneath its region."""
    rules = care_rules()
    by_id = {danger.id: danger for danger in rules.dangers}
    local = [
        each
        for each in dangers_of(library, "acupuncture", (needle.region,))
        if each.id in rules.local_danger and each.areas
    ]
    dangers = tuple(by_id[rules.local_danger[each.id]] for each in local)
    return _site(
        library,
        Site(
            kind="other",
            id=needle.site,
            name=needle.site,
            region=needle.region,
            midline=None,
            depth_mm_low=None,
            depth_mm_high=None,
            dangers=tuple(danger.id for danger in dangers),
            danger="; ".join(each.danger for each in local),
            avoid="",
            rows=(),
            sources=tuple(dict.fromkeys(id_ for each in local for id_ in each.sources)),
        ),
        dangers,
    )


def _site(library: Library, site: Site, dangers: tuple[Danger, ...]) -> Site:
    """Return the site with how to avoid its dangers: rows on it, else those of care.toml."""
    rows = site.rows or tuple(
        dict.fromkeys(row for danger in dangers for row in danger.avoid[site.kind])
    )
    facts = [library.contraindications[row] for row in rows if row in library.contraindications]
    return replace(
        site,
        avoid="; ".join(row.action for row in facts),
        rows=tuple(row.id for row in facts),
        sources=tuple(
            dict.fromkeys((*site.sources, *sources(library, *(row.source for row in facts))))
        ),
    )


def _dangers_in(caution: str) -> tuple[Danger, ...]:
    folded = caution.casefold()
    return tuple(
        danger for danger in care_rules().dangers if any(word in folded for word in danger.words)
    )
