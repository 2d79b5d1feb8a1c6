from __future__ import annotations

import datetime as dt
import json
import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.guidance.strategies import persons

from filiform.guidance._guidebook import guidebook
from filiform.guidance.aid import Aid, guide
from filiform.guidance.person import Person
from filiform.knowledge import library
from filiform.review import published

if TYPE_CHECKING:
    from filiform.guidance.effects import Effect
    from filiform.guidance.option import Option

TODAY = dt.date(2026, 11, 21)
OFFERED = [row.id for row in library().therapies.values() if row.offered]


def aid_at(today: dt.date, answers: dict[str, object]) -> Aid:
    person = Person.from_mapping(answers, library())
    return guide(person, library=library(), review=published(), today=today)


def aid_of(**answers: object) -> Aid:
    return aid_at(TODAY, answers)


def option(id_: str, **answers: object) -> Option:
    return next(option for option in aid_of(**answers).options if option.id == id_)


def test_first_line_care_comes_before_the_options_in_the_aid() -> None:
    keys = list(aid_of().to_dict())
    assert keys.index("screening") < keys.index("first_line") < keys.index("options")


def test_first_line_care_names_activity_exercise_and_what_the_doctor_prescribed() -> None:
    ids = [text.id for text in aid_of().first_line]
    assert {"first_line-active", "first_line-exercise", "co_treatment-medicines"} <= set(ids)


def test_every_offered_therapy_is_an_option_the_most_fitting_first() -> None:
    options = aid_of(condition="myofascial").options
    assert sorted(option.id for option in options) == sorted(OFFERED)
    order = ["yes", "maybe", "unknown", "not_before_a_doctor", "no"]
    ranks = [order.index(option.fits) for option in options]
    assert ranks == sorted(ranks)


def test_the_main_comparators_are_always_answered_for_weeks_and_half_a_year() -> None:
    for found in aid_of().options:
        told = {(e.against, e.outcome, e.weeks) for e in found.effects}
        for against in ("sham", "no_treatment", "usual_care", "same_care_without_it"):
            for outcome in ("pain_intensity", "disability"):
                assert {(against, outcome, "short"), (against, outcome, "long")} <= told


def test_no_trial_is_said_to_be_no_trial() -> None:
    found = option("dry_needling_electrical")
    for effect in found.effects:
        assert (effect.estimate, effect.trials, effect.certainty) == (None, 0, "none")
        assert effect.sentence.startswith("We found no trial of ")
    assert (
        "no trial of it for the neck"
        in option("dry_needling_electrical", condition="myofascial").why
    )


def test_sham_and_no_treatment_are_never_mixed() -> None:
    for found in aid_of().options:
        sham = {t for e in found.effects if e.against == "sham" for t in e.trial_ids}
        nothing = {t for e in found.effects if e.against == "no_treatment" for t in e.trial_ids}
        for trial_id in sham & nothing:
            kinds = {arm.intervention for arm in library().arms_of(trial_id)}
            assert len(kinds) > 2


@pytest.mark.parametrize("therapy", OFFERED)
def test_a_sentence_tells_trials_direction_and_certainty(therapy: str) -> None:
    for effect in option(therapy).effects:
        assert effect.trials == len(effect.trial_ids)
        if effect.estimate is None:
            continue
        assert f"In {effect.trials} trial" in effect.sentence
        assert "sure of this" in effect.sentence
        if effect.measure == "MD" and effect.unit.startswith("points"):
            way = "lower" if effect.estimate < 0 else "higher"
            assert re.search(rf"\d points? of 100 {way} with", effect.sentence)
            assert effect.important is None or "People first notice" in effect.sentence


def test_one_trial_is_called_one_trial() -> None:
    cells = [e for o in aid_of().options for e in o.effects if e.trials == 1]
    assert cells
    assert all(
        "It is one trial alone." in effect.sentence
        or effect.sentence.startswith("There is 1 trial (")
        for effect in cells
    )
    assert all(effect.pi is None for effect in cells)


def test_an_interval_over_no_effect_is_called_chance() -> None:
    for found in aid_of().options:
        for effect in found.effects:
            if effect.ci is None or effect.measure != "MD":
                continue
            crosses = effect.ci[0] <= 0 <= effect.ci[1]
            assert ("may be chance" in effect.sentence) is crosses


