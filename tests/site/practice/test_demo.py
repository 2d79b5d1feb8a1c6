"""The demo: a practice of invented people, made as staff would have made it, and never real."""

from __future__ import annotations

import datetime as dt
from random import Random
from typing import TYPE_CHECKING

import pytest
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from tests.site.practice.making import client_for, make_practice

from filiform.site.practice import waiting
from filiform.site.practice.course_consent import unchanged
from filiform.site.practice.course_log import state_of
from filiform.site.practice.demo.fill import fill
from filiform.site.practice.demo.invented import invent
from filiform.site.practice.demo.visits import DemoError
from filiform.site.practice.models import (
    Consent,
    Course,
    Harm,
    HistoryEntry,
    Incident,
    Invoice,
    Lot,
    Member,
    Needle,
    Person,
    Practice,
    Session,
)
from filiform.site.practice.trend_review import look

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client
    from pytest_django import DjangoDbBlocker

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 21)


@pytest.fixture(scope="module")
def demo(
    django_db_setup: None,  # noqa: ARG001  (it makes the database)
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[Practice]:
    """Fill a small demo once for all tests of this module, which leave it as it is."""
    with django_db_blocker.unblock(), transaction.atomic():
        filled = fill(people=2, start=TODAY - dt.timedelta(days=120), today=TODAY)
        connection.check_constraints()  # or PostgreSQL does it after each test anew
        yield filled
        transaction.set_rollback(True)


def test_the_rules_would_have_let_all_of_it_happen(demo: Practice) -> None:
    courses = list(Course.objects.filter(practice=demo))
    assert len(courses) == 7
    for course in courses:
        state = state_of(course)
        assert state.refused == ()
        done = course.sessions.exclude(closed_at=None).count()
        assert (state.stage, state.sessions_done) == (course.stage, done)
    assert not Needle.objects.filter(lot__expires_on__lt=F("session__on")).exists()
    for lot in Lot.objects.filter(practice=demo):
        assert lot.used == lot.needles.count() <= lot.quantity
    assert all(unchanged(each) for each in Consent.objects.filter(practice=demo))


def test_no_day_lies_in_the_future_and_the_history_is_in_order(demo: Practice) -> None:
    assert Session.objects.filter(practice=demo).exists()
    assert not Session.objects.filter(practice=demo, on__gt=TODAY).exists()
    kept = HistoryEntry.objects.filter(practice=demo).order_by("number")
    previous = ""
    for entry in kept:
        assert entry.previous == previous
        previous = entry.sha256
    assert demo.pk == Practice.objects.get(history_hash=previous).pk


def test_something_waits_of_everything_that_can_wait(demo: Practice) -> None:
    assert [each.urgency for each in waiting.came(demo.pk, TODAY)] == ["emergency"]
    assert waiting.open_sessions(demo.pk).get().needles.exclude(inserted_at=None).count() > 5
    kinds = {each.kind for each in waiting.incidents(demo.pk)}
    assert kinds == {"count_differed", "recalled_lot"}
    assert waiting.overdue(demo.pk, TODAY)
    assert waiting.credentials(demo.pk, TODAY).get().profession == "physical_therapist"


def test_what_is_rare_is_there(demo: Practice) -> None:
    assert Lot.objects.filter(practice=demo, recalled_on=TODAY, used__gt=0).exists()
    serious = Harm.objects.get(practice=demo, grade="serious")
    assert serious.resolved_on is not None
    assert state_of(serious.course).halted_by
    assert Incident.objects.filter(practice=demo, resolved_at=None).exists()
    assert Person.objects.filter(practice=demo, courses=None).count() == 2
    assert Invoice.objects.filter(practice=demo).exists()
    advice = {look(course).review.advice for course in Course.objects.filter(practice=demo)}
    assert advice >= {"continue", "adapt"}


def test_demo_stands_on_the_pages_and_no_second_factor_is_asked(demo: Practice) -> None:
    client: Client = client_for(Member.objects.get(practice=demo, role="owner"))
    for address in ("/practice/", "/practice/money/"):
        shown = client.get(address)
        assert shown.status_code == 200
        assert "Every person here is invented." in shown.content.decode()


def test_no_real_practice_is_opened_beside_a_demo(demo: Practice, client: Client) -> None:
    assert demo.demo
    shown = client.get("/account/signup/")
    assert 'name="password1"' not in shown.content.decode()


def test_the_same_seed_invents_the_same_people() -> None:
    one, same, other = (
        [str(invent(random, TODAY)) for _ in range(5)] for random in map(Random, (1, 1, 2))
    )
    assert one == same != other


def test_a_demo_is_not_put_beside_real_people(db: None) -> None:  # noqa: ARG001
    before = Practice.objects.count()
    make_practice()
    with pytest.raises(DemoError, match="this database holds a practice of real people"):
        fill(people=1, start=TODAY, today=timezone.now().date())
    assert Practice.objects.count() == before + 1
