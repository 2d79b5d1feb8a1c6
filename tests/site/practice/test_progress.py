"""Is it working: the chart and its table, the advice, and what is decided."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from tests.site.practice.billed import make_plan
from tests.site.practice.cared import RED, benign, screened

from filiform.care.course import Ended
from filiform.care.outcomes import measurement_error
from filiform.knowledge import library
from filiform.site.practice import keeping, outcome_taking, trend_review
from filiform.site.practice.course_log import log
from filiform.site.practice.models import Review
from filiform.site.practice.outcome_taking import Given

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from filiform.site.practice.models import Course, Member

pytestmark = pytest.mark.django_db


def scored(by: Member, course: Course, **weeks: dict[int, float]) -> None:
    with keeping.acting(by) as act:
        for instrument, scores in weeks.items():
            for week, score in scores.items():
                day = course.started_on + dt.timedelta(weeks=week)
                given = [Given(instrument, score, [])]
                outcome_taking.keep(act, course, given, on=day, origin="room")


def of(course: Course) -> str:
    return f"/practice/courses/{course.pk}/progress/"


def test_without_a_score_the_rules_cannot_tell(
    client_of: Callable[[str], Client], a_course: Course
) -> None:
    page = client_of("reader").get(of(a_course)).content.decode()
    assert "The rules cannot tell yet" in page
    assert "There is no chart yet" in page


def test_the_chart_stands_beside_the_same_numbers_as_a_table(
    client_of: Callable[[str], Client], member: Callable[[str], Member], a_course: Course
) -> None:
    a_course.started_on = timezone.now().date() - dt.timedelta(weeks=2)
    a_course.save()
    make_plan(member("owner"), a_course)
    scored(member("owner"), a_course, NPRS={0: 7, 2: 5}, GROC={2: 4})
    page = client_of("reader").get(of(a_course)).content.decode()
    for part in (
        "<title",
        "<desc",
        "app-trend__band",
        "app-trend__error",
        "The same in numbers",
        "of 100",
        "pooled from the tables",
        "is not what the needles did",
        "lower with acupuncture than with a sham treatment",
        "lower with acupuncture than with no treatment",
        "Cleland",
        "The tables tell no expected course for GROC.",
    ):
        assert part in page, part
    chart = trend_review.look(a_course).charts[0]
    error = measurement_error("NPRS", library=library())
    assert error is not None
    assert chart.error == pytest.approx(1.96 * error.sem, rel=1e-12)
    assert [row.score for row in chart.rows] == [7, 5, None]
    assert chart.rows[-1].week == 3.0  # the plan of three weeks
    heights = [dot.y for dot in chart.dots]
    assert heights == [85.2, 134.0]  # 256 - 244 · score / 10
    assert all(0 <= dot.low <= 300 and 0 <= dot.high <= 300 for dot in chart.dots)


def test_after_the_planned_end_nothing_is_foretold(
    client_of: Callable[[str], Client], member: Callable[[str], Member], a_course: Course
) -> None:
    make_plan(member("owner"), a_course)  # of three weeks; the course began long before
    scored(member("owner"), a_course, NPRS={0: 7, 1: 5})
    client = client_of("practitioner")
    page = client.get(of(a_course)).content.decode()
    assert "It is not known what was reached" in page
    assert "The planned end (week 3) is over. No score was taken since: take it now." in page
    scored(member("owner"), a_course, NPRS={4: 3})
    page = client.get(of(a_course)).content.decode()
    assert "A meaningful improvement was reached" in page
    assert "from 7 to 3 in week 4: a fall of 4." in page
    assert "app-trend__end" in page
    for word in ("The chance", "of 100</p>", "app-trend__own", "Ahead", "Continue as planned"):
        assert word not in page, word
    assert client.post(of(a_course), {"decision": "continue"}).status_code == 302
    assert "decided: finish as planned" in client.get(of(a_course)).content.decode()


def test_a_course_that_ended_asks_for_no_decision(
    client_of: Callable[[str], Client], member: Callable[[str], Member], a_course: Course
) -> None:
    scored(member("owner"), a_course, NPRS={0: 7, 2: 3})
    with keeping.acting(member("owner")) as act:
        log(act, a_course, Ended(act.now, act.by, "done"))
    client = client_of("practitioner")
    page = client.get(of(a_course)).content.decode()
    assert "The course is over." in page
    assert "as planned" not in page
    assert "Keep the decision" not in page
    assert client.post(of(a_course), {"decision": "continue"}).status_code == 200
    assert not Review.objects.exists()


def test_who_says_that_it_is_worse_is_not_told_to_go_on(
    client_of: Callable[[str], Client], member: Callable[[str], Member], a_course: Course
) -> None:
    scored(member("owner"), a_course, NPRS={0: 7, 8: 3}, GROC={8: -5}, PSFS={0: 7, 8: 1})
    page = client_of("reader").get(of(a_course)).content.decode()
    assert "The rules advise: refer to a doctor" in page or "Refer to a doctor</h2>" in page
    assert "The person says that it is worse: -5" in page
    assert "The score fell from 7 to 1, which is worse" in page


def test_two_scores_of_one_week_count_as_the_later_one(
    member: Callable[[str], Member], a_course: Course
) -> None:
    scored(member("owner"), a_course, NPRS={0: 7})
    scored(member("owner"), a_course, NPRS={0: 8})
    points = trend_review.points_of(a_course.outcomes.order_by("taken_on", "created_at"))
    assert [(point.week, point.score) for point in points] == [(0, 8)]


def test_an_open_warning_comes_before_any_score(
    client_of: Callable[[str], Client], member: Callable[[str], Member], a_course: Course
) -> None:
    screened(member("owner"), a_course, benign(findings=[RED]))
    page = client_of("reader").get(of(a_course)).content.decode()
    assert "refer to a doctor" in page


def test_a_decision_is_kept_with_its_reason_where_it_is_another(
    client_of: Callable[[str], Client], member: Callable[[str], Member], a_course: Course
) -> None:
    scored(member("owner"), a_course, NPRS={0: 7, 2: 3})
    client = client_of("practitioner")
    advice = trend_review.look(a_course).review.advice
    assert advice != "unknown"
    other = "stop" if advice != "stop" else "continue"
    refused = client.post(of(a_course), {"decision": other})
    assert refused.status_code == 400
    assert "Say why you decide otherwise" in refused.content.decode()
    assert client_of("reader").post(of(a_course), {"decision": other}).status_code == 403
    kept = client.post(of(a_course), {"decision": other, "reason": "She asked for it."})
    assert kept.status_code == 302
    review = Review.objects.get()
    assert (review.advice, review.decision, review.reason) == (advice, other, "She asked for it.")
    assert review.result["measures"][0]["instrument"] == "NPRS"
    assert "She asked for it." in client.get(of(a_course)).content.decode()
    assert "Progress reviewed" in client.get(f"/practice/courses/{a_course.pk}/").content.decode()


def test_no_stranger_and_no_front_desk_sees_progress(
    stranger: Client, client_of: Callable[[str], Client], a_course: Course
) -> None:
    assert stranger.get(of(a_course)).status_code == 404
    assert client_of("front_desk").get(of(a_course)).status_code == 403


def test_cupping_is_compared_with_any_needling() -> None:
    assert trend_review.prior_of("cupping")["pain_intensity"].therapy == ""


def test_where_the_rules_cannot_tell_no_reason_is_owed(
    client_of: Callable[[str], Client], a_course: Course
) -> None:
    kept = client_of("practitioner").post(of(a_course), {"decision": "continue"})
    assert kept.status_code == 302
    assert Review.objects.get().advice == "unknown"