def test_trials_that_disagree_and_numbers_in_doubt_are_said_in_the_sentence() -> None:
    effect = next(
        e
        for e in option("acupuncture").effects
        if (e.against, e.outcome, e.weeks) == ("sham", "pain_intensity", "short")
    )
    # vas-2006 and irnich-2001 stand in contradictions.csv.
    assert effect.without_doubtful is not None
    assert {"vas-2006", "irnich-2001"} <= set(effect.without_doubtful.without)
    assert "The trials do not agree well." in effect.sentence
    # What is left without them is told with its interval and how many trials it is from.
    assert (
        "Some numbers are in doubt; without them it is 5.4 points of 100 lower "
        "(0.7 to 10 lower; 3 trials)." in effect.sentence
    )
    assert "Some of the shams were needles and some were not." in effect.sentence


def test_where_more_is_better_the_sentence_says_so() -> None:
    cells = [
        e
        for o in aid_of().options
        for e in o.effects
        if e.outcome == "pressure_pain_threshold" and e.estimate is not None
    ]
    assert cells
    assert all("(higher is better)" in effect.sentence for effect in cells)


def cell(
    therapy: str, against: str, outcome: str = "pain_intensity", weeks: str = "short"
) -> Effect:
    return next(
        effect
        for effect in option(therapy).effects
        if (effect.against, effect.outcome, effect.weeks) == (against, outcome, weeks)
    )


def test_no_number_is_told_that_lies_beyond_the_scale_or_that_only_doubtful_trials_give() -> None:
    questions = {q.path: q for q in published().questions()}
    withheld = set()
    for effect in (e for o in aid_of().options for e in o.effects if e.link in questions):
        found = published().synthesis(questions[effect.link])
        width = found.ci[1] - found.ci[0] if found.ci else 0
        beyond = effect.unit.startswith("points") and width > 100
        doubtful = found.sensitivity is not None and found.sensitivity.result.estimate is None
        assert bool(effect.withheld) is bool(beyond or doubtful)
        if effect.withheld:
            withheld.add(effect.link)
            numbers = (effect.estimate, effect.ci, effect.pi, effect.without_doubtful)
            assert numbers == (None, None, None, None)
            assert not re.search(r"points|times|standard dev", effect.sentence)
            assert "too few or too doubtful" in effect.sentence or "too doubtful" in effect.sentence
    assert len(withheld) > 3


def test_two_trials_that_cannot_tell_give_no_number() -> None:
    # he-2004 and sahin-2010: -345 to 277, both doubtful; pecos-martin and stieven: -165 to 119.
    assert cell("electroacupuncture", "sham").sentence == (
        "There are 2 trials (55 people) of electroacupuncture against a sham treatment on pain, "
        "1 to 12 weeks after the start. They are too few or too doubtful to give a number."
    )
    assert cell("dry_needling", "same_care_without_it").estimate is None


@pytest.mark.parametrize("therapy", OFFERED)
def test_every_option_begins_with_a_sham_and_no_treatment_in_that_order(therapy: str) -> None:
    found = option(therapy)
    told = [(e.against, e.outcome, e.weeks) for e in found.expected.headlines]
    assert told == [(a, "pain_intensity", "short") for a in ("sham", "no_treatment")]
    assert all(headline in found.effects for headline in found.expected.headlines)
    assert all(headline.sentence for headline in found.expected.headlines)


def test_needle_shams_stand_beside_the_number_that_mixes_them_with_other_shams() -> None:
    effects = option("acupuncture").effects
    order = [e.against for e in effects if (e.outcome, e.weeks) == ("pain_intensity", "short")]
    assert order[:3] == ["sham", "sham_needle", "no_treatment"]
    needle, mixed = cell("acupuncture", "sham_needle"), cell("acupuncture", "sham")
    assert set(needle.trial_ids) < set(mixed.trial_ids)
    for trial_id in needle.trial_ids:
        assert any("sham_needle" in arm.interventions for arm in library().arms_of(trial_id))
    assert "sham_needle" not in {e.against for e in option("electroacupuncture").effects}


