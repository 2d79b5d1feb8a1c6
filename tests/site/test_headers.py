"""The headers and cookies of every address."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

pytestmark = pytest.mark.django_db


def addresses(resolver: URLResolver, before: str = "/") -> Iterator[str]:
    for entry in resolver.url_patterns:
        address = before + str(entry.pattern)
        if isinstance(entry, URLPattern):
            if "<" not in address:
                yield address
        else:
            yield from addresses(entry, address)


EVERY_ADDRESS = sorted(addresses(get_resolver()))


@pytest.mark.parametrize("address", [*EVERY_ADDRESS, "/there-is-no-such-page"])
def test_every_address_sends_the_security_headers(client: Client, address: str) -> None:
    headers = client.get(address).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert "geolocation=()" in headers["Permissions-Policy"]
    assert "Cache-Control" in headers


@pytest.mark.parametrize("address", ["/", "/about/", "/privacy/", "/there-is-no-such-page"])
def test_a_page_is_not_stored_unless_its_view_says_so(client: Client, address: str) -> None:
    assert client.get(address).headers["Cache-Control"] == "no-store"


OUR_SCRIPT = re.compile(r'<script type="module" src="/static/scripts/[\w.-]+"></script>')


@pytest.mark.parametrize("address", EVERY_ADDRESS)
def test_no_page_holds_script_or_style_of_its_own(client: Client, address: str) -> None:
    response = client.get(address)
    page = response.content.decode()
    policy = response.headers["Content-Security-Policy"]
    # A page that loads one of our script files says so; every other page admits no script at all.
    assert ("script-src 'self'" in policy) == bool(OUR_SCRIPT.search(page))
    assert "<script" not in OUR_SCRIPT.sub("", page)
    assert "<style" not in page
    assert " style=" not in page
    assert " onclick=" not in page


@pytest.mark.parametrize("address", EVERY_ADDRESS)
def test_every_page_stands_under_our_own_name(client: Client, address: str) -> None:
    # The components are those of NHS.UK frontend; its name, logo and typeface are not ours to use.
    page = client.get(address).content.decode()
    # Inside, a source may be a page of theirs, and is named.
    frame = re.sub(r"(?s)<main.*</main>", "", page)
    assert re.search(r"\bNHS\b", frame) is None
    assert "Frutiger" not in page


@pytest.mark.parametrize("address", EVERY_ADDRESS)
def test_over_https_every_cookie_is_secure_and_none_is_open_to_script(
    client: Client, address: str
) -> None:
    cookies = client.get(address, secure=True).cookies
    for cookie in cookies.values():
        assert cookie["secure"]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"


def test_an_unknown_host_is_refused_without_a_word_about_it(client: Client) -> None:
    response = client.get("/", headers={"host": "elsewhere.example"})
    assert response.status_code == 400
    assert b"elsewhere" not in response.content
