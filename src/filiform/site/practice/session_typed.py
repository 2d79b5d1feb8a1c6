"""A session as it is typed: rows of needles and the rest, all text, as a form carries it.

What is kept, what a draft holds and what a form sends all take this one shape, so that the page
shows each of them in the same way and loses nothing of any.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from filiform.care.approvals import APPROVED
from filiform.site.practice.clock import zone_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence
    from zoneinfo import ZoneInfo

    from django.http import QueryDict

    from filiform.care.needles import Needle as CareNeedle
    from filiform.site.practice.models import Lot, Needle, Session

Row = dict[str, str]
ROW_FIELDS = (
    "site_kind",
    "site",
    "side",
    "region",
    "depth_mm",
    "angle",
    "response_sought",
    "response_got",
    "stimulation",
    "hz",
    "ma",
    "lot",
    "inserted_at",
    "removed_at",
    "remove",
)
REST_FIELDS = (
    "notes",
    "told",
    "co_treatments",
    "pain_before",
    "pain_after",
    "face_to_face_minutes",
    "needles_planned_minutes",
    "insertions",
    "second_reason",
    "licence_reason",
    "late_reason",
)
PREFIXES = ("in-", "out-", "second-", "done-", "as-", "why-", "doctor-", "day-")
MOST_NEEDLES = 60
CLOCK = "%H:%M:%S"
_NUMBERED = re.compile(r"n(\d{1,3})-(\w+)")


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the form.

    Attributes:
        rows: the needles in their order, each field by name.
        rest: every other field by name.
        origin: where it comes from: "" (kept or typed), repeat, plan.
        version: of the session on which it was typed.
    """

    rows: tuple[Row, ...] = ()
    rest: Mapping[str, str] = field(default_factory=dict)
    origin: str = ""
    version: int = 0

    def to_json(self) -> dict[str, object]:
        """Return it as a draft keeps it."""
        return {
            "rows": list(self.rows),
            "rest": dict(self.rest),
            "origin": self.origin,
            "version": self.version,
        }

    def count_in(self, region: str) -> int:
        """Return how many needles are recorded in a region."""
        return sum(row.get("region") == region and not row.get("remove") for row in self.rows)

    @property
    def regions(self) -> tuple[str, ...]:
        """The regions with needles or with counts, in the order of the table."""
        counted = (
            name.partition("-")[2]
            for name, value in self.rest.items()
            if name.startswith(("in-", "out-")) and value.strip()
        )
        return tuple(dict.fromkeys([*(row.get("region", "") for row in self.rows), *counted]))


def typed_of_post(post: QueryDict, version: int, *, removed: bool = False) -> Typed:
    """Return what a form sent; a row is the numbered fields, in the order of the numbers.

    Args:
        post: the form.
        version: of the session on which it was typed.
        removed: whether the rows stay that are to be taken away.
    """
    rows: dict[int, Row] = {}
    rest: dict[str, str] = {}
    for name in post:
        value, numbered = str(post[name])[:10_000], _NUMBERED.fullmatch(name)
        if numbered and numbered[2] in ROW_FIELDS:
            rows.setdefault(int(numbered[1]), {})[numbered[2]] = value
        elif name in REST_FIELDS or name.startswith(PREFIXES):
            rest[name] = value
    kept = tuple(row for _, row in sorted(rows.items()) if removed or not row.get("remove"))
    return Typed(kept, rest, str(post.get("origin", ""))[:10], version)


def typed_of_draft(data: Mapping[str, object]) -> Typed:
    """Return what a draft keeps."""
    rows, rest, version = data.get("rows"), data.get("rest"), data.get("version")
    return Typed(
        tuple(dict(row) for row in rows) if isinstance(rows, list) else (),
        dict(rest) if isinstance(rest, dict) else {},
        str(data.get("origin", "")),
        version if isinstance(version, int) else 0,
    )


def typed_of_session(session: Session, needles: Iterable[Needle]) -> Typed:
    """Return a kept session as its form shows it."""
    zone = zone_of(session.practice)
    rest: dict[str, str] = {
        "notes": session.notes,
        "told": session.told,
        "co_treatments": "\n".join(str(each) for each in session.co_treatments),
        "pain_before": _said(session.pain_before),
        "pain_after": _said(session.pain_after),
        "face_to_face_minutes": _said(session.face_to_face_minutes),
        "needles_planned_minutes": _said(session.needles_planned_minutes),
        "insertions": _said(session.insertions),
        "second_reason": str(session.second_look.get("reason", "")),
    }
    rest |= {f"in-{region}": str(count) for region, count in session.in_counts.items()}
    rest |= {f"out-{region}": str(count) for region, count in session.out_counts.items()}
    second = session.second_look.get("out_counts", {})
    rest |= {f"second-{region}": str(count) for region, count in second.items()}
    rest |= {f"done-{item}": "on" for item, done in session.checklist.items() if done}
    rest |= confirmed(session.confirmations)
    rows = tuple(_row(needle, zone) for needle in needles)
    return Typed(rows, rest, version=session.version)


