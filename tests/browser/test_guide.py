"""From the first question to the printed page, as a person goes: on a telephone and at a desk."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from tests.browser.axe import violations

from filiform.site.guide.questions import Page as Question
from filiform.site.guide.questions import questions

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

PAGES = questions().pages
MOST_SHEETS = range(1, 5)
"""Two sheets of paper with print on both sides."""

Ticks = dict[str, list[str]]

BENIGN_WAY: Ticks = {
    "urgent": ["none"],
    "injury": ["none"],
    "unwell": ["none"],
    "brings": ["tender_knot_in_muscle", "pain_with_movement_or_posture"],
    "where": ["upper_shoulder", "temple"],
}


def sound(page: Page) -> None:
    """Check what holds for every page: accessible, no sideways scroll, one heading."""
    page.wait_for_load_state()  # a click may have led on to a page that is still to come
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.locator("h1").count() == 1


def begin(page: Page) -> None:
    page.goto("/")
    sound(page)
    page.get_by_role("link", name="Start now").click()


def answer(page: Page, question: Question, ticks: Ticks) -> None:
    """Answer one page: what is to be ticked, or skip it."""
    assert page.url.endswith(f"/guide/{question.id}")
    sound(page)
    if question.id not in ticks:
        page.get_by_role("button", name="Skip this question").click()
        return
    for value in ticks[question.id]:
        page.locator(f'input[value="{value}"]').check()
    page.get_by_role("button", name="Continue").click()


def step(page: Page, steps: int, *, to: str) -> None:
    """Go through the history as the browser's own buttons do, and wait until the page is there.

    Playwright's own go_back asks chromium for its history, which chromium refuses for a moment
    after it has swapped one page for another.
    """
    page.wait_for_load_state("load")
    with page.expect_navigation(url=f"**{to}", wait_until="load"):
        page.evaluate("steps => { setTimeout(() => history.go(steps), 0); }", steps)


def printed(page: Page) -> None:
    """Check the page for paper, and print it."""
    page.goto("/guide/result/print")
    sound(page)
    page.emulate_media(media="print")
    assert not page.locator("footer").is_visible()
    assert page.locator("h1").is_visible()
    pdf = page.pdf(format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) in MOST_SHEETS
    page.emulate_media(media="screen")


def test_a_benign_muscle_pain_in_new_york(page: Page) -> None:
    begin(page)
    for question in PAGES:
        if question.id == "about-you":
            sound(page)
            page.get_by_label("How old are you?").fill("46")
            page.get_by_label("Female", exact=True).check()
            page.get_by_role("button", name="Continue").click()
        elif question.id == "how-long":
            sound(page)
            page.get_by_label("How many").fill("3")
            page.get_by_label("Days, weeks, months or years").select_option("weeks")
            page.get_by_label("How strong was the pain").fill("6")
            page.get_by_role("button", name="Continue").click()
        elif question.id == "kind":
            page.get_by_label("Muscle pain", exact=True).check()
            page.get_by_role("button", name="Continue").click()
        elif question.id == "place":
            sound(page)
            page.get_by_label("State or country").select_option("New York")
            page.get_by_role("button", name="Continue").click()
        else:
            answer(page, question, BENIGN_WAY)
    assert page.url.endswith("/guide/check")
    sound(page)
    assert page.get_by_text("Place: New York").is_visible()
    page.get_by_role("link", name="Show my result").first.click()
    sound(page)
    assert page.get_by_role("heading", name="What to do first").is_visible()
    page.get_by_role("link", name="Dry needling", exact=True).click()
    sound(page)
    law = page.get_by_text("Physical therapists may not do dry needling in New York.")
    assert law.is_visible()
    for fold in page.locator("details").all():
        fold.locator("summary").click()
    sound(page)
    page.locator("a.app-cite").first.click()
    assert "#source-" in page.url
    page.goto("/guide/result/acupuncture")
    sound(page)
    page.goto("/guide/result/cupping")
    sound(page)
    printed(page)


def test_an_emergency_leads_straight_to_the_result_and_back_to_correct_it(page: Page) -> None:
    begin(page)
    answer(page, PAGES[0], {})
    answer(page, PAGES[1], {"urgent": ["confusion_or_drowsiness"]})
    assert page.url.endswith("/guide/result")
    sound(page)
    assert page.locator(".nhsuk-card--care--emergency").is_visible()
    assert not page.get_by_text("Kinds of needle care").is_visible()
    printed(page)
    page.goto("/guide/result")
    page.get_by_role("link", name="Change: Signs of an emergency").click()
    sound(page)
    page.locator('input[value="confusion_or_drowsiness"]').uncheck()
    page.locator('input[value="none"]').check()
    page.get_by_role("button", name="Continue").click()
    assert page.url.endswith("/guide/check")
    page.get_by_role("link", name="Show my result").first.click()
    assert not page.locator(".nhsuk-card--care--emergency").is_visible()


def test_a_blood_thinner_is_told_beside_each_therapy(page: Page) -> None:
    begin(page)
    for question in PAGES:
        answer(page, question, {"medicines": ["anticoagulant"], "urgent": ["none"]})
    page.get_by_role("link", name="Show my result").first.click()
    sound(page)
    warned = page.locator(".app-option").filter(has_text="You bleed and bruise more.")
    assert warned.count() >= 3
    page.get_by_role("link", name="Acupuncture", exact=True).click()
    sound(page)
    assert page.get_by_text("Do not stop the medicine on your own.").first.is_visible()
    printed(page)


def test_a_walk_on_which_everything_is_skipped(page: Page) -> None:
    begin(page)
    for question in PAGES:
        answer(page, question, {})
    assert page.get_by_text("Not answered", exact=True).count() == len(PAGES)
    page.get_by_role("link", name="Show my result").first.click()
    sound(page)
    assert page.get_by_text("You have not answered any question about warning signs.").is_visible()
    page.get_by_text("See what you were not asked, or skipped").click()
    page.get_by_role("link", name="Do you feel ill?").click()
    assert page.url.endswith("/guide/change/unwell")
    printed(page)


def test_back_and_forward_keep_the_answers(page: Page) -> None:
    begin(page)
    page.get_by_label("How old are you?").fill("46")
    page.get_by_role("button", name="Continue").click()
    answer(page, PAGES[1], {"urgent": ["none"]})
    step(page, -1, to="/guide/urgent")
    step(page, -1, to="/guide/about-you")
    step(page, 2, to="/guide/injury")
    page.get_by_role("link", name="Back").click()
    assert page.locator('input[value="none"]').is_checked()
    page.get_by_role("link", name="Back").click()
    assert page.get_by_label("How old are you?").input_value() == "46"


def test_a_fault_is_told_where_it_is(page: Page, faults: list[str]) -> None:
    begin(page)
    page.get_by_label("How old are you?").fill("200")
    page.get_by_label("Male", exact=True).check()
    page.get_by_role("button", name="Continue").click()
    sound(page)
    page.get_by_role("link", name="Write your age in whole years").click()
    assert page.evaluate("document.activeElement.id") == "age"
    assert page.get_by_label("How old are you?").input_value() == "200"
    assert page.get_by_label("Male", exact=True).is_checked()
    assert len(faults) == 1
    assert "400" in faults.pop()


def test_answers_are_saved_opened_again_and_deleted(page: Page) -> None:
    begin(page)
    page.get_by_label("How old are you?").fill("46")
    page.get_by_role("button", name="Continue").click()
    page.goto("/guide/check")
    with page.expect_download() as download:
        page.get_by_role("link", name="Save my answers as a file").click()
    saved = download.value.path().read_bytes()
    page.get_by_role("button", name="Delete my answers").click()
    sound(page)
    page.goto("/guide/open")
    sound(page)
    page.locator("#file").set_input_files(
        {"name": "person.toml", "mimeType": "application/toml", "buffer": saved}
    )
    page.get_by_role("button", name="Open the file").click()
    assert page.get_by_text("Age: 46 years").is_visible()


@pytest.mark.parametrize("width", [390, 1280])
def test_the_whole_way_works_without_script(browser: Browser, site: str, width: int) -> None:
    context = browser.new_context(
        base_url=site, java_script_enabled=False, viewport={"width": width, "height": 844}
    )
    page = context.new_page()
    page.goto("/")
    page.get_by_role("link", name="Start now").click()
    for question in PAGES:
        assert page.url.endswith(f"/guide/{question.id}")
        if question.id in BENIGN_WAY:
            for value in BENIGN_WAY[question.id]:
                page.locator(f'input[value="{value}"]').check()
            page.get_by_role("button", name="Continue").click()
        else:
            page.get_by_role("button", name="Skip this question").click()
    page.get_by_role("link", name="Show my result").first.click()
    page.get_by_role("link", name="Acupuncture", exact=True).click()
    fold = page.locator("details").first
    fold.locator("summary").click()
    assert fold.get_attribute("open") is not None
    context.close()


def test_a_kept_answer_stands_in_no_store_of_the_browser_but_the_cookie(page: Page) -> None:
    begin(page)
    page.get_by_label("How old are you?").fill("46")
    page.get_by_role("button", name="Continue").click()
    kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert json.loads(kept) == [{}, {}]
    assert page.evaluate("document.cookie") == ""
