"""The addresses of the library."""

from __future__ import annotations

from django.urls import path

from filiform.site.library import views

app_name = "library"
urlpatterns = [
    path("", views.index, name="index"),
]
