"""Who answers by link that it got worse is told what to do, and stands on Today until looked at."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test import Client
from tests.site.practice import cared, making
from tests.site.practice.needling import other_person, text

from filiform.care.course import Ended
from filiform.site.practice import intake_links, keeping, outcome_taking, waiting
from filiform.site.practice.course_log import log
from filiform.site.practice.models import Link, Review
from filiform.site.practice.models.people import LinkKind
from filiform.site.practice.outcome_taking import Given

if TYPE_CHECKING:
    from collections.abc import Callable

    from filiform.site.practice.models import Course, Member

pytestmark = pytest.mark.django_db
MARK = "Call a practitioner now"
SOON = "Make a visit with a doctor for the next few days."
TODAY = "See a doctor today."
TOLD = {"same_day": TODAY, "within_days": SOON}


def in_room(by: Member, course: Course, week: int, **scores: float) -> None:
    """Keep scores that were taken in the room."""
    with keeping.acting(by) as act:
        given = [Given(name, score, []) for name, score in scores.items()]
        day = course.started_on + dt.timedelta(weeks=week)
        outcome_taking.keep(act, course, given, on=day, origin="room")


def by_link(by: Member, course: Course, **scores: int) -> str:
    """Answer a link, and return what the person reads then."""
    with keeping.acting(by) as act:
        token = intake_links.make(act, course.person, LinkKind.OUTCOME, course=course, week=4)
    sent = {name: str(score) for name, score in scores.items()}
    return text(Client().post(f"/practice/link/{token}/", sent, follow=True))


def ended(by: Member, course: Course) -> None:
    """End a course."""
    with keeping.acting(by) as act:
        log(act, course, Ended(act.now, act.by, "done"))


@pytest.fixture
def begun(member: Callable[[str], Member], a_course: Course) -> Course:
    """Return a course that began four weeks ago with pain of 5."""
    by = member("owner")
    before = keeping.values(a_course)
    a_course.started_on -= dt.timedelta(weeks=4)
    with keeping.acting(by) as act:
        act.change(a_course, before=before)
    in_room(by, a_course, 0, NPRS=5)
    return a_course


@pytest.mark.parametrize(
    ("scores", "urgency"),
    [
        ({"NPRS": 10, "GROC": -7}, "same_day"),
        ({"NPRS": 9}, "same_day"),  # 4 points more than 5, as much as it errs, and severe
        ({"NPRS": 8}, "within_days"),  # severe; 3 points more may be its error
        ({"GROC": -3}, "within_days"),
    ],
)
def test_worse_by_link_is_told_to_the_person_and_stands_on_today(
    client_of: Callable[[str], Client],
    member: Callable[[str], Member],
    begun: Course,
    scores: dict[str, int],
    urgency: str,
) -> None:
    thanks = by_link(member("owner"), begun, **scores)
    assert "Thank you" in thanks
    assert TOLD[urgency] in thanks
    assert Link.objects.get().urgency == urgency
    page = text(client_of("practitioner").get("/practice/"))
    assert f"worse or severe, {urgency.replace('_', ' ')}" in page.lower()
    assert f"/practice/courses/{begun.pk}/progress/" in page
    assert MARK not in page


@pytest.mark.parametrize("scores", [{"NPRS": 7, "GROC": -2}, {"NPRS": 3, "GROC": 4}])
def test_what_the_rules_do_not_call_worse_calls_nobody(
    client_of: Callable[[str], Client],
    member: Callable[[str], Member],
    begun: Course,
    scores: dict[str, int],
) -> None:
    thanks = by_link(member("owner"), begun, **scores)
    assert SOON not in thanks
    assert TODAY not in thanks
    assert "Do you get worse" in thanks
    assert Link.objects.get().urgency == ""
    assert "worse or severe" not in text(client_of("owner").get("/practice/")).lower()


def test_severe_pain_alone_counts_where_there_is_nothing_to_compare_it_with(
    member: Callable[[str], Member], a_course: Course
) -> None:
    assert SOON in by_link(member("owner"), a_course, NPRS=8)
    assert Link.objects.get().urgency == "within_days"


def test_what_was_worse_before_is_not_told_of_another_answer(
    member: Callable[[str], Member], begun: Course
) -> None:
    in_room(member("owner"), begun, 2, NPRS=10)
    by_link(member("owner"), begun, GROC=2)
    assert Link.objects.get().urgency == ""


def test_the_front_desk_is_told_whom_to_call_and_no_value(
    client_of: Callable[[str], Client], member: Callable[[str], Member], begun: Course
) -> None:
    by_link(member("owner"), begun, NPRS=10, GROC=-7)
    page = text(client_of("front_desk").get("/practice/"))
    assert MARK in page
    assert str(begun.person) in page
    for word in ("orse", "severe", "same day", "NPRS", "/courses/"):
        assert word not in page, word


def test_worse_stands_before_answers_that_can_wait(
    client_of: Callable[[str], Client],
    member: Callable[[str], Member],
    begun: Course,
) -> None:
    other = other_person(member("owner"), 7)
    by_link(member("owner"), begun, GROC=-5)
    cared.sent(member("owner"), other)
    page = text(client_of("front_desk").get("/practice/"))
    assert page.index(MARK) < page.index(str(other))
    cared.sent(member("owner"), other, cared.benign(findings=[cared.RED]))
    page = text(client_of("owner").get("/practice/"))
    assert page.index("emergency") < page.lower().index("worse or severe")


@pytest.mark.parametrize("way", ["review", "scores in the room"])
def test_who_has_looked_takes_it_off_today(
    client_of: Callable[[str], Client], member: Callable[[str], Member], begun: Course, way: str
) -> None:
    by_link(member("owner"), begun, GROC=-5)
    client = client_of("practitioner")
    assert len(waiting.worse_by_link(begun.practice_id, begun.started_on)) == 1
    client.get(f"/practice/courses/{begun.pk}/progress/")  # to read is not yet to decide
    assert len(waiting.worse_by_link(begun.practice_id, begun.started_on)) == 1
    if way == "review":
        sent = {"decision": "refer", "reason": "Called; sees the doctor tomorrow."}
        client.post(f"/practice/courses/{begun.pk}/progress/", sent)
    else:
        in_room(member("owner"), begun, 4, NPRS=4)
    assert not waiting.worse_by_link(begun.practice_id, begun.started_on)
    by_link(member("owner"), begun, GROC=-6)
    assert len(waiting.worse_by_link(begun.practice_id, begun.started_on)) == 1


def test_what_is_said_after_the_end_of_a_course_is_looked_at_too(
    client_of: Callable[[str], Client], member: Callable[[str], Member], begun: Course
) -> None:
    ended(member("owner"), begun)
    client, address = client_of("practitioner"), f"/practice/courses/{begun.pk}/progress/"
    assert "Keep the decision" not in text(client.get(address))
    by_link(member("owner"), begun, NPRS=10, GROC=-7)
    page = text(client.get(address))
    assert "Keep the decision" in page
    assert "Stop the needles</label>" not in page
    nothing = client.post(address, {"decision": "looked"})
    assert (nothing.status_code, "Say why" in text(nothing)) == (400, True)
    client.post(address, {"decision": "looked", "reason": "A doctor has seen it already."})
    assert Review.objects.get().decision == "looked"
    page = text(client.get(address))
    assert "decided: looked at: no more is needed" in page
    assert "Keep the decision" not in page
    assert "worse or severe" not in text(client.get("/practice/")).lower()


def test_today_asks_the_database_as_often_for_many_as_for_one(
    client_of: Callable[[str], Client], member: Callable[[str], Member], begun: Course
) -> None:
    client = client_of("owner")
    by_link(member("owner"), begun, GROC=-5)
    for_one = cared.queries(client, "/practice/")
    for number in (7, 8, 9):
        person = other_person(member("owner"), number)
        by_link(member("owner"), making.make_course(member("owner"), person), NPRS=9)
    assert Link.objects.exclude(urgency="").count() == 1 + 3
    assert cared.queries(client, "/practice/") == for_one


def test_an_index_finds_the_worse_answers_among_all_links(begun: Course) -> None:
    asked = waiting.worse_by_link(begun.practice_id, begun.started_on)
    # PostgreSQL reads a small table whole; with few rows its plan tells nothing.
    names = {"sqlite": "link_urgent", "postgresql": "practice_link"}
    assert names[connection.vendor] in asked.explain()