def test_a_ratio_of_counts_is_told_as_people_of_a_hundred() -> None:
    # coan-1982: 12 of 15 against 2 of 15.
    effect = cell("acupuncture", "no_treatment", "global_improvement", "mid")
    assert effect.absolute == pytest.approx((80, 13.333), abs=1e-3)
    assert (
        "about 80 of 100 people got better, against 13 of 100 with no treatment "
        "(6 times as likely)" in effect.sentence
    )
    assert "Some numbers were worked out by us." in effect.sentence


def test_the_people_of_a_whole_trial_are_told_where_those_of_its_groups_are_not() -> None:
    # zhao-2024 randomised 716 people; the sizes of its arms are not reported.
    assert cell("acupuncture", "sham").people == (
        "556 people; 1 trial of 716 people does not tell how many were in these groups"
    )
    assert cell("acupuncture", "sham", weeks="immediate").people == (
        "36 people in all; how many were in these two groups is not told"
    )


def test_the_numbers_of_an_effect_are_those_of_the_review() -> None:
    effect = next(
        e
        for e in option("acupuncture").effects
        if (e.against, e.outcome, e.weeks) == ("sham", "pain_intensity", "short")
    )
    questions = {q.path: q for q in published().questions("acupuncture")}
    found = published().synthesis(questions[effect.link])
    assert (effect.estimate, effect.ci, effect.pi) == (found.estimate, found.ci, found.pi)
    assert effect.trial_ids == found.trial_ids


def test_relief_is_drawn_over_all_four_windows_and_unknown_stays_unknown() -> None:
    for found in aid_of().options:
        for lasting in found.expected.lasting:
            assert [w.weeks for w in lasting.windows] == ["immediate", "short", "mid", "long"]
            for window in lasting.windows:
                assert window.known is (window.estimate is not None)
                untold = window.withheld or "not known"
                assert (window.text == untold) is not window.known


def test_ones_own_pain_stands_beside_the_groups_average_without_a_promise() -> None:
    yours = option("acupuncture", pain_0_10=6).expected.yours
    assert "60 of 100" in yours
    assert "In 5 trials, the group that had it was on average 10 points lower" in yours
    assert "a sham treatment (the truth may be 23 lower to 2 higher). We are not sure" in yours
    assert "In 1 trial, the group that had it was on average 9 points lower" in yours
    assert "no promise for you" in yours
    cups = option("cupping", pain_0_10=6).expected.yours
    assert "Beside a sham treatment there is no number to tell. In 1 trial, the group" in cups
    assert option("acupuncture").expected.yours == ""


@pytest.mark.parametrize("therapy", ["dry_needling_electrical", "electroacupuncture"])
def test_no_number_of_a_group_stands_beside_ones_pain_where_trials_tell_none(therapy: str) -> None:
    yours = option(therapy, pain_0_10=6).expected.yours
    assert yours == (
        "Your pain is 6 of 10. That is 60 of 100. The trials give no number to set beside it."
    )


def test_age_severity_and_duration_are_said_not_to_be_known_well_enough() -> None:
    about = {unknown.about for unknown in option("dry_needling").expected.not_known}
    assert about == {"age", "severity", "duration", "health"}
    age = next(u for u in option("dry_needling").expected.not_known if u.about == "age")
    assert "over 40" in age.text
    assert age.sources


def test_placebo_is_shown_as_two_questions() -> None:
    placebo = option("acupuncture").expected.placebo
    assert placebo.true_against_sham.against == "sham"
    assert placebo.sham_against_nothing.against == "no_treatment"
    assert placebo.sham_against_nothing.link.startswith("/library/question/sham/no_treatment/")


def test_ones_kind_of_pain_makes_trials_in_others_indirect() -> None:
    def level(condition: str) -> tuple[str, ...]:
        effect = next(
            e
            for e in option("acupuncture", condition=condition).effects
            if (e.against, e.outcome, e.weeks) == ("sham", "pain_intensity", "short")
        )
        return effect.certainty_reasons

    assert level("radicular") != level("nonspecific")


def test_muscles_of_the_places_that_hurt_and_places_that_none_explains() -> None:
    background = aid_of(pain_regions=["temple", "hand_ulnar"]).background
    assert background is not None
    assert {m.muscle for m in background.muscles} == {"upper_trapezius", "splenius_capitis"}
    assert background.unexplained_regions == ("hand_ulnar",)


