"""The whole way in a browser: from opening a practice to the superbill of the first session."""

from __future__ import annotations

import datetime as dt
import io
import re
from typing import TYPE_CHECKING

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from pypdf import PdfReader
from tests.browser.axe import violations
from tests.browser.practice import PHONE, TABLET, opened
from tests.browser.serving import environment_of, prepare, serving

from filiform.site.practice.intake import steps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

_PASSWORD = "four blue needles on a tray"  # noqa: S105  (of an invented person)
_FEES = {"97810": "85.00", "97811": "65.00"}
_TOTP_SECONDS = 30


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve a site on which nobody has opened a practice yet."""
    environment = environment_of(tmp_path_factory.mktemp("empty"))
    prepare(environment)
    with serving(environment) as address:
        yield address


def press(page: Page, name: str) -> None:
    """Press a button, and look at the page that comes."""
    page.get_by_role("button", name=name, exact=True).click()
    sound(page)
    refused = page.locator(".nhsuk-error-summary").all_inner_texts()
    assert refused == [], f"{name}: {refused}"


def follow(page: Page, name: str) -> None:
    """Follow a link, and look at the page that comes."""
    page.get_by_role("link", name=name).first.click()
    sound(page)


def sound(page: Page) -> None:
    """Check what holds for every page; those of the link are looked at by themselves elsewhere."""
    page.wait_for_load_state()
    if "/link/" not in page.url:
        assert violations(page) == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url
    assert page.locator("h1").count() == 1, page.url


def code(secret: str, now: float) -> str:
    """Return what an authenticator app shows."""
    return str(format_hotp_value(hotp_value(secret, int(now) // _TOTP_SECONDS)))


def opens_a_practice(page: Page, email: str) -> None:
    page.goto("/account/signup/")
    page.fill("[name=email]", email)
    page.fill("[name=password1]", _PASSWORD)
    page.fill("[name=password2]", _PASSWORD)
    page.fill("[name=practice_name]", "Mesa Needles")
    page.select_option("[name=jurisdiction]", "US-AZ")
    page.select_option("[name=timezone]", "America/Phoenix")
    page.fill("[name=name]", "Olga Owner")
    press(page, "Open the practice")
    follow(page, "Add an authenticator app")
    secret = page.locator(".app-key").inner_text()
    page.fill("[name=code]", code(secret, dt.datetime.now(dt.UTC).timestamp()))
    press(page, "Add the app")


def sets_up(page: Page, today: dt.date) -> None:
    """Enter the practice's particulars, the owner's licence, a lot and the fees."""
    page.goto("/practice/")
    follow(page, "Staff")
    follow(page, "Settings of the practice")
    page.fill("[name=address]", "1 Mesa Road\nTucson, AZ 85701")
    page.fill("[name=phone]", "520 555 0101")
    page.fill("[name=tax_id]", "00-0000000")
    page.fill("[name=npi]", "1234567893")
    press(page, "Keep")
    follow(page, "Staff")
    follow(page, "Olga Owner")
    page.goto("/practice/staff/")
    page.locator("main").get_by_role("link", name="Olga Owner").click()
    follow(page, "Add a licence")
    page.select_option("[name=profession]", "acupuncturist")
    page.fill("[name=title]", "L.Ac.")
    page.fill("[name=number]", "AZ-0001")
    page.select_option("[name=jurisdiction]", "US-AZ")
    page.fill("[name=expires_on]", (today + dt.timedelta(days=300)).isoformat())
    press(page, "Keep")
    follow(page, "Stock")
    follow(page, "Take a lot in")
    for name, value in {
        "maker": "Invented Needles",
        "lot_number": "M1",
        "length_mm": "40",
        "diameter_mm": "0.25",
        "expires_on": (today + dt.timedelta(days=400)).isoformat(),
        "quantity": "100",
    }.items():
        page.fill(f"[name={name}]", value)
    press(page, "Take it in")
    for number, amount in _FEES.items():
        page.goto("/practice/money/fees/")
        page.fill("[name=code]", number)
        page.fill("[name=name]", "Needles")
        page.fill("[name=amount]", amount)
        press(page, "Set this price")


def adds_a_person(page: Page) -> str:
    """Add a person and return the link for the questions before the visit."""
    page.goto("/practice/people/")
    follow(page, "Add a person")
    for name, value in {
        "given_name": "Pia",
        "family_name": "Patient",
        "born_on": "1980-05-01",
        "insurer": "Cigna",
        "member_number": "X1",
        "address": "2 Mesa Road\nTucson, AZ 85701",
    }.items():
        page.fill(f"[name={name}]", value)
    page.select_option("[name=sex]", "female")
    press(page, "Add this person")
    press(page, "Make a link")
    said = page.locator("[role=status]").inner_text()
    found = re.search(r"https?://\S+/practice/link/[\w-]+/", said)
    assert found, said
    return found[0]


def answers(page: Page, link: str) -> None:
    """Answer as someone with a weak arm: a sign for which a doctor comes first."""
    page.goto(link)
    follow(page, "Start now")
    for step in steps():
        assert page.url.endswith(f"/page/{step.id}/")
        if step.id == "arms":
            page.locator("[value=arm_weakness]").check()
        elif step.id == "drawing":
            page.get_by_label("Top of the shoulder, left").select_option("7")
        elif step.id == "measures":
            page.select_option("[name=NPRS]", "6")
        elif step.question and step.question.fields[0].many:
            page.locator("[value=none]").first.check()
        else:
            press(page, "Skip this page")
            continue
        press(page, "Continue")
    press(page, "Send my answers")
    assert page.get_by_role("heading", name="Thank you").is_visible()


def opens_a_course(page: Page) -> None:
    """Open the course, go through the signs, decide on the red one, and let the person sign."""
    page.goto("/practice/")
    follow(page, "Pia Patient")
    follow(page, "Open a course")
    press(page, "Open the course")
    course = page.url
    follow(page, "Ask for warning signs")
    press(page, "Keep and see the result")
    page.goto(course)
    assert page.get_by_role("heading", name="Halted:").is_visible()
    page.get_by_label("Go on: needles may be used").check()
    page.fill(
        "[name=reason]", "Seen by a neurologist on Monday: an old injury. Letter in the file."
    )
    press(page, "Keep the decision")
    follow(page, "Read and sign the consent")
    for tick in page.locator("input[name^=choice_]").all():
        tick.check()
    page.fill("[name=signed_name]", "Pia Patient")
    press(page, "Sign")


def plans(page: Page) -> None:
    """Keep the plan as it is proposed."""
    follow(page, "Make the plan")
    if page.url.endswith("/plan/"):
        follow(page, "plan")
    page.fill("[name=sessions]", "6")
    page.fill("[name=weeks]", "4")
    page.fill("[name=goals]", "Drive for an hour.")
    page.locator("[name=diagnoses][value='M54.2']").check()
    for tick in page.locator("input[name^=as-]").all():
        tick.check()
    press(page, "Keep the plan")


def needles(page: Page, course: str) -> int:
    """Give a session from the plan and close it; the number of needles."""
    page.goto(course)
    follow(page, "Open a session")
    press(page, "Begin from the plan")
    count = page.locator(".app-needle").count()
    for tick in page.locator("input[name^=as-], input[name^=done-]").all():
        tick.check()
    page.fill("[name=face_to_face_minutes]", "32")
    page.fill("[name=insertions]", "2")
    page.get_by_role("button", name="All in", exact=True).click()
    page.get_by_text(f"{count} in for").wait_for()
    page.get_by_role("button", name="All out", exact=True).click()
    page.get_by_text(f"All {count} out").wait_for()
    for button in page.get_by_role("button", name=" out at the ").all():
        button.click()
    page.get_by_role("button", name="Save and close", exact=True).click()
    page.get_by_text("Closed at").wait_for()
    sound(page)
    return count


def measures(page: Page, course: str) -> None:
    """Take a score in the room."""
    page.goto(course)
    follow(page, "All scores and links")
    follow(page, "Take scores")
    page.select_option("[name=NPRS]", "4")
    press(page, "Keep these scores")
    page.goto(f"{course}progress/")
    sound(page)


def bills(page: Page, course: str) -> str:
    """Bill two sets of needles and return the text of the superbill."""
    page.goto(course)
    follow(page, "Bill")
    for field in ("minutes_1", "minutes_2"):  # as the session was recorded
        assert page.input_value(f"[name={field}]") == "16"
    press(page, "Show the codes")
    press(page, "Make this bill")
    address = page.get_by_role("link", name="Superbill (PDF)").get_attribute("href")
    answer = page.context.request.get(str(address))
    assert answer.headers["content-type"] == "application/pdf"
    return "\n".join(each.extract_text() for each in PdfReader(io.BytesIO(answer.body())).pages)


@pytest.mark.parametrize("width", [TABLET, PHONE], ids=["tablet", "phone"])
def test_the_whole_way_from_opening_a_practice_to_the_superbill(
    browser: Browser, empty: str, width: int
) -> None:
    faults: list[str] = []
    today = dt.datetime.now(dt.UTC).date()
    with (
        opened(browser, empty, width, faults) as staff,
        opened(browser, empty, PHONE, faults) as person,
    ):
        page = staff.new_page()
        opens_a_practice(page, f"owner{width}@practice.example")
        sets_up(page, today)
        link = adds_a_person(page)
        answers(person.new_page(), link)
        opens_a_course(page)
        course = page.url
        plans(page)
        assert needles(page, course) > 4
        measures(page, course)
        said = bills(page, course)
    assert faults == []
    for told in ("97810", "97811", "M54.2", "Pia Patient", "AZ-0001", "150.00"):
        assert told in said
