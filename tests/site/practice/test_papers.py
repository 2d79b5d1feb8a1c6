"""What is printed, by whom, and that the history knows it."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from pypdf import PdfReader
from tests.site.practice.billed import make_plan, make_session, set_fees

from filiform.care.consent import consent_text
from filiform.knowledge import library
from filiform.site.practice import keeping
from filiform.site.practice.models import Consent, ConsentText, HistoryEntry, Invoice
from filiform.site.practice.verifying import verify

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from filiform.site.practice.models import Course, Member, Session

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(member: Callable[[str], Member], a_course: Course) -> Session:
    """Return a closed session with a plan and fees."""
    owner = member("owner")
    make_plan(owner, a_course)
    set_fees(owner, c97810="80", c97811="60")
    return make_session(owner, a_course)


def read(client: Client, address: str, **sent: str) -> str:
    response = client.post(address, sent) if sent else client.get(address)
    assert response.status_code == 200, response.content[:500]
    assert response.headers["Content-Type"] == "application/pdf"
    pages = PdfReader(io.BytesIO(response.content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def sign(owner: Member, course: Course) -> Consent:
    found = consent_text("acupuncture", "US-NY", library=library())
    now = timezone.now()
    text = ConsentText.objects.create(
        sha256=found.sha256,
        therapy=found.therapy,
        jurisdiction=found.jurisdiction,
        text_version=found.version,
        body=found.body,
        created_at=now,
    )
    consent = Consent(
        course=course,
        text=text,
        choices={choice.id: True for choice in found.choices},
        signed_name="Pat Example",
        signed_at=now,
        signature_sha256="0" * 64,
    )
    with keeping.acting(owner) as act:
        act.create(consent)
    return consent


def test_the_superbill_and_the_receipt_say_what_was_billed(
    client_of: Callable[[str], Client], visit: Session
) -> None:
    client = client_of("front_desk")
    sent = {"minutes_1": "16", "minutes_2": "16", "keep": "yes"}
    assert client.post(f"/practice/sessions/{visit.pk}/bill/", sent).status_code == 302
    bill = Invoice.objects.get()
    superbill = read(client, f"/practice/bills/{bill.pk}/superbill.pdf")
    for part in ["97810", "97811", "M54.2", "140.00 USD", "Pat Example", "The NPI of who treated"]:
        assert part in superbill
    receipt = read(client, f"/practice/bills/{bill.pk}/receipt.pdf")
    assert "140.00 USD is still to pay." in receipt
    assert HistoryEntry.objects.filter(act="print", kind="invoice").count() == 2


def test_the_summary_tells_of_a_lung_where_a_needle_was_near_one(
    client_of: Callable[[str], Client], visit: Session
) -> None:
    summary = read(client_of("practitioner"), f"/practice/sessions/{visit.pk}/summary.pdf")
    assert "2 needles" in summary
    assert "Rest today." in summary
    assert "lung" in summary
    refused = client_of("front_desk").get(f"/practice/sessions/{visit.pk}/summary.pdf")
    assert refused.status_code == 403


def test_the_letters_carry_the_course_and_the_evidence(
    client_of: Callable[[str], Client], visit: Session
) -> None:
    client, course = client_of("practitioner"), visit.course_id
    doctor = read(client, f"/practice/courses/{course}/doctor-letter/", question="May she swim?")
    assert "May she swim?" in doctor
    assert "1 visit of acupuncture" in doctor.casefold()
    insurer = read(
        client,
        f"/practice/courses/{course}/approval/",
        visits="6",
        weeks="3",
        tried="Exercise: no change.",
    )
    assert "What the trials say" in insurer
    assert "sham" in insurer
    assert "Exercise: no change." in insurer
    assert "97810 × 1" in insurer


def test_an_estimate_needs_a_plan_and_fees_and_says_so(
    client_of: Callable[[str], Client], member: Callable[[str], Member], a_course: Course
) -> None:
    client, address = client_of("owner"), f"/practice/courses/{a_course.pk}/estimate.pdf"
    refused = client.get(address)
    assert refused.status_code == 409
    assert "mend the plan" in refused.content.decode()
    make_plan(member("owner"), a_course)
    assert "No fee is set for 97810" in client.get(address).content.decode()
    set_fees(member("owner"), c97810="80", c97811="60")
    assert "480.00 USD" in read(client, address)  # six visits, one set of needles each


def test_a_consent_is_reprinted_to_the_letter(
    client_of: Callable[[str], Client], member: Callable[[str], Member], a_course: Course
) -> None:
    consent = sign(member("owner"), a_course)
    printed = read(client_of("practitioner"), f"/practice/consents/{consent.pk}/consent.pdf")
    squeezed = "".join(printed.split())
    for line in consent.text.body.splitlines():
        assert "".join(line.split()) in squeezed
    assert consent.text.sha256 in squeezed


def test_a_consent_text_that_was_altered_is_found(
    member: Callable[[str], Member], a_course: Course
) -> None:
    consent = sign(member("owner"), a_course)
    assert list(verify()) == []
    ConsentText.objects.filter(pk=consent.text_id).update(body="nothing")
    assert [fault.sentence for fault in verify()] == ["It is not the text that was signed."]
