"""The one way in which records are kept: chain, versions, order, append-only, verification."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from django.db import DatabaseError, connection, transaction

from filiform.site.practice import befores, keeping
from filiform.site.practice.differences import Difference, differences
from filiform.site.practice.models import (
    Course,
    CourseEvent,
    HistoryEntry,
    Lot,
    Member,
    Needle,
    Person,
    Practice,
    Session,
)
from filiform.site.practice.verifying import verify

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client


HEAD = "head: The chain does not end where the practice says"


def a_lot(by: Member) -> Lot:
    lot = Lot(
        maker="Maker",
        lot_number="L1",
        length_mm=Decimal(40),
        diameter_mm=Decimal("0.25"),
        quantity=100,
        received_on=date(2026, 1, 5),
        expires_on=date(2030, 1, 5),
    )
    with keeping.acting(by) as act:
        act.create(lot)
    return lot


def a_session(course: Course, needles: int = 2) -> Session:
    by = course.practitioner
    lot = a_lot(by)
    session = Session(course=course, practitioner=by, number=1, on=date(2026, 10, 2))
    rows = [
        Needle(
            session=session,
            practice_id=by.practice_id,
            order=order,
            site_kind="point",
            site="GB20",
            side="left",
            region="neck",
            depth_mm=Decimal(12),
            lot=lot,
        )
        for order in range(needles)
    ]
    with keeping.acting(by) as act:
        act.create(session, children=rows)
    return session


def rename(person: Person, by: Member, name: str, version: int | None = None) -> None:
    before = keeping.values(person)
    person.family_name = name
    with keeping.acting(by) as act:
        act.change(person, before=before, version=version, reason="They married.")


def test_each_act_is_one_link_that_follows_the_one_before(
    a_person: Person, member: Callable[[str], Member]
) -> None:
    rename(a_person, member("owner"), "Married")
    with keeping.acting(member("owner")) as act:
        act.read(a_person)
    entries = list(HistoryEntry.objects.filter(kind="person"))
    assert [entry.act for entry in entries] == ["create", "change", "read"]
    assert [entry.person_id for entry in entries] == [a_person.pk] * 3
    assert entries[1].reason == "They married."
    assert entries[1].by.startswith("Olive Owner <")
    for before, after in pairwise(entries):
        assert after.previous == before.sha256
    practice = Practice.objects.get(pk=a_person.practice_id)
    assert (practice.history_number, practice.history_hash) == (
        entries[2].number,
        entries[2].sha256,
    )


def test_a_change_keeps_what_was_before_and_after(
    a_person: Person, member: Callable[[str], Member]
) -> None:
    rename(a_person, member("owner"), "Married")
    entry = HistoryEntry.objects.get(kind="person", act="change")
    assert differences(befores.whole(entry.before, entry.after), entry.after) == (
        Difference("family name", "Example", "Married"),
    )


def test_an_act_that_fails_keeps_nothing_of_itself(
    a_person: Person, member: Callable[[str], Member]
) -> None:
    links = HistoryEntry.objects.count()

    def twice() -> None:
        with keeping.acting(member("owner")) as act:
            act.create(Person(number=2, given_name="A", family_name="B"))
            act.create(Person(number=a_person.number, given_name="C", family_name="D"))

    with pytest.raises(DatabaseError), transaction.atomic():
        twice()
    assert Person.objects.count() == 1
    assert HistoryEntry.objects.count() == links
    assert list(verify()) == []


def test_who_changes_an_older_version_is_told_both(
    a_person: Person, member: Callable[[str], Member]
) -> None:
    second = Person.objects.get(pk=a_person.pk)
    rename(a_person, member("owner"), "First")
    with pytest.raises(keeping.StaleError, match="changed by someone else") as caught:
        rename(second, member("practitioner"), "Second", version=1)
    assert caught.value.theirs["family_name"] == "First"
    assert caught.value.ours["family_name"] == "Second"
    assert Person.objects.get().family_name == "First"


def test_a_clock_that_was_moved_back_changes_no_order(
    a_person: Person, member: Callable[[str], Member], monkeypatch: pytest.MonkeyPatch
) -> None:
    earlier = datetime(2020, 1, 1, tzinfo=UTC)
    for days, name in enumerate(["One", "Two", "Three"]):
        monkeypatch.setattr("django.utils.timezone.now", lambda d=days: earlier - timedelta(days=d))
        rename(a_person, member("owner"), name)
    entries = list(HistoryEntry.objects.order_by("number"))
    assert [entry.number for entry in entries] == list(range(1, len(entries) + 1))
    names = [str(entry.after["family_name"]) for entry in entries[-3:] if entry.after]
    assert names == ["One", "Two", "Three"]
    assert entries[-1].at < entries[-2].at < entries[0].at
    assert list(verify()) == []


def test_the_needles_of_a_session_stand_in_its_history(a_course: Course) -> None:
    session = a_session(a_course)
    entry = HistoryEntry.objects.get(kind="session")
    assert entry.after is not None
    assert [needle["depth_mm"] for needle in entry.after["needle"]] == ["12.0", "12.0"]
    assert list(verify()) == []
    before = keeping.values(session)
    needles = list(session.needles.order_by("order"))
    needles[1].depth_mm = Decimal("15.5")
    with keeping.acting(a_course.practitioner) as act:
        act.change(session, before=before, children=needles)
    changed = HistoryEntry.objects.get(kind="session", act="change")
    assert Difference("needle › 2 › depth mm", "12.0", "15.5") in differences(
        befores.whole(changed.before, changed.after), changed.after
    )
    assert list(verify()) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE practice_historyentry SET act = 'read'",
        "DELETE FROM practice_historyentry",
        "UPDATE practice_courseevent SET kind = 'Ended'",
        "DELETE FROM practice_courseevent",
    ],
)
def test_the_database_itself_refuses_to_change_what_was_kept(
    a_course: Course, statement: str
) -> None:
    with keeping.acting(a_course.practitioner) as act:
        act.add(CourseEvent(course=a_course, number=1, at=act.now, by=act.by, kind="Screened"))
    with (
        pytest.raises(DatabaseError, match="is append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert list(verify()) == []


def without_triggers(statement: str) -> None:
    """Alter the history as someone could who owns the database's file."""
    table = "practice_historyentry"
    on = "" if connection.vendor == "sqlite" else f" ON {table}"
    with connection.cursor() as cursor:
        for verb in ("UPDATE", "DELETE"):
            cursor.execute(f"DROP TRIGGER {table}_no_{verb}{on}")
        cursor.execute(statement)


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        (
            "UPDATE practice_historyentry SET reason = 'another' WHERE number = 2",
            ["entry 2: Its content is not what was kept."],
        ),
        (
            "DELETE FROM practice_historyentry WHERE number = 2",
            [
                "entry 3: Entry 2 is missing.",
                "entry 3: It does not follow the entry before it.",
                "person: The history does not know this record.",
            ],
        ),
        (
            "DELETE FROM practice_historyentry WHERE number = 3",
            [f"{HEAD}: the practice counts 3, the chain has 2."],
        ),
        (
            "UPDATE practice_person SET family_name = 'Other'",
            ["person: It is not what the history says that it became."],
        ),
        (
            "DELETE FROM practice_person",
            ["person: The history knows this record, and it is gone."],
        ),
        (
            "UPDATE practice_practice SET history_hash = '00'",
            [f"{HEAD}: the practice counts 3, the chain has 3."],
        ),
    ],
)
def test_whoever_alters_the_history_or_a_record_behind_its_back_is_found(
    practice: Practice, a_person: Person, statement: str, told: list[str]
) -> None:
    with keeping.acting(Member.objects.get(practice=practice)) as act:
        act.read(a_person)
    without_triggers(statement)
    found = list(verify())
    person = f"person {a_person.pk}"
    said = [f"{fault.where.replace(person, 'person')}: {fault.sentence}" for fault in found]
    assert said == told
    assert {fault.practice for fault in found} == {str(practice.pk)}
    assert "Example" not in str(found)


