"""Every page of the library that a reader can reach."""

from __future__ import annotations

from functools import cache
from urllib.parse import urldefrag

import pytest
from django.test import Client
from tests.site.library_pages import Page, read

STARTS = ("/library/", "/methods/")
OURS = ("/library/", "/methods/")


@cache
def crawled() -> dict[str, Page]:
    """Follow every link from the first page; any answer but 200 fails at once."""
    client, found, waiting = Client(), {}, list(STARTS)
    while waiting:
        address = waiting.pop()
        if address in found:
            continue
        response = client.get(address)
        assert response.status_code == 200, address
        kind = response.headers["Content-Type"]
        found[address] = read(response.content.decode()) if "html" in kind else Page()
        links = [urldefrag(link)[0] for link in found[address].links]
        waiting += [link for link in links if link.startswith(OURS)]
    return found


def test_every_link_of_the_library_leads_somewhere() -> None:
    kinds = {address.split("/")[2] for address in crawled() if address.startswith("/library/")}
    subjects = {"therapies", "question", "trials", "harms", "sources", "law", "costs", "data"}
    assert kinds == {"", *subjects}
    assert len(crawled()) > 500


def test_every_link_into_a_page_meets_its_anchor() -> None:
    pages = crawled()
    for address, page in pages.items():
        for link in page.links:
            target, anchor = urldefrag(link)
            if anchor and target.startswith(OURS):
                assert anchor in pages[target].ids, f"{address}: {link}"


def test_every_page_has_one_first_heading_and_skips_no_rank() -> None:
    for address, page in crawled().items():
        if not page.headings:
            continue
        assert page.headings.count(1) == 1, address
        assert page.headings[0] == 1, address
        steps = zip(page.headings, page.headings[1:], strict=False)
        assert all(after - before <= 1 for before, after in steps), address


def test_no_id_stands_twice_on_a_page() -> None:
    for address, page in crawled().items():
        assert len(page.ids) == len(set(page.ids)), address


def test_every_row_with_a_number_links_to_its_source_or_its_trials() -> None:
    tables = ("/library/harms/", "/library/costs/", "/library/law/US-NY/")
    for address in tables:
        page = crawled()[address]
        assert page.rows
        for row, links in zip(page.rows, page.row_links, strict=True):
            assert any(link.startswith("/library/sources/#") for link in links), (address, row)


def test_every_question_that_rests_on_a_trial_links_to_it() -> None:
    page = crawled()["/library/question/acupuncture/sham/pain_intensity/short/MD/neck/"]
    assert "/library/trials/white-2004/" in page.links
    assert "/library/sources/#white-2004" in page.links


@pytest.mark.parametrize(
    "address",
    [
        "/library/",
        "/methods/",
        "/library/therapies/acupuncture/",
        "/library/question/acupuncture/sham/pain_intensity/short/MD/neck/forest.svg",
        "/library/trials/?therapy=cupping",
        "/library/data/filiform.zip",
    ],
)
def test_a_page_may_be_kept_and_says_when_it_has_not_changed(client: Client, address: str) -> None:
    first = client.get(address)
    assert first.headers["Cache-Control"] == "public, max-age=600"
    again = client.get(address, headers={"if-none-match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.content == b""
    assert not first.cookies


def test_a_page_that_is_missing_is_not_kept(client: Client) -> None:
    assert "no-store" in client.get("/library/trials/nobody-1900/").headers["Cache-Control"]


def test_the_pages_only_answer_reading(client: Client) -> None:
    assert client.post("/library/trials/", {"therapy": "cupping"}).status_code == 405