def test_without_a_place_of_pain_no_muscle_is_named() -> None:
    background = aid_of().background
    assert background is not None
    assert background.muscles == ()


def test_the_lung_is_named_where_the_top_of_the_shoulder_hurts() -> None:
    dangers = {d.id for d in option("dry_needling", pain_regions=["upper_shoulder"]).dangers}
    assert {"lung", "hours_later"} <= dangers
    assert "cord_and_artery" not in dangers


def test_the_cord_is_named_at_the_base_of_the_skull() -> None:
    found = option("acupuncture", pain_regions=["suboccipital"])
    assert "cord_and_artery" in {danger.id for danger in found.dangers}
    assert "GB20" in {site.id for site in found.sites}
    assert "obliquus_capitis_inferior" in {
        site.id for site in option("dry_needling", pain_regions=["suboccipital"]).sites
    }


def test_cups_have_no_needle_dangers_and_say_that_nothing_is_known() -> None:
    found = option("cupping")
    assert (found.dangers, found.sites, found.cautions, found.harms) == ((), (), (), ())
    assert "no reasons against cupping" in found.cautions_note
    assert "no count of its harms" in found.harms_note


@pytest.mark.parametrize("medicine", ["warfarin", "Sintrom 4 mg", "aspirin"])
def test_cups_ask_for_care_in_people_who_bleed_easily(medicine: str) -> None:
    found = option("cupping", medicines=[medicine])
    assert [caution.id for caution in found.cautions] == ["cups_bleeding"]
    assert found.cautions[0].kind == "relative"
    assert {row.id for row in found.cautions[0].rows} == {"any-18", "any-19"}
    assert "cups_bleeding" not in {
        caution.id for caution in option("acupuncture", medicines=[medicine]).cautions
    }


@pytest.mark.parametrize("condition", sorted(library().conditions))
def test_options_that_fit_alike_stand_by_the_share_of_their_trials_in_that_pain(
    condition: str,
) -> None:
    by_fit: dict[str, list[float]] = {}
    for found in aid_of(condition=condition).options:
        kind = found.suitability
        share = (kind.trials_in_condition or 0) / kind.trials if kind.trials else 0.0
        by_fit.setdefault(found.fits, []).append(share)
    for shares in by_fit.values():
        assert shares == sorted(shares, reverse=True)


def test_natural_course_is_of_people_whose_pain_has_lasted_as_long() -> None:
    background = aid_of(duration_days=14).background
    assert background is not None
    kinds = [group.chronicity for group in background.natural_course]
    assert set(kinds) == {"acute", "mixed"}
    assert kinds[0] == "acute"


def test_natural_course_quotes_numbers_in_points_of_a_hundred() -> None:
    background = aid_of(duration_days=14).background
    assert background is not None
    group = next(g for g in background.natural_course if g.study == "hush-2011")
    # Hush 2011, abstract: pooled pain 64 at onset, 35 at 6.5 weeks, 42 at 12 months.
    assert [(p.weeks, p.value) for p in group.points] == [(0, 64), (6.5, 35), (52, 42)]
    assert group.text.startswith("Pain was 64 of 100 at the start, 35 of 100 after 6.5 weeks")


def test_people_after_a_whiplash_stand_last_for_other_pain_and_first_for_whiplash() -> None:
    def studies(**answers: object) -> list[str]:
        background = aid_of(duration_days=120, **answers).background
        assert background is not None
        return list(dict.fromkeys(group.study for group in background.natural_course))

    assert studies(condition="myofascial")[-1] == "anon-pmc2912943"
    assert studies()[-1] == "anon-pmc2912943"
    assert studies(condition="whiplash")[0] == "anon-pmc2912943"


def test_nothing_stands_above_an_emergency_not_even_that_the_guide_is_for_adults() -> None:
    assert aid_of(age=15, findings=["chest_pain"]).notes == ()
    assert len(aid_of(age=15, findings=["fever"]).notes) == 1
    assert len(aid_of(age=15).notes) == 1


def test_numbers_without_a_scale_are_left_out_of_the_course() -> None:
    background = aid_of().background
    assert background is not None
    assert "chi-2016-control" not in {group.study for group in background.natural_course}


