"""Answers before a visit, by link and without an account, and how staff see them."""

from __future__ import annotations

import logging
import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.utils import timezone
from tests.knowledge.test_statements import grade
from tests.site.practice.cared import RED, benign, sent
from tests.site.test_guide_questions import sentence

from filiform.care.body_chart import body_chart
from filiform.knowledge import library
from filiform.site.logs import DiscreetFormatter
from filiform.site.practice import intake, intake_links, keeping
from filiform.site.practice.forms.intake import ContactForm, MoreForm
from filiform.site.practice.forms.outcomes import MeasuresForm
from filiform.site.practice.intake_drawing import GROUPS, places
from filiform.site.practice.models import HistoryEntry, Intake, Link, Outcome, Person
from filiform.site.practice.models.people import LinkKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from filiform.site.practice.models import Course, Member

pytestmark = pytest.mark.django_db

PAGES = [step.id for step in intake.steps()]


@pytest.fixture
def link(member: Callable[[str], Member], a_person: Person) -> str:
    """Return the address of a link to the questions before a visit."""
    with keeping.acting(member("front_desk")) as act:
        return f"/practice/link/{intake_links.make(act, a_person, LinkKind.INTAKE)}/"


def says(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def test_the_guide_is_asked_but_for_the_place_and_a_drawing_stands_for_the_areas() -> None:
    assert PAGES[:2] == ["about-you", "urgent"]
    assert {"where", "place"}.isdisjoint(PAGES)
    assert PAGES[PAGES.index("brings") + 1] == "drawing"
    assert PAGES[-3:] == ["measures", "more", "contact"]


def test_every_place_of_the_body_chart_can_be_given_a_number_once() -> None:
    assert {area for areas in GROUPS.values() for area in areas} == set(library().areas) - {"any"}
    listed = [place.key for group in places().values() for place in group]
    drawn = {place.key for view in body_chart().views for place in view.places}
    assert sorted(listed) == sorted(drawn)


def test_each_page_is_kept_as_it_is_sent_and_the_link_resumes_there(link: str) -> None:
    client = Client()
    assert "Start now" in says(client, link)
    assert not Intake.objects.exists()
    answer = client.post(f"{link}page/about-you/", {"age": "46", "sex": "female"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{link}page/urgent/")
    client.post(f"{link}page/urgent/", {"signs": "none"})
    other = Client()  # another browser: no cookie carries anything
    assert f"{link}page/urgent/" in says(other, link)
    assert 'value="46"' in says(other, f"{link}page/about-you/")
    page = says(other, f"{link}page/urgent/")
    assert 'value="none" checked' in page
    kept = Intake.objects.get()
    assert (kept.answers["age"], kept.sent_at, kept.urgency) == (46, None, "routine")
    assert "person 1, by link" in HistoryEntry.objects.latest("number").by


def test_every_page_shows_and_can_be_skipped(link: str) -> None:
    client = Client()
    for page in PAGES:
        assert "Continue" in says(client, f"{link}page/{page}/")
        assert client.post(f"{link}page/{page}/", {"skip": "yes"}).status_code == 303
    assert says(client, f"{link}check/").count("Not answered") == len(PAGES)


def test_a_fault_is_told_and_the_page_keeps_nothing(link: str) -> None:
    client = Client()
    for page, given in {
        "about-you": {"age": "200"},
        "measures": {"NPRS": "11"},
        "drawing": {"temple:left": "12"},
    }.items():
        answer = client.post(f"{link}page/{page}/", given)
        assert answer.status_code == 400
        assert "There is a problem" in answer.content.decode()
    assert not Intake.objects.exists()


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"activity_1": "Drive"}, "both words and a number"),
        ({"rating_1": "3"}, "both words and a number"),
        ({"activity_1": "Drive", "rating_1": "3"}, "three things or more"),
    ],
)
def test_things_to_do_need_words_and_a_number_and_be_three(
    link: str, given: dict[str, str], told: str
) -> None:
    assert told in Client().post(f"{link}page/measures/", given).content.decode()


def test_an_emergency_is_told_at_once(link: str) -> None:
    client = Client()
    answer = client.post(f"{link}page/urgent/", {"signs": RED})
    assert answer.headers["Location"] == f"{link}now/"
    page = says(client, f"{link}now/")
    assert "Get help now" in page
    assert "nhsuk-card--care--emergency" in page
    assert "Confused, or hard to wake up" in page
    client.post(f"{link}page/urgent/", {"signs": "none"})
    assert client.get(f"{link}now/").status_code == 303


