"""The result: what guidance says, no more and no less, and a doctor alone where one comes first."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.utils import timezone
from tests.knowledge.test_statements import grade
from tests.site.guide_client import having, text

from filiform.guidance import Aid, guide
from filiform.knowledge import library
from filiform.review import published
from filiform.site.guide import chart, sheet, tables
from filiform.site.guide.cites import Citations, Unsaid, _runs
from filiform.site.guide.questions import questions
from filiform.site.guide.record import Record
from filiform.site.guide.result import unasked_pages

if TYPE_CHECKING:
    from filiform.guidance.option import Option

BENIGN: dict[str, object] = {
    "age": 46,
    "sex": "female",
    "duration_days": 120,
    "pain_0_10": 6,
    "findings": ["tender_knot_in_muscle", "pain_with_movement_or_posture"],
    "absent": ["fever", "recent_injury", "headache"],
    "condition": "myofascial",
    "pain_regions": ["upper_shoulder", "temple"],
    "jurisdiction": "US-NY",
    "medicines": ["ibuprofen", "hawthorn"],
}
THINNER: dict[str, object] = {**BENIGN, "findings": ["anticoagulant"], "medicines": ["warfarin"]}
EMERGENCY: dict[str, object] = {"findings": ["fever", "neck_stiffness", "headache"]}
SAME_DAY: dict[str, object] = {"findings": ["clumsy_hands"]}
FEARFUL: dict[str, object] = {"preferences.fear_of_needles": True, "preferences.avoid": ["cupping"]}
CALIFORNIA: dict[str, object] = {"jurisdiction": "US-CA", "age": 70, "insurance": "Cigna"}
NOTHING: dict[str, object] = {}
MINOR: dict[str, object] = {"age": 16}

CASES = {
    "benign": BENIGN,
    "thinner": THINNER,
    "fearful": FEARFUL,
    "california": CALIFORNIA,
    "nothing": NOTHING,
    "minor": MINOR,
}
ALONE = {"emergency": EMERGENCY, "same_day": SAME_DAY}
each_case = pytest.mark.parametrize("answers", CASES.values(), ids=CASES)
each_alone = pytest.mark.parametrize("answers", ALONE.values(), ids=ALONE)

EXTERNAL = re.compile(r'href="(https?://[^"]+)"')
LINK = re.compile(r'href="(/[^"#]*)')
ANCHOR = re.compile(r'href="#([^"]+)"')
HIGHEST_GRADE = 6.0


def aid_of(answers: dict[str, object]) -> Aid:
    return guide(
        Record(answers).person(library()),
        library=library(),
        review=published(),
        today=timezone.localdate(),
    )


def page_of(answers: dict[str, object], address: str = "/guide/result") -> str:
    response = having(answers).get(address)
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
    return response.content.decode()


def squeezed(words: str) -> str:
    return " ".join(words.split())


def words_of(page: str) -> str:
    main = page.partition("<main")[2].partition("</main>")[0]
    return squeezed(unescape(re.sub(r"<[^>]+>", " ", main)))


def said(sentence: str, page: str) -> bool:
    return squeezed(sentence) in words_of(page)


@each_alone
def test_where_a_doctor_comes_at_once_nothing_else_is_offered(answers: dict[str, object]) -> None:
    for address in ("/guide/result", "/guide/result/print"):
        page = page_of(answers, address)
        aid = aid_of(answers)
        assert said(aid.screening.title, page)
        assert said(aid.screening.action, page)
        assert all(said(reason.sentence, page) for reason in aid.screening.reasons)
        assert all(said(each.text, page) for each in aid.doctor_first)
        assert "Kinds of needle care" not in page
        assert "/guide/result/acupuncture" not in page
        assert "What to do first" not in page
        assert "nhsuk-card--care--" in page
    assert having(answers).get("/guide/result/acupuncture")["Location"] == "/guide/result"


def test_an_emergency_is_a_red_card_with_a_way_to_correct_an_answer() -> None:
    page = page_of(EMERGENCY)
    assert "nhsuk-card--care--emergency" in page
    assert "Immediate action required" in page
    for question in ("unwell", "neck", "head"):
        assert f'href="/guide/change/{question}"' in page


@each_case
def test_the_overview_says_what_guidance_says(answers: dict[str, object]) -> None:
    page, aid = page_of(answers), aid_of(answers)
    screening = aid.screening
    assert said(screening.title, page)
    assert said(screening.action, page)
    assert said(screening.needling_sentence, page)
    sentences = [
        *aid.notes,
        *screening.summary,
        *(reason.sentence for reason in screening.reasons),
        *(each.text for each in aid.doctor_first + aid.first_line),
        *(each.advice for each in (*aid.medicines, *aid.not_recognised)),
        *(option.why for option in aid.options),
        *(option.fits_text.rstrip(".") for option in aid.options),
        *(
            headline.sentence
            for option in aid.options
            if option.fits != "no"
            for headline in option.expected.headlines
        ),
        *(caution.sentence for option in aid.options for caution in option.cautions),
    ]
    missing = [sentence for sentence in sentences if not said(sentence, page)]
    assert missing == []


@each_case
def test_the_first_line_stands_before_the_needles(answers: dict[str, object]) -> None:
    words = words_of(page_of(answers))
    assert 0 < words.index("What to do first") < words.index("Kinds of needle care")


@each_case
def test_what_was_not_asked_is_listed_with_the_way_to_answer_it(answers: dict[str, object]) -> None:
    page, screening = page_of(answers), aid_of(answers).screening
    for key in (*screening.not_asked, *screening.not_given):
        asking = questions().asking(key)
        assert asking is not None
        assert f'href="/guide/change/{asking.id}"' in page


def options() -> list[tuple[str, str]]:
    offered = [each.id for each in library().therapies.values() if each.offered]
    return [(case, therapy) for case in CASES for therapy in offered]


@pytest.mark.parametrize(("case", "therapy"), options())
def test_the_page_of_a_therapy_holds_every_number_of_the_aid(case: str, therapy: str) -> None:
    page = page_of(CASES[case], f"/guide/result/{therapy}")
    option = next(each for each in aid_of(CASES[case]).options if each.id == therapy)
    assert missing_from(page, option) == []


def missing_from(page: str, option: Option) -> list[str]:
    cost = option.cost
    sentences = [
        option.why,
        *(effect.sentence for effect in option.effects),
        *(tables.difference(effect) for effect in option.effects if effect.trials),
        *(tables.interval(effect) for effect in option.effects if effect.ci),
        *(reason for effect in option.effects for reason in effect.certainty_reasons),
        *(harm.text for harm in option.harms),
        *(row.text for row in option.harm_ranges),
        *(dose.text for dose in option.doses),
        *(each.text for each in option.texts),
        *(each.limits or "" for each in option.texts),
        *(each.sentence for each in option.practitioners),
        *(each.checked_note[1:] for each in option.practitioners),
        *(amount.text for amount in (cost.session, cost.first_session, cost.course) if amount),
        *(row.checked_note for row in cost.rows),
        *(each.text for each in cost.cover),
        *(each.text for each in option.expected.not_known),
        *(caution.sentence for caution in option.cautions),
        *(danger.sentence for danger in option.dangers),
        *(headline.sentence for headline in option.expected.headlines),
        *(option.expected.yours, option.expected.placebo.text),
        *(option.harms_note, option.practitioners_note, option.cautions_note),
        *(cost.cover_note, cost.note),
    ]
    links = [effect.link for effect in option.effects if f'href="{effect.link}"' not in page]
    return [sentence for sentence in sentences if not said(sentence, page)] + links


@each_case
def test_the_page_to_print_holds_what_counts_most(answers: dict[str, object]) -> None:
    page, aid = page_of(answers, "/guide/result/print"), aid_of(answers)
    told = [
        aid.screening.title,
        *(aid.screening.summary),
        *(each.text for each in aid.doctor_first),
        *(each.short for each in unasked_pages([*aid.screening.not_asked])),
        *[each.text for each in aid.first_line if each.topic == "first_line"][:3],
        *(each.name for each in aid.medicines),
    ]
    for option in aid.options:
        told += [option.why, option.harms_note, option.practitioners_note]
        told += [tables.difference(each) for each in option.expected.headlines if each.trials]
        told += [each.sentence for each in option.cautions]
        told += [each.sentence for each in option.dangers]
        told += [each.sentence for each in option.practitioners]
        told += [each.text for each in (option.cost.session, option.cost.course) if each]
        told += [each.text for each in option.cost.cover if each.yours]
        told += [option.cost.note, option.cost.cover_note]
    for each in sheet.harms(aid):
        told += [row.text for row in (*each.serious, *each.mild)] + list(each.uncounted)
    assert [each for each in told if not said(each, page)] == []
    assert "<details" not in page.partition("<main")[2]


def test_the_sheet_says_each_sentence_once_with_the_therapies_that_it_holds_for() -> None:
    aid = aid_of({**BENIGN, "insurance": "Medicare"})
    for lines in (sheet.care(aid), sheet.law(aid), sheet.cover(aid)):
        texts = [line.text for line in lines]
        assert texts
        assert len(texts) == len(set(texts))
    law = next(line for line in sheet.law(aid) if "may not do dry needling" in line.text)
    assert law.therapies == ("dry needling", "dry needling with electrical stimulation")
    assert law.sources


def test_the_harms_of_the_sheet_are_each_therapys_own_counts() -> None:
    found = {each.option.id: each for each in sheet.harms(aid_of(BENIGN))}
    assert {"acupuncture", "dry_needling"} <= set(found)
    assert not {"dry_needling_electrical", "cupping"} & set(found)
    assert {row.severity for row in found["acupuncture"].serious} == {"major"}
    assert {row.severity for row in found["acupuncture"].mild} == {"minor"}


def test_what_to_ask_stands_on_the_sheet() -> None:
    ids = [text.id for text in sheet.to_ask(aid_of(BENIGN))]
    assert ids == [*("needle_safety-ask", "session-review", "who_may-check", "who_may-training")]


@pytest.mark.parametrize("address", ["", "/print", "/acupuncture", "/dry_needling", "/cupping"])
@each_case
def test_every_number_of_a_source_leads_to_that_source(
    answers: dict[str, object], address: str
) -> None:
    page = page_of(answers, f"/guide/result{address}")
    anchors = set(ANCHOR.findall(page))
    assert [anchor for anchor in anchors if f'id="{anchor}"' not in page] == []
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert len([anchor for anchor in anchors if anchor.startswith("source-")]) > 3
    assert all(link.startswith("https://") for link in EXTERNAL.findall(page))


@pytest.mark.django_db
def test_every_link_of_a_result_leads_somewhere() -> None:
    client = having(BENIGN)
    found = {
        unescape(link)
        for address in ("", "/acupuncture", "/dry_needling", "/cupping")
        for link in LINK.findall(client.get(f"/guide/result{address}").content.decode())
        if not link.startswith("/static/")
    }
    assert len(found) > 60
    assert [
        link for link in sorted(found) if client.get(link, follow=True).status_code != 200
    ] == []


@each_case
def test_the_same_answers_give_the_same_page(answers: dict[str, object]) -> None:
    assert words_of(page_of(answers)) == words_of(page_of(dict(reversed(answers.items()))))


def test_a_therapy_that_is_not_offered_has_no_page() -> None:
    client = having(BENIGN)
    client.raise_request_exception = False
    for therapy in ("massage", "leeches"):
        assert client.get(f"/guide/result/{therapy}").status_code == 404


def test_a_result_is_only_read() -> None:
    client = Client(raise_request_exception=False)
    assert client.post("/guide/result").status_code == 405


def test_where_one_lives_is_asked_where_the_law_would_stand() -> None:
    page = page_of(NOTHING, "/guide/result/dry_needling")
    assert 'href="/guide/change/place"' in page
    assert "Tell us your place" in page


def test_no_answer_stands_in_an_address_on_the_result() -> None:
    page = page_of({**BENIGN, "insurance": "Medicare"}, "/guide/result/acupuncture")
    assert not re.search(r'href="/guide[^"]*\?', page)
    assert "<script" not in page


def test_a_minor_in_an_emergency_reads_the_emergency_alone_and_the_note_below_a_same_day() -> None:
    note = "If you are under 18, see a doctor first"
    assert note not in page_of({**EMERGENCY, "age": 16})
    same_day = words_of(page_of({**SAME_DAY, "age": 16}))
    title = aid_of({**SAME_DAY, "age": 16}).screening.title
    assert same_day.index(title) < same_day.index(note)


def test_where_no_rule_held_nothing_is_called_advice() -> None:
    assert "Non-urgent advice" not in words_of(page_of(NOTHING))
    assert "Non-urgent advice" in words_of(page_of(BENIGN))


# --- Numbers in words, drawings, citations


def test_a_cell_says_the_direction_and_the_size() -> None:
    acupuncture = next(o for o in aid_of(BENIGN).options if o.id == "acupuncture")
    for effect in acupuncture.effects:
        words = tables.difference(effect)
        if effect.estimate is None:
            assert words == (effect.withheld or "not known")
        elif effect.absolute:
            treated, without = (f"{each:.0f} of 100" for each in effect.absolute)
            assert words.startswith(f"{treated} people against {without}, ")
        elif effect.measure == "MD":
            assert words.endswith("lower" if effect.estimate < 0 else "higher")
            size = float(words.split()[0].replace(",", ""))
            assert size == pytest.approx(abs(effect.estimate), abs=0.5)


def test_every_interval_of_the_aid_lies_on_its_drawing_with_its_middle_inside() -> None:
    for option in aid_of(BENIGN).options:
        for lasting in option.expected.lasting:
            axis = chart.Axis.over(lasting.windows)
            assert 0 <= axis.zero <= 100
            for window in lasting.windows:
                bar = axis.bar(window)
                assert (bar is None) == (window.estimate is None)
                if bar:
                    assert 0 <= bar.low <= bar.point <= bar.high <= 100


def test_an_axis_over_nothing_still_has_the_line_of_no_difference() -> None:
    assert chart.Axis.over([]) == chart.Axis(-10, 10)
    assert chart.Axis.over([]).zero == 50


def test_a_source_keeps_its_number_on_a_page() -> None:
    first, second, third = list(library().bibliography)[:3]
    cite = Citations(library().bibliography)
    assert cite([]) == ""
    assert cite([first, second]).count("<a ") == 2
    assert 'href="#source-1"' in cite([first])
    assert "1–3" in cite([first, second, third])
    assert [number for number, _ in cite.listed] == [1, 2, 3]


def test_runs_of_three_are_ranges() -> None:
    assert _runs([1, 2, 4, 5, 6]) == [(1, "1"), (2, "2"), (4, "4–6")]


def test_a_sentence_is_said_once_on_a_page() -> None:
    unsaid, texts = Unsaid(), aid_of(BENIGN).first_line
    assert unsaid(texts) == list(texts)
    assert unsaid(texts) == []


def test_a_price_is_told_with_its_day() -> None:
    rows = next(o for o in aid_of(BENIGN).options if o.id == "acupuncture").cost.rows
    assert rows
    for row in rows:
        dated = "" if row.as_of == "undated" else f", as of {row.as_of}"
        assert tables.price(row).endswith(f"{row.currency} a {row.unit}{dated}")
        assert "no number" not in tables.price(row)


# --- Reading level


def plain(template: str) -> str:
    """Return a template's own words: what stands for something else is one short word."""
    own = re.sub(r"\{#.*?#\}|\{%.*?%\}", " ", template, flags=re.DOTALL)
    own = re.sub(r"<svg.*?</svg>", " ", own, flags=re.DOTALL)
    own = re.sub(r"\{\{.*?\}\}", "it", own, flags=re.DOTALL)
    blocks = re.split(r"</?(?:p|li|h\d|td|th|dt|dd|summary|caption|div|a)\b[^>]*>", own)
    sentences = [squeezed(unescape(re.sub(r"<[^>]+>", " ", block))) for block in blocks]
    return " ".join(s if s.endswith((".", "?", ":")) else f"{s}." for s in sentences if len(s) > 3)


