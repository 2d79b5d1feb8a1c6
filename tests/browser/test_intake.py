"""The questions before a visit, on a telephone, from the link to what the practice sees."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from tests.browser.axe import violations
from tests.browser.practice import DESK, PHONE, opened, sign_in

from filiform.site.practice.intake import steps

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page
    from tests.browser.practice import Demo

pytestmark = pytest.mark.browser

PAGES = [step.id for step in steps()]


def sound(page: Page) -> None:
    """Check what holds for every page: accessible, no sideways scroll, one heading."""
    page.wait_for_load_state()
    assert violations(page) == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url
    assert page.locator("h1").count() == 1


def new_person(page: Page, name: str) -> str:
    """Add a person and return the link that is made for the questions before a visit."""
    page.goto("/practice/people/add/")
    sound(page)
    page.get_by_label("Given name").fill("Pat")
    page.get_by_label("Family name").fill(name)
    page.get_by_role("button", name="Add this person").click()
    sound(page)
    page.get_by_role("button", name="Make a link").click()
    sound(page)
    told = re.search(
        r"https?://\S+/practice/link/[\w-]+/", page.locator("[role=status]").inner_text()
    )
    assert told
    return told[0]


def go_on(page: Page) -> None:
    page.get_by_role("button", name="Continue").click()


def answer(page: Page, step: str) -> None:
    """Answer one page, or skip it."""
    assert page.url.endswith(f"/page/{step}/")
    sound(page)
    if step == "urgent":
        page.get_by_label("None of these").check()
    elif step == "drawing":
        page.locator('[data-place="upper_shoulder:left"]').click()
        page.get_by_role("button", name="7", exact=True).click()
        sound(page)
        assert page.get_by_label("Top of the shoulder, left").input_value() == "7"
    elif step == "measures":
        page.get_by_label("How strong was the pain").select_option("6")
        for n, words in enumerate(("Drive", "Read", "Sleep"), 1):
            page.get_by_label(f"Thing {n}", exact=True).fill(words)
            page.get_by_label(f"How well can you do thing {n}?").select_option("4")
    elif step == "contact":
        page.get_by_label("Yes").first.check()
    else:
        page.get_by_role("button", name="Skip this page").click()
        return
    go_on(page)


def test_a_person_answers_on_a_telephone_and_the_practice_opens_a_course(
    browser: Browser, demo: Demo
) -> None:
    faults: list[str] = []
    with (
        opened(browser, demo.site, DESK, faults) as desk,
        opened(browser, demo.site, PHONE, faults) as phone,
    ):
        staff, person = desk.new_page(), phone.new_page()
        sign_in(staff)
        link = new_person(staff, "Telephone")
        person.goto(link)
        sound(person)
        person.get_by_role("link", name="Start now").click()
        for step in PAGES[:5]:
            answer(person, step)
        person.goto(link)  # later, from the message with the link
        sound(person)
        person.get_by_role("link", name="Go on where I stopped").click()
        for step in PAGES[4:]:
            answer(person, step)
        sound(person)
        assert person.get_by_text("top of the shoulder, left: 7 of 10").is_visible()
        kept = person.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
        assert json.loads(kept) == [{}, {}]
        assert phone.cookies() == []
        person.get_by_role("button", name="Send my answers").click()
        sound(person)
        assert person.get_by_role("heading", name="Thank you").is_visible()
        assert faults == []
        person.goto(link)
        sound(person)
        assert person.get_by_role("heading", name="This link does not work").is_visible()
        assert faults.pop().count("404") == 1
        opens_a_course(staff)
    assert faults == []


def opens_a_course(staff: Page) -> None:
    """Go from the answers to a course that is screened and consented to by hand."""
    staff.reload()
    staff.get_by_role("link", name="Sent on").click()
    sound(staff)
    staff.get_by_role("link", name="Open a course").click()
    sound(staff)
    staff.get_by_role("button", name="Open the course").click()
    sound(staff)
    assert staff.get_by_text("Week 0: NPRS 6 of 10").is_visible()
    staff.get_by_role("link", name="Ask for warning signs").click()
    sound(staff)
    staff.get_by_role("button", name="Keep and see the result").click()
    sound(staff)
    staff.get_by_role("link", name="Read and sign the consent").click()
    sound(staff)
    for tick in staff.locator("input[name^=choice_]").all():
        tick.check()
    field = staff.locator("canvas")
    field.scroll_into_view_if_needed()
    box = field.bounding_box()
    assert box
    staff.mouse.move(box["x"] + 20, box["y"] + 40)
    staff.mouse.down()
    for step in range(1, 12):
        staff.mouse.move(box["x"] + 20 + 25 * step, box["y"] + 40 + 20 * (step % 3))
    staff.mouse.up()
    sound(staff)
    staff.get_by_role("button", name="Sign", exact=True).click()
    sound(staff)
    staff.get_by_role("link", name="Acupuncture, signed on").click()
    sound(staff)
    assert staff.get_by_role("img", name="Drawn signature").is_visible()


def test_an_emergency_is_shown_at_once_and_sent(browser: Browser, demo: Demo) -> None:
    faults: list[str] = []
    with (
        opened(browser, demo.site, DESK, faults) as desk,
        opened(browser, demo.site, PHONE, faults) as phone,
    ):
        staff, person = desk.new_page(), phone.new_page()
        sign_in(staff)
        person.goto(f"{new_person(staff, 'Emergency')}page/urgent/")
        person.get_by_label("Confused, or hard to wake up").check()
        go_on(person)
        sound(person)
        assert person.locator(".nhsuk-card--care--emergency").is_visible()
        person.get_by_role("button", name="Send what I said").click()
        sound(person)
        assert person.locator(".nhsuk-card--care--emergency").is_visible()
        staff.reload()
        assert staff.get_by_text("Emergency", exact=True).is_visible()
        staff.get_by_role("link", name="Sent on").click()
        sound(staff)
    assert faults == []


def test_a_telephone_without_script_gets_to_the_end(browser: Browser, demo: Demo) -> None:
    with opened(browser, demo.site, DESK, []) as desk:
        staff = desk.new_page()
        sign_in(staff)
        link = new_person(staff, "Scriptless")
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": PHONE, "height": 844}
    )
    page = context.new_page()
    page.goto(link)
    page.get_by_role("link", name="Start now").click()
    for step in PAGES:
        if step == "drawing":
            page.get_by_label("Top of the shoulder, left").select_option("7")
            go_on(page)
        else:
            page.get_by_role("button", name="Skip this page").click()
    page.get_by_role("button", name="Send my answers").click()
    assert page.get_by_role("heading", name="Thank you").is_visible()
    context.close()
