"""What keeps a session safe: the last screening, the state of the course, who may needle."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from tests.site.practice import making
from tests.site.practice.needling import (
    ask_again,
    begin,
    finish,
    form_of,
    license_of,
    press,
    ready,
    text,
    ticks,
)

from filiform.care.course import ConsentWithdrawn, WarningSignFound
from filiform.site.practice import keeping
from filiform.site.practice.course_log import log
from filiform.site.practice.models import Course, Incident, Needle, Session
from filiform.site.practice.session_asks import against_closing

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from filiform.site.practice.models import Lot, Member

pytestmark = pytest.mark.django_db
LEFT_OUT = "the last screening speaks against it."
OLDER = "The plan was made before the last screening."


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


def withdraw(by: Member, course: Course, later: dt.timedelta = dt.timedelta()) -> None:
    """Withdraw the consent of a course."""
    course.refresh_from_db()
    with keeping.acting(by) as act:
        at = act.now + later
        log(act, course, ConsentWithdrawn(at, act.by, course.therapy, reason="enough"))


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


def test_what_an_absolute_row_speaks_against_does_not_go_in_whatever_the_reason(
    client: Client, staff: Member, course: Course
) -> None:
    session = begin(client, course, "empty")
    press(client, session, "add", add_site="point:GB20", add_side="left")
    press(client, session, "in")
    ask_again(staff, course, "epilepsy_uncontrolled")
    why = {"why-against:any-26": "They want it."}
    refused = press(client, session, "add", add_site="point:LI11", add_side="left", **why)
    assert refused.status_code == 409
    assert "It is refused and no reason lifts it: take it away." in text(refused)
    assert "They want it." in text(refused)
    assert session.needles.count() == 1
    early = press(client, session, "save", **{"n0-depth_mm": "9"}, **why)
    assert early.status_code == 200
    finish(client, session)
    incident = Incident.objects.get(session=session)
    assert incident.kind == "refused_needle"
    assert incident.text.endswith("They want it.")


def of_therapy(by: Member, course: Course, therapy: str) -> Course:
    """Return a course of another therapy that may be needled."""
    Course.objects.filter(pk=course.pk).update(therapy=therapy)
    course.refresh_from_db()
    ready(by, course)
    return course


def test_current_where_sources_disagree_waits_for_a_doctor_who_is_named_with_the_day(
    client: Client, staff: Member, a_course: Course, lot: Lot
) -> None:
    course = of_therapy(staff, a_course, "electroacupuncture")
    assert lot.used == 0
    ask_again(staff, course, "pacemaker_or_implant")
    session = begin(client, course, "empty")
    row = {"add_site": "point:LI11", "add_side": "left"}
    refused = press(client, session, "add", **row)
    assert refused.status_code == 409
    assert "The stricter holds until a doctor has approved it: name the doctor and the day" in text(
        refused
    )
    assert "Which doctor has approved it?" in text(refused)
    named = {"doctor-es-01": "Dr. Heart", "day-es-01": f"{session.on}"}
    late = {**named, "day-es-01": f"{session.on + dt.timedelta(days=1)}"}
    sheet = form_of(refused)
    address = f"/practice/sessions/{session.pk}/"
    assert client.post(address, {**sheet, **late, "do": "save"}).status_code == 409
    kept = client.post(address, {**sheet, **named, "once": "", "do": "save"})
    assert kept.status_code == 302, text(kept)
    session.refresh_from_db()
    assert session.confirmations["approved:es-01"] == f"Dr. Heart, {session.on}"
    press(client, session, "save", notes="again")
    session.refresh_from_db()
    assert "approved:es-01" in session.confirmations


def test_dry_needles_do_not_go_over_both_lungs_in_one_session(
    client: Client, staff: Member, a_course: Course, lot: Lot
) -> None:
    course = of_therapy(staff, a_course, "dry_needling")
    assert lot.used == 0
    staff.credentials.update(profession="physician")
    session = begin(client, course, "empty")
    why = {"licence_reason": "The board wrote."}
    add = {"add_site": "muscle:upper_trapezius"}
    assert press(client, session, "add", add_side="left", **add, **why).status_code == 200
    refused = press(client, session, "add", add_side="right", **add, **why)
    assert refused.status_code == 409
    assert "never needle over both lungs on the same day" in text(refused)
    assert session.needles.count() == 1


def test_nor_over_both_lungs_in_two_sessions_of_one_day(
    client: Client, staff: Member, a_course: Course, lot: Lot
) -> None:
    course = of_therapy(staff, a_course, "dry_needling")
    staff.credentials.update(profession="physician")
    first = begin(client, course, "empty")
    why = {"licence_reason": "The board wrote."}
    add = {"add_site": "muscle:upper_trapezius"}
    assert press(client, first, "add", add_side="left", **add, **why).status_code == 200
    other = making.make_course(staff, course.person)
    other.therapy = "dry_needling"
    second = Session(course=other, practitioner=staff, number=1, on=first.on)
    needle = Needle(
        session=second, order=0, site_kind="muscle", site="upper_trapezius", side="right",
        region="upper_shoulder", lot=lot, practice_id=staff.practice_id,
    )  # fmt: skip
    with keeping.acting(staff) as act:
        act.create(second, children=[needle])
    [problem] = [
        each for each in against_closing(first, list(first.needles.all())) if each.row == "dn-04"
    ]
    assert "with those of another session of this day" in problem.sentence
    assert problem.lifted_by == "nothing"
    second.on = first.on - dt.timedelta(days=1)
    second.save()
    told = against_closing(first, list(first.needles.all()))
    assert "dn-04" not in {each.row for each in told}


def test_a_needle_that_went_in_before_the_withdrawal_and_is_sent_after_it_is_recorded(
    client: Client, staff: Member, course: Course
) -> None:
    session = begin(client, course, "empty")
    press(client, session, "add", add_site="point:GB20", add_side="left")
    withdraw(staff, course, later=dt.timedelta(minutes=5))
    untimed = {"add_site": "point:LI11", "add_side": "left", "late_reason": "I know."}
    assert press(client, session, "add", **untimed).status_code == 409
    silent = press(client, session, "in")
    assert silent.status_code == 409
    assert "A needle that went in before that is recorded with its time in" in text(silent)
    tapped = form_of(silent)["n0-inserted_at"]
    assert tapped
    said = {"n0-inserted_at": tapped, "late_reason": "The line was lost; my watch."}
    assert press(client, session, "save", **said).status_code == 200
    session.refresh_from_db()
    assert session.needles.get().inserted_at is not None
    (told,) = session.licence["late"]
    address = f"/practice/sessions/{session.pk}/"
    assert (told["put_in"], told["after"], told["reason"], told["by"]) == (
        ["GB20"],
        "consent_withdrawn",
        "The line was lost; my watch.",
        str(staff),
    )
    shown = text(making.client_for(making.make_member(course.practice, "reader")).get(address))
    assert "The line was lost; my watch." in shown


def test_a_course_called_acupuncture_is_no_way_round_the_row_on_dry_needling(
    client: Client, staff: Member, course: Course
) -> None:
    staff.credentials.update(profession="physical_therapist")
    why = {"licence_reason": "The board wrote."}
    address = f"/practice/courses/{course.pk}/sessions/new/"
    assert client.post(address, {"begin": "empty", **why}).status_code == 302
    session = Session.objects.get()
    muscle = {"add_site": "muscle:levator_scapulae", "add_side": "left"}
    refused = press(client, session, "add", **muscle, **why)
    assert refused.status_code == 409
    assert "Every needle of this session is in a muscle, which this program calls dry needling" in (
        text(refused)
    )
    assert press(client, session, "add", add_site="point:LI11", add_side="left").status_code == 200
    asked = press(client, session, "add", **muscle)
    assert asked.status_code == 409
    assert "Whether needles in muscles count as dry needling in a course of acupuncture" in text(
        asked
    )
    assert press(client, session, "add", **muscle, **why).status_code == 200
    session.refresh_from_db()
    assert session.licence["others"][0]["code"] == "muscles"
