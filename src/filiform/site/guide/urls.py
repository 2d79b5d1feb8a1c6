"""The addresses of the guide."""

from __future__ import annotations

from django.urls import path

from filiform.site.guide import views

app_name = "guide"
urlpatterns = [
    path("", views.start, name="start"),
]
