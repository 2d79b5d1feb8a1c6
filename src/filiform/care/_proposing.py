"""A picked site as a proposal: depth, danger and what the person's facts do to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from filiform.care import _rows as rows
from filiform.care._pick_muscles import region_of
from filiform.care._prescription_rules import prescription_rules
from filiform.care._site_effects import caution_reason, effects_on, left_out, rows_doing, said
from filiform.care._trial_use import trials_in_words
from filiform.care.needles import Needle
from filiform.care.prescribed import LeftOut, ProposedSite, Reason
from filiform.care.sites import site_of
from filiform.guidance import words
from filiform.guidance.texts import sources

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from filiform.care._picks import Pick
    from filiform.care._prescription_rules import TherapyRule
    from filiform.care._site_effects import Reached, SiteEffects
    from filiform.care.prescribed import PrescribedKind
    from filiform.care.sites import Site
    from filiform.knowledge import Library


@dataclass(frozen=True, slots=True)
class Proposer:
    """Turns picks into proposals for one person and therapy."""

    library: Library
    rule: TherapyRule
    reached: Mapping[str, Reached]

    def sites(
        self, picks: Sequence[Pick], *, may_be_fewer: bool = False
    ) -> tuple[tuple[ProposedSite, ...], tuple[LeftOut, ...]]:
        """Return the picks as proposals, and those that a fact leaves out.

        Args:
            picks: in their order.
            may_be_fewer: whether a row that asks for fewer needles keeps only the first half.
        """
        proposed: list[ProposedSite] = []
        gone: list[LeftOut] = []
        fewer = rows_doing("fewer", self.reached) if may_be_fewer else ()
        kept = (len(picks) + 1) // 2 if fewer else len(picks)
        for number, pick in enumerate(picks):
            site = self._known(pick)
            effects = effects_on(site, pick.region, self.reached)
            barred = effects.doing("leave_out")
            if not barred and number < kept:
                proposed.append(self._proposal(pick, site, effects))
            text = "" if barred else self._fewer(fewer)
            gone += [
                left_out(
                    each,
                    self.library,
                    kind=pick.kind,
                    site=pick.site,
                    name=self._name(pick, site),
                    side=pick.side,
                    sentence=text,
                )
                for each in (barred or (fewer[:1] if number >= kept else ()))
            ]
        return tuple(proposed), tuple(gone)

    def barred(self) -> tuple[LeftOut, ...]:
        """Return every site of the tables that a fact leaves out, whether or not it would fit."""
        kind: PrescribedKind = "point" if self.rule.sites == "points" else "muscle"
        if not rows_doing("leave_out", self.reached):
            return ()
        return tuple(
            left_out(each, self.library, kind=kind, site=id_, name=site.name)
            for id_, region in self._all_regions().items()
            for site in (site_of(Needle(kind, id_, "left", region), self.library),)
            for each in effects_on(site, region, self.reached).doing("leave_out")
        )

    def _all_regions(self) -> dict[str, str]:
        if self.rule.sites == "points":
            return {code: point.region for code, point in self.library.points.items()}
        return {muscle: region_of(muscle) for muscle in self.library.muscles}

    def _fewer(self, reached: Sequence[Reached]) -> str:
        return f"{prescription_rules().words['fewer']}: {said(reached[0])}" if reached else ""

    def current_left_out(self) -> tuple[LeftOut, ...]:
        """Return the rows for which no current runs at any site."""
        if not self.rule.electrical:
            return ()
        return tuple(
            LeftOut(
                kind="current",
                site=None,
                name="current through the needles",
                side=None,
                row=each.row.id,
                because=tuple(sorted(each.because)),
                sentence=said(each),
                source=each.row.source,
                sources=sources(self.library, each.row.source),
            )
            for each in rows_doing("no_current", self.reached)
        )

    def _known(self, pick: Pick) -> Site:
        side = pick.side or "left"  # what lies beneath is the same on both sides
        return site_of(Needle(pick.kind, pick.site, side, pick.region), self.library)

    def _proposal(self, pick: Pick, site: Site, effects: SiteEffects) -> ProposedSite:
        muscle = self.library.muscles.get(pick.site) if pick.kind == "muscle" else None
        point = self.library.points.get(pick.site) if pick.kind == "point" else None
        told = pick.use.told
        low, high = _depth(site, effects)
        no_current = self._no_current(pick.site, pick.region)
        return ProposedSite(
            kind=pick.kind,
            site=pick.site,
            name=self._name(pick, site),
            side=pick.side,
            region=pick.region,
            location=point.location if point else None,
            depth_mm_low=low,
            depth_mm_high=high,
            depth_text=_depth_text(low, high),
            angle=point.angle if point else None,
            position=muscle.position if muscle else None,
            needle_length_mm=muscle.needle_length_mm if muscle else None,
            reasons=pick.reasons,
            used_in_trials=len(told.trials),
            of_trials=told.of,
            trials_of=trials_in_words(self.library, told),
            trial_ids=told.trials,
            danger=site.danger,
            avoid=site.avoid,
            cautions=(*self._cautions(effects), *no_current),
            needs_confirmation=site.needs_confirmation,
            electrical=self.rule.electrical and not no_current and not effects.doing("no_current"),
        )

    def _name(self, pick: Pick, site: Site) -> str:
        point = self.library.points.get(pick.site) if pick.kind == "point" else None
        return f"{point.code} {point.pinyin}" if point else site.name

    def _cautions(self, effects: SiteEffects) -> tuple[Reason, ...]:
        kinds = ("low_end", "mark", "no_current") if self.rule.electrical else ("low_end", "mark")
        once = {each.row.id: each for do in kinds for each in effects.doing(do)}
        return tuple(caution_reason(each, self.library) for each in once.values())

    def _no_current(self, site: str, region: str) -> tuple[Reason, ...]:
        """Return why no current runs at a site, whoever the person is."""
        bar = prescription_rules().no_current
        if not self.rule.electrical or not (region in bar.regions or site in bar.sites):
            return ()
        row = rows.contraindication(self.library, bar.row)
        text = words.sentence(f"{row.condition}: {row.action}. ({row.id})")
        return (Reason(text, row.source, sources(self.library, row.source)),)


def _depth(site: Site, effects: SiteEffects) -> tuple[float | None, float | None]:
    """Return the table's range, or only its low end where a row asks for it."""
    low, high = site.depth_mm_low, site.depth_mm_high
    return (low, low) if low is not None and effects.doing("low_end") else (low, high)


def _depth_text(low: float | None, high: float | None) -> str:
    said_by = prescription_rules().words
    if high is None:
        return said_by["depth_unknown"]
    if low is None:
        return f"At most {high:g} mm. {said_by['depth_book']}"
    span = f"{low:g} mm" if low == high else f"{low:g} to {high:g} mm"
    return f"{span}. {said_by['depth_book']}"
