"""A plan: proposed with reasons, changed with reasons, dangers confirmed, each version kept."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from tests.site.practice.needling import (
    Answer,
    begin,
    form_of,
    license_of,
    make_lot,
    press,
    screened,
    text,
)

from filiform.site.practice.course_log import state_of
from filiform.site.practice.models import Course, Plan

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from filiform.site.practice.models import Member

pytestmark = pytest.mark.django_db

SAID = {"goals": "Work at the desk for two hours.", "sessions": "6", "weeks": "3"}
ICD = {"diagnoses": "M54.2"}


@pytest.fixture
def client(client_of: Callable[[str], Client]) -> Client:
    """Return the practitioner's browser."""
    return client_of("practitioner")


@pytest.fixture
def course(member: Callable[[str], Member], a_course: Course) -> Course:
    """Return a course that was screened and consented to, by who is licensed."""
    license_of(member("practitioner"))
    screened(member("practitioner"), a_course)
    return a_course


def address(course: Course) -> str:
    return f"/practice/courses/{course.pk}/plan/new/"


def sheet(answer: Answer, **typed: str) -> dict[str, str]:
    """Return the form as it opened, with a diagnosis, and what is typed."""
    found = {k: v for k, v in form_of(answer).items() if k != "diagnoses"}
    untold = {k: "both" for k, v in found.items() if re.fullmatch(r"s\d+-side", k) and not v}
    return {**found, **untold, **SAID, **ICD, "do": "keep", **typed}


def confirmed(answer: Answer) -> dict[str, str]:
    """Return a tick for each danger that a page asks about, and a reason for each change."""
    fields = form_of(answer)
    page = text(answer)
    ticks = {f"as-{part.split(chr(34))[0]}": "on" for part in page.split('name="as-')[1:]}
    return {**ticks, **{name: "It suits her." for name in fields if name.startswith("why-")}}


def keep(client: Client, course: Course, **typed: str) -> Answer:
    """Keep a plan with every danger confirmed and every change explained."""
    first = sheet(client.get(address(course)), **typed)
    asked = client.post(address(course), {**first, "do": "check"})
    return client.post(address(course), {**first, **confirmed(asked)})


def test_no_plan_without_screening_and_consent(
    client: Client, member: Callable[[str], Member], a_course: Course
) -> None:
    license_of(member("practitioner"))
    shown = text(client.get(address(a_course)))
    assert "No needles before the warning signs were asked. Do the screening first." in shown
    assert client.post(address(a_course), {"do": "keep"}).status_code == 409
    assert not Plan.objects.exists()


def test_an_act_outside_the_licence_is_refused_with_the_law(
    client: Client, member: Callable[[str], Member], course: Course
) -> None:
    member("practitioner").credentials.all().delete()
    shown = text(client.get(address(course)))
    assert "No credential is held for New York. Add one with its number and its date." in shown


def test_a_proposal_tells_for_each_site_why_how_deep_and_what_lies_there(
    client: Client, course: Course
) -> None:
    shown = text(client.get(address(course)))
    assert "GB21 Jianjing" in shown
    assert "trials" in shown
    assert "<strong>Danger:</strong> lung below" in shown
    assert "left out, and why" in shown or "further sites fit" in shown


def test_a_plan_is_kept_with_what_was_proposed_and_chosen(client: Client, course: Course) -> None:
    refused = client.post(address(course), sheet(client.get(address(course))))
    assert refused.status_code == 400
    assert "Confirm: GB21 Jianjing" in text(refused)
    assert keep(client, course, co_heat="Warm pack, 10 minutes").status_code == 302
    plan = Plan.objects.get()
    assert plan.diagnoses == ["M54.2"]
    assert plan.co_treatments == [
        {"kind": "heat", "text": "Warm pack, 10 minutes", "prescribed_by": ""}
    ]
    kept = plan.prescription
    assert {"proposed", "chosen", "changes", "confirmed", "licence"} == set(kept)
    assert kept["changes"] == []
    assert "GB21" in kept["confirmed"]
    assert state_of(course).stage == "planned"
    shown = text(client.get(f"/practice/courses/{course.pk}/plan/"))
    assert "6 sessions in 3 weeks" in shown
    assert "New session" in shown


def test_each_change_of_the_proposal_asks_for_a_reason_that_is_kept(
    client: Client, course: Course
) -> None:
    first = client.get(address(course))
    added = client.post(
        address(course),
        {**sheet(first), "do": "add", "add_site": "point:LI4", "add_side": "left"},
    )
    assert added.status_code == 200
    sent = {**sheet(added), "do": "keep", **confirmed(added)}
    silent = {name: ("" if name.startswith("why-") else value) for name, value in sent.items()}
    refused = client.post(address(course), silent)
    assert refused.status_code == 400
    assert "Say why: LI4, left: not proposed." in text(refused)
    assert client.post(address(course), {**sent, **confirmed(refused)}).status_code == 302
    (change,) = Plan.objects.get().prescription["changes"]
    assert (change["kind"], change["key"], change["reason"]) == (
        "added",
        "added:LI4:left",
        "It suits her.",
    )


def test_a_new_version_needs_a_reason_and_the_old_one_stays(client: Client, course: Course) -> None:
    assert keep(client, course).status_code == 302
    refused = keep(client, course, sessions="8", reason="")
    assert refused.status_code == 400
    assert "Why is the plan changed?: Write it here." in text(refused)
    assert keep(client, course, sessions="8", reason="Slower than hoped.").status_code == 302
    told = list(Plan.objects.order_by("number").values_list("number", "sessions", "reason"))
    assert told == [(1, 6, ""), (2, 8, "Slower than hoped.")]
    shown = text(client.get(f"/practice/courses/{course.pk}/plan/"))
    assert "Plan 2" in shown
    assert "Plan 1 of" in shown


