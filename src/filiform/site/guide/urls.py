"""The addresses of the guide: the name of a page, and never an answer."""

from __future__ import annotations

from django.urls import path

from filiform.site.guide import result, views

app_name = "guide"
urlpatterns = [
    path("", views.start, name="start"),
    path("guide/check", views.check, name="check"),
    path("guide/person.toml", views.save, name="save"),
    path("guide/open", views.open_file, name="open"),
    path("guide/delete", views.delete, name="delete"),
    path("guide/deleted", views.deleted, name="deleted"),
    path("guide/result", result.overview, name="result"),
    path("guide/result/print", result.paper, name="print"),
    path("guide/result/<slug:therapy>", result.option, name="option"),
    path("guide/change/<slug:page_id>", views.question, {"change": True}, name="change"),
    path("guide/<slug:page_id>", views.question, name="question"),
]
