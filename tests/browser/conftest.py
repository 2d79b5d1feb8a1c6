"""A real server and a real browser: Debian's chromium, on a telephone's and on a desk's width."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import sync_playwright
from tests.browser.practice import served_demo
from tests.browser.serving import environment_of, prepare, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, ConsoleMessage, Page, Request
    from tests.browser.practice import Demo

PHONE, DESK = 390, 1280
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the pages as ./serve does, from a data directory of their own; the address."""
    environment = environment_of(tmp_path_factory.mktemp("data"))
    prepare(environment)
    with serving(environment) as address:
        yield address


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """Serve a small practice of invented people."""
    with served_demo(tmp_path_factory.mktemp("demo")) as demo:
        yield demo


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start chromium; for one module only, since its event loop would trouble Django's tests."""
    chromium = shutil.which("chromium")
    if chromium is None:
        if os.environ.get("CI") == "true":
            pytest.fail("there is no chromium, which CI must have: run ./test")
        pytest.skip("there is no chromium (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        yield started
        started.close()


@pytest.fixture
def faults() -> list[str]:
    """Collect what the browser complained of. A test that expects a complaint empties it."""
    return []


@pytest.fixture(params=[PHONE, DESK], ids=["phone", "desk"])
def page(
    request: pytest.FixtureRequest, browser: Browser, site: str, faults: list[str]
) -> Iterator[Page]:
    """Open a page on each width; any error in it and any request to elsewhere fails the test."""
    context = browser.new_context(
        base_url=site, viewport={"width": request.param, "height": 844}, reduced_motion="reduce"
    )

    def complained(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            faults.append(message.text)

    def requested(sent: Request) -> None:
        if not sent.url.startswith(f"{site}/"):
            faults.append(f"a request left the server: {sent.url}")

    opened = context.new_page()
    opened.on("console", complained)
    opened.on("pageerror", lambda error: faults.append(str(error)))
    context.on("request", requested)
    yield opened
    context.close()
    assert faults == []
