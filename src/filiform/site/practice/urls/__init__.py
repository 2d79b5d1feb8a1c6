"""The addresses of the practice, a family a file; none holds more than a record's id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from filiform.site.practice.urls import care, papers, people, sessions, staff

if TYPE_CHECKING:
    from django.urls import URLPattern

app_name = "practice"
urlpatterns: list[URLPattern] = [
    *staff.urlpatterns,
    *people.urlpatterns,
    *care.urlpatterns,
    *sessions.urlpatterns,
    *papers.urlpatterns,
]
