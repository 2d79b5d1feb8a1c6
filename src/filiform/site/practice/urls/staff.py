"""The first page, the staff, their credentials, the practice's settings, the history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import path

from filiform.site.practice.views import credentials, history, home, settings_page, staff

if TYPE_CHECKING:
    from django.urls import URLPattern

urlpatterns: list[URLPattern] = [
    path("", home.today, name="today"),
    path("staff/", staff.members, name="staff"),
    path("staff/invite/", staff.invite, name="invite"),
    path("staff/<uuid:member_id>/", staff.member, name="member"),
    path("staff/<uuid:member_id>/credentials/add/", credentials.add, name="credential-add"),
    path("credentials/<uuid:credential_id>/", credentials.change, name="credential"),
    path("join/<str:token>/", staff.join, name="join"),
    path("settings/", settings_page.settings, name="settings"),
    path("history/", history.whole, name="history"),
    path("history/person/<uuid:person_id>/", history.of_person, name="history-of-person"),
    path("history/record/<uuid:record_id>/", history.of_record, name="history-of-record"),
    path("history/<int:number>/", history.entry, name="history-entry"),
]
