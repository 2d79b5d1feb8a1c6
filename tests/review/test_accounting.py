"""The published tables: nothing is lost, nothing counts twice, sham and nothing never mix."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest

from filiform.knowledge import Contrast, library
from filiform.review import Question, Synthesis, published
from filiform.review._comparison import Nodes, compare

NECK = [c for c in library().contrasts if library().trials[c.trial_id].region == "neck"]
NODES = Nodes.of(library().therapies, library().comparators)
ALL = [
    published().synthesis(question)
    for region in ("neck", "shoulder")
    for question in published().questions(region=region)
]


@cache
def question_of(row: Contrast) -> Question | None:
    """Return the question that a printed difference belongs to; None for one therapy's forms."""
    arms = [library().arm(row.trial_id, arm) for arm in (row.arm_a, row.arm_b)]
    comparison = compare(arms[0], arms[1], NODES)[0]
    if comparison.same_therapy:
        return None
    window = "short" if row.weeks is None else published().choices.window_of(row.weeks)
    assert window is not None
    return Question(
        NODES.names_of(comparison.intervention)[0],
        NODES.names_of(comparison.control)[0],
        row.outcome,
        window,
        measure="MD" if row.measure == "SMD" else row.measure,
    )


def fates(synthesis: Synthesis, name: str) -> list[str]:
    """Return what became of a row: used, or why not."""
    used = ["used" for effect in synthesis.effects if name in effect.rows]
    unused = [
        entry.reason
        for entry in (*synthesis.left_out, *synthesis.passed_over)
        for reading in entry.readings
        if name in reading.rows and reading.origin != "shared_arm"
    ]
    return used + unused


@pytest.mark.parametrize("row", NECK, ids=lambda row: f"row-{row.row}-{row.trial_id}")
def test_every_printed_difference_is_used_once_or_left_out_with_a_reason(row: Contrast) -> None:
    question = question_of(row)
    if question is None:
        therapy = library().arm(row.trial_id, row.arm_a).intervention
        asked = [s for s in ALL if s.question.intervention == therapy]
        found = {
            fate
            for synthesis in asked
            if synthesis.question.outcome == row.outcome
            for fate in fates(synthesis, f"contrasts.csv:{row.row}")
        }
        # In its own comparison it may still tell how another arm did against a third one.
        assert found <= {"used", "two forms of the same therapy are compared with each other"}
        return
    fate = fates(published().synthesis(question), f"contrasts.csv:{row.row}")
    assert len(fate) == 1
    assert fate[0]


def test_every_question_of_a_printed_difference_is_listed() -> None:
    listed = set(published().questions())
    assert {question for row in NECK if (question := question_of(row))} <= listed


@pytest.mark.parametrize("synthesis", ALL, ids=lambda s: s.question.key)
def test_each_trial_counts_at_most_once(synthesis: Synthesis) -> None:
    assert max(Counter(synthesis.trial_ids).values(), default=0) <= 1
    left = [entry.trial_id for entry in synthesis.left_out]
    assert not set(left) & set(synthesis.trial_ids)
    assert len(left) == len(set(left))


@pytest.mark.parametrize("synthesis", ALL, ids=lambda s: s.question.key)
def test_each_effect_compares_just_what_was_asked(synthesis: Synthesis) -> None:
    asked = synthesis.question
    for effect in synthesis.effects:
        sides = [
            frozenset(library().arm(effect.trial_id, arm).interventions)
            - frozenset(effect.background)
            for arm in effect.arm_ids
        ]
        nodes = {"+".join(sorted(side)) for side in sides}
        expected = {asked.intervention, asked.against}
        groups = {"sham": {"sham_needle", "sham_other"}}
        allowed = {"", *expected}.union(*(groups.get(side, set()) for side in expected))
        if asked.against == "usual_care":
            allowed |= {"usual_care"}
        assert nodes <= allowed


def test_no_synthesis_mixes_a_sham_with_no_treatment() -> None:
    shams, nothing = {"sham_needle", "sham_other"}, {"no_treatment"}
    for synthesis in ALL:
        controls = {
            part
            for effect in synthesis.effects
            for arm in effect.arm_ids
            for part in library().arm(effect.trial_id, arm).interventions
            if part not in effect.background
        }
        both = bool(controls & shams) and bool(controls & nothing)
        assert not both or synthesis.question.intervention == "sham"


def test_each_trial_of_a_synthesis_lies_in_its_window() -> None:
    for synthesis in ALL:
        span = published().choices.windows[synthesis.question.window]
        assert all(span.holds(effect.weeks) for effect in synthesis.effects)


def test_numbers_of_people_are_known_or_said_to_be_unknown() -> None:
    for synthesis in ALL:
        known = [effect.n for effect in synthesis.effects if effect.n is not None]
        assert synthesis.participants == sum(known)
        assert synthesis.participants_unknown == synthesis.trials - len(known)


def test_weights_add_up_to_a_hundred() -> None:
    for synthesis in ALL:
        if synthesis.trials:
            assert sum(synthesis.result.weights) == pytest.approx(100)
