"""Every fault as one sentence under `error`, with the status that says whose it is."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from ninja.errors import ValidationError

from filiform.errors import FiliformError, unknown

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from django.http import HttpRequest, HttpResponse
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

    api.add_exception_handler(FiliformError, said)
    api.add_exception_handler(ValidationError, missing)


def _status(fault: object) -> HTTPStatus:
    if isinstance(fault, TooLargeError):
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    if isinstance(fault, UnknownTrialError):
        return HTTPStatus.NOT_FOUND
    return HTTPStatus.BAD_REQUEST


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
