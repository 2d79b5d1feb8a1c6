"""A session: opened by the rules, repeated, timed, counted, confirmed, closed once, amended."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.site.practice import making
from tests.site.practice.needling import (
    TODAY,
    begin,
    finish,
    form_of,
    license_of,
    make_lot,
    press,
    screened,
    text,
    ticks,
)

from filiform.site.practice import keeping
from filiform.site.practice.course_log import state_of
from filiform.site.practice.models import (
    Draft,
    HistoryEntry,
    Incident,
    Needle,
    Session,
)
from filiform.site.practice.verifying import verify

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from filiform.site.practice.models import Course, Lot, Member

pytestmark = pytest.mark.django_db


def test_no_session_without_screening_consent_and_plan(
    client: Client, staff: Member, a_course: Course
) -> None:
    license_of(staff)
    address = f"/practice/courses/{a_course.pk}/sessions/new/"
    shown = text(client.get(address))
    assert "No needles before the warning signs were asked. Do the screening first." in shown
    assert 'name="begin"' not in shown
    assert client.post(address, {"begin": "empty"}).status_code == 409
    screened(staff, a_course)
    assert "There is no plan yet. Plan the course first." in text(client.get(address))
    assert not Session.objects.exists()


def test_an_expired_licence_is_refused_with_its_day(
    client: Client, staff: Member, a_course: Course
) -> None:
    license_of(staff, expires_on=dt.date(2026, 1, 31))
    shown = text(client.get(f"/practice/courses/{a_course.pk}/sessions/new/"))
    assert "The credential AC 1 of New York expired on 2026-01-31. Renew it first." in shown
    assert "The law stands against it" in shown


def test_what_the_tables_do_not_tell_needs_a_reason_that_is_kept(
    client: Client, staff: Member, course: Course
) -> None:
    staff.credentials.update(profession="chiropractor")
    address = f"/practice/courses/{course.pk}/sessions/new/"
    assert "Our tables do not tell if chiropractors may do acupuncture in New York." in text(
        client.get(address)
    )
    refused = client.post(address, {"begin": "empty", "licence_reason": ""})
    assert refused.status_code == 400
    given = {"begin": "empty", "licence_reason": "The board wrote to me."}
    assert client.post(address, given).status_code == 302
    kept = Session.objects.get().licence
    assert (kept["status"], kept["reason"]) == ("unknown", "The board wrote to me.")


def test_a_plan_becomes_a_table_of_which_nothing_is_kept_before_it_is_saved(
    client: Client, course: Course, lot: Lot
) -> None:
    session = begin(client, course)
    shown = text(client.get(f"/practice/sessions/{session.pk}/"))
    assert "Taken from the plan. Nothing is kept until you save." in shown
    assert shown.count('class="app-needle"') == 10
    assert not Needle.objects.exists()
    press(client, session, "save")
    lot.refresh_from_db()
    assert (Needle.objects.count(), lot.used) == (10, 10)
    assert not Draft.objects.exists()
    assert list(verify()) == []


def test_a_session_goes_from_all_in_to_closed(client: Client, course: Course) -> None:
    session = begin(client, course)
    shown = text(press(client, session, "in"))
    assert "<strong>10 in since" in shown
    session.refresh_from_db()
    assert session.in_counts == {"suboccipital": 4, "upper_shoulder": 4, "upper_back": 2}
    assert session.out_counts == {}
    against = text(press(client, session, "close"))
    assert "It is saved and not closed yet" in against
    assert "it has a time in and no time out: is it still in?" in against
    assert "The needles at the base of the skull were not counted out: count them." in against
    assert "Not ticked: Hands cleaned right before the first needle." in against
    assert "lung below: never deep" in against
    finish(client, session)
    assert session.ended_at is not None
    assert all(done for done in session.checklist.values())
    assert session.confirmations["dangerous_site:GB21:left"].startswith(
        "Avoided as the source says: "
    )
    assert state_of(course).sessions_done == 1
    record = text(client.get(f"/practice/sessions/{session.pk}/"))
    assert "10 needles" in record
    assert "base of the skull 4 in, 4 out" in record
    assert list(verify()) == []


def test_the_last_session_is_repeated_with_sides_from_the_lot_that_expires_first(
    client: Client, staff: Member, course: Course
) -> None:
    first = begin(client, course)
    press(client, first, "save", **{"n0-depth_mm": "15", "n0-response_got": "deqi"})
    finish(client, first)
    sooner = make_lot(staff, "B2", expires_on=TODAY + dt.timedelta(days=30), quantity=4)
    second = begin(client, course, "repeat")
    sheet = form_of(client.get(f"/practice/sessions/{second.pk}/"))
    assert (sheet["n0-site"], sheet["n0-side"], sheet["n9-side"]) == ("GB20", "left", "right")
    assert [sheet[f"n{n}-lot"] == str(sooner.pk) for n in range(10)] == [True] * 4 + [False] * 6
    assert (sheet["n0-depth_mm"], sheet["n0-response_got"]) == ("", "")
    assert 'placeholder="last 15"' in text(client.get(f"/practice/sessions/{second.pk}/"))
    press(client, second, "depths")
    depths = list(second.needles.order_by("order").values_list("depth_mm", flat=True))
    assert depths == [15, *[None] * 9]


def test_a_count_that_differs_needs_a_second_look_and_makes_an_incident(
    client: Client, course: Course
) -> None:
    session = begin(client, course)
    press(client, session, "in")
    press(client, session, "out")
    counted = {"out-suboccipital": "3", "out-upper_shoulder": "4", "out-upper_back": "2"}
    refused = text(press(client, session, "close", **counted, **ticks(client, session)))
    assert (
        "At the base of the skull 4 needles are recorded, 4 were counted in and 3 out: "
        "count again, look for the needle, and say what explains it." in refused
    )
    again = {f"second-{name[4:]}": "4" for name in counted if name.endswith("occipital")}
    done = press(client, session, "close", **again, second_reason="It lay in the hair.")
    session.refresh_from_db()
    assert session.closed_at is not None
    incident = Incident.objects.get()
    assert incident.kind == "count_differed"
    assert "It lay in the hair." in incident.text
    assert "Incident" in text(done)


def test_a_needle_is_added_on_both_sides_and_taken_away(client: Client, course: Course) -> None:
    session = begin(client, course, "empty")
    fault = press(client, session, "add", add_site="", add_words="")
    assert "Choose a point or a muscle, or write another site." in text(fault)
    press(client, session, "add", add_site="point:GB20", add_side="both")
    press(client, session, "add", add_site="point:GV20", add_side="left")
    found = session.needles.values_list("site", "side", "region")
    assert list(found) == [
        ("GB20", "left", "suboccipital"),
        ("GB20", "right", "suboccipital"),
        ("GV20", "midline", "vertex"),
    ]
    press(client, session, "save", **{"n1-remove": "yes"})
    assert list(session.needles.values_list("side", flat=True)) == ["left", "midline"]


def test_a_needle_too_many_is_told_and_never_dropped_in_silence(
    client: Client, course: Course
) -> None:
    session = begin(client, course)
    row = {
        name: value
        for name, value in form_of(client.get(f"/practice/sessions/{session.pk}/")).items()
        if name.startswith("n0-")
    }
    many = {name.replace("n0-", f"n{n}-"): value for n in range(61) for name, value in row.items()}
    answer = press(client, session, "save", **many)
    assert answer.status_code == 400
    assert "A session holds at most 60 needles: take some away." in text(answer)
    assert "n60-site" in form_of(answer)
    assert not session.needles.exists()


def test_a_wrong_number_is_told_at_its_needle_and_nothing_typed_is_lost(
    client: Client, course: Course
) -> None:
    session = begin(client, course)
    answer = press(client, session, "save", **{"n3-depth_mm": "900", "notes": "kept here"})
    assert answer.status_code == 400
    shown = text(answer)
    assert "Needle 4, GB21 Jianjing: depth in mm: Ensure this value is less than" in shown
    assert "kept here" in shown
    assert 'value="900"' in shown
    assert not Needle.objects.exists()


def test_a_form_sent_twice_acts_once(client: Client, course: Course) -> None:
    session = begin(client, course)
    address = f"/practice/sessions/{session.pk}/"
    sent = {**form_of(client.get(address)), "do": "in"}
    first, second = client.post(address, sent), client.post(address, sent)
    assert first.status_code == second.status_code == 302
    session.refresh_from_db()
    assert session.version == 2


def test_what_is_typed_is_kept_as_a_draft_and_found_again(client: Client, course: Course) -> None:
    session = begin(client, course, "empty")
    address = f"/practice/sessions/{session.pk}/"
    typed = {**form_of(client.get(address)), "notes": "left shoulder first"}
    assert "at" in client.post(f"{address}draft/", typed).json()
    shown = text(client.get(address))
    assert "left shoulder first" in shown
    assert "was found again. It is not saved yet." in shown
    assert Session.objects.get().notes == ""
    press(client, session, "save")
    assert Session.objects.get().notes == "left shoulder first"
    assert not Draft.objects.exists()


def test_a_draft_is_dropped_where_it_is_not_wanted(client: Client, course: Course) -> None:
    session = begin(client, course, "empty")
    address = f"/practice/sessions/{session.pk}/"
    client.post(f"{address}draft/", {**form_of(client.get(address)), "notes": "no"})
    client.post(address, {"do": "discard"})
    assert not Draft.objects.exists()


def test_nobody_overwrites_what_another_types(
    client: Client, client_of: Callable[[str], Client], course: Course
) -> None:
    session = begin(client, course, "empty")
    address, owner = f"/practice/sessions/{session.pk}/", client_of("owner")
    mine = {**form_of(client.get(address)), "notes": "mine"}
    assert client.post(f"{address}draft/", mine).status_code == 200
    theirs = {**form_of(owner.get(address)), "notes": "theirs"}
    refused = owner.post(f"{address}draft/", theirs)
    assert refused.status_code == 409
    assert refused.json()["said"].endswith("types in this session too: save to keep yours.")
    assert "has not saved it." in text(owner.get(address))
    assert "mine" in text(owner.get(f"{address}?take=yes"))


def test_the_second_of_two_who_save_is_shown_the_difference_and_loses_nothing(
    client: Client, client_of: Callable[[str], Client], course: Course
) -> None:
    session = begin(client, course, "empty")
    address, owner = f"/practice/sessions/{session.pk}/", client_of("owner")
    mine = {**form_of(client.get(address)), "notes": "mine", "do": "save"}
    theirs = {**form_of(owner.get(address)), "notes": "theirs", "do": "save"}
    assert owner.post(address, theirs).status_code == 302
    late = client.post(address, mine)
    assert late.status_code == 409
    shown = text(late)
    assert "Someone else changed this while you were typing" in shown
    assert (
        '<td class="nhsuk-table__cell">theirs</td><td class="nhsuk-table__cell">mine</td>' in shown
    )
    assert client.post(address, {**form_of(late), "do": "save"}).status_code == 302
    assert Session.objects.get().notes == "mine"
    kept = HistoryEntry.objects.filter(kind="session", act="change").order_by("number")
    assert [entry.after["notes"] for entry in kept if entry.after] == ["theirs", "mine"]


def test_a_closed_session_is_not_overwritten_by_a_form_that_comes_late(
    client: Client, course: Course
) -> None:
    session = begin(client, course)
    address = f"/practice/sessions/{session.pk}/"
    late = {**form_of(client.get(address)), "notes": "too late", "do": "save"}
    finish(client, session)
    answer = client.post(address, late)
    assert answer.status_code == 409
    assert "It was closed meanwhile" in text(answer)
    assert "Keep mine in the place of theirs" not in text(answer)
    again = client.post(
        address, {**late, "once": str(uuid.uuid4()), "version": str(session.version)}
    )
    assert again.status_code == 409
    session.refresh_from_db()
    assert session.notes == ""


def test_an_expired_recalled_or_used_up_lot_is_not_offered_and_not_taken(
    client: Client, staff: Member, course: Course
) -> None:
    bad = [
        make_lot(staff, "E1", expires_on=TODAY - dt.timedelta(days=1)),
        make_lot(staff, "R1", recalled_on=TODAY),
        make_lot(staff, "U1", discarded=100),
    ]
    session = begin(client, course)
    shown = text(client.get(f"/practice/sessions/{session.pk}/"))
    for each in bad:
        assert f"{each.lot_number} · " not in shown
        answer = press(client, session, "save", **{"n0-lot": str(each.pk)})
        assert "This lot is used up, expired or recalled: choose another." in text(answer)
    assert not Needle.objects.exists()


def test_no_more_needles_are_used_than_came(
    client: Client, staff: Member, course: Course, lot: Lot
) -> None:
    few = make_lot(staff, "F1", quantity=3)
    session = begin(client, course)
    answer = press(client, session, "lot", all_lot=str(few.pk))
    assert (
        "10 more needles of lot F1 are asked for and 3 are left: each is used once, "
        "so choose another lot or correct the count." in text(answer)
    )
    few.refresh_from_db()
    lot.refresh_from_db()
    assert (few.used, lot.used, Needle.objects.count()) == (0, 0, 0)


def test_readers_read_front_desks_do_not_and_strangers_find_nothing(
    client_of: Callable[[str], Client], client: Client, stranger: Client, course: Course
) -> None:
    session = begin(client, course)
    for path in (f"sessions/{session.pk}/", f"courses/{course.pk}/plan/", "incidents/"):
        assert client_of("reader").get(f"/practice/{path}").status_code == 200
        assert client_of("front_desk").get(f"/practice/{path}").status_code == 403
    assert client_of("reader").post(f"/practice/sessions/{session.pk}/").status_code == 403
    assert client_of("reader").post(f"/practice/sessions/{session.pk}/draft/").status_code == 403
    for path in (
        f"sessions/{session.pk}/",
        f"sessions/{session.pk}/draft/",
        f"sessions/{session.pk}/amend/",
        f"courses/{course.pk}/sessions/new/",
    ):
        assert stranger.get(f"/practice/{path}").status_code == 404
        assert stranger.post(f"/practice/{path}").status_code == 404


def test_a_page_takes_as_many_queries_for_many_needles_as_for_few(
    client: Client, course: Course
) -> None:
    session = begin(client, course, "empty")
    press(client, session, "add", add_site="point:GB20", add_side="left")
    address, counts = f"/practice/sessions/{session.pk}/", []
    for _ in range(2):
        with CaptureQueriesContext(connection) as seen:
            client.get(address)
        counts.append(len(seen))
        for point in ("GB21", "BL10", "TE15"):
            press(client, session, "add", add_site=f"point:{point}", add_side="both")
    assert counts[0] == counts[1]


def test_a_session_is_opened_once_and_not_a_second_one_beside_it(
    client: Client, course: Course
) -> None:
    address = f"/practice/courses/{course.pk}/sessions/new/"
    sent = {"begin": "plan", "once": str(uuid.uuid4())}
    first, second = client.post(address, sent), client.post(address, sent)
    assert first.headers["Location"] == second.headers["Location"]
    third = client.post(address, {"begin": "plan", "once": str(uuid.uuid4())})
    assert third.status_code == 409
    assert "A session of this course is open. Close it first" in text(third)
    assert Session.objects.count() == 1


def test_reading_a_session_is_in_the_history(client: Client, course: Course) -> None:
    session = begin(client, course)
    client.get(f"/practice/sessions/{session.pk}/")
    read = HistoryEntry.objects.filter(act="read", object_id=str(session.pk))
    assert read.get().person_id == course.person_id


def test_a_time_that_was_tapped_before_the_line_broke_counts_back(
    client: Client, course: Course
) -> None:
    session = begin(client, course)
    press(client, session, "in", ago="600")
    session.refresh_from_db()
    assert session.started_at is not None
    with keeping.acting(making.make_member(course.practice, "owner")) as act:
        assert dt.timedelta(seconds=590) < act.now - session.started_at < dt.timedelta(seconds=660)


def test_needles_that_went_in_are_not_taken_from_the_table_without_a_second_look(
    client: Client, course: Course
) -> None:
    session = begin(client, course)
    press(client, session, "in")
    sheet = form_of(client.get(f"/practice/sessions/{session.pk}/"))
    emptied = {
        name: value for name, value in sheet.items() if not re.match(r"n\d+-|in-|out-", name)
    }
    address = f"/practice/sessions/{session.pk}/"
    client.post(address, {**emptied, "do": "save"})
    session.refresh_from_db()
    assert not session.needles.exists()
    refused = press(client, session, "close", **ticks(client, session))
    assert "10 needles that had gone in are no longer in the table" in text(refused)
    assert Session.objects.filter(pk=session.pk, closed_at=None).exists()
    done = press(client, session, "close", second_reason="Typed into the wrong person's sheet.")
    assert done.status_code == 200
    assert not Session.objects.filter(pk=session.pk, closed_at=None).exists()
    assert Incident.objects.get(session=session).kind == "taken_from_table"
