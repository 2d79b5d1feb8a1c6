"""Every component in our colours, before any page uses it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.template import engines
from tests.browser.axe import violations

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

COMPONENTS = Path(__file__).with_name("components.html").read_text(encoding="utf-8")


@pytest.fixture
def gallery(page: Page) -> Page:
    page.goto("/about/")
    page.evaluate(
        "html => { document.querySelector('main').innerHTML = html }",
        str(engines["jinja2"].from_string(COMPONENTS).render()),
    )
    return page


def test_no_component_breaks_an_accessibility_rule(gallery: Page) -> None:
    assert violations(gallery) == []


def test_no_component_is_wider_than_the_window(gallery: Page) -> None:
    assert gallery.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_on_paper_a_care_card_is_black_on_white_and_framed_by_its_urgency(gallery: Page) -> None:
    gallery.emulate_media(media="print")
    ink = "nodes => [...new Set(nodes.map(node => getComputedStyle(node).color))]"
    for words in ("h2", "p", "a"):
        printed = gallery.locator(f".nhsuk-card--care {words}").evaluate_all(ink)
        assert printed == ["rgb(0, 0, 0)"]
    frames = gallery.locator(".nhsuk-card--care").evaluate_all(
        "cards => cards.map(card => parseFloat(getComputedStyle(card).borderTopWidth))"
    )
    assert frames == sorted(set(frames))
    assert len(frames) == 3
