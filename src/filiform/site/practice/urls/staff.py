"""The first page, the staff, their credentials, the practice's settings, the history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import path

from filiform.site.practice.views import home

if TYPE_CHECKING:
    from django.urls import URLPattern

urlpatterns: list[URLPattern] = [
    path("", home.today, name="today"),
]
