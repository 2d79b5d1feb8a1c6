"""Links for people without an account: only the digest of the token is kept, one person, once.

No cookie speaks for who opens a link, the secret stands in its address; therefore its forms need
no token against forged requests, and no address that it leads to is told where it came from.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from functools import wraps
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import send_mail
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from filiform.site.practice import keeping
from filiform.site.practice.models import Link
from filiform.site.practice.models.people import LinkKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from filiform.site.practice.keeping import Act
    from filiform.site.practice.models import Course, Person

    View = Callable[..., HttpResponse]

DAYS = 14
"""How long a link holds: from the booking to the visit, or for a follow-up (a choice of ours)."""
_TOKEN_BYTES = 32


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
    """Return the link of a token that is not too old, used or not."""
    return (
        Link.objects.select_related("person", "course", "practice")
        .filter(token_sha256=_digest(token), expires_at__gt=timezone.now())
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


def use_up(act: Act, link: Link) -> None:
    """Mark a link as used."""
    before = keeping.values(link)
    link.used_at = act.now
    act.change(link, before=before)


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
            if link is None or not _fits(link, kind, used=used):
                response = over(request)
            else:
                response = view(request, link, **parts)
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
