"""The headers that keep a page to itself: no foreign content, no script, no copy left behind."""

from __future__ import annotations

from functools import wraps
from http import HTTPStatus
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from django.http.response import HttpResponseBase

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

P = ParamSpec("P")
R = TypeVar("R", bound=HttpResponseBase)

# Nothing is loaded but our own stylesheet, typeface and pictures; script only where a page says so.
_SOURCES = {
    "default-src": "'none'",
    "style-src": "'self'",
    "font-src": "'self'",
    "img-src": "'self'",
    "form-action": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
_SCRIPT = {"script-src": "'self'", "connect-src": "'self'"}
_FEATURES = ("accelerometer", "camera", "geolocation", "gyroscope", "microphone", "payment", "usb")


def _policy(sources: dict[str, str]) -> str:
    return "; ".join(f"{kind} {source}" for kind, source in sources.items())


_HEADERS = {
    "Content-Security-Policy": _policy(_SOURCES),
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in _FEATURES),
    "Cross-Origin-Resource-Policy": "same-origin",
    # A page may show someone's answers. A page that is the same for everyone says so itself.
    "Cache-Control": "no-store",
}


def with_script(response: R) -> R:
    """Admit the site's own script files on this one page, and return it."""
    response.headers["Content-Security-Policy"] = _policy(_SOURCES | _SCRIPT)
    return response


def scripted(
    view: Callable[Concatenate[HttpRequest, P], R],
) -> Callable[Concatenate[HttpRequest, P], R]:
    """Admit the site's own script files on a view's pages."""

    @wraps(view)
    def admitted(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> R:
        response = view(request, *args, **kwargs)
        return with_script(response) if response.status_code == HTTPStatus.OK else response

    return admitted


class SecurityHeaders:
    """Adds the headers that Django does not, and binds cookies to HTTPS where there is HTTPS."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Return the next layer's answer with the headers; what a view set itself stays."""
        response = self.get_response(request)
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        if request.is_secure():
            for morsel in response.cookies.values():
                morsel["secure"] = True
        return response
