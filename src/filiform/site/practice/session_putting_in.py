"""Needles that go in: only while the course may be needled, and by someone who may needle here.

Needles that come out, times and words are never held up: the record must tell what happened.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from django.utils import timezone

from filiform.care.course import may
from filiform.care.refusal import Refusal
from filiform.site.practice.clock import zone_of
from filiform.site.practice.course_log import RefusedError, state_of
from filiform.site.practice.session_licence import kept, permission_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

    from filiform.care.licence import Permission
    from filiform.site.practice.models import Member, Needle, Session

REASON = "licence_reason"


def put_in(before: Iterable[Needle], after: Iterable[Needle]) -> tuple[str, ...]:
    """Return the sites at which a needle is in the table, or has a time in, that had none."""
    was, now = list(before), list(after)
    rows = _sites(now) - _sites(was)
    times = _times(now) - _times(was)
    return tuple(sorted({site for _, site in rows} | {site for _, site, _ in times}))


def _sites(needles: Iterable[Needle]) -> Counter[tuple[str, str]]:
    return Counter((needle.site_kind, needle.site) for needle in needles)


def _times(needles: Iterable[Needle]) -> Counter[tuple[str, str, dt.datetime]]:
    """Return the times in by the second, as a form has them."""
    return Counter(
        (needle.site_kind, needle.site, needle.inserted_at.replace(microsecond=0))
        for needle in needles
        if needle.inserted_at is not None
    )


def licence_after(
    session: Session, by: Member, sites: Sequence[str], reason: str, now: dt.datetime
) -> dict[str, object]:
    """Return what is kept of who needled in a session, after someone puts in more needles.

    Args:
        session: the open session.
        by: who puts them in.
        sites: where.
        reason: why they go on where the tables do not tell if they may.
        now: the moment.

    Raises:
        RefusedError: the course takes no needle now, or the law stands against this member.
    """
    refusal = may(state_of(session.course), "insert_needle", now=now)
    if refusal is not None:
        raise RefusedError(refusal)
    today = now.astimezone(zone_of(session.practice)).date()
    permission = permission_of(by, session.course.therapy, today)
    if permission.status == "refused":
        raise _refused(permission, "")
    if _is_told(session, by, permission):
        return _also_at(session, by, sites)
    if permission.status == "unknown" and not reason.strip():
        raise _refused(permission, " Say why you go on: your reason is kept.")
    law = {**kept(permission, reason.strip()), "member": str(by.pk), "by": str(by)}
    return {**session.licence, "others": [*_others(session), {**law, "put_in": list(sites)}]}


def _refused(permission: Permission, then: str) -> RefusedError:
    return RefusedError(Refusal(permission.code, permission.sentence + then, permission.sources))


def _others(session: Session) -> list[Mapping[str, object]]:
    return list(session.licence.get("others", []))


def _is_told(session: Session, by: Member, permission: Permission) -> bool:
    """Say whether the session keeps already on what this member needles."""
    own = [session.licence] if by.pk == session.practitioner_id else []
    theirs = [each for each in _others(session) if each["member"] == str(by.pk)]
    return any(each.get("status") == permission.status for each in (*own, *theirs))


def _also_at(session: Session, by: Member, sites: Sequence[str]) -> dict[str, object]:
    found = [
        {**each, "put_in": sorted({*_list(each["put_in"]), *sites})}
        if each["member"] == str(by.pk)
        else each
        for each in _others(session)
    ]
    return {**session.licence, "others": found} if found else dict(session.licence)


def _list(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else []


def shown(session: Session, member: Member) -> dict[str, object]:
    """Return what the sheet says of putting needles in: a refusal, the law, a reason to give."""
    now = timezone.now()
    today = now.astimezone(zone_of(session.practice)).date()
    permission = permission_of(member, session.course.therapy, today)
    unknown = permission.status == "unknown" and not _is_told(session, member, permission)
    return {
        "no_needles": may(state_of(session.course), "insert_needle", now=now),
        "permission": permission,
        "ask_reason": unknown,
    }
