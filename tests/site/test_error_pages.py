"""What a person sees when something is wrong: our own page, and nothing of theirs or ours in it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpResponse
from django.test import Client
from django.urls import path

from filiform.site.urls import urlpatterns as own_urlpatterns

if TYPE_CHECKING:
    from django.http import HttpRequest

ANSWER = "a secret answer about a fever"


def broken(_request: HttpRequest) -> HttpResponse:
    raise ValueError(ANSWER)


def bad(_request: HttpRequest) -> HttpResponse:
    raise BadRequest(ANSWER)


def forbidden(_request: HttpRequest) -> HttpResponse:
    raise PermissionDenied(ANSWER)


def form(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.POST["age"])


urlpatterns = [
    *own_urlpatterns,
    path("broken", broken),
    path("bad", bad),
    path("form", form),
    path("forbidden", forbidden),
]


@pytest.mark.urls(__name__)
@pytest.mark.parametrize(
    ("address", "status", "heading"),
    [
        ("/bad", 400, "This could not be read"),
        ("/forbidden", 403, "You cannot do this"),
        ("/there-is-no-such-page", 404, "Page not found"),
        ("/broken", 500, "Something went wrong"),
    ],
)
def test_an_error_page_is_ours_and_shows_nothing(address: str, status: int, heading: str) -> None:
    response = Client(raise_request_exception=False).get(address, {"q": ANSWER})
    page = response.content.decode()
    assert response.status_code == status
    assert f"<h1>{heading}</h1>" in page
    assert "Skip to main content" in page
    for leak in (ANSWER, "ValueError", "Traceback", "settings", ".py"):
        assert leak not in page


def test_a_form_without_its_token_is_refused_with_a_way_out() -> None:
    response = Client(enforce_csrf_checks=True).post("/about/", {"age": "46"})
    assert response.status_code == 403
    assert "<h1>Please send the form again</h1>" in response.content.decode()


@pytest.mark.urls(__name__)
def test_ten_megabytes_of_junk_are_refused() -> None:
    response = Client(raise_request_exception=False).post("/form", {"age": "4" * 10_000_000})
    assert response.status_code == 400
    assert "<h1>This could not be read</h1>" in response.content.decode()


@pytest.mark.urls(__name__)
def test_the_log_says_where_and_never_what(caplog: pytest.LogCaptureFixture) -> None:
    handler = logging.getLogger("django").handlers[0]
    with caplog.at_level(logging.WARNING):
        logging.getLogger("django").addHandler(caplog.handler)
        caplog.handler.setFormatter(handler.formatter)
        try:
            Client(raise_request_exception=False).get("/broken", {"q": "fever"})
        finally:
            logging.getLogger("django").removeHandler(caplog.handler)
    written = "\n".join(caplog.handler.format(record) for record in caplog.records)
    assert "Internal Server Error: /broken" in written
    assert "in broken" in written
    assert written.rstrip().endswith("ValueError")
    assert "fever" not in written
