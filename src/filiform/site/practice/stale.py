"""Two people changed one record: both versions side by side, and nothing lost of either.

    try:
        return sending.once(request, request.member, keep)
    except keeping.StaleError as stale:
        return stale_page(request, stale, back=address)

The page holds what was sent, so that it can be sent again on top of the newer version.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render

from filiform.site.practice import sending
from filiform.site.practice.differences import differences

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpResponse

    from filiform.site.practice.access import StaffRequest
    from filiform.site.practice.keeping import StaleError

_CONFLICT = 409
_OWN = frozenset({"csrfmiddlewaretoken", sending.FIELD, sending.VERSION})


def stale_page(request: StaffRequest, stale: StaleError, *, back: str) -> HttpResponse:
    """Return the page that shows what the other one kept beside what was sent.

    Args:
        request: the form that came too late.
        stale: both versions.
        back: where the newer version is shown.
    """
    return render(
        request,
        "practice/stale.html",
        {
            "member": request.member,
            "differences": differences(stale.theirs, stale.ours),
            "sent": list(_sent(request)),
            "version": stale.theirs.get("version", ""),
            "closed": stale.theirs.get("closed_at") is not None,
            "once": sending.token(),
            "address": request.path,
            "back": back,
        },
        status=_CONFLICT,
    )


def _sent(request: StaffRequest) -> Iterator[tuple[str, str]]:
    for name, values in request.POST.lists():
        if name not in _OWN:
            yield from ((name, str(value)) for value in values)
