"""One person's progress: what is said, why, and what is never guessed."""

from __future__ import annotations

import itertools
import json
import math
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.care.progress_people import LIB, points, priors, reviewed

from filiform.care._advice import Reason, together
from filiform.care.outcomes import measurement_error
from filiform.care.progress import ScorePoint, review_progress, trend
from filiform.errors import CareError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from filiform.care.progress import Advice

Scores = dict[float, float]

CASES: list[tuple[str, str, Scores, str, str]] = [
    ("pain that falls as hoped goes on", "NPRS", {0: 7, 2: 5, 4: 4}, "continue", "meaningful impr"),
    ("pain on the way goes on", "NPRS", {0: 7, 2: 5.5, 3: 5}, "continue", "on the way"),
    ("pain that stays for six weeks stops", "NPRS", {0: 6, 2: 6, 4: 6, 6: 6}, "stop", "not get be"),
    ("pain that stays for four weeks is adapted", "NPRS", {0: 6, 4: 6}, "adapt", "less than expec"),
    ("a week is too early to tell", "NPRS", {0: 6, 1: 6.5}, "continue", "too early to tell"),
    (
        "far worse pain goes to a doctor",
        "NPRS",
        {0: 4, 4: 8},
        "refer",
        "more than the measure errs",
    ),
    (
        "pain worse twice in a row goes to a doctor",
        "NPRS",
        {0: 5, 2: 7, 4: 8},
        "refer",
        "two times",
    ),
    ("pain worse once is adapted", "NPRS", {0: 5, 4: 7}, "adapt", "take the score again soon"),
    (
        "worse and then easing is adapted",
        "NPRS",
        {0: 5, 2: 8, 4: 7},
        "adapt",
        "take the score agai",
    ),
    ("the end reached with success", "NPRS", {0: 8, 6: 3, 12: 2}, "continue", "finish as planned"),
    (
        "the end reached without",
        "NPRS",
        {0: 8, 6: 8, 12: 8},
        "stop",
        "No meaningful improvement was reached.",
    ),
    (
        "the end reached worse",
        "NPRS",
        {0: 5, 6: 5, 12: 7},
        "stop",
        "The planned end (week 12) is over.",
    ),
    ("disability that falls goes on", "NDI", {0: 24, 3: 14, 5: 12}, "continue", "meaningful impro"),
    (
        "disability that stays is adapted",
        "NDI",
        {0: 24, 3: 22, 5: 22},
        "adapt",
        "less than expecte",
    ),
    ("far worse disability goes to a doctor", "NDI", {0: 20, 4: 31}, "refer", "more than the meas"),
    ("no first score is unknown", "NPRS", {2: 6, 4: 5}, "unknown", "no NPRS score of week 0"),
    ("only a first score is unknown", "NPRS", {0: 6}, "unknown", "no NPRS score after the first"),
    ("too little pain to improve", "NPRS", {0: 1, 4: 1}, "unknown", "too low for a meaningful"),
    (
        "a measure without expected course",
        "PSFS",
        {0: 4, 4: 6},
        "unknown",
        "no expected course for",
    ),
    (
        "a measure without known error",
        "NPQ %",
        {0: 40, 4: 30},
        "unknown",
        "No source in the tables",
    ),
    ("beyond what any trial tells", "NPRS", {0: 6, 60: 5}, "unknown", "time after week 52"),
]


@pytest.mark.parametrize(
    ("instrument", "scores", "advice", "why"),
    [case[1:] for case in CASES],
    ids=[case[0] for case in CASES],
)
def test_what_is_said_of_a_person(instrument: str, scores: Scores, advice: str, why: str) -> None:
    found = reviewed((instrument, scores))
    assert found.advice == advice
    assert why in " ".join(reason.text for reason in found.reasons)
    assert json.loads(json.dumps(found.to_dict(), allow_nan=False)) == found.to_dict()