def test_what_was_drawn_and_measured_is_kept_as_the_library_reads_it(link: str) -> None:
    client = Client()
    client.post(f"{link}page/drawing/", {"upper_shoulder:left": "7", "forehead:midline": "0"})
    rated = {f"activity_{n}": f"Thing of {n}" for n in (1, 2, 3)}
    rated |= {f"rating_{n}": str(n) for n in (1, 2, 3)}
    client.post(f"{link}page/measures/", {"NPRS": "6", **rated})
    client.post(f"{link}page/more/", {"medicines_text": "Eliquis 5 mg", "history_text": "Massage"})
    client.post(f"{link}page/contact/", {"may_contact": "yes", "registry_consent": "no"})
    kept = Intake.objects.get()
    drawing = intake.drawing_of(kept)
    assert [(m.area, m.side, m.intensity) for m in drawing.painful] == [
        ("upper_shoulder", "left", 7.0)
    ]
    assert kept.answers["pain_regions"] == ["upper_shoulder"]
    assert kept.measures["NPRS"]["answer"] == 6
    assert kept.measures["PSFS"]["answer"] == [1, 2, 3]
    page = says(client, f"{link}check/")
    for words in (
        "top of the shoulder, left: 7 of 10",
        "Thing of 2: 2 of 10",
        "Pain: 6 of 10",
        "Eliquis 5 mg",
        "You may write to me: Yes",
        "My course may be used: No",
    ):
        assert words in page
    assert '<option value="7" selected>' in says(client, f"{link}page/drawing/")


def test_an_answer_is_changed_from_the_list_and_leads_back_to_it(link: str) -> None:
    client = Client()
    client.post(f"{link}page/about-you/", {"age": "46"})
    changed = client.post(f"{link}page/about-you/?check", {"age": "47"})
    assert changed.headers["Location"] == f"{link}check/"
    assert Intake.objects.get().answers["age"] == 47


def test_what_is_sent_arrives_once_and_uses_the_link_up(
    link: str, client_of: Callable[[str], Client], a_person: Person
) -> None:
    client = Client()
    client.post(f"{link}page/urgent/", {"signs": RED})
    client.post(f"{link}page/contact/", {"may_contact": "yes"})
    done = client.post(f"{link}send/", {"once": "3f0d3f0e-0000-4000-8000-000000000001"})
    again = client.post(f"{link}send/", {"once": "3f0d3f0e-0000-4000-8000-000000000001"})
    assert done.headers["Location"] == again.headers["Location"] == f"{link}done/"
    page = says(client, f"{link}done/")
    assert "Thank you" in page
    assert "nhsuk-card--care--emergency" in page
    kept = Intake.objects.get()
    assert (kept.urgency, kept.sent_at is not None) == ("emergency", True)
    a_person.refresh_from_db()
    assert (a_person.may_contact, a_person.registry_consent) == (True, None)
    for part in ("", "check/", "page/about-you/", "now/"):
        assert "This link does not work" in says(client, link + part, 404)
    for role in ("owner", "practitioner", "reader"):
        seen = says(client_of(role), f"/practice/intakes/{kept.pk}/")
        assert seen.index("nhsuk-card--care--emergency") < seen.index("All answers")
    assert client_of("front_desk").get(f"/practice/intakes/{kept.pk}/").status_code == 403


def test_nothing_is_sent_before_a_page_was_answered(link: str) -> None:
    client = Client()
    assert client.post(f"{link}send/").headers["Location"] == link
    assert client.get(f"{link}check/").headers["Location"] == link
    assert Link.objects.get().used_at is None


@pytest.mark.parametrize(
    "part", ["", "check/", "page/urgent/", "now/", "send/", "done/", "page/no-such-page/"]
)
def test_a_link_that_is_unknown_or_too_old_finds_one_clear_page(link: str, part: str) -> None:
    client = Client()
    method = client.post if part == "send/" else client.get
    Link.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    for address in (f"{link}{part}", f"/practice/link/{'x' * 43}/{part}"):
        answer = method(address)
        assert answer.status_code == 404
        assert "This link does not work" in answer.content.decode()


def test_the_address_of_a_link_is_told_to_nobody(link: str) -> None:
    answer = Client(enforce_csrf_checks=True).post(f"{link}page/about-you/", {"age": "46"})
    assert answer.status_code == 303
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert not answer.cookies
    record = logging.LogRecord("x", logging.WARNING, "", 0, "Not Found: %s", (link,), None)
    assert link.split("/")[-2] not in DiscreetFormatter().format(record)


