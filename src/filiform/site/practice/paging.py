"""Long lists, a page at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from django.core.paginator import Page, Paginator

if TYPE_CHECKING:
    from django.db.models import Model, QuerySet
    from django.http import HttpRequest

M = TypeVar("M", bound="Model")
ROWS = 25


def page_of(request: HttpRequest, rows: QuerySet[M]) -> Page[M]:
    """Return the page that `?page=` asks for; of what there is not, the nearest."""
    return Paginator(rows, ROWS).get_page(request.GET.get("page"))
