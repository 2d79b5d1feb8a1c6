"""Needles that go in: only while the course may be needled, and by someone who may needle here.

Needles that come out, times and words are never held up: the record must tell what happened. So
are needles that went in before the course took none any more, and are sent after it (a line that
was lost): who records them says how that is known.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from django.utils import timezone

from filiform.care.course import may
from filiform.care.refusal import Refusal
from filiform.site.practice.clock import day_of
from filiform.site.practice.course_log import RefusedError, state_of
from filiform.site.practice.session_licence import kept, permission_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from filiform.care.licence import Permission
    from filiform.site.practice.models import Course, Member, Needle, Session

REASON, LATE = "licence_reason", "late_reason"


def came_in(before: Iterable[Needle], after: Iterable[Needle]) -> list[Needle]:
    """Return the needles that are in the table, or have a time in, that had none."""
    timed = Counter(_timed(needle) for needle in before if needle.inserted_at)
    left = Counter(_site(needle) for needle in before)
    new = []
    for needle in after:
        if needle.inserted_at and timed[_timed(needle)] > 0:
            timed[_timed(needle)] -= 1
            left[_site(needle)] -= 1
        else:
            new.append(needle)
    found = []
    for needle in new:
        left[_site(needle)] -= 1
        if needle.inserted_at or left[_site(needle)] < 0:
            found.append(needle)
    return found


def _site(needle: Needle) -> tuple[str, str]:
    return needle.site_kind, needle.site


def _timed(needle: Needle) -> tuple[str, str, dt.datetime | None]:
    """Return a needle by its site and its time in by the second, as a form has it."""
    into = needle.inserted_at
    return needle.site_kind, needle.site, into and into.replace(microsecond=0)


def refused_at(course: Course, at: dt.datetime) -> Refusal | None:
    """Return what stood against a needle at a moment; the second in which it was counts whole."""
    until = at.replace(microsecond=999_999)
    return may(state_of(course, until), "insert_needle", now=until)


def licence_after(
    session: Session,
    by: Member,
    came: Sequence[Needle],
    *,
    kinds: Collection[str],
    rest: Mapping[str, str],
    now: dt.datetime,
) -> dict[str, object]:
    """Return what is kept of who needled in a session, after someone puts in more needles.

    Args:
        session: the open session.
        by: who puts them in, or records them.
        came: the needles that came in.
        kinds: the kinds of sites of all needles.
        rest: the fields of the form, with the reasons that it asks for.
        now: the moment.

    Raises:
        RefusedError: the course takes no needle now, and took none when they went in; or the law
            stands against this member.
    """
    law = {**session.licence, **_late(session, by, came, rest.get(LATE, "").strip(), now)}
    sites = sorted({needle.site for needle in came})
    today = day_of(session.practice, now)
    permission = permission_of(by, session.course.therapy, today, kinds)
    if permission.status == "refused":
        raise _refused(permission, "")
    if _is_told(session, by, permission):
        return _also_at(law, session, by, sites)
    reason = rest.get(REASON, "").strip()
    if permission.status == "unknown" and not reason:
        raise _refused(permission, " Say why you go on: your reason is kept.")
    one = {**kept(permission, reason), "member": str(by.pk), "by": str(by), "put_in": sites}
    return {**law, "others": [*_others(session), one]}


def _late(
    session: Session, by: Member, came: Sequence[Needle], note: str, now: dt.datetime
) -> dict[str, object]:
    """Return what is kept of needles that went in before the course took none any more.

    Raises:
        RefusedError: one of them went in after that, or nobody says that it was before.
    """
    refusal = may(state_of(session.course), "insert_needle", now=now)
    if refusal is None:
        return {}
    times = [needle.inserted_at for needle in came]
    if any(at is None or refused_at(session.course, at) is not None for at in times):
        raise RefusedError(refusal)
    if not note:
        raise RefusedError(replace(refusal, sentence=f"{refusal.sentence} {_WHO_SAYS_SO}"))
    told = {
        "put_in": sorted({needle.site for needle in came}),
        "by": str(by),
        "at": now.isoformat(),
        "after": refusal.code,
        "reason": note,
    }
    return {"late": [*_list(session.licence.get("late")), told]}


_WHO_SAYS_SO = (
    "A needle that went in before that is recorded with its time in: say below how that is known."
)


def _refused(permission: Permission, then: str) -> RefusedError:
    return RefusedError(Refusal(permission.code, permission.sentence + then, permission.sources))


def _others(session: Session) -> list[Mapping[str, object]]:
    return list(session.licence.get("others", []))


def _is_told(session: Session, by: Member, permission: Permission) -> bool:
    """Say whether the session keeps already on what this member needles."""
    own = [session.licence] if by.pk == session.practitioner_id else []
    theirs = [each for each in _others(session) if each["member"] == str(by.pk)]
    asked = (permission.status, permission.code)
    return any((each.get("status"), each.get("code")) == asked for each in (*own, *theirs))


def _also_at(
    law: Mapping[str, object], session: Session, by: Member, sites: Sequence[str]
) -> dict[str, object]:
    found = [
        {**each, "put_in": sorted({*map(str, _list(each["put_in"])), *sites})}
        if each["member"] == str(by.pk)
        else each
        for each in _others(session)
    ]
    return {**law, "others": found} if found else dict(law)


def _list(value: object) -> list[object]:
    return list(value) if isinstance(value, list) else []


def shown(session: Session, member: Member, kinds: Collection[str]) -> dict[str, object]:
    """Return what the sheet says of putting needles in: a refusal, the law, a reason to give."""
    now = timezone.now()
    today = day_of(session.practice, now)
    permission = permission_of(member, session.course.therapy, today, kinds)
    unknown = permission.status == "unknown" and not _is_told(session, member, permission)
    return {
        "no_needles": may(state_of(session.course), "insert_needle", now=now),
        "permission": permission,
        "ask_reason": unknown,
    }