def test_everything_that_is_cited_stands_among_the_sources() -> None:
    aid = aid_of(condition="myofascial", jurisdiction="US-NY", findings=["headache"])
    listed = [source.id for source in aid.sources]
    assert len(listed) == len(set(listed))
    cited: set[str] = set()

    def collect(part: object) -> None:
        if isinstance(part, dict):
            for key, value in part.items():
                if key == "sources":
                    cited.update(each for each in value if isinstance(each, str))
                collect(value)
        elif isinstance(part, list):
            for each in part:
                collect(each)

    collect({key: value for key, value in aid.to_dict().items() if key != "sources"})
    assert cited == set(listed)


def test_every_sentence_carries_a_source_or_a_link() -> None:
    aid = aid_of(condition="myofascial", jurisdiction="US-NY", medicines=["warfarin"])
    for text in (*aid.first_line, *aid.doctor_first):
        assert text.source
    for found in aid.options:
        for effect in found.effects:
            assert effect.link.startswith("/library/question/")
        assert all(harm.source for harm in found.harms)
        assert all(who.source for who in found.practitioners)
        assert all(row.source for row in found.cost.rows)
        assert all(row.source for row in found.cost.cover)
        for caution in found.cautions:
            assert caution.rows
            assert all(row.source for row in caution.rows)


def test_old_laws_and_prices_say_since_when_they_were_not_checked() -> None:
    row = next(
        who
        for who in option("dry_needling", jurisdiction="US-NY").practitioners
        if who.profession == "physical_therapist" and who.jurisdiction == "US-NY"
    )
    assert (row.as_of, row.checked_note) == ("2026-01", "not checked since January 2026")
    fresh = aid_at(dt.date(2026, 3, 1), {"jurisdiction": "US-NY"})
    rows = next(o for o in fresh.options if o.id == "dry_needling").practitioners
    assert "" in {who.checked_note for who in rows}


@pytest.mark.parametrize("place", ["US-NY", "US-CO", "AU"])
def test_dry_needling_says_that_the_law_on_acupuncturists_is_not_known(place: str) -> None:
    for id_ in ("dry_needling", "dry_needling_electrical"):
        found = option(id_, jurisdiction=place)
        assert "acupuncturist" not in {who.profession for who in found.practitioners}
        assert "do not tell if licensed acupuncturists may" in found.practitioners_note
    assert option("acupuncture", jurisdiction=place).practitioners_note == ""


def test_a_course_costs_the_first_and_the_further_sessions_of_the_median_number() -> None:
    # Fan 2019: first visit 15 to 400 USD (median 112), follow-up 15 to 300 (median 80).
    cost = option("acupuncture", jurisdiction="US-NY").cost
    sessions = next(d for d in option("acupuncture").doses if d.what == "sessions").median
    assert cost.first_session is not None
    assert cost.session is not None
    assert cost.course is not None
    assert (cost.first_session.typical, cost.session.typical) == (112, 80)
    assert cost.course.typical == 112 + (int(sessions + 0.5) - 1) * 80
    assert "worked out by us" in cost.course.computed


def test_an_amount_tells_the_dates_of_its_own_rows_only() -> None:
    cost = option("dry_needling", jurisdiction="US-NY").cost
    assert {"2025", "2026-05"} <= {row.as_of for row in cost.rows}
    assert cost.session is not None
    assert (cost.session.as_of, cost.session.dated) == (("undated",), "prices without a date")
    needles = option("acupuncture", jurisdiction="US-NY").cost
    assert needles.course is not None
    assert needles.course.as_of == ("2019", "undated")
    assert needles.course.dated == "prices of 2019, and some without a date"


def test_amounts_that_are_no_price_stay_out_of_the_session() -> None:
    cost = option("dry_needling", jurisdiction="US-NY").cost
    kinds = {row.item: row.kind for row in cost.rows}
    assert kinds["Medicare allowed amount, 20560"] == "other"
    assert cost.session is not None
    assert (cost.session.low, cost.session.high) == (50, 150)


