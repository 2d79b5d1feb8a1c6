"""The data for others: what there is, and each file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from filiform.knowledge import DATA_VERSION, TABLES, data_digest, published_rows
from filiform.site.library import downloads
from filiform.site.library.cells import Cell, Grid, figure
from filiform.site.library.public import pick, public

if TYPE_CHECKING:
    from django.http import HttpRequest


@public
def index(request: HttpRequest) -> HttpResponse:
    """List every table, and say which data these are and what one may do with them."""
    rows = tuple(
        (
            Cell(table.file, _address(table.file)),
            Cell(table.about),
            figure(len(published_rows(name))),
        )
        for name, table in TABLES.items()
    )
    shown = {
        "whole": [(_address(name), each.about) for name, each in downloads.WHOLE.items()],
        "grid": Grid("The tables", ("File", "What it holds", "Rows"), rows),
        "version": DATA_VERSION,
        "digest": data_digest(),
        "licence": downloads.LICENCE,
        "licence_page": downloads.LICENCE_PAGE,
    }
    return render(request, "library/data.html", shown)


def _address(name: str) -> str:
    return reverse("library:file", args=[name])


@public
def file(_request: HttpRequest, name: str) -> HttpResponse:
    """Send one file."""
    found = pick("file", name, downloads.FILES, _address)
    return attachment(found.content(), found.kind, f"{DATA_VERSION}-{name}")


def attachment(content: bytes | str, kind: str, name: str) -> HttpResponse:
    """Return a file that the browser saves under a name."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=kind, headers=headers)
