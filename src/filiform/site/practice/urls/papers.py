"""Money, papers, export."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import path

from filiform.site.practice.views import export, money, papers

if TYPE_CHECKING:
    from django.urls import URLPattern

urlpatterns: list[URLPattern] = [
    path("money/", money.bills, name="bills"),
    path("money/fees/", money.fees, name="fees"),
    path("sessions/<uuid:session_id>/bill/", money.bill_session, name="bill-session"),
    path("bills/<uuid:invoice_id>/", money.bill, name="bill"),
    path("bills/<uuid:invoice_id>/void/", money.void, name="void-bill"),
    path("bills/<uuid:invoice_id>/superbill.pdf", papers.superbill, name="superbill"),
    path("bills/<uuid:invoice_id>/receipt.pdf", papers.receipt, name="receipt"),
    path("consents/<uuid:consent_id>/consent.pdf", papers.consent, name="consent-paper"),
    path("sessions/<uuid:session_id>/summary.pdf", papers.visit_summary, name="visit-summary"),
    path("courses/<uuid:course_id>/doctor-letter/", papers.doctor_letter, name="doctor-letter"),
    path("courses/<uuid:course_id>/approval/", papers.approval, name="approval"),
    path("courses/<uuid:course_id>/estimate.pdf", papers.estimate, name="estimate"),
    path("people/<uuid:person_id>/export/", export.of_person, name="export-person"),
    path("export/", export.of_practice, name="export-practice"),
]
