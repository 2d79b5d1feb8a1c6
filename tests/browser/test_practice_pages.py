"""Every page of the practice, from the URL conf itself, in a browser on three widths."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.browser.axe import violations
from tests.browser.practice import DESK, PHONE, TABLET, opened, sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page
    from tests.browser.practice import Demo

pytestmark = pytest.mark.browser


def found_at(page: Page, widths: tuple[int, ...]) -> list[str]:
    """Return what is wrong with the page that is open, on each width."""
    wrong = [] if page.locator(".app-demo").is_visible() else ["it does not say DEMO"]
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            wrong.append(f"{width}: it scrolls sideways")
        if width != TABLET:  # the rules see the layouts of the other two, and each run takes time
            wrong += [f"{width}: {line}" for line in violations(page)]
    return wrong


def walk(page: Page, pages: dict[str, str], widths: tuple[int, ...]) -> dict[str, list[str]]:
    """Open every page, and return what is wrong with each."""
    wrong: dict[str, list[str]] = {}
    for name, address in pages.items():
        answer = page.goto(address)
        assert answer is not None
        wrong[name] = [] if answer.status == 200 else [f"status {answer.status}"]
        wrong[name] += found_at(page, widths)
    return {name: lines for name, lines in wrong.items() if lines}


def test_every_page_of_the_staff_is_accessible_on_every_width(browser: Browser, demo: Demo) -> None:
    faults: list[str] = []
    pages = {name: at for name, at in demo.staff.items() if not at.endswith(".pdf")}
    with opened(browser, demo.site, DESK, faults) as context:
        page = context.new_page()
        sign_in(page)
        assert walk(page, pages, (PHONE, TABLET, DESK)) == {}
    assert faults == []


def test_every_paper_is_printed(browser: Browser, demo: Demo) -> None:
    with opened(browser, demo.site, DESK, []) as context:
        sign_in(context.new_page())
        papers = [at for at in demo.staff.values() if at.endswith(".pdf")]
        assert papers
        for address in papers:
            answer = context.request.get(address)
            assert (answer.status, answer.body()[:5]) == (200, b"%PDF-"), address


def test_every_page_that_a_link_opens_is_accessible_on_a_telephone(
    browser: Browser, demo: Demo
) -> None:
    faults: list[str] = []
    pages = {name: at for name, at in demo.links.items() if name != "over"}
    with opened(browser, demo.site, PHONE, faults) as context:
        page = context.new_page()
        assert walk(page, pages, (PHONE,)) == {}
        assert faults == []
        over = page.goto(demo.links["over"])
        assert over is not None
        assert over.status == 404
        assert violations(page) == []
