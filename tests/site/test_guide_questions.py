"""The questions: every finding is asked, in words that are read with ease."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files

import pytest
from tests.knowledge.test_statements import grade

from filiform.errors import KnowledgeError
from filiform.guidance._guidebook import guidebook
from filiform.knowledge import library
from filiform.site.guide.questions import Page, parse, questions
from filiform.site.guide.urls import urlpatterns

HIGHEST_GRADE = 6.0
ALL = questions()
each_page = pytest.mark.parametrize("page", ALL.pages, ids=[page.id for page in ALL.pages])


def asked(key: str) -> list[str]:
    return [
        option
        for page in ALL.pages
        for field in page.fields
        if (field.key or field.kind) == key
        for option in field.ids
    ]


def sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."


def words_of(page: Page) -> str:
    shared = {"signs": [ALL.signs_hint, ALL.none], "several": [ALL.several_hint, ALL.none]}
    texts = [page.title, page.hint]
    for field in page.fields:
        texts += [field.label, field.hint, *shared.get(field.kind, [])]
        texts += [text for option in field.options for text in (option.text, option.hint)]
    return " ".join(sentence(text) for text in texts if text)


def test_every_finding_is_asked_once() -> None:
    assert sorted(asked("signs")) == sorted(library().findings)


def test_every_entry_of_the_history_is_asked_once() -> None:
    assert sorted(asked("history")) == sorted(guidebook().history)


def test_every_condition_may_be_chosen_and_that_no_one_has_told() -> None:
    assert sorted(asked("condition")) == sorted([*library().conditions, ""])


def test_every_sex_that_is_known_may_be_chosen() -> None:
    assert sorted(asked("sex")) == sorted(guidebook().answers.sexes)


def test_the_places_where_it_hurts_are_areas_and_none_lies_far_from_the_neck() -> None:
    assert set(library().areas) - set(asked("pain_regions")) == {
        *("any", "ankle", "foot", "lower_leg")
    }
    assert len(asked("pain_regions")) == len(set(asked("pain_regions")))


def test_every_therapy_that_is_offered_may_be_declined() -> None:
    offered = [therapy.id for therapy in library().therapies.values() if therapy.offered]
    assert sorted(asked("preferences.avoid")) == sorted(offered)


def test_every_key_of_a_person_is_asked_but_the_region() -> None:
    keys = {field.key for page in ALL.pages for field in page.fields if field.key}
    assert keys == {
        *("age", "sex", "duration_days", "pain_0_10", "disability_percent", "condition"),
        *("pain_regions", "jurisdiction", "insurance", "medicines", "history"),
        *("preferences.fear_of_needles", "preferences.avoid", "preferences.drives_after"),
    }


def test_no_question_has_the_address_of_another_page() -> None:
    fixed = {str(pattern.pattern).removeprefix("guide/") for pattern in urlpatterns}
    assert not fixed & {page.id for page in ALL.pages}
    assert all(re.fullmatch(r"[a-z-]+", page.id) for page in ALL.pages)


def test_the_emergency_is_asked_before_all_other_signs() -> None:
    first = next(page for page in ALL.pages if any(f.kind == "signs" for f in page.fields))
    assert first.id == "urgent"


@each_page
def test_a_question_reads_at_grade_six_or_below(page: Page) -> None:
    measured = grade(words_of(page))
    print(f"{measured:5.1f}  {page.id}")  # noqa: T201  (./test -s shows the levels)
    assert measured <= HIGHEST_GRADE


FAULTS = [*ALL.faults.items()] + [
    (field.key, field.fault) for page in ALL.pages for field in page.fields if field.fault
]


@pytest.mark.parametrize(("name", "fault"), FAULTS, ids=[name for name, _ in FAULTS])
def test_a_fault_is_told_at_grade_six_or_below_and_without_a_word_of_the_machine(
    name: str, fault: str
) -> None:
    words = re.sub(r"\{\w+\}", "it", fault)
    measured = grade(words)
    print(f"{measured:5.1f}  {name}")  # noqa: T201  (./test -s shows the levels)
    assert measured <= HIGHEST_GRADE
    assert not re.search(r"admissible|_|`|\.csv|\.toml", words)


def test_each_field_in_which_something_is_written_says_what_to_write() -> None:
    written = {"number", "duration", "text", "lines"}
    fields = [field for page in ALL.pages for field in page.fields]
    assert {field.kind for field in fields if field.fault} == written
    assert all(field.fault for field in fields if field.kind in written)


@each_page
def test_the_names_on_a_page_are_told_apart(page: Page) -> None:
    names = [name for field in page.fields for name in (field.name, field.unit_name)]
    assert len(names) == len(set(names))


AGE_UNTOLD = {"kind": "number", "key": "age"}


def data() -> dict[str, object]:
    path = files("filiform.knowledge").joinpath("data", "texts", "questions.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


def test_the_page_that_asks_is_found_by_what_it_asks() -> None:
    assert [ALL.asking(key).id for key in ("fever", "age", "pain_0_10")] == [  # type: ignore[union-attr]
        *("unwell", "about-you", "how-long")
    ]
    assert ALL.asking("region") is None


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"page": {}}, r"page is \{\}, admissible is a list of tables: mend"),
        ({"faults": 3}, r"faults: faults is 3, admissible is a table"),
        ({"faults": {"x": "y"}}, r"faults: key is 'x', admissible is both, file_answer"),
        ({"faults": {}}, r"faults: both is None, admissible is a text"),
        (
            {"page": [{"id": "x", "title": "t", "short": "s", "field": [AGE_UNTOLD]}]},
            r"page x: fault is None, admissible is a text",
        ),
        ({"none": 3}, r"none is 3, admissible is a text"),
        ({"page": [{"id": "x", "colour": "red"}]}, r"page x: key is 'colour', admissible is "),
        ({"page": [{"id": "x", "title": "t"}]}, r"page x: short is None, admissible is a text"),
        (
            {"page": [{"id": "x", "title": "t", "short": "s", "field": [{"kind": "magic"}]}]},
            r"page x: kind is 'magic', admissible is signs, several, one",
        ),
        (
            {"page": [{"id": "x", "title": "t", "short": "s", "field": [{"kind": "one"}]}]},
            r"page x: key is None, admissible is a text",
        ),
    ],
)
def test_a_file_of_questions_with_a_fault_is_refused(
    change: dict[str, object], message: str
) -> None:
    with pytest.raises(KnowledgeError, match=message):
        parse(data() | change)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"fever": 3}, r"fever is 3, admissible is words, or words and a hint"),
        ({"fever": ["a", "b", "c"]}, r"fever is \['a', 'b', 'c'\], admissible is words"),
        ([], r"options is \[\], admissible is a table"),
    ],
)
def test_a_choice_without_words_is_refused(options: object, message: str) -> None:
    field = {"kind": "signs", "options": options}
    page = {"id": "x", "title": "t", "short": "s", "field": [field]}
    with pytest.raises(KnowledgeError, match=message):
        parse(data() | {"page": [page]})
