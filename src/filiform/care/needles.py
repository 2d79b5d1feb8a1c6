"""What is recorded of each needle and of the session it belongs to (STRICTA 2a to 2g)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, get_args

from filiform.care import _reading as read
from filiform.care._record import Record
from filiform.care._rules import care_rules

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

__all__ = ["Needle", "SessionRecord", "count_needles"]

SiteKind = Literal["point", "muscle", "other"]
Side = Literal["left", "right", "midline"]
Stimulation = Literal["none", "manual", "electrical"]

_SITE_KIND: read.Reader[SiteKind] = read.word("kind of site", get_args(SiteKind))
_SIDE: read.Reader[Side] = read.word("side", get_args(Side))
_STIMULATION: read.Reader[Stimulation] = read.word("stimulation", get_args(Stimulation))


@dataclass(frozen=True, slots=True)
class Needle(Record):
    """One needle, put in once. None is *not reported*.

    One needle is one of the insertions that STRICTA counts in item 2a; the other items are fields.

    Attributes:
        site_kind: point of a tradition, muscle with a trigger point, or other (2b).
        site: WHO code, id of muscles.csv, or words where there is no standard name (2b).
        side: left, right or midline (2b: uni- or bilateral).
        region: id of areas.csv where the needle went in; needles are counted by it.
        depth_mm: how deep (2c).
        angle: in words, as *oblique, toward the spine*.
        response_sought: none, deqi, twitch or other (2d).
        response_got: what came.
        stimulation: none, manual or electrical (2e).
        hz: pulses per second; only with electrical (2e).
        ma: current; only with electrical (2e).
        minutes: how long it stayed in (2f); None where the two times tell it.
        inserted_at, removed_at: the two times (2f).
        length_mm, diameter_mm, maker: the needle itself (2g).
        lot, lot_expires_on: what is printed on its pack; each needle is used once (A15).

    Source: MacPherson et al. 2010, STRICTA, table 1, doi 10.1371/journal.pmed.1000261.

    >>> Needle("point", "GB20", "left", "suboccipital", depth_mm=15, minutes=20).retained_minutes
    20
    """

    site_kind: SiteKind
    site: str
    side: Side
    region: str
    depth_mm: float | None = None
    angle: str | None = None
    response_sought: str | None = None
    response_got: str | None = None
    stimulation: Stimulation | None = None
    hz: float | None = None
    ma: float | None = None
    minutes: float | None = None
    inserted_at: dt.datetime | None = None
    removed_at: dt.datetime | None = None
    length_mm: float | None = None
    diameter_mm: float | None = None
    maker: str | None = None
    lot: str | None = None
    lot_expires_on: dt.date | None = None

    @property
    def retained_minutes(self) -> float | None:
        """How long it stayed in: as told, else the time between in and out (2f)."""
        if self.minutes is not None or self.inserted_at is None or self.removed_at is None:
            return self.minutes
        return (self.removed_at - self.inserted_at).total_seconds() / 60

    @classmethod
    def from_mapping(cls, given: object, where: str = "needle") -> Needle:
        """Return a needle read from JSON.

        Args:
            given: the fields by name; days and times as ISO 8601.
            where: how messages name it.

        Raises:
            CareError: a field is unknown, missing or out of its range.
        """
        rules, fields = care_rules(), read.Fields(given, _NEEDLE_FIELDS, where)
        return cls(
            site_kind=fields.take("site_kind", _SITE_KIND),
            site=fields.take("site", read.text),
            side=fields.take("side", _SIDE),
            region=fields.take("region", read.text),
            depth_mm=fields.maybe("depth_mm", rules.range("depth_mm")),
            angle=fields.maybe("angle", read.text),
            response_sought=fields.maybe("response_sought", rules.response("sought")),
            response_got=fields.maybe("response_got", rules.response("got")),
            stimulation=fields.maybe("stimulation", _STIMULATION),
            hz=fields.maybe("hz", rules.range("hz")),
            ma=fields.maybe("ma", rules.range("ma")),
            minutes=fields.maybe("minutes", rules.range("minutes")),
            inserted_at=fields.maybe("inserted_at", read.moment),
            removed_at=fields.maybe("removed_at", read.moment),
            length_mm=fields.maybe("length_mm", rules.range("length_mm")),
            diameter_mm=fields.maybe("diameter_mm", rules.range("diameter_mm")),
            maker=fields.maybe("maker", read.text),
            lot=fields.maybe("lot", read.text),
            lot_expires_on=fields.maybe("lot_expires_on", read.day),
        )


@dataclass(frozen=True, slots=True)
class SessionRecord(Record):
    """One session as the practice keeps it.

    Attributes:
        therapy: the option that was given, an id of therapies.csv.
        held_on: its day.
        earlier: needles of the person's other sessions of that day, of any course.
        in_counts: how many needles were counted in, by region.
        out_counts: how many were counted out, by region; a region that is missing was not counted.
        checklist: each item of the clean-needle checklist and whether it was done.
        confirmations: the reason kept under the key of a problem that asks for one.
        told: what the person was told.
    """

    therapy: str
    held_on: dt.date
    needles: tuple[Needle, ...] = ()
    earlier: tuple[Needle, ...] = ()
    in_counts: Mapping[str, int] = field(default_factory=dict)
    out_counts: Mapping[str, int] = field(default_factory=dict)
    checklist: Mapping[str, bool] = field(default_factory=dict)
    confirmations: Mapping[str, str] = field(default_factory=dict)
    co_treatments: tuple[str, ...] = ()
    notes: str = ""
    told: str = ""

    @classmethod
    def from_mapping(cls, given: object, where: str = "session") -> SessionRecord:
        """Return a session read from JSON.

        Raises:
            CareError: a field is unknown, missing or not admissible.
        """
        fields = read.Fields(given, _SESSION_FIELDS, where)
        return cls(
            therapy=fields.take("therapy", read.text),
            held_on=fields.take("held_on", read.day),
            needles=fields.get("needles", read.several(Needle.from_mapping), ()),
            earlier=fields.get("earlier", read.several(Needle.from_mapping), ()),
            in_counts=fields.get("in_counts", read.by_name(read.whole), {}),
            out_counts=fields.get("out_counts", read.by_name(read.whole), {}),
            checklist=fields.get("checklist", read.by_name(read.truth), {}),
            confirmations=fields.get("confirmations", read.by_name(read.any_text), {}),
            co_treatments=fields.get("co_treatments", read.several(read.text), ()),
            notes=fields.get("notes", read.any_text, ""),
            told=fields.get("told", read.any_text, ""),
        )


_NEEDLE_FIELDS = tuple(Needle.__dataclass_fields__)
_SESSION_FIELDS = tuple(SessionRecord.__dataclass_fields__)


def count_needles(needles: Iterable[Needle]) -> Mapping[str, int]:
    """Return how many needles are recorded in each region, in the order of the record.

    >>> count_needles([
    ...     Needle("point", "GB20", "left", "suboccipital"),
    ...     Needle("point", "GB20", "right", "suboccipital"),
    ... ])
    {'suboccipital': 2}
    """
    return dict(Counter(needle.region for needle in needles))
