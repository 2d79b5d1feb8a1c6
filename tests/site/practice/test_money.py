"""Fees, bills and payments: proposed by the rules, kept once, void and never deleted."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.site.practice.billed import make_plan, make_session, set_fees

from filiform.care.fees import Estimate
from filiform.site.practice import billing, lettering
from filiform.site.practice.models import Fee, Invoice, Payment, Session

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client
    from django.test.client import _MonkeyPatchedWSGIResponse as TestResponse

    from filiform.site.practice.models import Course, Member

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(member: Callable[[str], Member], a_course: Course) -> Session:
    """Return a closed session of acupuncture with a plan and fees."""
    owner = member("owner")
    make_plan(owner, a_course)
    set_fees(owner, c97810="80", c97811="60")
    return make_session(owner, a_course)


class Shown(Protocol):
    content: bytes


def text(response: Shown) -> str:
    return " ".join(response.content.decode().split())


def make_bill(client: Client, session: Session, **sent: str) -> TestResponse:
    given = {"minutes_1": "16", "minutes_2": "16", "keep": "yes", "once": str(uuid.uuid4())}
    given["sets_reason"] = "Put in again after ten minutes."
    return client.post(f"/practice/sessions/{session.pk}/bill/", given | sent)


def test_a_price_is_set_and_an_older_one_stays(client_of: Callable[[str], Client]) -> None:
    client = client_of("front_desk")
    given = {"code": "97810", "name": "first set", "amount": "80.00", "since": "2026-01-01"}
    assert client.post("/practice/money/fees/", given).status_code == 302
    again = client.post("/practice/money/fees/", given)
    assert "There is a price of 97810 from this day already: choose a later day." in text(again)
    twice = given | {"code": "97811", "once": str(uuid.uuid4())}
    assert [client.post("/practice/money/fees/", twice).status_code for _ in range(2)] == [302, 302]
    later = given | {"amount": "90.00", "since": "2026-06-01"}
    assert client.post("/practice/money/fees/", later).status_code == 302
    assert sorted(Fee.objects.values_list("amount", flat=True)) == [80, 80, 90]
    assert "90.00 USD" in text(client.get("/practice/money/fees/"))


def test_codes_are_proposed_with_their_reasons_and_sources(
    client_of: Callable[[str], Client], visit: Session
) -> None:
    shown = make_bill(client_of("front_desk"), visit, keep="")
    page = text(shown)
    assert "<strong>97810 × 1</strong>" in page
    assert "<strong>97811 × 1</strong>" in page
    assert "Make this bill" in page
    assert not Invoice.objects.exists()


def test_a_bill_is_made_once_paid_and_made_void(
    client_of: Callable[[str], Client], visit: Session
) -> None:
    client, once = client_of("front_desk"), str(uuid.uuid4())
    first, second = (make_bill(client, visit, once=once) for _ in range(2))
    bill = Invoice.objects.get()
    assert first.headers["Location"] == second.headers["Location"] == f"/practice/bills/{bill.pk}/"
    assert billing.left_of(bill) == Decimal(140)
    address = f"/practice/bills/{bill.pk}/"
    paid = {"on": "2026-10-05", "amount": "100", "method": "card", "once": str(uuid.uuid4())}
    for _ in range(2):
        assert client.post(address, paid).status_code == 302
    assert Payment.objects.count() == 1
    assert "40.00 USD is still to pay." in text(client.get(address))
    assert "40.00 USD" in text(client.get("/practice/money/"))
    assert client.post(f"{address}void/", {"reason": ""}).status_code == 400
    assert client.post(f"{address}void/", {"reason": "typed twice"}).status_code == 302
    assert "typed twice" in text(client.get(address))
    assert "This bill is void: it takes no payment." in text(
        client.post(address, paid | {"once": ""})
    )


def test_a_missing_fee_is_told_and_nothing_is_kept(
    client_of: Callable[[str], Client], visit: Session
) -> None:
    Fee.objects.filter(code="97811").delete()
    refused = make_bill(client_of("owner"), visit)
    assert refused.status_code == 400
    assert "No fee is set for 97811 on 2026-10-05: set it in the fee schedule." in text(refused)
    assert not Invoice.objects.exists()


def test_a_session_is_billed_once_and_only_when_it_is_closed(
    client_of: Callable[[str], Client], visit: Session
) -> None:
    client = client_of("owner")
    assert make_bill(client, visit).status_code == 302
    again = make_bill(client, visit)
    assert again.status_code == 400
    assert "Bill 1 is for this session already: make it void before another." in text(again)
    bill = Invoice.objects.get()
    assert client.post(f"/practice/bills/{bill.pk}/void/", {"reason": "wrong"}).status_code == 302
    Session.objects.update(closed_at=None)
    unclosed = make_bill(client, visit)
    assert "The session is still open: close it, then bill it." in text(unclosed)
    assert Invoice.objects.count() == 1


def test_a_payment_of_a_day_to_come_is_refused(
    client_of: Callable[[str], Client], visit: Session
) -> None:
    client = client_of("owner")
    make_bill(client, visit)
    bill = Invoice.objects.get()
    sent = {"on": "2031-01-01", "amount": "10", "method": "cash"}
    refused = client.post(f"/practice/bills/{bill.pk}/", sent)
    assert "This day has not come yet: give the day of the payment." in text(refused)
    assert not Payment.objects.exists()


def test_dry_needling_is_billed_by_the_number_of_muscles(
    client_of: Callable[[str], Client], member: Callable[[str], Member], a_course: Course
) -> None:
    owner = member("owner")
    a_course.therapy = "dry_needling"
    a_course.save()
    make_plan(owner, a_course)
    set_fees(owner, c20561="70")
    muscles = ("upper_trapezius", "levator_scapulae", "splenius_capitis")
    session = make_session(owner, a_course, muscles=muscles)
    page = text(client_of("owner").get(f"/practice/sessions/{session.pk}/bill/"))
    assert "<strong>20561 × 1</strong>" in page
    assert (
        client_of("owner")
        .post(f"/practice/sessions/{session.pk}/bill/", {"keep": "yes"})
        .status_code
        == 302
    )
    (line,) = Invoice.objects.get().lines.all()
    assert line.muscles == sorted(line.muscles)
    assert len(line.muscles) == 3


def test_not_covered_is_said_before_the_codes(
    client_of: Callable[[str], Client], visit: Session
) -> None:
    person = visit.course.person
    person.insurer = "Medicare"
    person.save()
    page = text(client_of("owner").get(f"/practice/sessions/{visit.pk}/bill/"))
    assert "Medicare does not pay" in page or "not cover" in page


def test_the_list_of_bills_asks_as_often_for_many_as_for_few(
    client_of: Callable[[str], Client], visit: Session
) -> None:
    client = client_of("owner")
    make_bill(client, visit)
    with CaptureQueriesContext(connection) as few:
        client.get("/practice/money/")
    for _ in range(5):
        Invoice.objects.update(void_at=timezone.now())
        make_bill(client, visit)
    with CaptureQueriesContext(connection) as many:
        client.get("/practice/money/")
    assert len(few) == len(many)


def test_what_medicare_does_not_pay_is_told_before_the_first_needle_and_not_after(
    client_of: Callable[[str], Client], member: Callable[[str], Member], a_course: Course
) -> None:
    a_course.person.insurer = "Medicare"
    a_course.person.save()
    client, addresses = client_of("owner"), ("", "sessions/new/")
    for part in addresses:
        shown = text(client.get(f"/practice/courses/{a_course.pk}/{part}"))
        assert "Tell before the first needle: not paid for" in shown
        assert "Medicare does not pay for needles in neck pain. You would pay yourself." in shown
    make_session(member("owner"), a_course)
    for part in addresses:
        shown = text(client.get(f"/practice/courses/{a_course.pk}/{part}"))
        assert "Tell before the first needle" not in shown


def test_another_bill_of_the_day_is_looked_up(
    client_of: Callable[[str], Client], visit: Session
) -> None:
    client = client_of("owner")
    make_bill(client, visit)
    other = Session.objects.get(pk=visit.pk)
    other.pk, other.number = uuid.uuid4(), visit.number + 1
    other.save(force_insert=True)
    assert billing.billable(other, ()).same_day == ("97810", "97811")
    assert billing.billable(visit, ()).same_day == ()


def test_more_than_the_record_tells_is_billed_with_a_reason_alone(
    client_of: Callable[[str], Client], visit: Session
) -> None:
    client = client_of("owner")
    refused = make_bill(client, visit, sets_reason=" ")
    assert refused.status_code == 400
    assert "The record tells of 1 set of needles put in" in text(refused)
    assert "2 sets and 32 minutes are billed. Say why, or amend the record first." in text(refused)
    assert not Invoice.objects.exists()
    assert make_bill(client, visit).status_code == 302
    assert "Reason: Put in again after ten minutes." in " ".join(Invoice.objects.get().notes)


def test_an_estimate_reckons_with_the_last_bill_and_says_so(
    client_of: Callable[[str], Client], visit: Session
) -> None:
    before = lettering.estimate_of(visit.course, on=visit.on)
    make_bill(client_of("owner"), visit)
    after = lettering.estimate_of(visit.course, on=visit.on)
    assert isinstance(before, Estimate)
    assert isinstance(after, Estimate)
    assert [line.code for line in before.lines] == ["97810"]
    assert [line.code for line in after.lines] == ["97810", "97811"]
    assert "2 sets of needles a visit, as in the last bill of this course." in after.sentences[0]
