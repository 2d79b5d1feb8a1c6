"""People, links that are sent to them, and intake."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import path

from filiform.site.practice.views import intake, people

if TYPE_CHECKING:
    from django.urls import URLPattern

urlpatterns: list[URLPattern] = [
    path("people/", people.people, name="people"),
    path("people/add/", people.add, name="person-add"),
    path("people/<uuid:person_id>/", people.person, name="person"),
    path("people/<uuid:person_id>/change/", people.change, name="person-change"),
    path("people/<uuid:person_id>/link/", people.send_link, name="person-link"),
    path("links/<uuid:link_id>/take-back/", people.take_back_link, name="link-take-back"),
    path("link/<str:token>/", intake.start, name="link"),
    path("link/<str:token>/check/", intake.check, name="link-check"),
    path("link/<str:token>/now/", intake.urgent, name="link-urgent"),
    path("link/<str:token>/send/", intake.send, name="link-send"),
    path("link/<str:token>/done/", intake.done, name="link-done"),
    path("link/<str:token>/page/<slug:step_id>/", intake.step, name="link-step"),
]
