"""What lies beneath the places that hurt: lung, cord, arteries; and which muscles explain them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from filiform.guidance._guidebook import guidebook
from filiform.guidance._record import Record
from filiform.guidance.cautions import Row, rows_of
from filiform.guidance.texts import sources

if TYPE_CHECKING:
    from collections.abc import Collection

    from filiform.guidance._guidebook import LocalRule
    from filiform.knowledge import Library

_NECK = ("posterior_neck", "lateral_neck", "suboccipital", "upper_shoulder")
"""The places that neck treatment reaches when the person named none."""

_NEEDLED_IN_MUSCLES = frozenset({"dry_needling", "dry_needling_electrical"})


@dataclass(frozen=True, slots=True)
class Site(Record):
    """A muscle or point where the needle may go, and what the tables say lies there."""

    id: str
    name: str
    danger: str
    source: str


@dataclass(frozen=True, slots=True)
class LocalDanger(Record):
    """A danger under places of the body, with the rows and sites behind it."""

    id: str
    danger: str
    sentence: str
    areas: tuple[str, ...]
    rows: tuple[Row, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExplainingMuscle(Record):
    """A muscle whose trigger points are felt where the person hurts (D2)."""

    muscle: str
    name: str
    covers: tuple[str, ...]
    covers_names: tuple[str, ...]
    danger: str | None
    used_in: tuple[str, ...]
    source: str
    sources: tuple[str, ...]


def dangers_of(
    library: Library, therapy: str, pain_regions: Collection[str]
) -> tuple[LocalDanger, ...]:
    """Return the dangers of a therapy in the places that hurt; of the neck where none is named."""
    modalities = [id_ for id_, ids in guidebook().modality.items() if therapy in ids]
    here = frozenset(pain_regions) or frozenset(_NECK)
    found = (_danger(rule, library, modalities, here) for rule in guidebook().local)
    return tuple(danger for danger in found if danger is not None)


def _danger(
    rule: LocalRule, library: Library, modalities: list[str], here: frozenset[str]
) -> LocalDanger | None:
    areas = tuple(area for area in rule.areas if area in here)
    rows = rows_of(library, rule.contraindications, modalities)
    if not rows or not (areas or rule.always):
        return None
    return LocalDanger(
        id=rule.id,
        danger=rule.danger,
        sentence=rule.sentence,
        areas=areas,
        rows=rows,
        sources=sources(library, *(row.source for row in rows)),
    )


def sites_of(library: Library, therapy: str, pain_regions: Collection[str]) -> tuple[Site, ...]:
    """Return muscles (dry needling) or points (acupuncture) with a danger where it hurts."""
    here = frozenset(pain_regions) or frozenset(_NECK)
    if therapy not in guidebook().modality["any"]:
        return ()
    if therapy in _NEEDLED_IN_MUSCLES:
        return tuple(
            Site(row.muscle, row.muscle.replace("_", " "), row.danger, row.source)
            for row in library.muscles.values()
            if row.danger and here.intersection(row.regions)
        )
    return tuple(
        Site(row.code, f"{row.code} {row.pinyin}", row.cautions, row.source)
        for row in library.points.values()
        if row.cautions and row.region in here
    )


def muscles_of(library: Library, pain_regions: Collection[str]) -> tuple[ExplainingMuscle, ...]:
    """Return the muscles that explain the places that hurt, those that explain most first."""
    here = tuple(pain_regions)
    found = [
        ExplainingMuscle(
            muscle=row.muscle,
            name=row.muscle.replace("_", " "),
            covers=tuple(area for area in here if area in row.regions),
            covers_names=tuple(library.areas[area].name for area in here if area in row.regions),
            danger=row.danger,
            used_in=row.used_in,
            source=row.source,
            sources=sources(library, row.source),
        )
        for row in library.muscles.values()
        if set(here) & set(row.regions)
    ]
    return tuple(sorted(found, key=lambda each: (-len(each.covers), -len(each.used_in))))
