"""A visitor of a running site: keeps cookies, fills forms, and says what became of each request."""

from __future__ import annotations

import html
import http.client
import re
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Fields = list[tuple[str, str]]
_WAIT_SECONDS = 60
_IDLE_SECONDS = 3  # before the server hangs up, which it may do just when something is sent
_FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.DOTALL)
_CONTROL = re.compile(
    r"<input\b([^>]*)>|<textarea\b([^>]*)>(.*?)</textarea>|<select\b([^>]*)>(.*?)</select>",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r'([\w-]+)(?:="([^"]*)")?')
_OPTION = re.compile(r"<option\b([^>]*)>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the site answered."""

    status: int
    location: str
    text: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Form:
    """A form of a page: where it goes and what it holds before anyone types."""

    action: str
    fields: tuple[tuple[str, str], ...]

    def filled(self, given: Mapping[str, str | Sequence[str] | None]) -> Fields:
        """Return the fields to send: what is given in the place of what it held; None drops it."""
        kept = [field for field in self.fields if field[0] not in given]
        for name, value in given.items():
            values = [value] if isinstance(value, str) else (value or ())
            kept += [(name, each) for each in values]
        return kept


def forms_of(page: str) -> list[Form]:
    """Return the forms of a page."""
    found = []
    for opening, inside in _FORM.findall(page):
        action = _attributes(opening).get("action", "")
        found.append(Form(action, tuple(_fields(inside))))
    return found


def _fields(inside: str) -> Iterator[tuple[str, str]]:
    for given, area, text, select, options in _CONTROL.findall(inside):
        found = _attributes(given or area or select)
        name, kind = found.get("name", ""), found.get("type", "text")
        if not name or kind in {"submit", "file"}:
            continue
        if kind in {"checkbox", "radio"} and "checked" not in found:
            continue
        if select:
            yield name, _selected(options)
        else:
            yield name, html.unescape(text.removeprefix("\n")) if area else found.get("value", "")


def _selected(options: str) -> str:
    rows = [_attributes(each) for each in _OPTION.findall(options)]
    chosen = next((row for row in rows if "selected" in row), rows[0] if rows else {})
    return chosen.get("value", "")


def _attributes(tag: str) -> dict[str, str]:
    return {name: html.unescape(value) for name, value in _ATTRIBUTE.findall(tag)}


class Visitor:
    """Someone with a browser, who never follows a redirection unasked."""

    def __init__(self, address: str, *, patience: float = _WAIT_SECONDS) -> None:
        """Open no connection yet."""
        self.host, self.address, self.patience = urlsplit(address).netloc, address, patience
        self.cookies: dict[str, str] = {}
        self._connection: http.client.HTTPConnection | None = None
        self._used = 0.0

    def get(self, path: str) -> Answer:
        """Ask for a page."""
        return self._ask("GET", path, None)

    def post(self, path: str, fields: Fields) -> Answer:
        """Send a form."""
        return self._ask("POST", path, urlencode(fields).encode())

    def fill(
        self, path: str, given: Mapping[str, str | Sequence[str] | None], *, having: str = ""
    ) -> Answer:
        """Open a page and send its form (the one that has the field `having`) with these answers.

        Raises:
            ValueError: the page has no such form.
        """
        page = self.get(path)
        having = having or next(iter(given))
        for form in forms_of(page.text):
            if any(name == having for name, _ in form.fields):
                return self.post(form.action or path, form.filled(given))
        raise ValueError(f"the page of {path} ({page.status}) has no form with {having!r}")

    def sign_in(self, email: str, password: str) -> None:
        """Sign in through the page.

        Raises:
            ValueError: it was refused.
        """
        answer = self.fill("/account/login/", {"login": email, "password": password})
        if answer.status != http.client.FOUND:
            raise ValueError(f"signing in was answered with {answer.status}")

    def _ask(self, method: str, path: str, body: bytes | None) -> Answer:
        began = time.perf_counter()
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            headers["Origin"] = self.address
        try:
            response, text = self._sent(method, path, body, headers)
        except (OSError, http.client.HTTPException):
            self.close()
            raise
        for line in response.headers.get_all("Set-Cookie") or ():
            name, _, rest = line.partition("=")
            self.cookies[name] = rest.partition(";")[0].strip('"')
        seconds = time.perf_counter() - began
        return Answer(response.status, response.headers.get("Location", ""), text, seconds)

    def _sent(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> tuple[http.client.HTTPResponse, str]:
        if time.monotonic() - self._used > _IDLE_SECONDS:
            self.close()
        self._used = time.monotonic()
        if self._connection is None:
            self._connection = http.client.HTTPConnection(self.host, timeout=self.patience)
        self._connection.request(method, path, body=body, headers=headers)
        response = self._connection.getresponse()
        return response, response.read().decode("utf-8", "replace")

    def close(self) -> None:
        """Hang up; the next request connects anew."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def free_port() -> int:
    """Return a port on which nobody listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def start(variables: Mapping[str, str], port: int) -> subprocess.Popen[str]:
    """Start the site in a process group of its own and wait until it answers.

    Raises:
        RuntimeError: it does not start; with what it said.
    """
    command = [sys.executable, "-m", "gunicorn", "--config", "python:filiform.site.server"]
    server = subprocess.Popen(
        command,
        env={**variables, "FILIFORM_PORT": str(port)},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    said = server.stdout.readline() if server.stdout else ""
    if "ready" not in said:
        server.kill()
        server.wait()
        raise RuntimeError(f"the site did not start: {said!r}")
    return server


@contextmanager
def served(variables: Mapping[str, str]) -> Iterator[str]:
    """Serve the site as `./serve` does; its address."""
    port = free_port()
    server = start(variables, port)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(_WAIT_SECONDS)
        if server.stdout:
            server.stdout.close()
