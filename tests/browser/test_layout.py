"""The frame of every page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.browser.axe import violations

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

PAGES = ["/", "/library/", "/about/", "/privacy/"]


@pytest.mark.parametrize("address", PAGES)
def test_a_page_breaks_no_accessibility_rule(page: Page, address: str) -> None:
    page.goto(address)
    assert violations(page) == []


@pytest.mark.parametrize("address", PAGES)
def test_a_page_never_scrolls_sideways(page: Page, address: str) -> None:
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("address", PAGES)
def test_a_page_has_one_heading_of_the_first_rank_and_its_title(page: Page, address: str) -> None:
    page.goto(address)
    assert page.locator("h1").count() == 1
    assert page.title().endswith(" – Filiform")
    assert page.title() == f"{page.locator('h1').inner_text()} – Filiform"


def test_a_page_that_is_not_there_is_as_accessible(page: Page, faults: list[str]) -> None:
    page.goto("/there-is-no-such-page")
    assert violations(page) == []
    assert len(faults) == 1
    assert "404" in faults.pop()


def test_the_first_key_leads_to_the_skip_link(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    skip = page.locator(".nhsuk-skip-link")
    assert skip.evaluate("link => link === document.activeElement")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "maincontent"


def test_the_typeface_is_our_own(page: Page) -> None:
    page.goto("/")
    assert page.evaluate("document.fonts.ready.then(() => true)")
    loaded = page.evaluate(
        "[...document.fonts].filter(face => face.status === 'loaded').map(face => face.family)"
    )
    assert set(loaded) == {"Atkinson Hyperlegible Next"}


def test_on_paper_the_links_and_the_footer_are_gone(page: Page) -> None:
    page.goto("/about/")
    page.emulate_media(media="print")
    assert not page.locator(".app-header__links").is_visible()
    assert not page.locator("footer").is_visible()
    assert page.locator(".app-header__name").is_visible()
    ink = "a => getComputedStyle(a).color"
    assert page.locator(".app-header__name").evaluate(ink) == "rgb(0, 0, 0)"
    after = "a => getComputedStyle(a, '::after').content"
    assert page.locator("main a").first.evaluate(after) == "none"
