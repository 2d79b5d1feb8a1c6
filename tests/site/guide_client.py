"""A person at the guide, without a browser: what is sent, and what the cookie then holds."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.test import Client, RequestFactory

from filiform.site.guide import answers
from filiform.site.guide.record import Record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http.response import HttpResponseBase

Form = dict[str, str | list[str]]


def kept(client: Client) -> Record:
    """Return the answers that the browser holds."""
    request = RequestFactory().get("/")
    if answers.COOKIE in client.cookies:
        request.COOKIES[answers.COOKIE] = client.cookies[answers.COOKIE].value
    return Record.from_cookie(answers.read(request))


def having(given: Mapping[str, object]) -> Client:
    """Return a browser that holds these answers."""
    response = HttpResponse()
    answers.write(response, Record(given).to_cookie())
    client = Client()
    client.cookies[answers.COOKIE] = response.cookies[answers.COOKIE].value
    return client


def text(response: HttpResponseBase) -> str:
    """Return the words of a page's main part, without its markup."""
    assert isinstance(response, HttpResponse)
    main = response.content.decode().partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())