WORSE: list[tuple[str, Scores, str, str]] = [
    ("NPRS", {0: 1, 4: 9}, "refer", "rose from 1 to 9, which is worse by more than the measure"),
    ("NDI", {0: 4, 4: 40}, "refer", "rose from 4 to 40"),
    ("PSFS", {0: 7, 4: 1}, "refer", "The score fell from 7 to 1, which is worse by more than"),
    ("PSFS", {0: 7, 4: 4.7}, "adapt", "That matters (2.2 or more)"),
    ("PSFS", {0: 7, 2: 4.5, 4: 4.2}, "refer", "worse two times in a row"),
    ("NPQ %", {0: 20, 4: 90}, "adapt", "No source tells how much of that may be its error."),
    ("NPRS", {0: 6, 60: 10}, "refer", "rose from 6 to 10"),
]


@pytest.mark.parametrize(("instrument", "scores", "advice", "why"), WORSE)
def test_worse_is_told_also_where_nothing_can_be_foretold(
    instrument: str, scores: Scores, advice: str, why: str
) -> None:
    found = reviewed((instrument, scores), end=100 if 60 in scores else 12)
    assert found.advice == advice
    assert found.measures[0].worse
    assert why in " ".join(reason.text for reason in found.reasons)


@pytest.mark.parametrize(
    ("instrument", "scores"),
    [("PSFS", {0: 4, 4: 9}), ("PSFS", {0: 7, 4: 5}), ("NPQ %", {0: 20, 4: 45}), ("PSFS", {4: 1})],
)
def test_what_did_not_get_worse_stays_unknown(instrument: str, scores: Scores) -> None:
    found = reviewed((instrument, scores))
    assert (found.advice, found.measures[0].worse) == ("unknown", False)


def test_who_says_that_it_is_worse_is_never_told_to_go_on() -> None:
    better: Scores = {0: 8, 4: 3}
    assert reviewed(("NPRS", better)).advice == "continue"
    found = reviewed(("NPRS", better), ("GROC", {4: -7}))
    assert found.advice == "adapt"
    assert "The person says that it is worse: -7 on a scale of -7 to 7." in " ".join(
        reason.text for reason in found.reasons
    )
    assert reviewed(("NPRS", better), ("GROC", {2: -7, 4: 5})).advice == "continue"
    assert reviewed(("NPRS", better), ("GROC", {4: -2})).advice == "continue"
    assert reviewed(("NPRS", better), ("PSFS", {0: 7, 4: 4.5})).advice == "adapt"


def test_a_fall_within_the_error_is_told_as_such() -> None:
    # MDC of the NPRS 4.0, smallest important change 1.3, 30 % of 6 (outcomes.toml's rows).
    found = reviewed(("NPRS", {0: 6, 4: 4}))
    assert "a meaningful improvement is reached (it may still be the measure's error)." in " ".join(
        reason.text for reason in found.reasons
    )
    assert "may still be" not in reviewed(("NPRS", {0: 9, 4: 4})).reasons[0].text


def test_a_warning_sign_comes_before_everything() -> None:
    found = reviewed(("NPRS", {0: 7, 4: 1}), signs=["fever with a stiff neck"])
    assert found.advice == "refer"
    assert found.reasons[0].text == "Warning sign: fever with a stiff neck."
    assert "before everything else" in found.reasons[1].text
    assert reviewed(signs=["weak arm"]).advice == "refer"


def test_sessions_bring_the_answer_forward() -> None:
    flat: Scores = {0: 6, 1: 6, 1.5: 6, 1.9: 6}
    assert reviewed(("NPRS", flat)).advice == "continue"
    assert reviewed(("NPRS", flat), sessions=3).advice == "adapt"


