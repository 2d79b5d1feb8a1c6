"""What keeps a session safe: the last screening, the state of the course, who may needle."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from tests.site.practice.needling import (
    begin,
    finish,
    form_of,
    license_of,
    make_lot,
    press,
    ready,
    text,
    ticks,
)

from filiform.care.course import ConsentWithdrawn, WarningSignFound
from filiform.site.practice import keeping
from filiform.site.practice.billing import superbill_of
from filiform.site.practice.course_log import log
from filiform.site.practice.lettering import summary_of
from filiform.site.practice.models import Amendment, Invoice, InvoiceLine, Needle, Screening
from filiform.site.practice.session_effective import effective
from filiform.site.practice.session_records import closed_sessions
from filiform.site.practice.stock import used_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client
    from tests.site.practice.needling import Answer

    from filiform.site.practice.models import Course, Lot, Member, Session

pytestmark = pytest.mark.django_db
LEFT_OUT = "the last screening speaks against it."
OLDER = "The plan was made before the last screening."


@pytest.fixture
def staff(member: Callable[[str], Member]) -> Member:
    """Return the practitioner."""
    return member("practitioner")


@pytest.fixture
def client(client_of: Callable[[str], Client]) -> Client:
    """Return the practitioner's browser."""
    return client_of("practitioner")


@pytest.fixture
def lot(staff: Member) -> Lot:
    """Return a lot in stock."""
    return make_lot(staff)


@pytest.fixture
def course(staff: Member, a_course: Course, lot: Lot) -> Course:  # noqa: ARG001  (it is in stock)
    """Return a course that may be needled, with a plan of ten needles."""
    ready(staff, a_course)
    return a_course


def ask_again(by: Member, course: Course, *history: str) -> None:
    """Screen a course anew: it may go on, and this is so of the person now."""
    with keeping.acting(by) as act:
        act.create(
            Screening(
                course=course,
                answers={"condition": "myofascial", "history": list(history)},
                result={},
                urgency="within_weeks",
                needling="may_be_considered",
            )
        )


def test_what_the_last_screening_speaks_against_is_asked_at_its_needle_before_closing(
    client: Client, staff: Member, course: Course
) -> None:
    session = begin(client, course)
    address = f"/practice/sessions/{session.pk}/"
    press(client, session, "add", add_site="point:LI4", add_side="both")
    assert LEFT_OUT not in text(client.get(address))
    ask_again(staff, course, "pregnant")
    shown = text(client.get(address))
    assert "Needle 11 (LI4, left): the last screening speaks against it." in shown
    assert "Needle 12 (LI4, right): the last screening speaks against it." in shown
    assert "(ac-03) Take it away, or say why." in shown
    press(client, session, "in")
    press(client, session, "out")
    sheet = form_of(client.get(address))
    counts = {f"out-{name[3:]}": value for name, value in sheet.items() if name.startswith("in-")}
    refused = text(press(client, session, "close", **counts, **ticks(client, session)))
    assert "It is saved and not closed yet" in refused
    why = {"why-against:ac-03:LI4": "Birth is due.", "why-against:ac-09:GB21": "Birth is due."}
    press(client, session, "close", **why)
    session.refresh_from_db()
    assert session.closed_at is not None
    assert session.confirmations["against:ac-03:LI4:right"] == "Birth is due."


def test_a_screening_newer_than_the_plan_is_said_wherever_the_plan_is_used(
    client: Client, staff: Member, course: Course
) -> None:
    pages = [f"/practice/courses/{course.pk}/", f"/practice/courses/{course.pk}/sessions/new/"]
    assert not any(OLDER in text(client.get(page)) for page in pages)
    ask_again(staff, course)
    assert all(OLDER in text(client.get(page)) for page in pages)
    session = begin(client, course)
    assert OLDER in text(client.get(f"/practice/sessions/{session.pk}/"))


def test_what_is_repeated_from_the_last_session_is_held_against_the_new_answers(
    client: Client, staff: Member, course: Course
) -> None:
    finish(client, begin(client, course))
    ask_again(staff, course, "pregnant")
    session = begin(client, course, "repeat")
    shown = text(client.get(f"/practice/sessions/{session.pk}/"))
    assert f"Needle 3 (GB21, left): {LEFT_OUT}" in shown
    assert not Needle.objects.filter(session=session).exists()


