"""Needles in stock: received once, counted, thrown away, recalled, and found again in people."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.site.practice import making
from tests.site.practice.needling import (
    TODAY,
    begin,
    form_of,
    make_lot,
    other_person,
    press,
    ready,
    text,
)

from filiform.site.practice import keeping, stock
from filiform.site.practice.models import HistoryEntry, Incident, Lot
from filiform.site.practice.verifying import verify

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from filiform.site.practice.models import Course, Member

pytestmark = pytest.mark.django_db

PACK = {
    "maker": "Maker",
    "product": "",
    "lot_number": "ab 12",
    "diameter_mm": "0.25",
    "length_mm": "30",
    "expires_on": "2028-01-31",
    "received_on": "2026-11-01",
    "quantity": "500",
}


def test_a_lot_is_taken_in_once(client_of: Callable[[str], Client]) -> None:
    client, once = client_of("front_desk"), str(uuid.uuid4())
    for _ in range(2):
        assert client.post("/practice/stock/receive/", PACK | {"once": once}).status_code == 302
    lot = Lot.objects.get()
    assert (lot.lot_number, lot.quantity, lot.used) == ("AB 12", 500, 0)
    other_size = client.post("/practice/stock/receive/", PACK | {"length_mm": "40"})
    assert other_size.status_code == 302
    assert "500 of 500" in text(client.get("/practice/stock/"))
    assert list(verify()) == []


def test_an_expired_lot_is_not_taken_in(client_of: Callable[[str], Client]) -> None:
    past = TODAY - dt.timedelta(days=1)
    answer = client_of("owner").post("/practice/stock/receive/", PACK | {"expires_on": str(past)})
    assert answer.status_code == 400
    assert (
        f"These needles expired on {past}: they are not taken in. Send them back, or read the date "
        "on the pack again."
    ) in text(answer)
    assert not Lot.objects.exists()
    today = client_of("owner").post("/practice/stock/receive/", PACK | {"expires_on": str(TODAY)})
    assert today.status_code == 302


def test_a_pack_that_comes_tomorrow_is_not_here_yet(client_of: Callable[[str], Client]) -> None:
    to_come = str(TODAY + dt.timedelta(days=1))
    answer = client_of("owner").post("/practice/stock/receive/", PACK | {"received_on": to_come})
    assert answer.status_code == 400
    assert "That day has not come yet." in text(answer)


def test_more_of_a_lot_is_counted_in_once_somebody_says_that_it_is_more(
    client_of: Callable[[str], Client], member: Callable[[str], Member]
) -> None:
    client, lot = client_of("front_desk"), make_lot(member("owner"))
    more = PACK | {"lot_number": "a1", "expires_on": str(lot.expires_on), "quantity": "50"}
    asked = client.post("/practice/stock/receive/", more)
    assert asked.status_code == 400
    assert (
        f"100 needles of lot A1 of this size came on {lot.received_on}. Did 50 more of it come?"
    ) in text(asked)
    told = client.post("/practice/stock/receive/", more | {"maker": "MAKER", "sure": "on"})
    assert told.status_code == 302
    lot = Lot.objects.get()
    assert (lot.quantity, lot.maker) == (150, "Maker")
    assert list(verify()) == []


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ({"maker": "Other"}, "Lot A1 is in stock as of Maker, use by"),
        ({"length_mm": "40"}, "Lot A1 is in stock as of Maker, use by"),
    ],
)
def test_one_lot_number_with_two_truths_is_asked_about(
    client_of: Callable[[str], Client],
    member: Callable[[str], Member],
    given: dict[str, str],
    asked: str,
) -> None:
    client = client_of("owner")
    make_lot(member("owner"))
    answer = client.post("/practice/stock/receive/", PACK | {"lot_number": "A1"} | given)
    assert answer.status_code == 400
    assert asked in text(answer)
    assert "Read both packs again. Are both right?" in text(answer)
    sure = PACK | {"lot_number": "A1", "sure": "on"} | given
    assert client.post("/practice/stock/receive/", sure).status_code == 302
    assert Lot.objects.count() == 2


def test_a_lot_has_one_date_and_takes_no_more_needles_once_it_is_recalled(
    client_of: Callable[[str], Client], member: Callable[[str], Member]
) -> None:
    client, lot = client_of("owner"), make_lot(member("owner"))
    other = PACK | {"lot_number": "A1", "sure": "on"}
    assert (
        f"Lot A1 of Maker is in stock with use by {lot.expires_on}: one lot has one date. Read the "
        "pack again; where the stock is wrong, correct it there first."
    ) in text(client.post("/practice/stock/receive/", other))
    with keeping.acting(member("owner")) as act:
        stock.recall(act, lot.pk, TODAY, "recalled", member("owner"))
    more = other | {"expires_on": str(lot.expires_on)}
    assert f"Lot A1 was recalled from {TODAY} on: send it back." in text(
        client.post("/practice/stock/receive/", more)
    )
    assert Lot.objects.get().quantity == 100


def test_what_the_pack_says_is_corrected_with_a_reason(
    client_of: Callable[[str], Client], member: Callable[[str], Member]
) -> None:
    client, lot = client_of("front_desk"), make_lot(member("owner"))
    address = f"/practice/stock/{lot.pk}/correct/"
    sent = form_of(client.get(address)) | {"expires_on": "2028-06-30", "lot_number": "a 1"}
    refused = client.post(address, sent)
    assert refused.status_code == 400
    assert "Write it here." in text(refused)
    stale = client.post(address, sent | {"reason": "misread", "version": "7"})
    assert stale.status_code == 409
    assert client.post(address, sent | {"reason": "misread"}).status_code == 302
    lot.refresh_from_db()
    assert (str(lot.expires_on), lot.lot_number, lot.quantity) == ("2028-06-30", "A 1", 100)
    assert HistoryEntry.objects.latest("number").reason == "misread"
    make_lot(member("owner"), "B1")
    taken = form_of(client.get(address)) | {"lot_number": "B1", "reason": "misread"}
    assert "Lot B1 of Maker is in stock already in this size." in text(client.post(address, taken))
    assert client_of("reader").get(address).status_code == 403


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("quantity", "0", "Ensure this value is greater than or equal to 1."),
        ("diameter_mm", "5", "Ensure this value is less than or equal to 1."),
        ("expires_on", "soon", "Enter a valid date."),
        ("maker", "", "Write it here."),
    ],
)
def test_what_cannot_be_on_a_pack_is_told(
    client_of: Callable[[str], Client], field: str, value: str, told: str
) -> None:
    answer = client_of("owner").post("/practice/stock/receive/", PACK | {field: value})
    assert answer.status_code == 400
    assert told in text(answer)
    assert not Lot.objects.exists()


def test_needles_thrown_away_are_counted_and_never_more_than_are_left(
    client_of: Callable[[str], Client], member: Callable[[str], Member]
) -> None:
    lot, client = make_lot(member("owner")), client_of("front_desk")
    address = f"/practice/stock/{lot.pk}/discard/"
    refused = client.post(address, {"count": "101", "reason": "the pack was open"})
    assert refused.status_code == 400
    assert "101 more needles of lot A1 are asked for and 100 are left" in text(refused)
    assert client.post(address, {"count": "5", "reason": "the pack was open"}).status_code == 302
    lot.refresh_from_db()
    assert (lot.discarded, stock.left_in(lot)) == (5, 95)


def test_a_recalled_lot_tells_each_session_and_person_in_two_queries(
    client_of: Callable[[str], Client], member: Callable[[str], Member], a_course: Course
) -> None:
    staff, client = member("practitioner"), client_of("practitioner")
    lot = make_lot(staff)
    ready(staff, a_course)
    other = making.make_course(staff, other_person(staff, 9))
    ready(staff, other)
    for course in (a_course, other):
        press(client, begin(client, course), "save")
    note = {"recalled_on": str(TODAY), "note": "The maker's letter."}
    assert client.post(f"/practice/stock/{lot.pk}/recall/", note).status_code == 302
    lot.refresh_from_db()
    with CaptureQueriesContext(connection) as seen:
        found = {needle.session.course.person.family_name for needle in stock.used_in(lot)}
    assert (found, len(seen)) == ({"Example", "Other 9"}, 2)
    shown = text(client.get(f"/practice/stock/{lot.pk}/"))
    assert "20 needles, each with its session and person." in shown
    assert "Pat Example" in shown
    assert "The maker's letter." in shown
    assert Incident.objects.get().text == (
        f"Lot A1 of Maker was recalled from {TODAY} on, after 20 of its needles were used in "
        "2 sessions: its page lists them. The maker's letter."
    )
    client.post(f"/practice/stock/{lot.pk}/recall/", note | {"note": "Told once more."})
    assert Incident.objects.count() == 1


def test_a_session_that_took_from_a_lot_before_its_recall_is_not_closed_in_silence(
    client_of: Callable[[str], Client], member: Callable[[str], Member], a_course: Course
) -> None:
    staff, client = member("practitioner"), client_of("practitioner")
    lot = make_lot(staff)
    ready(staff, a_course)
    session = begin(client, a_course)
    press(client, session, "in")
    with keeping.acting(staff) as act:
        stock.recall(act, lot.pk, TODAY, "recalled", staff)
    shown = text(press(client, session, "close"))
    assert f"Lot A1 of Maker was recalled on {TODAY}: set it apart and take another." in shown


def test_the_front_desk_sees_the_stock_and_not_in_whom_it_was_used(
    client_of: Callable[[str], Client], member: Callable[[str], Member], a_course: Course
) -> None:
    staff = member("practitioner")
    lot = make_lot(staff)
    ready(staff, a_course)
    client = client_of("practitioner")
    press(client, begin(client, a_course), "save")
    shown = text(client_of("front_desk").get(f"/practice/stock/{lot.pk}/"))
    assert "Where it was used" not in shown
    assert "Pat Example" not in shown
    assert client_of("reader").post(f"/practice/stock/{lot.pk}/discard/").status_code == 403
    assert client_of("reader").get("/practice/stock/receive/").status_code == 403


def test_strangers_find_no_lot(
    stranger: Client, client_of: Callable[[str], Client], member: Callable[[str], Member]
) -> None:
    lot = make_lot(member("owner"))
    for name in ("", "correct/", "discard/", "recall/"):
        assert stranger.get(f"/practice/stock/{lot.pk}/{name}").status_code == 404
    for name in ("discard/", "recall/"):
        assert stranger.post(f"/practice/stock/{lot.pk}/{name}").status_code == 404
    assert lot.lot_number not in text(stranger.get("/practice/stock/"))
    assert "There are no needles in stock." in text(stranger.get("/practice/stock/"))
    assert client_of("owner").get(f"/practice/stock/{lot.pk}/").status_code == 200


def test_lists_take_as_many_queries_for_many_lots_as_for_few(
    client_of: Callable[[str], Client], member: Callable[[str], Member]
) -> None:
    client, counts = client_of("owner"), []
    client.get("/practice/stock/")
    for size in (2, 12):
        for n in range(size):
            make_lot(member("owner"), f"{size}-{n}")
        with CaptureQueriesContext(connection) as seen:
            client.get("/practice/stock/")
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_lots_used_up_are_shown_on_asking(
    client_of: Callable[[str], Client], member: Callable[[str], Member]
) -> None:
    make_lot(member("owner"), "GONE", discarded=100)
    make_lot(member("owner"), "OLD", expires_on=TODAY - dt.timedelta(days=1))
    client = client_of("owner")
    assert "GONE" not in text(client.get("/practice/stock/"))
    everything = text(client.get("/practice/stock/?all=yes"))
    assert "Used up" in everything
    assert "Expired" in everything


def test_a_lot_that_another_session_takes_from_at_once_is_never_overdrawn(
    member: Callable[[str], Member],
) -> None:
    staff = member("practitioner")
    lot = make_lot(staff, quantity=3)
    with keeping.acting(staff) as act:
        stock.count_used(act, [], [lot.pk, lot.pk])
    with pytest.raises(stock.StockError) as told, keeping.acting(staff) as act:
        stock.count_used(act, [], [lot.pk, lot.pk])
    assert told.value.sentence == (
        "2 more needles of lot A1 are asked for and 1 are left: each is used once, so choose "
        "another lot or correct the count."
    )
    with keeping.acting(staff) as act:
        stock.count_used(act, [lot.pk, lot.pk], [lot.pk])
    lot.refresh_from_db()
    assert lot.used == 1
