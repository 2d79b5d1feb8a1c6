"""What a practitioner changed in a proposal: each change asks for a reason, which is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from filiform.care import _reading as read
from filiform.care import _rows as rows
from filiform.care._record import Record
from filiform.care._rules import care_rules
from filiform.care.needles import Needle, Side, SiteKind
from filiform.care.sites import site_of
from filiform.guidance import words
from filiform.guidance.texts import sources

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from filiform.care.prescribed import LeftOut, Prescription, ProposedSite
    from filiform.knowledge import Library

__all__ = ["Change", "ChosenSite", "changed"]

_KIND: read.Reader[SiteKind] = read.word("kind of site", get_args(SiteKind))
_SIDE: read.Reader[Side] = read.word("side", get_args(Side))
ChangeKind = Literal["added", "against", "removed", "side", "deeper", "current", "both_sides"]


@dataclass(frozen=True, slots=True)
class ChosenSite(Record):
    """A site of the plan as the practitioner wants it.

    Attributes:
        region: id of areas.csv where the needle goes in.
        depth_mm: how deep it is planned; None is not planned.
        electrical: whether current is planned.
    """

    kind: SiteKind
    site: str
    side: Side
    region: str
    depth_mm: float | None = None
    electrical: bool = False

    @classmethod
    def from_mapping(cls, given: object, where: str = "chosen site") -> ChosenSite:
        """Return a site read from JSON.

        Raises:
            CareError: a field is unknown, missing or out of its range.
        """
        fields = read.Fields(given, tuple(cls.__dataclass_fields__), where)
        return cls(
            kind=fields.take("kind", _KIND),
            site=fields.take("site", read.text),
            side=fields.take("side", _SIDE),
            region=fields.take("region", read.text),
            depth_mm=fields.maybe("depth_mm", care_rules().range("depth_mm")),
            electrical=fields.get("electrical", read.truth, default=False),
        )

    @property
    def name(self) -> str:
        """The site and its side in words."""
        return f"{self.site.replace('_', ' ')}, {self.side}"


@dataclass(frozen=True, slots=True)
class Change(Record):
    """One difference between the proposal and the plan.

    Attributes:
        kind: added, against (added although it was left out), removed, side, deeper (than the
            table's range), current (where none was proposed), both_sides (over both lungs).
        key: names it within the plan, the same at each look; the reason is kept under it.
        row: id of contraindications.csv or statements.csv behind it, where there is one.
    """

    kind: ChangeKind
    key: str
    site: str
    side: Side | None
    sentence: str
    row: str | None
    sources: tuple[str, ...]


def changed(
    proposed: Prescription, chosen: Sequence[ChosenSite], *, library: Library
) -> tuple[Change, ...]:
    """Return what differs from the proposal, in the order of the plan, what was removed last.

    Args:
        proposed: as `propose` gave it.
        chosen: the sites of the plan.
        library: for what lies beneath.

    Raises:
        CareError: a chosen site is not in the tables.
    """
    added = [each for site in chosen for each in _of_site(proposed, site)]
    both = _both_sides(proposed.therapy, chosen, library)
    return (*added, *both, *_removed(proposed, chosen))


def _of_site(proposed: Prescription, site: ChosenSite) -> Iterator[Change]:
    match = _match(proposed.sites, site)
    if match is None:
        yield _addition(proposed, site)
    known = match or _match(proposed.others, site)
    if known is None:
        return
    high = known.depth_mm_high
    if high is not None and site.depth_mm is not None and site.depth_mm > high:
        text = f"{site.name}: {site.depth_mm:g} mm is deeper than the {high:g} mm proposed."
        yield _change("deeper", site, text, sources_=_cited(known))
    if site.electrical and not known.electrical:
        yield _change("current", site, f"{site.name}: current was not proposed here.")


def _match(sites: Iterable[ProposedSite], site: ChosenSite) -> ProposedSite | None:
    """Return the proposal of a site; one whose side the drawing does not tell fits each side."""
    own = (each for each in sites if each.site == site.site)
    return next((each for each in own if each.side in {None, site.side}), None)


def _addition(proposed: Prescription, site: ChosenSite) -> Change:
    against = next(
        (
            each
            for each in (*proposed.left_out, *proposed.barred)
            if each.kind == "therapy" or (each.site == site.site and each.side in {None, site.side})
        ),
        None,
    )
    if against is not None:
        return _against(site, against)
    if any(each.site == site.site for each in proposed.sites):
        return _change("side", site, f"{site.name}: proposed on another side.")
    return _change("added", site, f"{site.name}: not proposed.")


def _against(site: ChosenSite, left_out: LeftOut) -> Change:
    text = f"{site.name}: left out. {left_out.sentence}"
    return _change("against", site, text, row=left_out.row, sources_=left_out.sources)


def _both_sides(therapy: str, chosen: Iterable[ChosenSite], library: Library) -> tuple[Change, ...]:
    rule = care_rules().both_sides
    if therapy not in rule.therapies:
        return ()
    over = [
        site
        for site in chosen
        if site.side != "midline"
        and rule.danger
        in site_of(Needle(site.kind, site.site, site.side, site.region), library).dangers
    ]
    if len({site.side for site in over}) == 1 or not over:
        return ()
    row = rows.contraindication(library, rule.contraindication)
    names = words.joined([site.name for site in over])
    text = words.sentence(f"{names}: {row.condition}: {row.action}.")
    cited = sources(library, row.source)
    return (Change("both_sides", "both_sides", over[0].site, None, text, row.id, cited),)


def _removed(proposed: Prescription, chosen: Iterable[ChosenSite]) -> Iterator[Change]:
    plan = tuple(chosen)
    for each in proposed.sites:
        same = [site for site in plan if site.site == each.site]
        if not any(each.side in {None, site.side} for site in same):
            side = f", {each.side}" if each.side else ""
            yield Change(
                "removed",
                f"removed:{each.key}",
                each.site,
                each.side,
                f"{each.name}{side}: proposed and not chosen.",
                None,
                (),
            )


def _change(
    kind: ChangeKind,
    site: ChosenSite,
    sentence: str,
    *,
    row: str | None = None,
    sources_: tuple[str, ...] = (),
) -> Change:
    key = f"{kind}:{site.site}:{site.side}"
    return Change(kind, key, site.site, site.side, words.sentence(sentence), row, sources_)


def _cited(site: ProposedSite) -> tuple[str, ...]:
    return tuple(dict.fromkeys(source for each in site.reasons for source in each.sources))
