"""What a person reported is not unticked without a word: a reason, and a decision where red."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from tests.site.practice import making
from tests.site.practice.cared import RED, benign, queries, screened, sent

from filiform.site.practice import course_screening, keeping
from filiform.site.practice.course_log import RefusedError, state_of
from filiform.site.practice.models import Course, Intake
from filiform.site.practice.screened_person import screened_person

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from filiform.site.practice.models import Member

pytestmark = pytest.mark.django_db

WHY = f"why.{RED}"


@pytest.fixture
def owner(member: Callable[[str], Member]) -> Member:
    return member("owner")


@pytest.fixture
def client(client_of: Callable[[str], Client]) -> Client:
    return client_of("practitioner")


def none_of_these() -> dict[str, str]:
    """Return a screening in which every group of signs says "none of these"."""
    return {"about-you.age": "46"} | {
        each.name: "none" for each in course_screening.fields() if each.kind == "signs"
    }


def ask(client: Client, course: Course, **typed: str) -> tuple[int, str]:
    given = none_of_these() | {"once": ""} | typed
    answer = client.post(f"/practice/courses/{course.pk}/screening/", given)
    return answer.status_code, answer.content.decode()


def test_a_reported_sign_is_taken_back_with_a_reason_only_and_nothing_is_lost(
    client: Client, owner: Member, a_course: Course
) -> None:
    sent(owner, a_course.person, benign(findings=[RED, "fever"]))
    status, page = ask(client, a_course, **{"why.fever": "A cold, over since Monday."})
    assert status == 400
    assert f'href="#{WHY}"' in page
    assert f'name="{WHY}"' in page
    assert "A cold, over since Monday." in page
    assert 'value="46"' in page
    assert not a_course.screenings.exists()
    status, page = ask(client, a_course, **{"why.fever": "Over.", WHY: "x" * 2001})
    assert (status, "at most 2,000 characters" in page) == (400, True)
    reasons = {"why.fever": "Over.", WHY: "Meant another word."}
    assert ask(client, a_course, **reasons)[0] == 302
    kept = a_course.screenings.get()
    assert {each["finding"]: each["reason"] for each in kept.result["taken_back"]} == {
        "fever": "Over.",
        RED: "Meant another word.",
    }
    assert kept.urgency == "routine"
    seen = client.get(f"/practice/screenings/{kept.pk}/").content.decode()
    assert "Meant another word." in seen
    assert "answers before the visit" in seen


def test_a_red_sign_that_is_taken_back_halts_until_someone_decides_with_a_reason(
    client: Client, owner: Member, a_course: Course
) -> None:
    sent(owner, a_course.person, benign(findings=[RED]))
    ask(client, a_course, **{WHY: "Meant another word."})
    assert state_of(a_course).stage == "halted"
    page = client.get(f"/practice/courses/{a_course.pk}/").content.decode()
    assert "Halted: emergency" in page
    assert "Meant another word." in page.split('id="h-screening"')[0]
    kept = a_course.screenings.get()
    given = {"about": str(kept.pk), "decision": "go_on", "reason": "Examined: clear."}
    assert client.post(f"/practice/courses/{a_course.pk}/decide/", given).status_code == 302
    assert state_of(a_course).halts == ()


def test_a_decision_about_signs_taken_back_is_no_doctor_s_word_on_other_answers(
    client: Client, owner: Member, a_course: Course
) -> None:
    sent(owner, a_course.person, benign(findings=[RED]))
    ask(client, a_course, **{WHY: "Meant another word."})
    kept = a_course.screenings.get()
    given = {"about": str(kept.pk), "decision": "go_on", "reason": "Examined: clear."}
    client.post(f"/practice/courses/{a_course.pk}/decide/", given)
    asked = screened_person(a_course)
    assert asked is not None
    assert not asked.after_the_doctor


def test_a_mild_sign_that_is_taken_back_needs_its_reason_and_halts_nothing(
    client: Client, owner: Member, a_course: Course
) -> None:
    sent(owner, a_course.person, benign(findings=["headache"]))
    assert ask(client, a_course)[0] == 400
    assert ask(client, a_course, **{"why.headache": "Once, on a boat."})[0] == 302
    assert state_of(a_course).halts == ()


def test_a_sign_of_an_earlier_screening_of_another_course_is_ticked_and_asked_for(
    client: Client, owner: Member, a_course: Course
) -> None:
    second = making.make_course(owner, a_course.person)
    screened(owner, second, benign(findings=["headache"]))
    page = client.get(f"/practice/courses/{a_course.pk}/screening/").content.decode()
    assert 'value="headache" checked' in page
    status, page = ask(client, a_course)
    assert status == 400
    assert "in a screening" in page


def test_what_no_rule_of_screening_reads_needs_no_reason(
    client: Client, owner: Member, a_course: Course
) -> None:
    sent(owner, a_course.person, benign(findings=["tender_knot_in_muscle"]))
    assert ask(client, a_course)[0] == 302


def test_a_sign_once_explained_or_older_than_a_screening_holds_is_not_asked_for_again(
    client: Client, owner: Member, a_course: Course
) -> None:
    answers = sent(owner, a_course.person, benign(findings=["headache"]))
    ask(client, a_course, **{"why.headache": "Once, on a boat."})
    assert ask(client, a_course)[0] == 302
    other = sent(owner, making.make_person(owner, "Other"), benign(findings=["headache"]))
    Intake.objects.filter(pk=other.pk).update(sent_at=timezone.now() - timedelta(days=91))
    assert ask(client, making.make_course(owner, other.person))[0] == 302
    assert answers.person_id != other.person_id


def test_no_way_around_the_page_keeps_a_sign_taken_back_without_a_reason(
    owner: Member, a_course: Course
) -> None:
    sent(owner, a_course.person, benign(findings=[RED]))
    with pytest.raises(RefusedError, match="not_explained"), keeping.acting(owner) as act:
        course_screening.keep(act, a_course, benign())
    assert not a_course.screenings.exists()


def test_the_course_shows_what_the_person_answered_red_on_top_until_it_is_screened(
    client: Client, owner: Member, a_course: Course
) -> None:
    answers = sent(owner, a_course.person, benign(findings=[RED]))
    address = f"/practice/courses/{a_course.pk}/"
    top = client.get(address).content.decode().split('id="next"')[0]
    assert "nhsuk-card--care--emergency" in top
    assert "Answered before the visit: emergency" in top
    assert f'href="/practice/intakes/{answers.pk}/"' in top
    screened(owner, a_course, benign(findings=[RED]))
    page = client.get(address).content.decode()
    assert "Answered before the visit" not in page
    assert "Halted: emergency" in page


def test_mild_answers_are_told_where_the_signs_are_and_not_in_red(
    client: Client, owner: Member, a_course: Course
) -> None:
    sent(owner, a_course.person)
    page = client.get(f"/practice/courses/{a_course.pk}/").content.decode()
    assert "nhsuk-card--care--emergency" not in page
    assert "Answered by link" in page.split('id="h-screening"')[1]


def test_more_answers_before_the_visit_cost_no_more_queries(
    client: Client, owner: Member, a_course: Course
) -> None:
    address = f"/practice/courses/{a_course.pk}/"
    sent(owner, a_course.person)
    few = [queries(client, address), queries(client, f"{address}screening/")]
    for _ in range(3):
        sent(owner, a_course.person, benign(findings=["headache"]))
    assert [queries(client, address), queries(client, f"{address}screening/")] == few
