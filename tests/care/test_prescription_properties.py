"""What holds for every person, drawing and therapy."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from filiform.care._prescription_rules import prescription_rules
from filiform.care.drawing import Mark, PainDrawing
from filiform.care.prescription import propose
from filiform.guidance._guidebook import guidebook
from filiform.guidance.person import Person, Preferences
from filiform.knowledge import library
from filiform.review import published

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

    from filiform.care.needles import Side
    from filiform.care.prescription import Prescription, ProposedSite
    from filiform.review import Review

LIB = library()
QUICK = settings(deadline=None, max_examples=60)
THERAPIES = sorted(prescription_rules().therapies)
AREAS = sorted(set(LIB.areas) - {"any"})
FACTS = sorted({fact for rule in guidebook().cautions for fact in rule.facts})
HISTORY = [fact for fact in FACTS if fact in LIB.findings or fact in guidebook().history]
FREE = sorted(
    {"tender_knot_in_muscle", "headache", "stress_or_desk_work", "pain_with_movement_or_posture"}
)


@cache
def review() -> Review:
    return published()


@st.composite
def drawings(draw: st.DrawFn) -> PainDrawing:
    areas = draw(st.lists(st.sampled_from(AREAS), unique=True, max_size=5))
    marks = []
    for area in areas:
        told: list[Side | None] = ["midline"] if area in prescription_rules().midline else [None]
        if told == [None]:
            told = draw(st.sampled_from([[None], ["left"], ["right"], ["left", "right"]]))
        marks += [Mark(area, side, draw(st.integers(0, 10))) for side in told]
    return PainDrawing(tuple(marks))


def persons() -> SearchStrategy[Person]:
    return st.builds(
        Person,
        condition=st.sampled_from([None, *sorted(LIB.conditions)]),
        findings=st.frozensets(st.sampled_from(FREE), max_size=3),
        history=st.frozensets(st.sampled_from(HISTORY), max_size=2),
    )


def with_fact(person: Person, fact: str) -> Person:
    """The same person with one more fact of which a caution speaks, however it is answered."""
    set_by_guidance = {
        "child": {"age": 12},
        "male": {"sex": "male"},
        "fear_of_needles": {"preferences": Preferences(fear_of_needles=True)},
        "drives_after": {"preferences": Preferences(drives_after=True)},
        "no_diagnosis": {"findings": person.findings | {"bladder_or_bowel_change"}},
    }
    if fact in set_by_guidance:
        return replace(person, **set_by_guidance[fact])  # type: ignore[arg-type]
    if fact in HISTORY:
        return replace(person, history=person.history | {fact})
    return replace(person, medicines=(fact,))


therapies = st.sampled_from(THERAPIES)


def proposal(person: Person, therapy: str, drawing: PainDrawing) -> Prescription:
    return propose(person, therapy=therapy, library=LIB, review=review(), pain_areas=drawing)


def every(found: Prescription) -> tuple[ProposedSite, ...]:
    return (*found.sites, *found.others)


@QUICK
@given(persons(), therapies, drawings(), st.sampled_from(FACTS))
def test_one_more_fact_against_needles_never_adds_a_site(
    person: Person, therapy: str, drawing: PainDrawing, fact: str
) -> None:
    before = proposal(person, therapy, drawing)
    after = proposal(with_fact(person, fact), therapy, drawing)
    assert {site.key for site in after.sites} <= {site.key for site in before.sites}
    assert {site.key for site in every(after)} <= {site.key for site in every(before)}


@QUICK
@given(persons(), therapies, drawings())
def test_the_order_of_the_drawing_and_of_the_answers_does_not_matter(
    person: Person, therapy: str, drawing: PainDrawing
) -> None:
    turned = PainDrawing(tuple(reversed(drawing.marks)))
    again = replace(person, history=frozenset(sorted(person.history, reverse=True)))
    assert proposal(again, therapy, turned).sites == proposal(person, therapy, drawing).sites


@QUICK
@given(persons(), therapies, drawings())
def test_every_site_has_a_reason_with_a_source_in_the_bibliography(
    person: Person, therapy: str, drawing: PainDrawing
) -> None:
    found = proposal(person, therapy, drawing)
    for site in every(found):
        assert any(reason.sources for reason in site.reasons)
    for gone in found.left_out:
        assert gone.source
        assert gone.sentence
    assert set(found.sources) <= set(LIB.bibliography)


@QUICK
@given(persons(), therapies, drawings())
def test_current_runs_only_where_the_therapy_has_one_and_nothing_forbids_it(
    person: Person, therapy: str, drawing: PainDrawing
) -> None:
    found = proposal(person, therapy, drawing)
    bar = prescription_rules().no_current
    for site in every(found):
        if site.electrical:
            assert prescription_rules().therapies[therapy].electrical
            assert not person.history & {"metal_implant", "pacemaker_or_implant", "heart_disease"}
            assert site.region not in bar.regions
            assert site.site not in bar.sites


@QUICK
@given(persons(), therapies, drawings())
def test_no_depth_is_given_that_the_tables_do_not_give(
    person: Person, therapy: str, drawing: PainDrawing
) -> None:
    for site in every(proposal(person, therapy, drawing)):
        if site.kind == "point":
            row = LIB.points[site.site]
            assert site.depth_mm_low == row.depth_mm_low
            assert site.depth_mm_high in {row.depth_mm_low, row.depth_mm_high}
        else:
            assert (site.depth_mm_low, site.depth_mm_high) == (
                None,
                LIB.muscles[site.site].depth_mm,
            )
        if site.depth_mm_high is None:
            assert "your training decides" in site.depth_text


@QUICK
@given(persons(), therapies, drawings())
def test_points_belong_to_acupuncture_and_muscles_to_dry_needling(
    person: Person, therapy: str, drawing: PainDrawing
) -> None:
    kind = "muscle" if therapy.startswith("dry") else "point"
    assert {site.kind for site in every(proposal(person, therapy, drawing))} <= {kind}


@QUICK
@given(persons(), drawings(), st.sampled_from(["dry_needling", "dry_needling_electrical"]))
def test_dry_needling_is_never_proposed_over_both_lungs(
    person: Person, drawing: PainDrawing, therapy: str
) -> None:
    found = proposal(person, therapy, drawing)
    proposed = {site.side for site in found.sites if "LUNG" in site.danger and site.side}
    assert len(proposed) <= 1


@QUICK
@given(persons(), therapies, drawings())
def test_counts_agree_with_the_trials_named(
    person: Person, therapy: str, drawing: PainDrawing
) -> None:
    for site in every(proposal(person, therapy, drawing)):
        assert site.used_in_trials == len(site.trial_ids) <= site.of_trials
        for trial in site.trial_ids:
            named = [arm.points + arm.muscles for arm in LIB.arms_of(trial)]
            assert any(site.site in names for names in named)


@QUICK
@given(persons(), therapies, drawings())
def test_a_danger_always_asks_for_a_confirmation_and_tells_how_to_avoid_it(
    person: Person, therapy: str, drawing: PainDrawing
) -> None:
    for site in every(proposal(person, therapy, drawing)):
        assert site.needs_confirmation == bool(site.danger)
        assert site.needs_confirmation == bool(site.avoid)


@QUICK
@given(persons(), therapies, drawings())
def test_no_site_is_proposed_twice_and_none_that_was_left_out(
    person: Person, therapy: str, drawing: PainDrawing
) -> None:
    found = proposal(person, therapy, drawing)
    keys = [site.key for site in every(found)]
    assert len(keys) == len(set(keys))
    gone = {f"{each.site}:{each.side or ''}" for each in found.left_out if each.site}
    assert not gone & set(keys)