def withdraw(by: Member, course: Course) -> None:
    """Withdraw the consent of a course."""
    course.refresh_from_db()
    with keeping.acting(by) as act:
        log(act, course, ConsentWithdrawn(act.now, act.by, course.therapy, reason="enough"))


def test_after_a_withdrawal_needles_only_come_out(
    client: Client, staff: Member, course: Course
) -> None:
    session = begin(client, course, "empty")
    press(client, session, "add", add_site="point:GB20", add_side="both")
    press(client, session, "in")
    withdraw(staff, course)
    shown = text(client.get(f"/practice/sessions/{session.pk}/"))
    assert "None may go in; those that are in come out, and the session is closed." in shown
    refused = press(client, session, "add", add_site="point:LI11", add_side="left", notes="stay")
    assert refused.status_code == 409
    assert "withdrawn" in text(refused)
    assert "stay" in text(refused)
    assert Needle.objects.filter(session=session).count() == 2
    out = press(client, session, "out")
    assert out.status_code == 200
    assert not Needle.objects.filter(session=session, removed_at=None).exists()
    again = press(client, session, "save", **{"n0-inserted_at": "23:59:58", "n0-removed_at": ""})
    assert again.status_code == 409


def test_a_serious_harm_lets_no_further_needle_in(
    client: Client, staff: Member, course: Course
) -> None:
    session = begin(client, course)
    press(client, session, "save")
    course.refresh_from_db()
    with keeping.acting(staff) as act:
        log(act, course, WarningSignFound(act.now, act.by, "w1", "confusion_or_drowsiness"))
    refused = press(client, session, "in")
    assert refused.status_code == 409
    assert not Needle.objects.exclude(inserted_at=None).exists()
    assert press(client, session, "save", notes="stopped").status_code == 200


def test_who_may_not_needle_puts_no_needle_into_the_session_of_another(
    client: Client, client_of: Callable[[str], Client], course: Course
) -> None:
    session = begin(client, course, "empty")
    owner = client_of("owner")
    refused = press(owner, session, "add", add_site="point:LI11", add_side="left")
    assert refused.status_code == 409
    assert not Needle.objects.exists()
    assert press(owner, session, "save", notes="looked in").status_code == 200


def test_where_the_tables_do_not_tell_another_gives_a_reason_that_the_session_keeps(
    client: Client,
    client_of: Callable[[str], Client],
    member: Callable[[str], Member],
    course: Course,
) -> None:
    owner, session = client_of("owner"), begin(client, course, "empty")
    license_of(member("owner"))
    member("owner").credentials.update(profession="chiropractor")
    asked = press(owner, session, "add", add_site="point:LI11", add_side="left")
    assert asked.status_code == 409
    assert "Say why you go on: your reason is kept." in text(asked)
    given = {"add_site": "point:LI11", "add_side": "left", "licence_reason": "The board wrote."}
    assert press(owner, session, "add", **given).status_code == 200
    session.refresh_from_db()
    kept = session.licence["others"][0]
    assert (kept["reason"], kept["status"], kept["put_in"]) == (
        "The board wrote.",
        "unknown",
        ["LI11"],
    )
    press(owner, session, "add", add_site="point:TE5", add_side="left")
    session.refresh_from_db()
    assert [each["put_in"] for each in session.licence["others"]] == [["LI11", "TE5"]]
    assert "The board wrote." in text(client_of("reader").get(f"/practice/sessions/{session.pk}/"))


def test_a_licence_that_ends_while_a_session_is_open_lets_no_further_needle_in(
    client: Client, staff: Member, course: Course
) -> None:
    session = begin(client, course, "empty")
    staff.credentials.update(expires_on=dt.date(2026, 1, 31))
    refused = press(client, session, "add", add_site="point:LI11", add_side="left")
    assert refused.status_code == 409
    assert "expired on 2026-01-31" in text(refused)
    assert not Needle.objects.exists()