def test_sources_of_the_rules_and_trials_of_the_prior_are_named() -> None:
    found = reviewed(("NPRS", {0: 6, 2: 6, 4: 6, 6: 6}))
    assert {"pbn-decisionhealth", "centene-2019", "zhao-2024"} <= set(found.sources)
    assert {"kovacs-2008", "cleland-2008", "dworkin-2008"} <= set(found.sources)
    assert found.prior.startswith("Pain intensity: Expected from")
    assert "the review has no published course yet" in found.prior
    assert "Certainty very low" in found.prior
    assert set(found.sources) <= set(LIB.bibliography)


def test_no_score_at_all_is_unknown() -> None:
    found = reviewed()
    assert (found.advice, found.leading, found.threshold) == ("unknown", None, None)
    assert found.probability_meaningful is None
    assert found.reasons == (Reason("There is no score."),)


def test_a_meaningful_fall_is_a_third_of_much_pain_and_the_important_change_of_little() -> None:
    # Dworkin 2008: at least 30 %; Cleland 2008: 1.3 points of 10.
    assert reviewed(("NPRS", {0: 8, 4: 8})).threshold == pytest.approx(2.4)
    assert reviewed(("NPRS", {0: 3, 4: 3})).threshold == pytest.approx(1.3)
    assert reviewed(("NDI", {0: 30, 4: 30})).threshold == pytest.approx(7.5)


def test_pain_stands_before_disability_and_each_reason_names_its_measure() -> None:
    found = reviewed(("NDI", {0: 24, 4: 23}), ("NPRS", {0: 7, 4: 3}))
    assert [measure.instrument for measure in found.measures] == ["NPRS", "NDI"]
    assert [measure.advice for measure in found.measures] == ["continue", "adapt"]
    assert found.advice == "continue"
    assert {reason.text.split(":")[0] for reason in found.reasons} == {"NPRS", "NDI"}


@pytest.mark.parametrize(
    ("said", "advice"),
    [
        (["continue", "refer"], "refer"),
        (["stop", "stop"], "stop"),
        (["continue", "stop"], "adapt"),
        (["adapt", "stop"], "adapt"),
        (["continue", "adapt"], "continue"),
        (["continue", "adapt", "stop"], "adapt"),
        (["unknown", "stop"], "stop"),
        (["unknown", "unknown"], "unknown"),
        ([], "unknown"),
    ],
)
def test_measures_are_put_together_by_a_stated_rule(said: list[Advice], advice: str) -> None:
    verdicts = [(f"m{n}", (each, (Reason("why"),))) for n, each in enumerate(said)]
    assert together(verdicts)[0] == advice
    assert together(verdicts[::-1])[0] == advice


@pytest.mark.parametrize(
    ("scores", "message"),
    [
        ([ScorePoint(0, "NPRS", 11)], "NPRS: score 11 of week 0, admissible is 0 to 10"),
        ([ScorePoint(0, "NPRS", math.nan)], "NPRS: score nan of week 0, admissible is 0 to 10"),
        ([ScorePoint(-1, "NPRS", 5)], "NPRS: week -1 is not admissible: give 0 for the first"),
        ([ScorePoint(math.inf, "NPRS", 5)], "NPRS: week inf is not admissible"),
        ([ScorePoint(4, "NPRS", 5), ScorePoint(4, "nrs", 5)], "NPRS: two scores of week 4"),
        ([ScorePoint(0, "VAS", 5)], "'VAS' may mean two scales, which are never guessed"),
        ([ScorePoint(0, "MPQ", 5)], "unknown instrument 'MPQ'"),
    ],
)
def test_a_score_that_cannot_be_is_refused(scores: list[ScorePoint], message: str) -> None:
    with pytest.raises(CareError) as refusal:
        review_progress(
            scores, planned_end_week=12, sessions_done=None, prior=priors(), library=LIB
        )
    assert message in str(refusal.value)