def test_an_insurer_that_we_do_not_know_is_said_to_be_unknown() -> None:
    note = option("acupuncture", jurisdiction="US-NY", insurance="Blue Moon").cost.cover_note
    assert "know no rule of this insurer" in note
    mine = option("acupuncture", jurisdiction="US-NY", insurance="Cigna PPO").cost
    assert [cover.name for cover in mine.cover if cover.yours] == ["Cigna 0024 (2017)"]
    assert mine.cover_note == ""


@pytest.mark.parametrize(
    ("therapy", "insurance", "rules"),
    [
        ("acupuncture", "United Health", []),
        ("acupuncture", "UnitedHealthcare", []),
        ("acupuncture", "Blue Cross", []),
        ("acupuncture", "Priority Health", ["Priority Health Medicare"]),
        ("acupuncture", "Medi-Cal", ["Medi-Cal"]),
        ("electroacupuncture", "cigna", ["Cigna 0024 (2017)"]),
        ("acupuncture", "Medicare", ["NCD 30.3.3", "NCD 30.3.3 provider", "NCD 30.3"]),
        ("dry_needling", "Medicare", ["Medicare 20560/20561"]),
        ("dry_needling", "Cigna", []),
        ("cupping", "Cigna", []),
        ("cupping", "Medicare", []),
    ],
)
def test_a_rule_is_ones_own_where_the_payer_and_the_therapy_are_meant(
    therapy: str, insurance: str, rules: list[str]
) -> None:
    cost = option(therapy, jurisdiction="US-NY", insurance=insurance).cost
    assert [cover.name for cover in cost.cover if cover.yours] == rules
    assert bool(cost.cover_note) is not bool(rules)


def test_rules_on_acupuncture_stand_only_beside_acupuncture_and_are_labelled() -> None:
    for id_ in ("dry_needling", "dry_needling_electrical"):
        cover = option(id_, jurisdiction="US-NY", insurance="Cigna").cost.cover
        assert [each.name for each in cover] == ["Medicare 20560/20561"]
    cups = option("cupping", jurisdiction="US-NY", insurance="Cigna").cost
    assert cups.cover == ()
    assert "no rule on who pays for this care" in cups.cover_note
    for each in option("electroacupuncture", jurisdiction="US-NY").cost.cover:
        assert "acupuncture" in each.text.casefold()


def test_without_a_place_the_note_on_cost_says_why_there_is_no_price() -> None:
    assert option("acupuncture").cost.note == (
        "You did not say where you live, so we have no price. Ask before you book."
    )


def test_the_same_answers_give_the_same_aid() -> None:
    answers: dict[str, object] = {"jurisdiction": "US-NY", "findings": ["headache"]}
    first, second = (aid_at(TODAY, answers).to_dict() for _ in range(2))
    assert json.dumps(first) == json.dumps(second)


def test_the_aid_names_its_format_day_and_data() -> None:
    found = aid_of().to_dict()
    assert (found["format"], found["as_of"]) == ("filiform-aid/1", "2026-11-21")
    assert isinstance(found["data"], dict)
    assert len(found["data"]["digest"]) == 64


@settings(max_examples=60, deadline=None)
@given(persons())
def test_an_absolute_caution_is_never_offered(person: Person) -> None:
    aid = guide(person, library=library(), review=published(), today=TODAY)
    for found in aid.options:
        barred = any(caution.bars for caution in found.cautions)
        assert not barred or found.fits in {"no", "not_before_a_doctor"}
        if aid.screening.needling == "not_before_a_doctor":
            assert found.fits in {"no", "not_before_a_doctor"}


@settings(max_examples=40, deadline=None)
@given(persons(), st.sampled_from(sorted(guidebook().history)))
def test_one_more_entry_of_history_never_makes_an_option_more_fitting(
    person: Person, entry: str
) -> None:
    def fits(history: frozenset[str]) -> dict[str, str]:
        answers = {**person.to_dict(), "history": sorted(history)}
        absent = person.absent - history
        given_answers = {**answers, "absent": sorted(absent)}
        given_person = Person.from_mapping(given_answers, library())
        aid = guide(given_person, library=library(), review=published(), today=TODAY)
        return {option.id: option.fits for option in aid.options}

    before, after = fits(person.history), fits(person.history | {entry})
    bars = {"no", "not_before_a_doctor"}
    for id_, word in after.items():
        assert before[id_] not in bars or word in bars