def amended(client: Client, session: Session, **changed: str) -> Answer:
    """Send the amendment of a session with these fields changed."""
    address = f"/practice/sessions/{session.pk}/amend/"
    sheet = form_of(client.get(address))
    return client.post(address, {**sheet, "reason": "typed too fast", **changed})


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"n0-side": "midline"}, "this site is on the left or the right: correct the side."),
        ({"n0-depth_mm": "31"}, "31 mm deep with a needle of 30 mm: correct the depth"),
        ({"n0-inserted_at": "10:00", "n0-removed_at": "09:00"}, "before it was in at 10:00"),
        ({"n0-hz": "2"}, "Hz without electrical stimulation"),
        ({"n0-stimulation": "electrical", "n0-hz": "2"}, "the plan and the consent must be"),
    ],
)
def test_an_amendment_meets_the_rules_of_closing(
    client: Client, course: Course, changed: dict[str, str], said: str
) -> None:
    session = begin(client, course)
    finish(client, session)
    answer = amended(client, session, **changed)
    assert answer.status_code == 400
    assert said in text(answer)
    assert "typed too fast" in text(answer)
    assert not Amendment.objects.exists()


def test_what_closing_would_ask_to_confirm_an_amendment_asks_too(
    client: Client, course: Course
) -> None:
    session = begin(client, course)
    finish(client, session)
    asked = amended(client, session, **{"n4-depth_mm": "29"})
    assert asked.status_code == 400
    assert "is deeper than the" in text(asked)
    group = re.findall(r'name="(why-[^"]+)"', text(asked))
    assert group == ["why-deeper_than_stated:BL10"]
    kept = amended(client, session, **{"n4-depth_mm": "29", group[0]: "Measured it again."})
    assert kept.status_code == 302
    changes = Amendment.objects.get().changes
    assert changes["confirmations.deeper_than_stated:BL10:left"]["after"] == "Measured it again."
    shown = text(client.get(f"/practice/sessions/{session.pk}/"))
    assert "<ins>Measured it again.</ins>" in shown


def test_a_wrong_lot_is_corrected_and_the_needle_moves_in_the_stock(
    client: Client, staff: Member, course: Course, lot: Lot
) -> None:
    session = begin(client, course)
    finish(client, session)
    right = make_lot(staff, "B2")
    assert amended(client, session, **{"n0-lot": str(right.pk)}).status_code == 302
    lot.refresh_from_db()
    right.refresh_from_db()
    assert (lot.used, right.used) == (9, 1)
    shown = text(client.get(f"/practice/sessions/{session.pk}/"))
    assert "needle 1: lot: <del>A1</del> <ins>B2</ins>" in shown
    assert effective(session).needles[0].lot == right
    assert [needle.order for needle in used_in(right)] == [0]
    assert [needle.order for needle in used_in(lot)] == list(range(1, 10))


def test_a_bill_says_that_its_visit_was_amended_after_it(
    client: Client, staff: Member, course: Course
) -> None:
    session = begin(client, course)
    finish(client, session)
    bill = Invoice(
        person=course.person, session=session, on=session.on, number=1, currency="USD",
        diagnoses=["M54.2"],
    )  # fmt: skip
    with keeping.acting(staff) as act:
        line = InvoiceLine(
            invoice=bill, order=0, code="97810", name="acupuncture", units=1,
            unit_amount=Decimal(80),
        )  # fmt: skip
        act.create(bill, children=[line])
    assert "amended_after" not in [each.code for each in superbill_of(bill).problems]
    assert amended(client, session, face_to_face_minutes="31").status_code == 302
    problem = next(each for each in superbill_of(bill).problems if each.code == "amended_after")
    assert problem.sentence.startswith("The record of this visit was amended on ")


def test_what_was_amended_is_what_papers_and_the_next_session_read(
    client: Client, course: Course
) -> None:
    session = begin(client, course)
    finish(client, session)
    changed = {"n0-site": "GB12", "n0-depth_mm": "7", "told": "Drink water."}
    assert amended(client, session, **changed, face_to_face_minutes="31").status_code == 302
    now = effective(session)
    assert now.session.face_to_face_minutes == 31
    assert closed_sessions(course)[0].needles[0].site == "GB12"
    assert sum(each.site == "GB12" for each in closed_sessions(course)[0].needles) == 1
    letter = summary_of(session, on=session.on)
    words = " ".join(line for part in letter.paragraphs for line in part.sentences)
    assert "Drink water." in words
    assert f"The record of this visit was amended on {now.amended_on[0]}." in words
    again = begin(client, course, "repeat")
    sheet = form_of(client.get(f"/practice/sessions/{again.pk}/"))
    assert (sheet["n0-site"], sheet["n1-site"]) == ("GB12", "GB20")
    press(client, again, "depths")
    assert again.needles.get(order=0).depth_mm == 7
