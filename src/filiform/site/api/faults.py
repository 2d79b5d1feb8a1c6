"""Every fault as one sentence under `error`, with the status that says whose it is."""

from __future__ import annotations

from functools import wraps
from http import HTTPStatus
from typing import TYPE_CHECKING

from django.http import HttpResponseNotAllowed, JsonResponse
from django.utils.log import log_response
from django.views.decorators.csrf import csrf_exempt
from ninja.errors import ValidationError

from filiform.errors import FiliformError, unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase
    from ninja import NinjaAPI


class TooLargeError(FiliformError):
    """A body that is longer than a person's answers can be."""


class UnknownTrialError(FiliformError):
    """A trial that the library does not have."""


class UnknownParameterError(FiliformError):
    """A parameter that an address does not take."""


def install(api: NinjaAPI) -> None:
    """Give the interface our faults in place of its own."""

    def said(request: HttpRequest, fault: FiliformError | type[FiliformError]) -> HttpResponse:
        return api.create_response(request, {"error": str(fault)}, status=_status(fault))

    def missing(
        request: HttpRequest, _fault: ValidationError | type[ValidationError]
    ) -> HttpResponse:
        # All parameters are texts, so the one thing that can be wrong is that one is not there.
        sentence = "therapy is missing: add it to the address, such as ?therapy=acupuncture"
        return api.create_response(request, {"error": sentence}, status=HTTPStatus.BAD_REQUEST)

    def ours(request: HttpRequest, fault: Exception | type[Exception]) -> HttpResponse:
        told = _refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "the fault is ours: try again later")
        log_response(
            "Internal Server Error: %s",
            request.path,
            response=told,
            request=request,
            exception=fault if isinstance(fault, Exception) else None,
        )
        return told

    api.add_exception_handler(Exception, ours)
    api.add_exception_handler(FiliformError, said)
    api.add_exception_handler(ValidationError, missing)


def _status(fault: object) -> HTTPStatus:
    if isinstance(fault, TooLargeError):
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    if isinstance(fault, UnknownTrialError):
        return HTTPStatus.NOT_FOUND
    return HTTPStatus.BAD_REQUEST


def _refusal(status: HTTPStatus, sentence: str) -> JsonResponse:
    return JsonResponse(
        {"error": sentence}, status=status, json_dumps_params={"ensure_ascii": False}
    )


def telling(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Give a view that refuses a method a sentence in place of its page."""

    @wraps(view)
    def answered(request: HttpRequest, *args: object, **words: object) -> HttpResponseBase:
        response = view(request, *args, **words)
        if not isinstance(response, HttpResponseNotAllowed):
            return response
        allowed = response.headers["Allow"]
        told = _refusal(
            HTTPStatus.METHOD_NOT_ALLOWED,
            f"{request.method} is not taken by {request.path}, admissible is {allowed}: use that",
        )
        told.headers["Allow"] = allowed
        return told

    return answered


def no_such_address(addresses: Collection[str]) -> Callable[..., HttpResponse]:
    """Return the view of what is no address, with the nearest one that is.

    Args:
        addresses: Those that there are, from the root of the site.
    """

    @csrf_exempt
    def answered(request: HttpRequest, **_: object) -> HttpResponse:
        sentence = unknown("address", request.path, addresses, listed_by="/api/openapi.json")
        return _refusal(HTTPStatus.NOT_FOUND, sentence)

    return answered


def refuse_others(given: Iterable[str], admissible: Collection[str]) -> None:
    """Refuse a parameter that would otherwise be ignored in silence.

    Raises:
        UnknownParameterError: For the first that is not admissible, with the nearest that is.
    """
    for name in given:
        if name not in admissible:
            if not admissible:
                raise UnknownParameterError(
                    f"{name[:60]!r} is given, but no parameter is taken here"
                )
            raise UnknownParameterError(unknown("parameter", name, admissible))
