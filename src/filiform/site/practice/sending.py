"""Forms that act once: a form carries a token, which is kept with what was sent and what it did.

The same token with the same fields leads to where it led before. With other fields it is a form of
its own (a page that the browser kept, sent again with a correction): its version tells the rest.

def add(request: StaffRequest) -> HttpResponse:
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return sending.once(request, request.member, lambda act: _keep(act, form))
    return render(request, "…", {"form": form, "member": request.member, "once": sending.token()})
"""

from __future__ import annotations

import hashlib
import json
import uuid
from typing import TYPE_CHECKING

from django.http import HttpResponseRedirect

from filiform.site.practice import keeping
from filiform.site.practice.models import Submission

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

FIELD = "once"
VERSION = "version"
# The tokens themselves, and how long ago a button was tapped (session.js).
_OF_SENDING = frozenset({FIELD, "csrfmiddlewaretoken", "ago"})


def token() -> str:
    """Return a new token for a form that is shown."""
    return str(uuid.uuid4())


def once(
    request: HttpRequest, actor: keeping.Actor, do: Callable[[keeping.Act], str]
) -> HttpResponse:
    """Do what a form asks, once, and lead to where it says; sent again, only lead there.

    Args:
        request: the form that was sent; its field `once` has the token.
        actor: who acts.
        do: makes the change within the transaction and returns the address to show next.
    """
    sent = token_of(request)
    with keeping.acting(actor) as act:
        known = kept(request, act.practice.pk)
        if known is not None:
            return HttpResponseRedirect(known.location)
        location = do(act)
        if sent:
            Submission.objects.create(
                token=sent,
                sha256=digest(request),
                practice=act.practice,
                location=location,
                at=act.now,
            )
    return HttpResponseRedirect(location)


def again(request: HttpRequest, practice: UUID) -> HttpResponse | None:
    """Return where a form leads that was kept before, whatever its page would say of it now.

    Args:
        request: what was sent; a page that is only asked for was never kept.
        practice: whose.
    """
    known = kept(request, practice) if request.method == "POST" else None
    return HttpResponseRedirect(known.location) if known else None


def kept(request: HttpRequest, practice: UUID | None = None) -> Submission | None:
    """Return what this very form was kept as, if it was sent before.

    Args:
        request: the form that was sent.
        practice: whose; None where nobody knows who sent it.
    """
    token = token_of(request)
    if token is None:
        return None
    found = Submission.objects.filter(token=token, sha256=digest(request))
    return (found.filter(practice=practice) if practice else found).first()


def digest(request: HttpRequest) -> str:
    """Return the SHA-256 of what was typed, without what differs when it is sent again."""
    typed = [(name, given) for name, given in request.POST.lists() if name not in _OF_SENDING]
    sent = ((name, file) for name, files in request.FILES.lists() for file in files)
    files = [(name, str(file.name), file.size) for name, file in sent]
    return hashlib.sha256(json.dumps([sorted(typed), sorted(files)]).encode()).hexdigest()


def version(request: HttpRequest) -> int:
    """Return the version on which a form was opened; a form without one is never the newest."""
    sent = request.POST.get(VERSION, "")
    return int(sent) if sent.isascii() and sent.isdigit() else -1


def token_of(request: HttpRequest) -> uuid.UUID | None:
    """Return the token that a form carried, or None: then nobody knows whether it was kept."""
    try:
        return uuid.UUID(request.POST.get(FIELD, ""))
    except ValueError:
        return None
