"""Reading a page as a reader does: its headings, its links, its tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Page:
    """What the tests look at in a page."""

    headings: list[int] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    row_links: list[list[str]] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = Page()
        self.in_body = False
        self.cell: list[str] | None = None
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if given.get("id"):
            self.page.ids.append(given["id"] or "")
        if tag in {"h1", "h2", "h3", "h4"}:
            self.page.headings.append(int(tag[1]))
        address = given.get("href") if tag == "a" else given.get("src")
        if address:
            self.page.links.append(address)
            if self.in_body and tag == "a":
                self.page.row_links[-1].append(address)
        if tag == "tbody":
            self.in_body = True
        if tag == "tr" and self.in_body:
            self.page.rows.append([])
            self.page.row_links.append([])
        if tag in {"td", "th"} and self.in_body:
            self.cell = []
        if self.cell is not None and tag == "span":
            self.hidden = self.hidden + 1 if self.hidden or "aria-hidden" in given else 0

    def handle_endtag(self, tag: str) -> None:
        if tag == "tbody":
            self.in_body = False
        if tag == "span" and self.hidden:
            self.hidden -= 1
        if tag in {"td", "th"} and self.cell is not None:
            self.page.rows[-1].append(" ".join("".join(self.cell).split()))
            self.cell = None

    def handle_data(self, data: str) -> None:
        if self.cell is not None and not self.hidden:
            self.cell.append(data)


def read(html: str) -> Page:
    """Return a page's headings, links, ids and table rows."""
    reader = _Reader()
    reader.feed(html)
    return reader.page
