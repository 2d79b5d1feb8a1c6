"""Plans, sessions, needles and their stock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import path

from filiform.site.practice.views import (
    incidents,
    plan,
    session,
    session_amend,
    session_open,
    stock,
)

if TYPE_CHECKING:
    from django.urls import URLPattern

urlpatterns: list[URLPattern] = [
    path("courses/<uuid:course_id>/plan/", plan.plans, name="plan"),
    path("courses/<uuid:course_id>/plan/new/", plan.new_plan, name="new-plan"),
    path("courses/<uuid:course_id>/sessions/new/", session_open.new_session, name="new-session"),
    path("sessions/<uuid:session_id>/", session.session, name="session"),
    path("sessions/<uuid:session_id>/draft/", session.draft, name="session-draft"),
    path("sessions/<uuid:session_id>/amend/", session_amend.amend_session, name="amend-session"),
    path("stock/", stock.lots, name="stock"),
    path("stock/receive/", stock.receive, name="receive-lot"),
    path("stock/<uuid:lot_id>/", stock.lot, name="lot"),
    path("stock/<uuid:lot_id>/correct/", stock.correct, name="correct-lot"),
    path("stock/<uuid:lot_id>/discard/", stock.discard, name="discard-needles"),
    path("stock/<uuid:lot_id>/recall/", stock.recall, name="recall-lot"),
    path("incidents/", incidents.incidents, name="incidents"),
    path("incidents/add/", incidents.add, name="incident-add"),
    path("incidents/<uuid:incident_id>/", incidents.incident, name="incident"),
]
