"""Screening, consent, outcomes, progress, harms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import path

from filiform.site.practice.views import (
    consent,
    course,
    harms,
    outcomes,
    outcomes_questionnaires,
    progress,
    screening,
)

if TYPE_CHECKING:
    from django.urls import URLPattern

urlpatterns: list[URLPattern] = [
    path("people/<uuid:person_id>/course/", course.open_course, name="course-open"),
    path("intakes/<uuid:intake_id>/", screening.answers, name="intake"),
    path("courses/<uuid:course_id>/", course.course, name="course"),
    path("courses/<uuid:course_id>/decide/", course.decide, name="course-decide"),
    path("courses/<uuid:course_id>/warning/", course.warning, name="course-warning"),
    path("courses/<uuid:course_id>/end/", course.end, name="course-end"),
    path("courses/<uuid:course_id>/screening/", screening.ask, name="screening"),
    path("screenings/<uuid:screening_id>/", screening.screening, name="screening-kept"),
    path("courses/<uuid:course_id>/consent/", consent.sign, name="consent-sign"),
    path("consents/<uuid:consent_id>/", consent.consent, name="consent"),
    path("consents/<uuid:consent_id>/withdraw/", consent.withdraw, name="consent-withdraw"),
    path("courses/<uuid:course_id>/outcomes/", outcomes.outcomes, name="outcomes"),
    path("courses/<uuid:course_id>/outcomes/take/", outcomes.take, name="outcomes-take"),
    path("courses/<uuid:course_id>/outcomes/link/", outcomes.send_link, name="outcomes-link"),
    path("outcomes/", outcomes.follow_ups, name="follow-ups"),
    path("questionnaires/", outcomes_questionnaires.questionnaires, name="questionnaires"),
    path("courses/<uuid:course_id>/progress/", progress.progress, name="progress"),
    path("courses/<uuid:course_id>/harms/add/", harms.add, name="harm-add"),
    path("harms/<uuid:harm_id>/", harms.harm, name="harm"),
    path("harms/", harms.harms, name="harms"),
]