TEMPLATES = [
    *("start", "check", "open", "deleted", "alone", "result", "overview", "option"),
    *("parts", "therapy", "print", "question"),
]


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_own_words_of_a_page_read_at_grade_six_or_below(name: str) -> None:
    from django.conf import settings  # noqa: PLC0415  (only this reads the templates)

    template = settings.BASE_DIR / "templates" / "guide" / f"{name}.html"
    measured = grade(plain(template.read_text(encoding="utf-8")))
    print(f"{measured:5.1f}  {name}.html")  # noqa: T201  (./test -s shows the levels)
    assert measured <= HIGHEST_GRADE


@pytest.mark.parametrize("answers", [*CASES.values(), *ALONE.values()], ids=[*CASES, *ALONE])
def test_the_overview_as_a_whole_reads_at_grade_six_or_below(answers: dict[str, object]) -> None:
    page = page_of(answers).partition('id="sources"')[0]
    main = page.partition("<main")[2].partition(">")[2]
    measured = grade(plain(main))
    print(f"{measured:5.1f}  /guide/result")  # noqa: T201  (./test -s shows the levels)
    assert measured <= HIGHEST_GRADE


def test_the_day_of_the_result_is_told() -> None:
    assert timezone.localdate() >= date(2026, 1, 1)
    assert f"As of {timezone.localdate().isoformat()}" in text(having(BENIGN).get("/guide/result"))