def test_a_stranger_sees_no_answers(
    stranger: Client, member: Callable[[str], Member], a_person: Person
) -> None:
    kept = sent(member("owner"), a_person)
    assert stranger.get(f"/practice/intakes/{kept.pk}/").status_code == 404


def test_scores_of_the_answers_become_the_first_ones_of_a_course(
    link: str, client_of: Callable[[str], Client], member: Callable[[str], Member], a_person: Person
) -> None:
    client = Client()
    client.post(f"{link}page/measures/", {"NPRS": "6"})
    client.post(f"{link}send/")
    opened = client_of("practitioner").post(
        f"/practice/people/{a_person.pk}/course/",
        {
            "therapy": "dry_needling",
            "practitioner": str(member("practitioner").pk),
            "started_on": timezone.now().date().isoformat(),
        },
    )
    assert opened.status_code == 302
    score = Outcome.objects.get()
    assert (score.instrument, score.week, score.origin) == ("NPRS", 0, "link")
    assert str(score.raw) == "6.000"


def test_the_words_of_our_own_pages_read_at_grade_six_or_below() -> None:
    for form in (MeasuresForm(follow_up=True), MoreForm(), ContactForm()):
        words = [
            sentence(text)
            for field in form.fields.values()
            for text in (str(field.label), str(field.help_text))
            if text
        ]
        assert grade(" ".join(words)) <= 6, type(form).__name__


def read_at(page: str) -> float:
    """Return the grade at which the sentences of a page read."""
    main = page[page.index("<main") : page.index("</main>")]
    texts = [line.strip() for line in _bare(main).splitlines() if len(line.split()) > 3]
    return grade(" ".join(sentence(text) for text in texts))


@pytest.mark.parametrize("part", ["", "page/drawing/", "page/measures/", "page/contact/"])
def test_the_pages_for_people_read_at_grade_six_or_below(link: str, part: str) -> None:
    assert read_at(says(Client(), link + part)) <= 6


def test_the_pages_of_an_emergency_and_after_sending_read_at_grade_six_or_below(link: str) -> None:
    client = Client()
    client.post(f"{link}page/urgent/", {"signs": RED})
    assert read_at(says(client, f"{link}now/")) <= 6
    assert read_at(says(client, f"{link}check/")) <= 6
    client.post(f"{link}send/")
    assert read_at(says(client, f"{link}done/")) <= 6
    assert read_at(says(client, link, 404)) <= 6


def test_the_page_that_asks_how_it_is_going_reads_at_grade_six_or_below(
    member: Callable[[str], Member], a_course: Course
) -> None:
    with keeping.acting(member("owner")) as act:
        token = intake_links.make(act, a_course.person, LinkKind.OUTCOME, course=a_course, week=4)
    assert read_at(says(Client(), f"/practice/link/{token}/")) <= 6


def _bare(html: str) -> str:
    return re.sub(r"<[^>]+>", "\n", re.sub(r"<(select|svg).*?</\1>", "", html, flags=re.DOTALL))


def test_benign_answers_are_routine(member: Callable[[str], Member], a_course: Course) -> None:
    kept = sent(member("owner"), a_course.person, benign())
    assert kept.urgency == "routine"


def test_medicines_may_stand_on_lines_or_between_commas_and_the_nearest_name_is_offered(
    link: str,
) -> None:
    client, page = Client(), f"{link}page/medicines/"
    wrong = client.post(page, {"medicines": "aspirin, warfarine"})
    assert wrong.status_code == 400
    told = wrong.content.decode()
    assert "We do not know “warfarine”. Did you mean “warfarin”?" in told
    assert "aspirin, warfarine" in told
    client.post(page, {"medicines": "aspirin, warfarin\nother zzyzx; metformin"})
    assert Intake.objects.get().answers["medicines"] == [
        "aspirin",
        "warfarin",
        "other zzyzx",
        "metformin",
    ]


@pytest.mark.parametrize(("pain", "soon"), [("9", True), ("3", False)])
def test_who_should_see_a_doctor_soon_reads_so_before_and_after_sending(
    link: str, pain: str, soon: bool
) -> None:
    client = Client()
    client.post(f"{link}page/how-long/", {"pain_0_10": pain})
    before = says(client, f"{link}check/")
    client.post(f"{link}send/")
    for page in (before, says(client, f"{link}done/")):
        assert ("See a doctor in the next few days" in page) == soon
        assert ("Make a visit with a doctor for the next few days." in page) == soon
