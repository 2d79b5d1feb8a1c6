"""What a person's facts do to sites: rows of contraindications.csv, by prescription.toml."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from filiform.care._never import lifted_by
from filiform.care._prescription_rules import prescription_rules
from filiform.care.prescribed import LeftOut, Reason
from filiform.guidance.texts import sources

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from filiform.care._prescription_rules import Effect
    from filiform.care.needles import Side
    from filiform.care.prescribed import PrescribedKind
    from filiform.care.sites import Site
    from filiform.guidance.cautions import Caution, Row
    from filiform.knowledge import Library


@dataclass(frozen=True, slots=True)
class Reached:
    """A row that the person's facts reach."""

    row: Row
    because: frozenset[str]


def reached_rows(cautions: Iterable[Caution]) -> Mapping[str, Reached]:
    """Return the rows behind the cautions, each with all facts that reach it."""
    found: dict[str, Reached] = {}
    for caution in cautions:
        for row in caution.rows:
            before = found[row.id].because if row.id in found else frozenset[str]()
            found[row.id] = Reached(row, before | frozenset(caution.because))
    return found


@dataclass(frozen=True, slots=True)
class SiteEffects:
    """What the reached rows do to one site."""

    effects: tuple[tuple[Effect, Reached], ...]

    def doing(self, do: str) -> tuple[Reached, ...]:
        """Return the rows that do this."""
        return tuple(reached for effect, reached in self.effects if effect.do == do)


def effects_on(site: Site, region: str, reached: Mapping[str, Reached]) -> SiteEffects:
    """Return what the reached rows do to a site."""
    return SiteEffects(
        tuple(
            (effect, reached[effect.row])
            for effect in prescription_rules().effects
            if effect.row in reached
            and (not effect.facts or effect.facts & reached[effect.row].because)
            and _is_at(effect, site, region)
        )
    )


def _is_at(effect: Effect, site: Site, region: str) -> bool:
    return (
        effect.everywhere
        or region in effect.regions
        or site.id in effect.sites
        or bool(effect.dangers.intersection(site.dangers))
    )


def rows_doing(do: str, reached: Mapping[str, Reached]) -> tuple[Reached, ...]:
    """Return the reached rows that do something whatever the site."""
    rows = dict.fromkeys(each.row for each in prescription_rules().effects if each.do == do)
    return tuple(reached[row] for row in rows if row in reached)


def left_out(
    reached: Reached,
    library: Library,
    *,
    kind: PrescribedKind,
    site: str,
    name: str,
    side: Side | None = None,
    sentence: str = "",
) -> LeftOut:
    """Return a site that a row leaves out; the sentence is the row's where none is given."""
    return LeftOut(
        kind=kind,
        site=site,
        name=name,
        side=side,
        row=reached.row.id,
        because=tuple(sorted(reached.because)),
        sentence=sentence or said(reached),
        source=reached.row.source,
        sources=sources(library, reached.row.source),
        lifted_by=lifted_by(reached.row.id, library),
    )


def said(reached: Reached) -> str:
    """Return what a row says, as a sentence."""
    text = f"{reached.row.condition}: {reached.row.action}."
    return text[:1].upper() + text[1:]


def caution_reason(reached: Reached, library: Library) -> Reason:
    """Return what a row asks for at a site."""
    return Reason(
        f"{said(reached)} ({reached.row.id})",
        reached.row.source,
        sources(library, reached.row.source),
    )