@pytest.mark.parametrize(
    ("end", "sessions", "message"),
    [
        (0, None, "the planned end is week 0, admissible is a week above 0"),
        (math.nan, None, "the planned end is week nan, admissible is a week above 0"),
        (12, -1, "-1 sessions were done, admissible is 0 or more"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(end: float, sessions: int | None, message: str) -> None:
    with pytest.raises(CareError) as refusal:
        reviewed(("NPRS", {0: 5, 4: 4}), end=end, sessions=sessions)
    assert message in str(refusal.value)


def test_without_a_planned_end_the_week_of_the_rules_is_taken() -> None:
    found = reviewed(("NPRS", {0: 5, 4: 4}), end=None)
    assert found.measures[0].planned_end_week == 12


def said(instrument: str, scores: Scores, **more: object) -> tuple[str, list[str]]:
    found = review_progress(
        points(instrument, scores),
        planned_end_week=6,
        sessions_done=6,
        prior=priors(),
        library=LIB,
        **more,  # type: ignore[arg-type]  # of review_progress, by name
    )
    assert found.over
    assert found.leading is None
    assert {m.probability_meaningful for m in found.measures} == {None}
    assert {m.expected_at_end for m in found.measures} == {None}
    assert {m.planned_end_week for m in found.measures} == {6}
    text = " ".join(reason.text for reason in found.reasons)
    assert "chance" not in text
    assert "as planned" not in text.replace("finish as planned", "")
    return found.advice, [reason.text for reason in found.reasons]


def test_after_the_planned_end_what_was_reached_is_told_and_nothing_foretold() -> None:
    # A third of much pain: 30 % of 7 (Dworkin 2008).
    advice, reasons = said("NPRS", {0: 7, 4: 5, 26: 3})
    assert advice == "continue"
    done = "A meaningful improvement was reached: finish as planned."
    raw = (
        "The score went from 7 to 3 in week 26: a fall of 4. A fall of 2.1 or more is a meaningful "
        f"improvement; less than {measurement_error_of('NPRS')} may be the measure's error."
    )
    assert reasons == [f"The planned end (week 6) is over. {done}", raw]
    advice, reasons = said("NPRS", {0: 7, 6: 6})
    assert advice == "stop"
    assert reasons[0].startswith(
        "The planned end (week 6) is over. No meaningful improvement was reached. "
    )
    assert "from 7 to 6 in week 6: a fall of 1." in reasons[1]
    assert "no change" in said("NPRS", {0: 7, 6: 7})[1][1]
    assert "a rise of 1." in said("NPRS", {0: 7, 6: 8})[1][1]


def test_where_no_score_was_taken_since_the_end_it_is_asked_for() -> None:
    advice, reasons = said("NPRS", {0: 7, 4: 3}, this_week=9)
    assert advice == "unknown"
    assert reasons[0] == "The planned end (week 6) is over. No score was taken since: take it now."
    assert "from 7 to 3 in week 4: a fall of 4." in reasons[1]
    assert said("NPRS", {0: 7, 5: 3}, this_week=9)[0] == "continue"  # the last visit's
    only = said("NPRS", {0: 7}, this_week=9)
    assert only == (
        "unknown",
        ["The planned end (week 6) is over. There is no NPRS score after the first one yet."],
    )


def test_a_course_that_is_over_is_not_to_be_finished_or_continued() -> None:
    advice, reasons = said("NPRS", {0: 7, 6: 3}, ended=True)
    assert advice == "continue"
    assert reasons[0] == "The course is over. A meaningful improvement was reached."
    assert said("NPRS", {0: 7, 3: 3}, ended=True)[0] == "unknown"


def test_in_the_week_of_the_planned_end_its_score_may_still_come() -> None:
    scores = points("NPRS", {0: 7, 4: 5})
    found = review_progress(
        scores,
        planned_end_week=6,
        sessions_done=6,
        prior=priors(),
        library=LIB,
        this_week=6,
    )
    assert not found.over
    assert found.probability_meaningful is not None


def measurement_error_of(instrument: str) -> str:
    error = measurement_error(instrument, library=LIB)
    assert error is not None
    return f"{error.mdc:g}"


pain = st.integers(0, 10).map(float)
courses = st.dictionaries(st.sampled_from([1.0, 2.0, 4.0, 6.0, 8.0]), pain, max_size=5)


@given(st.integers(2, 10), courses, st.randoms(use_true_random=False))
def test_the_order_of_scores_does_not_matter(first: int, later: Scores, order: object) -> None:
    scores = points("NPRS", {0.0: float(first), **later})
    mixed = list(scores)
    order.shuffle(mixed)  # type: ignore[attr-defined] # hypothesis types its Random as object
    one, other = (
        review_progress(s, planned_end_week=12, sessions_done=None, prior=priors(), library=LIB)
        for s in (scores, mixed)
    )
    assert one == other


@given(st.integers(2, 10), courses.filter(bool))
def test_a_lower_score_never_lowers_the_chance(first: int, later: Scores) -> None:
    last = max(later)
    chances = []
    for score in range(11):
        measure = reviewed(("NPRS", {0: float(first), **later, last: float(score)})).measures[0]
        assert measure.probability_meaningful is not None
        assert measure.probability_seen is not None
        assert measure.probability_worse is not None
        chances.append(measure.probability_meaningful)
        assert 0 <= measure.probability_worse <= 1
        assert 0 <= measure.probability_seen <= 1
    assert all(a >= b for a, b in itertools.pairwise(chances))


@given(st.integers(3, 10), courses.filter(bool))
def test_the_same_pain_on_three_scales_has_the_same_chance(first: int, later: Scores) -> None:
    scores = {0.0: float(first), **later}
    tenfold = {week: 10 * score for week, score in scores.items()}
    chances = [
        reviewed((name, by_week)).probability_meaningful
        for name, by_week in (
            ("NPRS", scores),
            ("VAS 0-10", scores),
            ("VAS 0-100", tenfold),
            ("NPRS 0-100", tenfold),
        )
    ]
    assert chances == pytest.approx([chances[0]] * 4)


@given(st.integers(16, 50), st.integers(0, 50))
def test_the_index_in_points_and_in_percent_has_the_same_answer(first: int, later: int) -> None:
    raw = reviewed(("NDI", {0: first, 4: later}))
    doubled = reviewed(("NDI %", {0: 2 * first, 4: 2 * later}))
    assert raw.advice == doubled.advice
    assert raw.probability_meaningful == pytest.approx(doubled.probability_meaningful)


def chart(scores: Mapping[float, float]) -> object:
    return trend(
        points("NPRS", scores),
        instrument="nrs",
        planned_end_week=8,
        prior=priors(),
        library=LIB,
    )


def test_a_trend_has_bands_for_each_week_and_score_inside_the_scale() -> None:
    found = trend(
        [*points("NPRS", {0: 6, 2.5: 5}), *points("NDI", {0: 30})],
        instrument="NPRS",
        planned_end_week=8,
        prior=priors(),
        library=LIB,
    )
    assert found is not None
    weeks = [0, 1, 2, 2.5, 3, 4, 5, 6, 7, 8]
    for band in (found.expected, found.untreated, found.own):
        assert [point.week for point in band] == weeks
        assert all(0 <= p.low <= p.expected <= p.high <= 10 for p in band)
    assert found.expected[0].expected == 6
    assert found.expected[-1].expected < found.untreated[-1].expected
    assert found.own[-1].high - found.own[-1].low < found.expected[-1].high - found.expected[-1].low
    assert [(point.week, point.score) for point in found.scores] == [(0, 6), (2.5, 5)]
    assert found.threshold == pytest.approx(6 - 1.8)
    assert json.loads(json.dumps(found.to_dict(), allow_nan=False)) == found.to_dict()


def test_a_trend_without_a_first_score_is_none() -> None:
    assert chart({2: 5}) is None
    assert chart({}) is None
    assert chart({0: 5}) is not None
    psfs = points("PSFS", {0: 5})
    assert trend(psfs, instrument="PSFS", planned_end_week=8, prior=priors(), library=LIB) is None
