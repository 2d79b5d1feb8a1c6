"""A closed session is amended, by the rules of closing: fields, needles, counts."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from tests.site.practice.needling import (
    ask_again,
    begin,
    finish,
    form_of,
    make_lot,
    press,
    text,
)

from filiform.care.course import ConsentWithdrawn
from filiform.care.letter import written
from filiform.site.practice import keeping
from filiform.site.practice.billing import superbill_of
from filiform.site.practice.course_log import log
from filiform.site.practice.lettering import summary_of
from filiform.site.practice.models import Amendment, Incident, Invoice, InvoiceLine, Needle
from filiform.site.practice.session_effective import effective
from filiform.site.practice.session_records import closed_sessions
from filiform.site.practice.stock import added_in, recall, used_in
from filiform.site.practice.verifying import verify

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client
    from tests.site.practice.needling import Answer

    from filiform.site.practice.models import Course, Lot, Member, Session

pytestmark = pytest.mark.django_db


def test_a_closed_session_is_amended_with_a_reason_and_stays_as_it_was(
    client: Client, course: Course
) -> None:
    session = begin(client, course)
    finish(client, session)
    address = f"/practice/sessions/{session.pk}/amend/"
    sheet = form_of(client.get(address))
    nothing = client.post(address, {**sheet, "reason": "why"})
    assert "Nothing was changed: correct a field first." in text(nothing)
    changed = {**sheet, "n2-depth_mm": "12", "notes": "slept well"}
    assert client.post(address, {**changed, "reason": ""}).status_code == 400
    assert client.post(address, {**changed, "reason": "typed too fast"}).status_code == 302
    amendment = Amendment.objects.get()
    assert amendment.changes == {
        "needles.2.depth_mm": {"before": "", "after": "12"},
        "notes": {"before": "", "after": "slept well"},
    }
    session.refresh_from_db()
    assert session.notes == ""
    shown = text(client.get(f"/practice/sessions/{session.pk}/"))
    assert "needle 3: depth in mm: <del>nothing</del> <ins>12</ins>" in shown
    late = client.post(address, {**sheet, "n2-depth_mm": "13", "once": "", "reason": "again"})
    assert late.status_code == 409


def test_an_open_session_is_not_amended(client: Client, course: Course) -> None:
    session = begin(client, course, "empty")
    answer = client.get(f"/practice/sessions/{session.pk}/amend/")
    assert answer.headers["Location"] == f"/practice/sessions/{session.pk}/"


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
    assert f"The record of this visit was amended on {written(now.amended_on[0])}." in words
    again = begin(client, course, "repeat")
    sheet = form_of(client.get(f"/practice/sessions/{again.pk}/"))
    assert (sheet["n0-site"], sheet["n1-site"]) == ("GB12", "GB20")
    press(client, again, "depths")
    assert again.needles.get(order=0).depth_mm == 7


def closed(client: Client, course: Course) -> Session:
    """Return a closed session of ten needles, four of them at the base of the skull."""
    session = begin(client, course)
    finish(client, session)
    return session


def late(client: Client, session: Session, site: str = "point:GB12") -> dict[str, str]:
    """Return the form of an amendment to which a needle was added."""
    address = f"/practice/sessions/{session.pk}/amend/"
    sheet = {**form_of(client.get(address)), "reason": "typed too fast"}
    answer = client.post(address, {**sheet, "do": "add", "add_site": site, "add_side": "left"})
    assert answer.status_code == 200, text(answer)
    return form_of(answer)


def send(client: Client, session: Session, sheet: dict[str, str], **changed: str) -> Answer:
    """Send an amendment as it stands in its form, with these fields changed."""
    given = {**sheet, **changed, "do": "keep"}
    return client.post(f"/practice/sessions/{session.pk}/amend/", given)


def test_a_needle_is_recorded_late_and_everything_follows_it(
    client: Client, course: Course, lot: Lot
) -> None:
    session = closed(client, course)
    sheet = late(client, session)
    assert (sheet["n10-site"], sheet["n10-lot"], sheet["reason"]) == (
        "GB12",
        str(lot.pk),
        "typed too fast",
    )
    assert not Amendment.objects.exists()
    counts = {"in-suboccipital": "5", "out-suboccipital": "5"}
    kept = send(client, session, sheet, **{"n10-depth_mm": "8"}, **counts)
    assert kept.status_code == 302, text(kept)
    assert Needle.objects.filter(session=session).count() == 10
    now = effective(session)
    assert [each.site for each in now.needles][-1] == "GB12"
    assert now.session.in_counts["suboccipital"] == 5
    lot.refresh_from_db()
    assert lot.used == 11
    assert [needle.order for needle in added_in(lot)] == [10]
    assert len(closed_sessions(course)[0].needles) == 11
    incident = Incident.objects.get(session=session)
    assert incident.kind == "count_amended"
    assert incident.text == (
        "At the base of the skull 4 needles were recorded, 4 counted in and 4 out before the "
        "session was amended, and 5 needles were recorded, 5 counted in and 5 out now. "
        "Amended: typed too fast"
    )
    shown = text(client.get(f"/practice/sessions/{session.pk}/"))
    assert f"11 needles, as amended on {now.amended_on[0]}" in shown
    assert f"STRICTA, as amended on {now.amended_on[0]}:" in shown
    assert "<dd>11</dd>" in shown
    assert "10 needles when it was closed" in shown
    assert "needle 11: site: <del>nothing</del> <ins>GB12</ins>" in shown
    assert "licence: <del>nothing</del> <ins>" in shown
    assert "base of the skull: counted in: <del>4</del> <ins>5</ins>" in shown
    assert list(verify()) == []


def test_a_count_that_an_amendment_leaves_unequal_needs_a_second_look_and_makes_an_incident(
    client: Client, course: Course
) -> None:
    session = closed(client, course)
    sheet = late(client, session)
    refused = send(client, session, sheet, **{"in-suboccipital": "5"})
    assert refused.status_code == 400
    assert (
        "At the base of the skull 5 needles are recorded, 5 were counted in and 4 out: count "
        "again, look for the needle, and say what explains it." in text(refused)
    )
    look = {"second-suboccipital": "5", "second_reason": "It lay in the hair."}
    assert send(client, session, form_of(refused), **look).status_code == 302
    incident = Incident.objects.get(session=session)
    assert (incident.kind, "It lay in the hair." in incident.text) == ("count_differed", True)
    changes = Amendment.objects.get().changes
    assert changes["second_reason"]["after"] == "It lay in the hair."
    again = form_of(client.get(f"/practice/sessions/{session.pk}/amend/"))
    assert "second_reason" not in again
    moved = send(client, session, again, **{"out-suboccipital": "3", "reason": "again"})
    assert "5 were counted in and 3 out" in text(moved)


def test_a_needle_that_was_recorded_wrongly_is_taken_away_and_stays_beside(
    client: Client, staff: Member, course: Course, lot: Lot
) -> None:
    session = closed(client, course)
    address = f"/practice/sessions/{session.pk}/amend/"
    sheet = {**form_of(client.get(address)), "reason": "It was the last patient's."}
    gone = {"n0-remove": "yes", "in-suboccipital": "3", "out-suboccipital": "3"}
    refused = send(client, session, sheet, **gone)
    assert "1 needle that had gone in is no longer in the table: look for it" in text(refused)
    kept = send(client, session, form_of(refused), second_reason="All ten were in the box.")
    assert kept.status_code == 302, text(kept)
    lot.refresh_from_db()
    assert lot.used == 9
    assert [needle.order for needle in used_in(lot)] == list(range(1, 10))
    assert [each.order for each in effective(session).needles] == list(range(1, 10))
    kinds = Incident.objects.filter(session=session).values_list("kind", flat=True)
    assert sorted(kinds) == ["count_amended", "taken_from_table"]
    assert Needle.objects.filter(session=session).count() == 10
    with keeping.acting(staff) as act:
        recall(act, lot.pk, session.on, "The maker wrote.", staff)
    assert (
        "after 9 of its needles were used in 1 sessions"
        in Incident.objects.get(kind="recalled_lot").text
    )
    sheet = form_of(client.get(address))
    assert sheet["n0-remove"] == "yes"
    back = {"n0-remove": "", "in-suboccipital": "4", "out-suboccipital": "4", "reason": "mine"}
    assert send(client, session, sheet, **back).status_code == 302
    assert len(effective(session).needles) == 10


def test_a_needle_moved_between_regions_with_its_counts_is_no_incident(
    client: Client, course: Course
) -> None:
    session = closed(client, course)
    sheet = form_of(client.get(f"/practice/sessions/{session.pk}/amend/"))
    moved = {
        "n6-site": "GB21",
        "n6-region": "upper_shoulder",
        "n7-site": "GB21",
        "n7-region": "upper_shoulder",
        "in-upper_shoulder": "6",
        "out-upper_shoulder": "6",
        "in-upper_back": "",
        "out-upper_back": "",
        "reason": "the wrong point",
    }
    answer = send(client, session, sheet, **moved)
    assert answer.status_code == 302, text(answer)
    assert not Incident.objects.exists()


def test_who_may_not_needle_records_no_needle_late(
    client: Client, client_of: Callable[[str], Client], course: Course
) -> None:
    session, owner = closed(client, course), client_of("owner")
    counts = {"in-suboccipital": "5", "out-suboccipital": "5"}
    refused = send(owner, session, late(owner, session), **counts)
    assert "No credential is held for New York. Add one" in text(refused)
    words = form_of(owner.get(f"/practice/sessions/{session.pk}/amend/"))
    assert send(owner, session, words, notes="slept well", reason="late").status_code == 302


def test_where_the_tables_do_not_tell_a_late_needle_asks_why_it_was_done(
    client: Client, staff: Member, course: Course
) -> None:
    session = closed(client, course)
    staff.credentials.update(profession="chiropractor")
    counts = {"in-suboccipital": "5", "out-suboccipital": "5"}
    refused = send(client, session, late(client, session), **counts)
    assert "Our tables do not tell if chiropractors may do acupuncture in New York." in text(
        refused
    )
    given = {"why-licence": "The board wrote to me."}
    assert send(client, session, form_of(refused), **given).status_code == 302
    assert Amendment.objects.get().changes["licence"]["after"].endswith("The board wrote to me.")


def test_a_late_needle_is_held_against_the_answers_of_that_time_and_its_lot(
    client: Client, staff: Member, course: Course
) -> None:
    ask_again(staff, course, "pregnant")
    session = begin(client, course, "empty")
    press(client, session, "add", add_site="point:GB20", add_side="left")
    finish(client, session)
    ask_again(staff, course)
    old = make_lot(staff, "E1", expires_on=session.on - dt.timedelta(days=1))
    sheet = late(client, session, "point:LI4")
    counts = {"in-hand_radial": "1", "out-hand_radial": "1"}
    expired = send(client, session, sheet, **counts, **{"n1-lot": str(old.pk)})
    assert "This lot is used up, expired or recalled: choose another." in text(expired)
    refused = send(client, session, sheet, **counts)
    assert "Needle 2 (LI4, left): the last screening speaks against it." in text(refused)
    why = {"why-against:ac-03:LI4": "Birth was due."}
    assert send(client, session, form_of(refused), **why).status_code == 302


def test_a_session_that_was_closed_empty_asks_for_clean_needles_when_one_is_recorded_late(
    client: Client, course: Course
) -> None:
    session = begin(client, course, "empty")
    press(client, session, "close")
    sheet = late(client, session)
    counts = {"in-suboccipital": "1", "out-suboccipital": "1"}
    refused = send(client, session, sheet, **counts)
    assert "Not ticked: Hands cleaned right before the first needle." in text(refused)
    page = refused.content.decode()
    done = dict.fromkeys(re.findall(r'name="(done-[^"]+)"', page), "on")
    assert send(client, session, form_of(refused), **done).status_code == 302
    assert all(effective(session).session.checklist.values())


def test_a_needle_that_should_not_have_gone_in_is_told_late_with_a_reason_and_an_incident(
    client: Client, staff: Member, course: Course
) -> None:
    session = begin(client, course, "empty")
    ask_again(staff, course, "epilepsy_uncontrolled")
    with keeping.acting(staff) as act:
        before = session.created_at - dt.timedelta(
            seconds=1
        )  # a needle without a time: its opening
        log(act, course, ConsentWithdrawn(before, act.by, course.therapy, reason="enough"))
    press(client, session, "close")
    counts = {"in-suboccipital": "1", "out-suboccipital": "1"}
    refused = send(client, session, late(client, session), **counts)
    shown = text(refused)
    assert "It is refused and no reason lifts it" in shown
    assert "The consent for acupuncture was withdrawn." in shown
    done = dict.fromkeys(re.findall(r'name="(done-[^"]+)"', refused.content.decode()), "on")
    why = {name: "It was done before I knew." for name in form_of(refused) if "why-" in name}
    assert len(why) == 2
    kept = send(client, session, form_of(refused), **done, **why)
    assert kept.status_code == 302, text(kept)
    found = Incident.objects.filter(session=session, kind="refused_needle")
    assert found.count() == 2
    assert all("It was done before I knew." in each.text for each in found)
