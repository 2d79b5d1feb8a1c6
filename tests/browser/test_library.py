"""Each kind of page of the library, on a telephone's and on a desk's width."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.browser.axe import violations

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

SEVERAL = "/library/question/acupuncture/sham/pain_intensity/short/MD/neck/"
KINDS = {
    "first": "/library/",
    "methods": "/methods/",
    "therapies": "/library/therapies/",
    "therapy": "/library/therapies/acupuncture/",
    "sham": "/library/therapies/acupuncture/sham/",
    "combination": "/library/therapies/dry_needling+exercise/",
    "several trials": SEVERAL,
    "one trial": "/library/question/acupuncture/massage/pain_intensity/short/MD/neck/",
    "no trial": "/library/question/cupping/sham/pain_intensity/long/MD/neck/",
    "one kind of pain": f"{SEVERAL}radicular/",
    "trials": "/library/trials/?therapy=dry_needling",
    "trial": "/library/trials/irnich-2001/",
    "harms": "/library/harms/",
    "sources": "/library/sources/",
    "law": "/library/law/",
    "place": "/library/law/US-NY/",
    "costs": "/library/costs/",
    "data": "/library/data/",
}


@pytest.mark.parametrize("address", KINDS.values(), ids=KINDS)
def test_a_page_of_the_library_is_accessible_and_never_wider_than_the_window(
    page: Page, address: str
) -> None:
    page.goto(address)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.title() == f"{page.locator('h1').inner_text()} – Filiform"


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/library/question/acupunture/sham/pain_intensity/short/MD/neck/", 404),
        ("/library/trials/?therapy=acupunture", 400),
    ],
)
def test_a_wrong_word_is_said_as_accessibly(
    page: Page, faults: list[str], address: str, status: int
) -> None:
    page.goto(address)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert len(faults) == 1
    assert str(status) in faults.pop()


def test_from_the_first_page_to_the_paper_behind_a_number(page: Page) -> None:
    page.goto("/library/")
    page.get_by_role("link", name="Acupuncture", exact=True).click()
    page.locator(f"a[href='{SEVERAL}']").first.click()
    page.get_by_role("link", name="white-2004").first.click()
    paper = page.get_by_role("link", name="doi 10.7326/0003-4819-141-12-200412210-00007")
    assert paper.get_attribute("href") == (
        "https://doi.org/10.7326/0003-4819-141-12-200412210-00007"
    )


def test_the_plot_is_drawn(page: Page) -> None:
    page.goto(SEVERAL)
    picture = page.get_by_role("img", name="Forest plot")
    assert picture.evaluate("image => image.complete && image.naturalWidth > 0")


def test_trials_are_chosen_without_script(page: Page) -> None:
    page.goto("/library/trials/")
    page.get_by_label("Treatment").select_option("dry_needling")
    page.get_by_role("button", name="Show these trials").click()
    assert "therapy=dry_needling" in page.url
    assert page.get_by_label("Treatment").input_value() == "dry_needling"


def test_the_rating_can_be_asked_for_one_kind_of_pain(page: Page) -> None:
    page.goto(SEVERAL)
    page.get_by_label("Kind of neck pain").select_option("whiplash")
    page.get_by_role("button", name="Show the rating").click()
    assert page.url.endswith(f"{SEVERAL}whiplash/")


def test_a_source_is_reached_at_its_place(page: Page) -> None:
    page.goto("/library/sources/#white-2004")
    assert page.locator("#white-2004").is_visible()
    assert page.evaluate("window.scrollY") > 0
