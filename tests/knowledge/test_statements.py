"""The sentences that a person reads are sourced, plain, and true of the tables they cite."""

from __future__ import annotations

import csv
import re
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pyphen  # type: ignore[import-untyped]  # it ships no types
import pytest

import filiform
from filiform.knowledge import library

if TYPE_CHECKING:
    from collections.abc import Collection

    from filiform.knowledge import Arm

TEXTS = Path(filiform.__file__).parent / "knowledge" / "data" / "texts"

COLUMNS = ["id", "topic", "therapy", "text", "limits", "source", "checked"]
SOURCE_COLUMNS = [
    *("id", "kind", "quality", "citation", "year"),
    *("doi", "pmid", "pmcid", "url", "keys"),
]
TOPICS = {
    *("therapy", "difference", "mechanism", "session", "needle_safety", "first_line"),
    *("co_treatment", "emergency", "seek_care", "lasts", "suitability", "placebo"),
    *("inconsistency", "who_may"),
}
OFFERED = {
    *("acupuncture", "electroacupuncture", "dry_needling", "dry_needling_electrical", "cupping")
}
HIGHEST_GRADE = 6.0
MOST_SENTENCES = 3

WORD = re.compile(r"[A-Za-z][A-Za-z'’]*|\d[\d,.]*\d|\d")
HYPHENS = pyphen.Pyphen(lang="en_US", left=1, right=1)

Row = dict[str, str]