def test_every_practice_has_its_own_chain(practice: Practice, other_practice: Practice) -> None:
    assert practice.pk != other_practice.pk
    assert [entry.number for entry in HistoryEntry.objects.all()] == [1, 1]
    assert list(verify()) == []


def test_a_digest_depends_on_every_part_of_an_entry(a_person: Person) -> None:
    entry = HistoryEntry.objects.get(kind="person")
    assert entry.practice_id == a_person.practice_id
    kept = keeping.digest(entry)
    for name, other in {
        "number": 9,
        "at": entry.at + timedelta(microseconds=1),
        "by": "someone",
        "act": "read",
        "kind": "lot",
        "object_id": "x",
        "person_id": None,
        "before": {},
        "after": None,
        "reason": "why",
        "previous": "00",
    }.items():
        was = getattr(entry, name)
        setattr(entry, name, other)
        assert keeping.digest(entry) != kept, name
        setattr(entry, name, was)
    assert keeping.digest(entry) == kept == entry.sha256


def test_the_history_pages_show_who_did_what_and_what_changed(
    client_of: Callable[[str], Client], a_person: Person, member: Callable[[str], Member]
) -> None:
    rename(a_person, member("owner"), "Married")
    owner = client_of("owner")
    number = HistoryEntry.objects.get(act="change").number
    for address in (
        "/practice/history/",
        f"/practice/history/person/{a_person.pk}/",
        f"/practice/history/record/{a_person.pk}/",
    ):
        page = owner.get(address).content.decode()
        assert f'href="/practice/history/{number}/"' in page
        assert "change person" in page
    page = owner.get(f"/practice/history/{number}/").content.decode()
    assert "<del>Example</del>" in page
    assert "<ins>Married</ins>" in page
    assert "They married." in page
    assert "<title>History of person 1 " in owner.get(
        f"/practice/history/person/{a_person.pk}/"
    ).content.decode().replace("\n", " ")
    shown = HistoryEntry.objects.filter(act="read", kind="historyentry")
    assert shown.count() == 2  # the record's history, and one entry of it
    assert {entry.person_id for entry in shown} == {a_person.pk}


def test_a_long_history_is_shown_a_page_at_a_time(
    client_of: Callable[[str], Client], a_person: Person, member: Callable[[str], Member]
) -> None:
    with keeping.acting(member("owner")) as act:
        for _ in range(60):
            act.read(a_person)
    owner = client_of("owner")
    first = owner.get("/practice/history/").content.decode()
    # 1 to 2: the owner, the person; 3 to 62: the readings; 63: the sign-in.
    assert (first.count("read person"), first.count("sign in member")) == (49, 1)
    assert "?before=14" in first
    assert owner.get("/practice/history/?before=14").content.decode().count("read person") == 11
    for junk in ("x", "-1", "²", "9" * 40, ""):
        assert owner.get("/practice/history/", {"before": junk}).status_code == 200
