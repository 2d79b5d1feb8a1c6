"""What is printed, by whom, and that the history knows it."""

from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from pypdf import PdfReader
from tests.site.practice.billed import VISIT, make_plan, make_session, set_fees
from tests.site.practice.cared import benign, screened
from tests.site.practice.making import make_course

from filiform.care.consent import consent_text
from filiform.care.course import HarmNoted
from filiform.knowledge import library
from filiform.site.practice import keeping, lettering, outcome_taking
from filiform.site.practice.course_log import log
from filiform.site.practice.models import (
    Consent,
    ConsentText,
    Harm,
    HistoryEntry,
    Invoice,
    Review,
)
from filiform.site.practice.outcome_taking import Given
from filiform.site.practice.papers import making
from filiform.site.practice.papers.paper import Heading, Points, Ticks
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
    sent = {"minutes_1": "16", "minutes_2": "16", "keep": "yes", "sets_reason": "Put in again."}
    assert client.post(f"/practice/sessions/{visit.pk}/bill/", sent).status_code == 302
    bill = Invoice.objects.get()
    superbill = read(client, f"/practice/bills/{bill.pk}/superbill.pdf")
    for part in ["97810", "97811", "M54.2", "140.00 USD", "Pat Example", "October 5, 2026"]:
        assert part in superbill
    assert "is missing" not in superbill  # that is for the practice, on the bill's page
    assert "The NPI of who treated is missing" in client.get(f"/practice/bills/{bill.pk}/").text
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


def test_a_letter_is_signed_by_who_treated_and_by_others_only_for_them(
    visit: Session, member: Callable[[str], Member]
) -> None:
    treated = visit.practitioner
    assert lettering.signer_of(visit.course, treated) == treated.name
    desk = member("practitioner")
    assert lettering.signer_of(visit.course, desk) == f"{desk.name}, for {treated.name}"


def test_the_doctor_reads_the_screening_the_history_and_todays_review(
    visit: Session, member: Callable[[str], Member]
) -> None:
    course, owner = visit.course, member("owner")
    told = {"history": ["heart_disease"], "medicines": ["warfarin"], "duration_days": 60}
    screened(owner, course, benign(**told, findings=["anticoagulant"]))
    with keeping.acting(owner) as act:
        for days, points in ((0, 7), (28, 3)):
            on = course.started_on + dt.timedelta(days=days)
            outcome_taking.keep(act, course, [Given("NPRS", points, [])], on=on, origin="room")
        old = {"reasons": [{"text": "An old reason.", "sources": []}], "measures": []}
        act.create(
            Review(course=course, by=owner, on=VISIT, result=old, advice="stop", decision="adapt")
        )
        harm = {"event": "pneumothorax", "grade": "serious", "relatedness": "probable"}
        act.create(Harm(course=course, by=owner, noticed_on=VISIT, **harm))
    letter = lettering.doctor_letter_of(course, question="", on=dt.date(2026, 11, 21))
    told_in = " ".join(line for part in letter.paragraphs for line in part.sentences)
    for part in (
        "a doctor within weeks",
        "pain for 60 days",
        "Medicines: warfarin; takes a blood thinner",
        "History: heart disease.",
        "with all scores until November 21, 2026",
        "from 7 to 3",
        "decided on October 5, 2026: adapt the plan.",
        "a collapsed lung, serious",
    ):
        assert part in told_in, part
    assert "An old reason." not in told_in
    assert "pneumothorax" not in told_in


def test_no_insurer_is_asked_while_a_course_is_halted(
    client_of: Callable[[str], Client], visit: Session, member: Callable[[str], Member]
) -> None:
    course, client = visit.course, client_of("practitioner")
    with keeping.acting(member("owner")) as act:
        log(act, course, HarmNoted(act.now, act.by, "1", "pneumothorax", "serious"))
    address = f"/practice/courses/{course.pk}/approval/"
    page = client.get(address)
    assert "No insurer is asked to approve more needles" in page.text
    assert "a collapsed lung. Someone must decide" in page.text
    refused = client.post(address, {"visits": "6", "weeks": "3"})
    assert (refused.status_code, refused.headers["Content-Type"][:9]) == (409, "text/html")
    shown = client.get(f"/practice/courses/{course.pk}/").text
    assert "Halted: a collapsed lung" in shown
    assert "Harm noted: a collapsed lung, serious" in shown
    second = make_course(member("practitioner"), course.person)
    assert "No insurer is asked" in client.get(f"/practice/courses/{second.pk}/approval/").text
    letter = lettering.doctor_letter_of(second, question="", on=VISIT)
    assert letter.paragraphs[0].heading == "Open warnings"
    assert (
        "In a course of acupuncture: A serious harm was noted" in letter.paragraphs[0].sentences[0]
    )


def test_where_the_rules_advise_to_stop_a_request_gives_its_reason(
    client_of: Callable[[str], Client], visit: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lettering, "rules_say_stop", lambda _: True)
    client, address = client_of("practitioner"), f"/practice/courses/{visit.course_id}/approval/"
    sent = {"visits": "6", "weeks": "3"}
    assert "Why ask for more visits?" in client.post(address, sent).text
    letter = read(client, address, **sent, reason="A fall undid the gain.")
    assert "We ask all the same: A fall undid the gain." in letter


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
    client = client_of("practitioner")
    printed = read(client, f"/practice/consents/{consent.pk}/consent.pdf")
    squeezed = "".join(printed.split())
    for line in consent.text.body.splitlines():
        assert "".join(line.removeprefix("[ ] ").removeprefix("- ").split()) in squeezed
    assert consent.text.sha256 in squeezed
    assert "Born" in printed
    page = client.get(f"/practice/consents/{consent.pk}/").text
    assert "I agree to acupuncture. <strong>Yes</strong>" in page


def test_a_reprinted_consent_shows_the_boxes_as_they_were_ticked(
    member: Callable[[str], Member], a_course: Course
) -> None:
    consent = sign(member("owner"), a_course)
    consent.choices |= {"contact": False}
    paper = making.consent_paper(consent.practice, consent)
    assert paper.title == "Consent to acupuncture"
    headings = [block.text for block in paper.blocks if isinstance(block, Heading)]
    assert "What can go wrong, and how often" in headings
    (boxes,) = [block for block in paper.blocks if isinstance(block, Ticks)]
    assert (True, "I agree to acupuncture.") in boxes.items
    assert boxes.items[-1] == (False, "You may send me questions on how I am doing. (if you like)")
    assert sum(on for on, _ in boxes.items) == len(consent.choices) - 1


def test_a_consent_of_a_version_that_is_gone_shows_no_box_that_it_does_not_know(
    member: Callable[[str], Member], a_course: Course
) -> None:
    consent = sign(member("owner"), a_course)
    consent.text.text_version = "1999-1"
    paper = making.consent_paper(consent.practice, consent)
    assert not [block for block in paper.blocks if isinstance(block, Ticks)]
    points = [block.items for block in paper.blocks if isinstance(block, Points)]
    assert "I agree to acupuncture." in points[-2]
    assert "agree: yes" in points[-1]


def test_a_consent_text_that_was_altered_is_found(
    member: Callable[[str], Member], a_course: Course
) -> None:
    consent = sign(member("owner"), a_course)
    assert list(verify()) == []
    ConsentText.objects.filter(pk=consent.text_id).update(body="nothing")
    assert [fault.sentence for fault in verify()] == ["It is not the text that was signed."]
