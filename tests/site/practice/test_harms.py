"""Harms: noted, graded, followed up, told to whom, and counted beside the published ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.site.practice.billed import make_session
from tests.site.practice.cared import queries

from filiform.site.practice import session_counts
from filiform.site.practice.course_log import state_of
from filiform.site.practice.harm_counts import safety_of
from filiform.site.practice.models import Harm, HistoryEntry

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from filiform.site.practice.models import Course, Member, Session

pytestmark = pytest.mark.django_db
GIVEN = {"event": "bruising", "facts": ["no_care"], "relatedness": "probable"}
HARMS = "/practice/harms/"


@pytest.fixture
def visit(member: Callable[[str], Member], a_course: Course) -> Session:
    """Return a closed session with a needle near the lung (GB21)."""
    return make_session(member("owner"), a_course)


def noted(client: Client, course: Course, **given: object) -> str:
    sent = {**GIVEN, "noticed_on": "2026-10-06", **given}
    answer = client.post(f"/practice/courses/{course.pk}/harms/add/", sent)
    assert answer.status_code == 302, answer.content.decode()
    return answer.headers["Location"]


def test_a_harm_is_noted_and_graded_by_what_followed(
    client_of: Callable[[str], Client], visit: Session, a_course: Course
) -> None:
    client = client_of("practitioner")
    form = client.get(f"/practice/courses/{a_course.pk}/harms/add/").content.decode()
    assert "Go to emergency care at once" in form  # a needle in GB21 was near the lung
    address = noted(client, a_course, session=str(visit.pk), facts=["local_care", "no_care"])
    kept = Harm.objects.get()
    assert (kept.grade, kept.facts, kept.session) == ("moderate", ["local_care", "no_care"], visit)
    page = client.get(address).content.decode()
    assert "Moderate" in page
    assert "something else is unlikely to explain it" in page
    assert "Go to emergency care at once" in page
    assert "we do not know" in page
    assert HistoryEntry.objects.latest("number").act == "read"


@pytest.mark.parametrize(
    "missing", [{"facts": []}, {"event": "no_such_harm"}, {"relatedness": ""}, {"noticed_on": ""}]
)
def test_a_harm_without_its_facts_is_not_kept(
    client_of: Callable[[str], Client], a_course: Course, missing: dict[str, object]
) -> None:
    sent = {**GIVEN, "noticed_on": "2026-10-06", **missing}
    address = f"/practice/courses/{a_course.pk}/harms/add/"
    assert client_of("practitioner").post(address, sent).status_code == 400
    assert not Harm.objects.exists()


def test_a_serious_harm_halts_the_course_and_tells_the_duties(
    client_of: Callable[[str], Client], a_course: Course
) -> None:
    client = client_of("practitioner")
    address = noted(client, a_course, event="pneumothorax", facts=["hospital"])
    assert Harm.objects.get().grade == "serious"
    assert [halt.cause for halt in state_of(a_course).halted_by] == ["harm"]
    assert (
        "Halted: a collapsed lung"
        in client.get(f"/practice/courses/{a_course.pk}/").content.decode()
    )
    assert "Whom to tell, and by when" in client.get(address).content.decode()


def test_what_became_of_it_is_kept_and_two_at_once_are_told(
    client_of: Callable[[str], Client], a_course: Course
) -> None:
    client = client_of("practitioner")
    address = noted(client, a_course)
    given = {"relatedness": "certain", "version": "1"}
    done = client.post(address, {**given, "outcome": "Gone.", "resolved_on": "2026-10-09"})
    assert done.status_code == 302
    late = client.post(address, {**given, "outcome": "Worse."})
    assert late.status_code == 409
    assert "Worse." in late.content.decode()
    kept = Harm.objects.get()
    assert (kept.outcome, str(kept.resolved_on), kept.relatedness) == (
        "Gone.",
        "2026-10-09",
        "certain",
    )
    assert client_of("reader").post(address, given).status_code == 403
    assert "Over since 2026-10-09" in client_of("reader").get(address).content.decode()


def test_no_stranger_and_no_front_desk_sees_a_harm(
    client_of: Callable[[str], Client], stranger: Client, a_course: Course
) -> None:
    address = noted(client_of("owner"), a_course)
    for each in (address, f"/practice/courses/{a_course.pk}/harms/add/"):
        assert stranger.get(each).status_code == 404
        assert client_of("front_desk").get(each).status_code == 403
    assert "bruise" not in stranger.get(HARMS).content.decode().split("Your rates")[0]


def test_the_practice_is_compared_on_sessions_and_on_people(
    client_of: Callable[[str], Client], visit: Session, a_course: Course
) -> None:
    client = client_of("practitioner")
    noted(client, a_course, session=str(visit.pk))
    noted(client, a_course)  # without a session: it counts for people only
    found = safety_of(a_course.practice_id, "acupuncture")
    assert (found.of.treatments, found.of.people, found.untied) == (1, 1, 1)
    seen = {(each.event, each.unit, each.events) for each in found.seen}
    assert ("bruising", "treatments", 1) in seen
    assert ("bruising", "people", 1) not in seen  # no study counts it so
    assert ("bleeding_or_haematoma", "people", 1) in seen  # a study's word for it
    assert [each.signal.treatments for each in found.watched] == [1]
    page = client_of("reader").get(HARMS).content.decode()
    assert "1 of 1 treatments here" in page
    assert "1 noted harm without a closed session counts for people only" in page
    assert "signal" in page
    other = client_of("reader").get(f"{HARMS}?therapy=dry_needling").content.decode()
    assert "Nothing was noted with this therapy." in other


def test_the_list_asks_the_database_as_often_for_many_harms_as_for_one(
    client_of: Callable[[str], Client], visit: Session, a_course: Course
) -> None:
    client = client_of("practitioner")
    noted(client, a_course, session=str(visit.pk))
    for_one = queries(client, HARMS)
    for _ in range(5):
        noted(client, a_course, session=str(visit.pk))
    assert queries(client, HARMS) == for_one


def test_a_harm_stands_once_in_the_list_and_counts_under_each_word_of_the_studies(
    client_of: Callable[[str], Client], visit: Session, a_course: Course
) -> None:
    client = client_of("practitioner")
    form = client.get(f"/practice/courses/{a_course.pk}/harms/add/").content.decode()
    for word in ("fatigue", "bleeding_or_haematoma", "pneumothorax_at_risk_area", "requiring"):
        assert f'value="{word}' not in form
    noted(client, a_course, event="drowsiness", session=str(visit.pk))
    seen = {each.event: each for each in safety_of(visit.practice_id, "acupuncture").seen}
    assert {"drowsiness", "fatigue"} == set(seen)


def test_a_grave_harm_is_told_first_at_its_first_event(
    client_of: Callable[[str], Client], visit: Session, a_course: Course
) -> None:
    client = client_of("practitioner")
    noted(client, a_course, event="bruising", session=str(visit.pk))
    noted(client, a_course, event="pneumothorax", facts=["hospital"], session=str(visit.pk))
    noted(client, a_course, event="other", facts=["hospital"], session=str(visit.pk))
    page = client.get(HARMS).content.decode()
    assert "A collapsed lung: 1 noted, 1 session. One is enough" in page
    assert "Another harm, in your own words: 1 noted" in page
    assert page.index("A collapsed lung: 1 noted") < page.index("A bruise: ")
    type(a_course).objects.filter(pk=a_course.pk).update(therapy="dry_needling")
    session_counts.recount(visit.practice_id)
    [grave, _] = safety_of(visit.practice_id, "dry_needling").grave
    assert "with acupuncture" in grave
