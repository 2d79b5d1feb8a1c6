"""Jinja2 with NHS.UK frontend's macros, in Django's place for it."""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING, TypedDict, Unpack

import jinja2
from django.conf import settings
from django.contrib.messages import get_messages
from django.templatetags.static import static
from django.urls import reverse
from django.utils.timezone import localtime

from filiform.care.outcomes import shown
from filiform.care.plain_names import plain_name
from filiform.knowledge import library
from filiform.site.practice.incident_words import words_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from uuid import UUID

    from django.http import HttpRequest

    from filiform.site.practice.models import Member


class _Options(TypedDict, total=False):
    """What Django hands over."""

    autoescape: bool
    auto_reload: bool
    loader: jinja2.BaseLoader
    undefined: type[jinja2.Undefined]


class Missing(jinja2.ChainableUndefined):
    """What a page did not give: the macros may ask for it and its parts, nobody may print it."""

    def __str__(self) -> str:  # noqa: PLE0307  (it never returns)
        """Refuse: a number that is missing must not become a blank in a sentence."""
        self._fail_with_undefined_error()


def environment(**options: Unpack[_Options]) -> jinja2.Environment:
    """Return the environment of every page."""
    options["undefined"] = Missing
    # Django hands over autoescape=True.
    made = jinja2.Environment(**options, trim_blocks=True, lstrip_blocks=True)  # noqa: S701
    functions: dict[str, Callable[..., object]] = {
        "static": static,
        "url": url,
        "may": may,
        "demo_site": demo_site,
        "has_number_for_name": has_number_for_name,
        "mail": mail,
        "messages": get_messages,
        "reset_seconds": reset_seconds,
    }
    made.globals.update(functions)
    filters: dict[str, Callable[..., object]] = {
        "day": day,
        "moment": moment,
        "score": shown,
        "incident": words_of,
        "plain": plain,
    }
    made.filters.update(filters)
    return made


def url(name: str, *args: str | int | UUID) -> str:
    """Return the address of a page by its name."""
    return reverse(name, args=args)


def plain(id_: str) -> str:
    """Return the plain name of a point, muscle or harm."""
    return plain_name(id_, library())


def day(at: datetime) -> str:
    """Return the day of a moment by the practice's clock."""
    return localtime(at).date().isoformat()


def moment(at: datetime) -> str:
    """Return a moment by the practice's clock, to the minute, with the name of its zone."""
    return f"{localtime(at):%Y-%m-%d %H:%M %Z}"


def has_number_for_name(request: HttpRequest) -> bool:
    """Say whether a site was opened by its number, which no passkey can belong to."""
    host = request.get_host().rpartition(":")[0] or request.get_host()
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


def demo_site() -> bool:
    """Say whether everybody on this site is invented."""
    return bool(settings.FILIFORM_DEMO)


def mail() -> bool:
    """Say whether this site sends e-mail."""
    return bool(settings.FILIFORM_MAIL)


def reset_seconds() -> int:
    """Return how long a link to set a new password holds, in seconds."""
    return settings.PASSWORD_RESET_TIMEOUT


def may(member: Member, act: str) -> bool:
    """Say whether a member of a practice has an act, so that no page offers what it refuses."""
    from filiform.site.practice.access import allowed  # noqa: PLC0415  (the apps load first)

    return allowed(member, act)
