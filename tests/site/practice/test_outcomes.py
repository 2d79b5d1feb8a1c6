"""Outcomes: taken in the room and by link, due, missing; questionnaires that a practice loads."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from tests.site.practice import making
from tests.site.practice.cared import queries

from filiform.site.practice import intake_links, keeping, outcome_taking
from filiform.site.practice.models import Link, Outcome, Person, Questionnaire
from filiform.site.practice.models.people import LinkKind
from filiform.site.practice.outcome_taking import Given

if TYPE_CHECKING:
    from collections.abc import Callable

    from filiform.site.practice.models import Course, Member

pytestmark = pytest.mark.django_db
PSFS = {f"activity_{n}": f"Thing of {n}" for n in (1, 2, 3)} | {
    f"rating_{n}": str(n + 3) for n in (1, 2, 3)
}
ORDINAL = "http://hl7.org/fhir/StructureDefinition/ordinalValue"
QUESTIONNAIRES = "/practice/questionnaires/"


def invented_questionnaire(items: int = 10, highest: int = 5) -> dict[str, object]:
    """Return a questionnaire of invented words, each answer counting 0 to 5."""
    options = [
        {
            "valueCoding": {
                "code": f"a{points}",
                "display": f"Answer {points}",
                "extension": [{"url": ORDINAL, "valueDecimal": points}],
            }
        }
        for points in range(highest + 1)
    ]
    return {
        "resourceType": "Questionnaire",
        "title": "Invented index",
        "copyright": "Nobody",
        "item": [{"linkId": "how", "type": "display", "text": "Choose one sentence of each."}]
        + [
            {"linkId": f"q{n}", "text": f"Invented question {n}", "type": "choice"}
            | {"answerOption": options}
            for n in range(1, items + 1)
        ],
    }


def upload(client: Client, resource: object, **given: str) -> str:
    content = resource if isinstance(resource, bytes) else json.dumps(resource).encode()
    sent = {"instrument": "NDI", "rights": "Licence 7 of the owner", **given}
    file = SimpleUploadedFile("q.json", content, "application/json")
    return client.post(QUESTIONNAIRES, {**sent, "resource": file}, follow=True).content.decode()


def of(course: Course, part: str = "") -> str:
    return f"/practice/courses/{course.pk}/outcomes/{part}"


@pytest.fixture
def link(member: Callable[[str], Member], a_course: Course) -> str:
    """Return the address of a link to the questions of week 4."""
    with keeping.acting(member("owner")) as act:
        token = intake_links.make(act, a_course.person, LinkKind.OUTCOME, course=a_course, week=4)
    return f"/practice/link/{token}/"


def test_scores_taken_in_the_room_keep_raw_percent_and_scale_apart(
    client_of: Callable[[str], Client], a_course: Course
) -> None:
    client = client_of("practitioner")
    given = {"on": "2026-10-29", "NPRS": "4", "GROC": "-7", "NDI_total": "15", **PSFS}
    assert client.post(of(a_course, "take/"), given).status_code == 302
    rows = Outcome.objects.values_list("instrument", "week", "raw", "out_of", "percent")
    assert {name: [str(value) for value in row] for name, *row in rows} == {
        "NPRS": ["4", "4.000", "10.000", "40.000"],
        "GROC": ["4", "-7.000", "7.000", "None"],
        "NDI": ["4", "15.000", "50.000", "30.000"],
        "PSFS": ["4", "5.000", "10.000", "50.000"],
    }
    page = client.get(of(a_course)).content.decode()
    assert "Score, 0 to 50" in page
    assert "30.0" in page
    assert "Thing of 2" in page
    assert "10.2 points may be measurement error" in page
    again = client.get(of(a_course, "take/")).content.decode()
    assert 'value="Thing of 1"' in again


def test_a_mean_is_kept_exactly_and_shown_with_one_digit(
    client_of: Callable[[str], Client], a_course: Course
) -> None:
    client = client_of("practitioner")
    thirds = {f"rating_{n}": value for n, value in ((1, "8"), (2, "9"), (3, "9"))}
    for day in ("2026-10-01", "2026-10-29"):
        client.post(of(a_course, "take/"), {"on": day, **PSFS, **thirds})
    assert {str(row.raw) for row in Outcome.objects.all()} == {"8.667"}
    page = client.get(of(a_course)).content.decode()
    of_course = client.get(f"/practice/courses/{a_course.pk}/").content.decode()
    assert "<td>8.7</td>" in page
    assert "PSFS 8.7 of 10" in of_course
    assert "8.66" not in page + of_course


def test_nothing_filled_in_and_a_wrong_number_are_told(
    client_of: Callable[[str], Client], a_course: Course
) -> None:
    client = client_of("practitioner")
    nothing = client.post(of(a_course, "take/"), {"on": "2026-10-29"})
    assert (nothing.status_code, "Nothing is filled in" in nothing.content.decode()) == (400, True)
    wrong = client.post(of(a_course, "take/"), {"on": "2026-10-29", "NDI_total": "51"})
    assert wrong.status_code == 400
    assert not Outcome.objects.exists()


def test_what_is_overdue_and_the_share_that_is_missing_are_always_said(
    client_of: Callable[[str], Client], member: Callable[[str], Member], a_course: Course
) -> None:
    today = timezone.now().date()
    old = making.make_course(member("owner"), a_course.person, today - dt.timedelta(weeks=8))
    page = client_of("reader").get(of(old)).content.decode()
    assert "Overdue by 21 days:" in page
    assert "100 %" in page
    assert "not yet due" in page
    practice = client_of("reader").get("/practice/outcomes/").content.decode()
    assert of(old) in practice
    assert "never taken, in the courses of the last twelve months" in practice


def test_a_follow_up_tells_the_measures_of_a_week_together_and_who_wants_no_letter(
    client_of: Callable[[str], Client], member: Callable[[str], Member], a_person: Person
) -> None:
    begun = timezone.now().date() - dt.timedelta(weeks=8)
    making.make_course(member("owner"), a_person, begun)
    Person.objects.update(may_contact=False)
    client = client_of("practitioner")
    for address in ("/practice/", "/practice/outcomes/"):
        page = " ".join(client.get(address).content.decode().split())
        assert "NPRS and NDI of week 4" in page
    assert "Does not want to be written to." in page


def test_follow_ups_ask_the_database_as_often_for_many_courses_as_for_one(
    client_of: Callable[[str], Client], member: Callable[[str], Member], a_course: Course
) -> None:
    client, address = client_of("reader"), "/practice/outcomes/"
    start = timezone.now().date() - dt.timedelta(weeks=8)
    making.make_course(member("owner"), a_course.person, start)
    for_one = queries(client, address)
    for _ in range(5):
        making.make_course(member("owner"), a_course.person, start)
    assert queries(client, address) == for_one


def test_a_link_is_answered_once_on_one_page(
    link: str, client_of: Callable[[str], Client], a_course: Course
) -> None:
    client = Client()
    page = client.get(link).content.decode()
    assert "How is your neck now" in page
    blank = client.post(link, {})
    assert (blank.status_code, "one question or more" in blank.content.decode()) == (400, True)
    done = client.post(link, {"NPRS": "3", "GROC": "4", "rating_1": ""}, follow=True)
    assert "Thank you" in done.content.decode()
    assert {each.origin for each in Outcome.objects.all()} == {"link"}
    assert client.get(link).status_code == 404
    assert client.post(link, {"NPRS": "1"}).status_code == 404
    assert "by link" in client_of("reader").get(of(a_course)).content.decode()


def test_a_link_for_outcomes_opens_no_intake(link: str) -> None:
    for part in ("check/", "now/", "page/urgent/"):
        assert Client().get(f"{link}{part}").status_code == 404
    assert Client().post(f"{link}send/").status_code == 404


def test_a_link_of_this_week_is_made_by_who_treats(
    client_of: Callable[[str], Client], stranger: Client, a_course: Course
) -> None:
    assert client_of("reader").post(of(a_course, "link/")).status_code == 403
    assert stranger.post(of(a_course, "link/")).status_code == 404
    page = client_of("practitioner").post(of(a_course, "link/"), follow=True).content.decode()
    assert "/practice/link/" in page
    kept = Link.objects.get()
    assert (kept.kind, kept.course) == ("outcome", a_course)


def test_no_stranger_sees_or_takes_scores(
    stranger: Client, client_of: Callable[[str], Client], a_course: Course
) -> None:
    for part in ("", "take/"):
        assert stranger.get(of(a_course, part)).status_code == 404
        assert client_of("front_desk").get(of(a_course, part)).status_code == 403
    assert client_of("reader").get(of(a_course, "take/")).status_code == 403


def test_a_questionnaire_is_loaded_by_the_owner_with_a_right_and_then_asked(
    client_of: Callable[[str], Client], a_course: Course
) -> None:
    owner = client_of("owner")
    assert "Invented index" in upload(owner, invented_questionnaire())
    assert Questionnaire.objects.get().rights == "Licence 7 of the owner"
    assert client_of("practitioner").post(QUESTIONNAIRES, {}).status_code == 403
    client = client_of("practitioner")
    sheet = client.get(of(a_course, "take/")).content.decode()
    assert sheet.index("Choose one sentence of each.") < sheet.index("Invented question 1")
    assert "Invented question 10" in sheet
    nine = {f"NDI:q{n}": "a2" for n in range(1, 10)}
    given = {"on": "2026-10-29", **nine}
    assert client.post(of(a_course, "take/"), given).status_code == 302
    kept = Outcome.objects.get()
    assert (kept.prorated, str(kept.raw)) == (True, "20.000")
    assert kept.items == [2.0] * 9 + [None]
    page = client.get(of(a_course)).content.decode()
    assert "in the room, 9 of 10 items, prorated" in page
    assert "Prorated: the mean of the answered items stands for the missing ones." in page
    few = {name: value for name, value in nine.items() if name < "NDI:q8"}
    refused = client.post(of(a_course, "take/"), {"on": "2026-10-29", **few})
    assert "Invented question 8: Too many of these have no answer" in refused.content.decode()


@pytest.mark.parametrize(
    ("resource", "given", "told"),
    [
        (invented_questionnaire(), {"rights": " "}, "There is a problem"),
        (invented_questionnaire(9), {}, "The file has 9 items, the measure has 10"),
        (
            invented_questionnaire(highest=7),
            {},
            "An answer to q1 counts 6, an item of the NDI counts 0 to 5: correct ordinalValue",
        ),
        ({"resourceType": "Patient"}, {}, "load a FHIR R4 Questionnaire"),
        (b"\xff\xfe\x00", {}, "not JSON"),
        (b"{" * 70_000, {}, "larger than 64 KB"),
    ],
)
def test_a_file_that_cannot_be_used_is_told(
    client_of: Callable[[str], Client], resource: object, given: dict[str, str], told: str
) -> None:
    assert told in upload(client_of("owner"), resource, **given)
    assert not Questionnaire.objects.exists()


def test_the_week_of_a_score_is_the_nearest_one(a_course: Course) -> None:
    days = {-14: 0, 0: 0, 2: 0, 3: 0, 4: 1, 27: 4, 28: 4, 85: 12}
    for after, week in days.items():
        day = a_course.started_on + dt.timedelta(days=after)
        assert outcome_taking.week_of(a_course, day) == week


def test_a_given_measure_travels_through_json() -> None:
    given = Given("PSFS", [1.0, None], [{"text": "Drive", "points": 1}])
    assert Given.from_json("PSFS", json.loads(json.dumps(given.to_json()))) == given
