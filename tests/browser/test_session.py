"""A session as it is kept between two patients: on a tablet, on a telephone, without a line."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.browser.axe import violations
from tests.browser.serving import environment_of, prepare, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page, Route

pytestmark = pytest.mark.browser

PHONE, TABLET, DESK = 390, 820, 1280
MOST_TAPS = 12
_TESTS = 10
_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class World:
    """A served practice: its address, two who are signed in, a course with a session done."""

    site: str
    cookie: str
    owner: str
    course: str
    session: str

    def context(
        self, browser: Browser, width: int, *, script: bool = True, owner: bool = False
    ) -> BrowserContext:
        """Return a browser of a width in which somebody of the staff is signed in."""
        context = browser.new_context(
            base_url=self.site,
            viewport={"width": width, "height": 1100},
            reduced_motion="reduce",
            java_script_enabled=script,
        )
        value = self.owner if owner else self.cookie
        context.add_cookies([{"name": "sessionid", "value": value, "url": self.site}])
        return context


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[World]]:
    """Serve a practice with a course for each test."""
    environment = environment_of(tmp_path_factory.mktemp("sessions"))
    environment["DJANGO_SETTINGS_MODULE"] = "filiform.site.settings"
    prepare(environment)
    seed = [sys.executable, "-m", "tests.browser.seed_session", str(_TESTS)]
    made = subprocess.run(seed, env=environment, cwd=_ROOT, check=True, stdout=subprocess.PIPE)
    with serving(environment) as address:
        yield [World(site=address, **each) for each in json.loads(made.stdout)]


@pytest.fixture
def world(worlds: list[World]) -> World:
    """Return a course that no other test has touched."""
    return worlds.pop()


def sound(page: Page) -> None:
    """Check what holds for every page: accessible, no sideways scroll, one heading."""
    page.wait_for_load_state()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.locator("h1").count() == 1


class Hand:
    """Taps, and counts its taps."""

    def __init__(self, page: Page) -> None:
        """Begin with none."""
        self.page, self.taps = page, 0

    def tap(self, name: str, number: int = 0) -> None:
        """Tap a button by its name."""
        self.page.get_by_role("button", name=name).nth(number).click()
        self.taps += 1


def repeat(page: Page, world: World) -> None:
    page.goto(f"/practice/courses/{world.course}/sessions/new/")
    page.get_by_role("button", name="Repeat the last session").click()
    page.wait_for_url("**/practice/sessions/**")


def test_ten_needles_are_repeated_and_closed_on_a_tablet_in_twelve_taps(
    browser: Browser, world: World
) -> None:
    context = world.context(browser, TABLET)
    page = context.new_page()
    page.goto(f"/practice/courses/{world.course}/sessions/new/")
    sound(page)
    hand = Hand(page)
    hand.tap("Repeat the last session")
    page.wait_for_url("**/practice/sessions/**")
    sound(page)
    assert page.locator(".app-needle").count() == 10
    hand.tap("Depths as last time")
    page.get_by_role("textbox", name="Depth in mm of needle 10").and_(
        page.locator("[value='10']")
    ).wait_for()
    hand.tap("All 5 done")
    hand.tap("I kept to each of these")
    hand.tap("All in")
    page.get_by_text("10 in for").wait_for()
    sound(page)
    hand.tap("All out")
    page.get_by_text("All 10 out").wait_for()
    for region in range(3):
        hand.tap(" out at the ", region)
    hand.tap("All 2 done")
    hand.tap("Save and close")
    page.get_by_text("Closed at").wait_for()
    sound(page)
    assert page.get_by_text("10 needles").is_visible()
    assert page.get_by_text("base of the skull 4 in, 4 out").is_visible()
    assert hand.taps <= MOST_TAPS
    context.close()


def test_a_lost_line_loses_nothing_and_everything_goes_through_when_it_is_back(
    browser: Browser, world: World
) -> None:
    context = world.context(browser, TABLET)
    page = context.new_page()
    repeat(page, world)
    address = page.url
    cut = True

    def line(route: Route) -> None:
        if cut:
            route.abort()
        else:
            route.continue_()

    page.route("**/practice/sessions/**", line)
    page.get_by_label("Notes").fill("slept badly")
    page.get_by_text("Not saved yet: no connection. This page keeps what you typed").wait_for()
    page.get_by_role("button", name="All in").click()
    page.get_by_text("Not saved yet: no connection. It is tried again").wait_for()
    page.get_by_label("What the person was told").fill("drink something")
    cut = False
    page.get_by_text("10 in for").wait_for()
    assert page.get_by_label("Notes").input_value() == "slept badly"
    assert page.get_by_label("What the person was told").input_value() == "drink something"
    page.get_by_label("Notes").fill("slept badly, better now")
    page.get_by_text("what you typed is kept as a draft since").wait_for()
    other = context.new_page()
    other.goto(address)
    assert other.get_by_label("Notes").input_value() == "slept badly, better now"
    assert other.get_by_text("was found again. It is not saved yet.").is_visible()
    context.close()


def test_who_would_leave_with_something_unsaved_is_warned(browser: Browser, world: World) -> None:
    context = world.context(browser, TABLET)
    page = context.new_page()
    repeat(page, world)
    page.route("**/draft/", lambda route: route.abort())
    page.get_by_label("Notes").fill("not yet")
    asked: list[str] = []

    def stay(dialog: object) -> None:
        asked.append(dialog.type)  # type: ignore[attr-defined]  # playwright's Dialog
        dialog.dismiss()  # type: ignore[attr-defined]

    page.on("dialog", stay)
    page.close(run_before_unload=True)
    page.wait_for_timeout(500)
    assert asked == ["beforeunload"]
    assert page.get_by_label("Notes").input_value() == "not yet"
    page.remove_listener("dialog", stay)
    context.close()


def test_two_at_one_session_are_shown_the_difference_and_neither_is_lost(
    browser: Browser, world: World
) -> None:
    mine, theirs = world.context(browser, TABLET), world.context(browser, DESK, owner=True)
    page, other = mine.new_page(), theirs.new_page()
    repeat(page, world)
    other.goto(page.url)
    page.get_by_label("Notes").fill("mine")
    other.get_by_label("Notes").fill("theirs")
    other.get_by_role("button", name="Save", exact=True).click()
    other.get_by_text("Nothing is kept until you save").wait_for(state="hidden")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("heading", name="Someone else changed this").wait_for()
    sound(page)
    row = page.get_by_role("row", name="notes")
    assert row.get_by_role("cell").all_inner_texts() == ["theirs", "mine"]
    page.get_by_role("button", name="Keep mine in the place of theirs").click()
    page.get_by_role("button", name="All in").wait_for()
    assert page.get_by_label("Notes").input_value() == "mine"
    mine.close()
    theirs.close()


def test_a_tap_on_the_chart_chooses_the_place_and_the_needle_is_added(
    browser: Browser, world: World
) -> None:
    context = world.context(browser, TABLET)
    page = context.new_page()
    page.goto(f"/practice/courses/{world.course}/sessions/new/")
    page.get_by_role("button", name="Begin with an empty table").click()
    page.wait_for_url("**/practice/sessions/**")
    page.locator('[data-place="suboccipital"][data-side="left"]').first.click()
    assert page.get_by_label("Side", exact=True).input_value() == "left"
    page.locator("#add_site").select_option("point:GB20")
    page.get_by_role("button", name="Add", exact=True).click()
    page.locator("#needle-1").wait_for()
    sound(page)
    assert "needle 1, GB20 Fengchi, left" in (page.locator("svg title").first.text_content() or "")
    context.close()


@pytest.mark.parametrize("width", [PHONE, TABLET])
def test_the_whole_session_works_without_script(browser: Browser, world: World, width: int) -> None:
    context = world.context(browser, width, script=False)
    page = context.new_page()
    repeat(page, world)
    page.get_by_role("button", name="All in").click()
    page.get_by_text("10 in since").wait_for()
    page.get_by_role("button", name="All out").click()
    page.get_by_text("All 10 out").wait_for()
    for n, count in enumerate(("4", "4", "2")):
        page.locator(".app-counts__out input").nth(n).fill(count)
    for box in page.locator("input[type=checkbox]:visible").all():
        box.check()
    page.get_by_role("button", name="Save and close").click()
    page.get_by_text("Closed at").wait_for()
    context.close()


@pytest.mark.parametrize("width", [PHONE, TABLET, DESK])
def test_every_page_and_state_is_accessible(browser: Browser, world: World, width: int) -> None:
    context = world.context(browser, width)
    page = context.new_page()
    course, session = f"/practice/courses/{world.course}", f"/practice/sessions/{world.session}/"
    for path in (
        f"{course}/plan/",
        f"{course}/plan/new/",
        f"{course}/sessions/new/",
        session,
        f"{session}amend/",
        "/practice/stock/",
        "/practice/stock/?all=yes",
        "/practice/stock/receive/",
        "/practice/incidents/",
    ):
        page.goto(path)
        for fold in page.locator("main details").all():
            fold.evaluate("fold => { fold.open = true; }")
        sound(page)
    page.goto("/practice/stock/")
    page.get_by_role("link", name="Maker A1").click()
    sound(page)
    for name in ("Count needles thrown away", "It was recalled"):
        page.get_by_role("link", name=name).click()
        sound(page)
        page.get_by_role("textbox").last.fill("")
        page.get_by_role("button").last.click()
        sound(page)
        page.get_by_role("link", name="Back to the lot").click()
    page.goto(f"{course}/plan/new/")
    page.get_by_role("button", name="Keep the plan").click()
    page.get_by_role("heading", name="There is something to do first").wait_for()
    sound(page)
    repeat(page, world)
    page.get_by_role("textbox", name="Depth in mm of needle 3").fill("900")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("heading", name="There is a problem").wait_for()
    sound(page)
    page.get_by_role("textbox", name="Depth in mm of needle 3").fill("9")
    page.get_by_role("button", name="All in").click()
    page.get_by_text("10 in for").wait_for()
    page.get_by_role("button", name="All out").click()
    page.get_by_text("All 10 out").wait_for()
    for field in page.locator(".app-counts__out input").all():
        field.fill("1")
    page.get_by_role("button", name="Save and close").click()
    page.get_by_role("heading", name="It is saved and not closed yet").wait_for()
    page.get_by_role("heading", name="Second look").wait_for()
    for fold in page.locator("main details").all():
        fold.evaluate("fold => { fold.open = true; }")
    sound(page)
    context.close()
