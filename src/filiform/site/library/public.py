"""Pages that are the same for everyone: they may be kept, and say when they have not changed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import conditional_page, require_safe

from filiform.errors import nearest, unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Concatenate

    from django.http import HttpRequest, HttpResponse

P = ParamSpec("P")
T = TypeVar("T")

KEPT_SECONDS = 600
"""How long a page may be shown without asking again; a new release is seen after ten minutes."""


@dataclass(frozen=True)
class NotInLibraryError(Exception):
    """A word in an address that the library does not have.

    Attributes:
        sentence: What was given and what is admissible.
        href: The page that was perhaps meant; empty where none is alike.
        text: What that page is called.
    """

    sentence: str
    href: str = ""
    text: str = ""


def public(
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let a page be kept by anyone, and answer 304 where it has not changed.

    The tag is made from the page itself, so that a new word in a template changes it too. A word
    that the library does not have gives a page with the nearest one.
    """

    @wraps(view)
    def answered(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except NotInLibraryError as missing:
            return render(request, "library/not_found.html", {"missing": missing}, status=404)
        if response.status_code < HTTPStatus.BAD_REQUEST:
            patch_cache_control(response, public=True, max_age=KEPT_SECONDS)
        return response

    return require_safe(conditional_page(answered))


def pick(kind: str, given: str, admissible: Mapping[str, T], address: Callable[[str], str]) -> T:
    """Return what a word of an address stands for.

    Args:
        kind: What the word is, for the sentence.
        given: The word.
        admissible: All words.
        address: The page of a word.

    Raises:
        NotInLibraryError: For a word that is not among them, with the nearest.
    """
    if given in admissible:
        return admissible[given]
    close = nearest(given, admissible)
    sentence = unknown(kind, given, admissible, listed_by="the list one page up")
    raise NotInLibraryError(sentence, address(close) if close else "", close or "")
