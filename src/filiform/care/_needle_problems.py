"""What is not right with one needle of a session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from filiform.care.refusal import Problem
from filiform.guidance.texts import sources

if TYPE_CHECKING:
    from collections.abc import Iterator

    from filiform.care.needles import Needle, SessionRecord
    from filiform.care.sites import Site
    from filiform.knowledge import Library


def needle_problems(
    number: int, needle: Needle, site: Site, session: SessionRecord, library: Library
) -> Iterator[Problem]:
    """Yield the problems of one needle: its place, depth, current, times and lot."""
    at = _Place(number, needle)
    yield from _place(at, needle, site, library)
    yield from _danger(at, site)
    yield from _depth(at, needle, site, library)
    yield from _current(at, needle, session, library)
    yield from _times(at, needle)
    yield from _lot(at, needle, session)


class _Place:
    """Names a needle in sentences and in keys."""

    def __init__(self, number: int, needle: Needle) -> None:
        side = "" if needle.side == "midline" else f", {needle.side}"
        self.name = f"Needle {number + 1} ({needle.site.replace('_', ' ')}{side})"
        self._key = f"{needle.site}:{needle.side}"
        self._number = number

    def problem(self, code: str, sentence: str, field: str) -> Problem:
        """Return a problem that is mended in a field of this needle."""
        return Problem(
            code,
            f"{self.name}: {sentence}",
            f"{code}:{self._number}:{self._key}",
            where=f"needles.{self._number}.{field}",
        )

    def to_confirm(self, code: str, sentence: str, field: str, cited: tuple[str, ...]) -> Problem:
        """Return a problem of the site, confirmed once for all its needles on that side."""
        return Problem(
            code,
            f"{self.name}: {sentence}",
            f"{code}:{self._key}",
            where=f"needles.{self._number}.{field}",
            answered_by="confirmation",
            sources=cited,
        )


def _place(at: _Place, needle: Needle, site: Site, library: Library) -> Iterator[Problem]:
    if site.region is not None and site.region != needle.region:
        yield at.to_confirm(
            "region_differs",
            f"the tables place it at the {library.areas[site.region].name}, it is recorded at the "
            f"{library.areas[needle.region].name}: correct it, or say why.",
            "region",
            site.sources,
        )
    if site.midline is not None and site.midline is not (needle.side == "midline"):
        where = "lies in the middle" if site.midline else "is on the left or the right"
        yield at.problem("side_differs", f"this site {where}: correct the side.", "side")


def _danger(at: _Place, site: Site) -> Iterator[Problem]:
    if site.needs_confirmation:
        yield at.to_confirm(
            "dangerous_site",
            f"{site.danger}. To avoid it: {site.avoid}. Confirm how you did.",
            "site",
            site.sources,
        )


def _depth(at: _Place, needle: Needle, site: Site, library: Library) -> Iterator[Problem]:
    depth, length = needle.depth_mm, needle.length_mm
    if depth is not None and length is not None and depth > length:
        yield at.problem(
            "deeper_than_long",
            f"{depth:g} mm deep with a needle of {length:g} mm: correct the depth or the length.",
            "depth_mm",
        )
    high = site.depth_mm_high
    if depth is not None and high is not None and depth > high:
        yield at.to_confirm(
            "deeper_than_stated",
            f"{depth:g} mm is deeper than the {high:g} mm that the source states: "
            "correct it, or say why.",
            "depth_mm",
            site.sources,
        )
    for limit in site.limits:
        value = depth if limit.field == "depth_mm" else length
        row = library.contraindications.get(limit.contraindication)
        if value is not None and row is not None and not limit.holds(value):
            what = "depth" if limit.field == "depth_mm" else "length of the needle"
            yield at.to_confirm(
                f"over_limit_{limit.field}",
                f"the {what} is {value:g} mm, the source says {limit.text} ({row.action}): "
                "correct it, or say why.",
                limit.field,
                sources(library, row.source),
            )


def _current(
    at: _Place, needle: Needle, session: SessionRecord, library: Library
) -> Iterator[Problem]:
    electrical = needle.stimulation == "electrical"
    given = [name for name, value in (("Hz", needle.hz), ("mA", needle.ma)) if value is not None]
    if given and not electrical:
        yield at.problem(
            "current_without_electrical",
            f"{' and '.join(given)} without electrical stimulation: "
            "choose electrical, or take the number away.",
            "stimulation",
        )
    if electrical and needle.hz is None:
        yield at.problem(
            "hz_missing", "electrical stimulation without Hz: add how many a second.", "hz"
        )
    if electrical and session.therapy not in _with_current(library):
        yield at.problem(
            "current_not_agreed",
            f"a current was used, and the course is {session.therapy.replace('_', ' ')}, "
            "which has none: the plan and the consent must be for needles with current.",
            "stimulation",
        )


def _with_current(library: Library) -> tuple[str, ...]:
    """Return the therapies with current, as the modality of guidance.toml names them."""
    modality = library.rules("guidance")["modality"]
    listed = modality.get("electrical_stimulation") if isinstance(modality, dict) else None
    return tuple(str(each) for each in listed) if isinstance(listed, list) else ()


def _times(at: _Place, needle: Needle) -> Iterator[Problem]:
    came, went = needle.inserted_at, needle.removed_at
    if came is not None and went is not None and went < came:
        yield at.problem(
            "times_reversed",
            f"out at {went:%H:%M}, before it was in at {came:%H:%M}: correct the times.",
            "removed_at",
        )
    if came is not None and went is None and needle.minutes is None:
        yield at.problem(
            "not_removed", "it has a time in and no time out: is it still in?", "removed_at"
        )
    if went is not None and came is None:
        yield at.problem("never_in", "it has a time out and no time in: add it.", "inserted_at")


def _lot(at: _Place, needle: Needle, session: SessionRecord) -> Iterator[Problem]:
    if needle.lot is None:
        yield at.problem(
            "no_lot", "no lot: each needle is from a lot, so that it can be found again.", "lot"
        )
    if needle.lot_expires_on is not None and session.held_on > needle.lot_expires_on:
        yield at.to_confirm(
            "expired",
            f"its pack expired on {needle.lot_expires_on}, and the session was on "
            f"{session.held_on}: correct the lot, or say what happened and what was done.",
            "lot",
            ("fda-needle",),
        )
