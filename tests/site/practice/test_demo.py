"""The demo: a practice of invented people, made as staff would have made it, and never real."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from django.db.models import F
from tests.site.practice.making import client_for, make_practice

from filiform.site.practice.course_log import state_of
from filiform.site.practice.demo.fill import DemoError, fill
from filiform.site.practice.models import (
    Course,
    HistoryEntry,
    Lot,
    Member,
    Needle,
    Practice,
    Session,
)

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 21)


@pytest.fixture
def demo(db: None) -> Practice:  # noqa: ARG001  (it opens the database)
    """Return a small demo."""
    return fill(people=4, start=TODAY - dt.timedelta(days=120), today=TODAY)


def test_the_rules_would_have_let_all_of_it_happen(demo: Practice) -> None:
    courses = list(Course.objects.filter(practice=demo))
    assert len(courses) == 4
    for course in courses:
        state = state_of(course)
        assert state.refused == ()
        assert (state.stage, state.sessions_done) == (course.stage, course.sessions.count())
    assert not Needle.objects.filter(lot__expires_on__lt=F("session__on")).exists()
    for lot in Lot.objects.filter(practice=demo):
        assert lot.used == lot.needles.count() <= lot.quantity


def test_no_day_lies_in_the_future_and_the_history_is_in_order(demo: Practice) -> None:
    assert Session.objects.filter(practice=demo).exists()
    assert not Session.objects.filter(practice=demo, on__gt=TODAY).exists()
    kept = HistoryEntry.objects.filter(practice=demo).order_by("number")
    previous = ""
    for entry in kept:
        assert entry.previous == previous
        previous = entry.sha256
    assert demo.pk == Practice.objects.get(history_hash=previous).pk


def test_the_same_seed_invents_the_same_people(demo: Practice) -> None:
    names = list(demo_names(demo))
    assert len(names) == 4
    assert all(name.isalpha() for name in names)


def demo_names(demo: Practice) -> list[str]:
    people = Course.objects.filter(practice=demo).select_related("person")
    return [course.person.family_name for course in people]


def test_demo_stands_on_the_pages_and_no_second_factor_is_asked(demo: Practice) -> None:
    client: Client = client_for(Member.objects.get(practice=demo, role="owner"))
    for address in ("/practice/", "/practice/money/"):
        shown = client.get(address)
        assert shown.status_code == 200
        assert "Every person here is invented." in shown.content.decode()


def test_a_demo_is_not_put_beside_real_people(db: None) -> None:  # noqa: ARG001
    make_practice()
    with pytest.raises(DemoError, match="this database holds a practice of real people"):
        fill(people=1, start=TODAY, today=TODAY)
    assert Practice.objects.count() == 1


def test_no_real_practice_is_opened_beside_a_demo(demo: Practice, client: Client) -> None:
    assert demo.demo
    shown = client.get("/account/signup/")
    assert 'name="password1"' not in shown.content.decode()
