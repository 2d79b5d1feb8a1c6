"""A person's answers from the body of a request. They are read, answered and forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import RequestDataTooBig

from filiform.guidance import Person
from filiform.guidance.person_file import parse_mapping
from filiform.knowledge import library
from filiform.site.api.faults import TooLargeError

if TYPE_CHECKING:
    from django.http import HttpRequest

_NAME = "the body"


def person(request: HttpRequest) -> Person:
    """Return the person of a body.

    Raises:
        TooLargeError: It is longer than a person's answers can be.
        GuidanceError: It is not JSON, or an answer in it cannot be read.
    """
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    try:
        body = request.body
    except RequestDataTooBig:
        raise TooLargeError(
            f"the body is longer than {most // 1024} KB: a person's answers are far shorter"
        ) from None
    return Person.from_mapping(
        parse_mapping(_NAME, body, suffix=".json", most_bytes=most), library()
    )
