"""Links for people without an account: only the digest of the token is kept, one person, once.

No cookie speaks for who opens a link, the secret stands in its address; therefore its forms need
no token against forged requests, and no address that it leads to is told where it came from.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import send_mail
from django.db.models import Q
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from filiform.site.practice import keeping, sending
from filiform.site.practice.clock import by_the_clock_of
from filiform.site.practice.models import Link
from filiform.site.practice.models.people import LinkKind

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable
    from uuid import UUID

    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

    from filiform.site.practice.keeping import Act
    from filiform.site.practice.models import Course, Person

    View = Callable[..., HttpResponse]

DAYS = 14
"""How long a link holds: from the booking to the visit, or for a follow-up (a choice of ours)."""
_TOKEN_BYTES = 32
_OTHERS = 10


def make(
    act: Act, person: Person, kind: str, *, course: Course | None = None, week: int | None = None
) -> str:
    """Keep a link and return its token, which is told once and never kept."""
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    link = Link(
        person=person,
        course=course,
        kind=kind,
        week=week,
        token_sha256=_digest(token),
        expires_at=act.now + timedelta(days=DAYS),
    )
    act.create(link)
    return token


def find(token: str) -> Link | None:
    """Return the link of a token that is not too old or taken back, used or not."""
    return (
        Link.objects.select_related("person", "course", "practice")
        .filter(
            token_sha256=_digest(token), expires_at__gt=timezone.now(), taken_back_at__isnull=True
        )
        .first()
    )


def address(request: HttpRequest, token: str) -> str:
    """Return the whole address that a person opens."""
    return request.build_absolute_uri(reverse("practice:link", args=[token]))


def mailed(link_address: str, kind: str, person: Person) -> bool:
    """Send a link where this site sends e-mail and the person has an address; say whether."""
    if not (settings.FILIFORM_MAIL and person.email):
        return False
    name = person.practice.name
    subject = {LinkKind.INTAKE: "before your visit", LinkKind.OUTCOME: "how are you?"}
    text = (
        f"Hello,\n\n{name} asks you to answer some questions. Open this link within {DAYS} days:\n"
        f"{link_address}\n\nThe link is for you alone. Please do not pass it on.\n"
    )
    send_mail(f"{name}: {subject[LinkKind(kind)]}", text, None, [person.email])
    return True


class OverError(Exception):
    """The link was used or taken back while its page stood open; nothing of the act is kept."""


def use_up(act: Act, link: Link, urgency: str = "") -> None:
    """Mark a link as used.

    Args:
        act: the transaction in which the answers are kept too.
        link: that was answered.
        urgency: what scores that got worse call for.

    Raises:
        OverError: it was used or taken back since it was opened.
    """
    held = Link.objects.select_for_update().get(pk=link.pk)
    if held.used_at is not None or held.taken_back_at is not None:
        raise OverError
    before = keeping.values(held)
    held.used_at, held.urgency = act.now, urgency
    act.change(held, before=before)


def take_back(act: Act, link_id: UUID) -> None:
    """Let a link answer nothing from now on; one that was used stays as it is."""
    link = Link.objects.select_for_update().get(pk=link_id, practice=act.practice)
    if works(link, act.now):
        before = keeping.values(link)
        link.taken_back_at = act.now
        act.change(link, before=before, reason="taken back")


def works(link: Link, now: dt.datetime) -> bool:
    """Say whether a link still opens its questions."""
    return link.used_at is None and link.taken_back_at is None and link.expires_at > now


@dataclass(frozen=True, slots=True)
class Shown:
    """A link as staff see it: what became of it, in words."""

    link: Link
    works: bool
    state: str


def shown(links: QuerySet[Link]) -> list[Shown]:
    """Return the links that still work, and before them in time the last of the others."""
    now = timezone.now()
    open_ = Q(used_at=None, taken_back_at=None, expires_at__gt=now)
    newest = links.order_by("-created_at").values("pk")[:_OTHERS]
    found = links.filter(open_ | Q(pk__in=newest)).order_by("-created_at")
    told = [Shown(each, works(each, now), _state(each, now)) for each in found]
    return sorted(told, key=lambda each: not each.works)


def _state(link: Link, now: dt.datetime) -> str:
    if link.used_at is not None:
        return f"used on {timezone.localdate(link.used_at)}"
    if link.taken_back_at is not None:
        return f"taken back on {timezone.localdate(link.taken_back_at)}"
    day = timezone.localdate(link.expires_at)
    return f"works until {day}, not used yet" if link.expires_at > now else f"too old since {day}"


def by_link(
    kind: str | None = None, *, used: bool | None = False
) -> Callable[[View], Callable[..., HttpResponse]]:
    """Open a view by a link's token; a link that is unknown, too old or used finds one page.

    Args:
        kind: what the link must open; None opens every kind.
        used: whether the page is for links that were used; None is for both.
    """

    def guard(view: View) -> Callable[..., HttpResponse]:
        @csrf_exempt
        @wraps(view)
        def opened(request: HttpRequest, /, token: str, **parts: str) -> HttpResponse:
            link = find(token)
            known = sending.again(request, link.practice_id) if link is not None else None
            if known is not None:
                response = known
            elif link is None or not _fits(link, kind, used=used):
                response = over(request)
            else:
                try:
                    with by_the_clock_of(link.practice):
                        response = view(request, link, **parts)
                except OverError:
                    response = over(request)
            response.headers["Referrer-Policy"] = "no-referrer"
            return response

        return opened

    return guard


def over(request: HttpRequest) -> HttpResponse:
    """Return the one page of a link that leads nowhere."""
    return render(request, "practice/intake/over.html", status=404)


def _fits(link: Link, kind: str | None, *, used: bool | None) -> bool:
    is_used = link.used_at is not None
    return kind in {None, link.kind} and used in {None, is_used}


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