def test_two_who_plan_at_once_are_shown_the_difference(client: Client, course: Course) -> None:
    late = sheet(client.get(address(course)), sessions="9")
    asked = client.post(address(course), {**late, "do": "check"})
    assert keep(client, course).status_code == 302
    answer = client.post(address(course), {**late, **confirmed(asked), "reason": "late"})
    assert answer.status_code == 409
    assert '<td class="nhsuk-table__cell">6</td><td class="nhsuk-table__cell">9</td>' in text(
        answer
    )
    assert Plan.objects.count() == 1


def test_a_depth_that_is_no_number_is_told_at_its_site(client: Client, course: Course) -> None:
    answer = client.post(
        address(course), sheet(client.get(address(course)), **{"s0-depth": "deep"})
    )
    assert answer.status_code == 400
    assert "write a number of mm, as 12" in text(answer)


def test_a_side_that_was_not_told_is_chosen_and_never_taken_for_both(
    client: Client, course: Course
) -> None:
    page = client.get(address(course))
    assert "choose the side" in text(page)
    sides = {v for k, v in form_of(page).items() if re.fullmatch(r"s\d+-side", k)}
    assert "both" not in sides
    untold = {k: "" for k, v in sheet(page).items() if re.fullmatch(r"s\d+-side", k)}
    kept = client.post(address(course), {**sheet(page), **untold})
    assert kept.status_code == 400
    assert "Choose a side." in text(kept)
    assert not Plan.objects.exists()


def test_at_least_one_site_and_a_diagnosis_are_chosen(client: Client, course: Course) -> None:
    sent = sheet(client.get(address(course)))
    bare = {k: v for k, v in sent.items() if not k.endswith("-chosen") and k != "diagnoses"}
    shown = text(client.post(address(course), bare))
    assert "Choose at least one site." in shown
    assert "Choose at least one diagnosis." in shown


def test_a_current_that_is_planned_stands_in_the_session_and_asks_for_its_hz(
    client: Client, member: Callable[[str], Member], a_course: Course
) -> None:
    a_course.therapy = "electroacupuncture"
    a_course.save()
    license_of(member("practitioner"))
    screened(member("practitioner"), a_course)
    make_lot(member("practitioner"))
    assert keep(client, a_course).status_code == 302
    chosen = Plan.objects.get().prescription["chosen"]
    assert any(each["electrical"] for each in chosen)
    session = begin(client, a_course)
    told = text(press(client, session, "close"))
    assert "electrical stimulation without Hz: add how many a second." in told


def test_who_plans_where_the_tables_do_not_tell_says_why(
    client: Client, member: Callable[[str], Member], course: Course
) -> None:
    member("practitioner").credentials.update(profession="chiropractor")
    refused = keep(client, course, licence_reason="")
    assert refused.status_code == 400
    assert "Our tables do not tell if chiropractors may do acupuncture" in text(refused)
    assert keep(client, course, licence_reason="The board agreed.").status_code == 302
    assert Plan.objects.get().prescription["licence"]["reason"] == "The board agreed."


def test_strangers_and_readers(
    client_of: Callable[[str], Client], stranger: Client, course: Course
) -> None:
    for path in (address(course), f"/practice/courses/{course.pk}/plan/"):
        assert stranger.get(path).status_code == 404
    assert stranger.post(address(course)).status_code == 404
    assert client_of("reader").get(f"/practice/courses/{course.pk}/plan/").status_code == 200
    assert client_of("reader").get(address(course)).status_code == 403
    assert client_of("front_desk").post(address(course)).status_code == 403


def test_current_in_a_person_with_a_pacemaker_is_planned_once_a_doctor_is_named(
    client: Client, member: Callable[[str], Member], a_course: Course
) -> None:
    by = member("practitioner")
    license_of(by)
    Course.objects.filter(pk=a_course.pk).update(therapy="electroacupuncture")
    a_course.refresh_from_db()
    told = {"condition": "myofascial", "history": ["pacemaker_or_implant"]}
    screened(by, a_course, {**told, "pain_regions": ["upper_shoulder"]})
    opened = client.get(address(a_course))
    assert "Which doctor has approved it?" in text(opened)
    added = client.post(
        address(a_course),
        {**sheet(opened), "do": "add", "add_site": "point:LI11", "add_side": "left"},
    )
    sent = {**sheet(added), **confirmed(added), "do": "keep"}
    refused = client.post(address(a_course), sent)
    assert refused.status_code == 400
    assert "until a doctor has approved it: name the doctor and the day" in text(refused)
    assert not Plan.objects.exists()
    named = {"doctor-es-01": "Dr. Heart", "day-es-01": "2026-01-20"}
    asked = client.post(address(a_course), {**sent, **named})
    kept = client.post(address(a_course), {**sheet(asked), **confirmed(asked), "do": "keep"})
    assert kept.status_code == 302, text(kept)
    assert Plan.objects.get().prescription["approvals"] == {"es-01": "Dr. Heart, 2026-01-20"}
    make_lot(by)
    session = begin(client, a_course, "empty")
    assert press(client, session, "add", add_site="point:LI11", add_side="left").status_code == 200
