"""What two arms are compared on: the background is stripped, the comparators stay apart."""

from __future__ import annotations

import pytest
from tests.review.small import arm, contrast, review_of, trial

from filiform.review import Question


def pairs(one: str, other: str) -> set[tuple[str, str]]:
    """Return the questions that two arms are listed under."""
    review = review_of(trial(), arm("a", one), arm("b", other), contrast())
    return {(q.intervention, q.against) for q in review.questions()}


@pytest.mark.parametrize(
    ("one", "other", "asked"),
    [
        ("acupuncture", "sham_needle", {("acupuncture", "sham")}),
        ("acupuncture", "sham_other", {("acupuncture", "sham")}),
        ("sham_needle", "acupuncture", {("acupuncture", "sham")}),
        ("acupuncture", "no_treatment", {("acupuncture", "no_treatment")}),
        ("acupuncture", "usual_care", {("acupuncture", "usual_care")}),
        ("acupuncture+usual_care", "usual_care", {("acupuncture", "usual_care")}),
        ("dry_needling+exercise", "exercise", {("dry_needling", "same_care_without_it")}),
        ("exercise", "dry_needling+exercise", {("dry_needling", "same_care_without_it")}),
        ("dry_needling+exercise", "exercise+sham_needle", {("dry_needling", "sham")}),
        ("sham_needle", "no_treatment", {("sham", "no_treatment")}),
        (
            "acupuncture+intradermal_needling",
            "sham_needle",
            {("acupuncture+intradermal_needling", "sham")},
        ),
        (
            "dry_needling+exercise",
            "exercise+kinesio_taping",
            {("dry_needling", "kinesio_taping"), ("kinesio_taping", "dry_needling")},
        ),
        ("massage", "exercise", {("massage", "exercise"), ("exercise", "massage")}),
        ("manual_therapy+sham_other", "sham_other", {("manual_therapy", "same_care_without_it")}),
        ("acupuncture", "acupuncture", set()),
    ],
)
def test_two_arms_are_asked_about_by_what_only_one_of_them_had(
    one: str, other: str, asked: set[tuple[str, str]]
) -> None:
    assert pairs(one, other) == asked


def test_the_background_is_shown() -> None:
    review = review_of(
        trial(), arm("a", "dry_needling+exercise+massage"), arm("b", "exercise+massage"), contrast()
    )
    asked = Question("dry_needling", "same_care_without_it", "pain_intensity", "short")
    (effect,) = review.synthesis(asked).effects
    assert effect.background == ("exercise", "massage")


def test_a_sham_needle_may_be_asked_apart_from_other_shams() -> None:
    review = review_of(
        trial("needle-2001"),
        arm("a", "acupuncture", trial_id="needle-2001"),
        arm("b", "sham_needle", trial_id="needle-2001"),
        contrast(trial_id="needle-2001"),
        trial("other-2001"),
        arm("a", "acupuncture", trial_id="other-2001"),
        arm("b", "sham_other", trial_id="other-2001"),
        contrast(trial_id="other-2001"),
    )

    def trials(against: str) -> tuple[str, ...]:
        question = Question("acupuncture", against, "pain_intensity", "short")
        return review.synthesis(question).trial_ids

    assert trials("sham") == ("needle-2001", "other-2001")
    assert trials("sham_needle") == ("needle-2001",)
    assert trials("sham_other") == ("other-2001",)


def test_two_forms_of_one_therapy_are_listed_as_left_out_and_never_used() -> None:
    review = review_of(trial(), arm("a", "acupuncture"), arm("b", "acupuncture"), contrast())
    synthesis = review.synthesis(Question("acupuncture", "sham", "pain_intensity", "short"))
    assert synthesis.effects == ()
    (left,) = synthesis.left_out
    assert left.reason == "two forms of the same therapy are compared with each other"


def test_unlike_treatments_under_other_are_not_pooled() -> None:
    rows = [
        row
        for name in ("one-2001", "two-2002")
        for row in (
            trial(name),
            arm("a", "other", trial_id=name),
            arm("b", "no_treatment", trial_id=name),
            contrast(trial_id=name),
        )
    ]
    synthesis = review_of(*rows).synthesis(
        Question("other", "no_treatment", "pain_intensity", "short")
    )
    assert synthesis.estimate is None
    assert {entry.reason for entry in synthesis.left_out} == {
        "“other” stands for treatments that differ from trial to trial: they are not pooled"
    }


def test_a_comparison_without_any_week_is_listed_in_one_window_and_left_out_there() -> None:
    review = review_of(
        trial(), arm("a", "acupuncture"), arm("b", "sham_needle"), contrast(weeks=None)
    )
    (question,) = review.questions()
    assert question.window == "short"
    (left,) = review.synthesis(question).left_out
    assert left.reason == "the week is not reported"