def rows(name: str) -> list[Row]:
    with (TEXTS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def header(name: str) -> list[str]:
    with (TEXTS / name).open(encoding="utf-8", newline="") as file:
        return next(csv.reader(file, strict=True))


STATEMENTS = rows("statements.csv")
SOURCES = rows("sources.csv")
each_statement = pytest.mark.parametrize("row", STATEMENTS, ids=[row["id"] for row in STATEMENTS])


def sentences(text: str) -> list[str]:
    return [part for part in re.split(r"[.!?:](?:\s|$)", text) if WORD.search(part)]


def syllables(word: str) -> int:
    """Count syllables: pyphen's breaks, or the groups of vowels where it finds fewer.

    A break is a place to hyphenate, so pyphen alone counts too few ("acupunc-ture").
    """
    plain = word.lower().strip("'’")
    if plain[0].isdigit():
        return 1
    silent_end = r"(?<=[^aeiouyl])e$|(?<=[^td])ed$|(?<=[^sxzcg])es$"
    vowels = len(re.findall(r"[aeiouy]+", re.sub(silent_end, "", plain)))
    return max(len(HYPHENS.positions(plain)) + 1, vowels, 1)


def grade(text: str) -> float:
    """Flesch-Kincaid grade level (Kincaid, Fishburne, Rogers, Chissom 1975)."""
    words = WORD.findall(text)
    per_sentence = len(words) / len(sentences(text))
    per_word = sum(map(syllables, words)) / len(words)
    return 0.39 * per_sentence + 11.8 * per_word - 15.59


def test_the_measure_counts_words_sentences_and_syllables() -> None:
    assert grade("The cat sat on the mat.") == pytest.approx(0.39 * 6 + 11.8 - 15.59)
    assert [syllables(word) for word in ("acupuncture", "needle", "used", "pieces", "112")] == [
        *(4, 2, 1, 2, 1)
    ]


@each_statement
def test_a_statement_reads_at_grade_six_or_below(row: Row) -> None:
    assert grade(row["text"]) <= HIGHEST_GRADE
    assert not row["limits"] or grade(row["limits"]) <= HIGHEST_GRADE


@each_statement
def test_a_statement_has_one_to_three_short_sentences(row: Row) -> None:
    ends = re.findall(r"[.!?](?=\s|$)", row["text"])
    assert 1 <= len(ends) <= MOST_SENTENCES
    assert row["text"][-1] in ".?"


@each_statement
def test_each_part_of_a_source_begins_with_something_in_the_list_of_sources(row: Row) -> None:
    known = {key for source in SOURCES for key in source["keys"].split(";")}
    heads = [part.split(" (")[0] for part in row["source"].split("; ")]
    assert any(head in known for head in heads)
    assert all(head in known or re.fullmatch(r"PMID \d+|PMC\d+", head) for head in heads)


@each_statement
def test_a_statement_has_its_topic_its_therapy_and_the_day_it_was_checked(row: Row) -> None:
    assert row["id"].startswith(row["topic"] + "-")
    assert row["topic"] in TOPICS
    assert row["therapy"] == "any" or row["therapy"] in library().therapies
    assert row["checked"] in {"2026-11", "2026-11-21"}


@each_statement
def test_a_statement_neither_sells_nor_promises(row: Row) -> None:
    selling = r"\b(cures?|guarantee\w*|miracle\w*|heals?|amazing|risk-free|safe and|will help)\b"
    assert not re.search(selling, row["text"], re.IGNORECASE)
    assert not re.search(r"https?:|www\.", row["text"] + row["limits"])


@each_statement
def test_no_statement_gives_the_emergency_number_of_one_country(row: Row) -> None:
    numbers = re.findall(r"\b(?:911|999|000|112|111)\b", row["text"])
    assert numbers == (["112"] if row["id"] == "emergency-number" else [])


def test_the_files_have_their_columns_and_no_id_twice() -> None:
    assert header("statements.csv") == COLUMNS
    assert header("sources.csv") == SOURCE_COLUMNS
    for table in (STATEMENTS, SOURCES):
        ids = [row["id"] for row in table]
        assert len(set(ids)) == len(ids)
        assert all(None not in row for row in table)


def test_statements_of_a_topic_stand_together_so_that_a_page_can_follow_the_file() -> None:
    topics = [row["topic"] for row in STATEMENTS]
    starts = [topic for before, topic in pairwise(["", *topics]) if topic != before]
    assert sorted(starts) == sorted(TOPICS)


@pytest.mark.parametrize("topic", ["therapy", "session", "lasts", "mechanism"])
@pytest.mark.parametrize("therapy", sorted(OFFERED))
def test_each_offered_therapy_has_something_to_say(topic: str, therapy: str) -> None:
    told = {row["therapy"] for row in STATEMENTS if row["topic"] == topic}
    assert {therapy, "any"} & told


def test_every_source_is_cited_and_every_citation_says_where_it_was_read() -> None:
    cells = "; ".join(row["source"] for row in STATEMENTS)
    for source in SOURCES:
        assert any(f"; {key} (" in f"; {cells}" for key in source["keys"].split(";"))
        assert source["url"].startswith("http") or source["kind"] == "data"
        assert source["quality"] in {"A", "B", "C"}


def test_the_library_reads_the_statements() -> None:
    read = library().statements
    assert [(s.id, s.text, s.limits or "") for s in read.values()] == [
        (row["id"], row["text"], row["limits"]) for row in STATEMENTS
    ]


# What a statement says of the tables must stay true when a trial is added.


def arms_with(*parts: str) -> list[Arm]:
    return [arm for arm in library().arms if set(parts) & set(arm.intervention.split("+"))]


def trials_with(*parts: str) -> set[str]:
    return {arm.trial_id for arm in arms_with(*parts)}


def share(these: Collection[object], of_these: Collection[object]) -> float:
    return len(these) / len(of_these)


def test_more_than_half_of_the_needle_trials_have_fewer_than_100_people() -> None:
    needles = trials_with(*OFFERED - {"cupping"}, "intradermal_needling")
    sizes = [n for trial in needles if (n := library().trials[trial].n_randomised)]
    assert share([n for n in sizes if n < 100], sizes) > 0.5


def test_the_one_trial_of_dry_needling_with_current_is_of_the_shoulder() -> None:
    trials = trials_with("dry_needling_electrical")
    assert {library().trials[trial].region for trial in trials} == {"shoulder"}
    assert len(trials) == 1


def test_most_dry_needling_trials_of_the_neck_used_one_to_six_visits() -> None:
    neck = [a for a in arms_with("dry_needling") if library().trials[a.trial_id].region == "neck"]
    visits = [arm.sessions for arm in neck if arm.sessions]
    assert share([n for n in visits if n <= 6], visits) > 0.5


def test_acupuncture_courses_were_often_five_to_fifteen_visits() -> None:
    visits = [arm.sessions for arm in arms_with("acupuncture") if arm.sessions]
    assert share([n for n in visits if 5 <= n <= 15], visits) > 0.5


def test_courses_with_current_were_most_often_nine_to_twelve_visits() -> None:
    visits = [arm.sessions for arm in arms_with("electroacupuncture") if arm.sessions]
    assert share([n for n in visits if 9 <= n <= 12], visits) > 0.5


def test_needles_stayed_in_as_long_as_the_statements_say() -> None:
    by_hand = [a.minutes for a in arms_with("acupuncture") if a.minutes is not None]
    assert share([m for m in by_hand if 15 <= m <= 30], by_hand) > 0.5
    current = [a.minutes for a in arms_with("electroacupuncture") if a.minutes is not None]
    assert (min(current), max(current), len(current)) == (15, 45, 5)


def test_most_acupuncture_trials_are_of_long_pain_without_a_clear_cause_or_of_wear() -> None:
    trials = [library().trials[trial] for trial in trials_with("acupuncture")]
    fits = [t for t in trials if t.condition in {"nonspecific", "spondylosis"}]
    assert share(fits, trials) > 0.5
    assert share([t for t in trials if t.chronicity == "chronic"], trials) > 0.5


def test_most_dry_needling_trials_of_the_neck_are_of_knots_or_of_no_clear_cause() -> None:
    trials = [library().trials[trial] for trial in trials_with("dry_needling")]
    neck = [trial for trial in trials if trial.region == "neck"]
    fits = [t for t in neck if t.condition in {"myofascial", "nonspecific", "mechanical"}]
    assert share(fits, neck) > 0.5


def test_no_dry_needling_arm_tells_its_depth() -> None:
    assert all(arm.depth_mm is None for arm in arms_with("dry_needling"))


def test_physical_therapists_may_not_dry_needle_in_new_york_and_california() -> None:
    rules = {
        rule.jurisdiction: rule.status
        for rule in library().scope_of_practice
        if (rule.profession, rule.practice) == ("physical_therapist", "dry_needling")
    }
    assert (rules["US-NY"], rules["US-CA"]) == ("prohibited", "prohibited")