AS_SAID = "Avoided as the source says: "


def group_of(key: str) -> str:
    """Return what a confirmation is asked for once: a site on both its sides."""
    head, _, side = key.rpartition(":")
    return head if side in {"left", "right", "midline"} else key


def confirmed(confirmations: Mapping[str, str]) -> dict[str, str]:
    """Return kept confirmations as the form shows them: a tick, or words."""
    found: dict[str, str] = {}
    for key, text in confirmations.items():
        if key.startswith(APPROVED):
            row, (doctor, _, day) = key.removeprefix(APPROVED), text.rpartition(", ")
            found |= {f"doctor-{row}": doctor, f"day-{row}": day}
            continue
        group = group_of(key)
        found |= {f"as-{group}": "on"} if text.startswith(AS_SAID) else {f"why-{group}": text}
    return found


def _row(needle: Needle, zone: ZoneInfo) -> Row:
    return {
        "site_kind": needle.site_kind,
        "site": needle.site,
        "side": needle.side,
        "region": needle.region,
        "depth_mm": _said(needle.depth_mm),
        "angle": needle.angle,
        "response_sought": needle.response_sought,
        "response_got": needle.response_got,
        "stimulation": needle.stimulation,
        "hz": _said(needle.hz),
        "ma": _said(needle.ma),
        "lot": str(needle.lot_id),
        "inserted_at": _clock(needle.inserted_at, zone),
        "removed_at": _clock(needle.removed_at, zone),
    }


def row_of(needle: CareNeedle, lot: Lot | None) -> Row:
    """Return the row of a needle that was copied or planned and is not in yet."""
    return {
        "site_kind": needle.site_kind,
        "site": needle.site,
        "side": needle.side,
        "region": needle.region,
        "depth_mm": _said(needle.depth_mm),
        "angle": needle.angle or "",
        "response_sought": needle.response_sought or "",
        "stimulation": needle.stimulation or "",
        "hz": _said(needle.hz),
        "ma": _said(needle.ma),
        "lot": str(lot.pk) if lot else "",
    }


def _said(value: object) -> str:
    """Return a number without needless noughts, and nothing for nothing."""
    if value is None:
        return ""
    return f"{float(str(value)):g}"


def _clock(moment: dt.datetime | None, zone: ZoneInfo) -> str:
    return "" if moment is None else f"{moment.astimezone(zone):{CLOCK}}"


# --- What a button does to what is typed ----------------------------------------------------------


def all_in(typed: Typed, clock: str) -> Typed:
    """Set the time in of each needle that has none, and count them in where no count was typed."""
    rows = tuple({**row, "inserted_at": row.get("inserted_at") or clock} for row in typed.rows)
    counts = {
        f"in-{region}": str(typed.count_in(region))
        for region in typed.regions
        if not typed.rest.get(f"in-{region}", "").strip()
    }
    return replace(typed, rows=rows, rest={**typed.rest, **counts})


def all_out(typed: Typed, clock: str) -> Typed:
    """Set the time out of each needle that is in; nothing is counted: that is for a hand to do."""
    rows = tuple(
        {**row, "removed_at": row.get("removed_at") or clock} if row.get("inserted_at") else row
        for row in typed.rows
    )
    return replace(typed, rows=rows)


def with_depths(typed: Typed, last: Mapping[tuple[str, str], str]) -> Typed:
    """Take the depth of the last time for each needle that has none."""
    rows = tuple(
        {**row, "depth_mm": row.get("depth_mm") or last.get((row["site"], row["side"]), "")}
        for row in typed.rows
    )
    return replace(typed, rows=rows)


def with_lot(typed: Typed, lot: str) -> Typed:
    """Take all needles from one lot."""
    return replace(typed, rows=tuple({**row, "lot": lot} for row in typed.rows))


def with_rows(typed: Typed, rows: Sequence[Row]) -> Typed:
    """Add needles at the end of the table."""
    return replace(typed, rows=(*typed.rows, *rows))


def depths_of(needles: Iterable[CareNeedle]) -> dict[tuple[str, str], str]:
    """Return the depth at each site and side, where it was recorded."""
    return {
        (each.site, each.side): _said(each.depth_mm)
        for each in needles
        if each.depth_mm is not None
    }
