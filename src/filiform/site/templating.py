"""Jinja2 with NHS.UK frontend's macros, in Django's place for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict, Unpack

import jinja2
from django.templatetags.static import static
from django.urls import reverse

if TYPE_CHECKING:
    from collections.abc import Callable


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
    functions: dict[str, Callable[..., str]] = {"static": static, "url": url}
    made.globals.update(functions)
    return made


def url(name: str, *args: str | int) -> str:
    """Return the address of a page by its name."""
    return reverse(name, args=args)
