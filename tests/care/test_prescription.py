"""Prescriptions as cases, and what stands beside the sites."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from filiform.care.drawing import PainDrawing
from filiform.care.needles import Needle, SessionRecord
from filiform.care.prescription import propose
from filiform.errors import CareError
from filiform.guidance.person import Person
from filiform.knowledge import Library, library
from filiform.review import published

if TYPE_CHECKING:
    from filiform.care.prescription import Prescription
    from filiform.review import Review

LIB = library()
CASES: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "cases" / "prescription.toml").read_text(encoding="utf-8")
)["case"]
KEYS = {
    *("sentence", "therapy", "person", "drawing", "previous", "sites", "holds", "not"),
    *("left_out", "current", "depth", "clause", "after_the_doctor"),
}


@cache
def review() -> Review:
    return published()


def session(given: dict[str, Any]) -> SessionRecord:
    needles = tuple(
        Needle(
            "point" if site in LIB.points else "muscle",
            site,
            side,
            LIB.points[site].region if site in LIB.points else "upper_shoulder",
            response_got=got,
        )
        for site, side, got in given["needles"]
    )
    held_on = dt.date.fromisoformat(given["held_on"])
    return SessionRecord("acupuncture", held_on, needles)


def answer(case: dict[str, Any]) -> Prescription:
    return propose(
        Person.from_mapping(case["person"], LIB),
        therapy=case["therapy"],
        library=LIB,
        review=review(),
        pain_areas=case["drawing"],
        previous=[session(each) for each in case.get("previous", [])],
        after_the_doctor=case.get("after_the_doctor", False),
    )


@pytest.mark.parametrize("case", CASES, ids=[case["sentence"] for case in CASES])
def test_the_case_is_answered_as_its_clause_asks(case: dict[str, Any]) -> None:
    found = answer(case)
    keys = [site.key for site in found.sites]
    if "sites" in case:
        assert keys == case["sites"]
    assert set(case.get("holds", [])) <= set(keys)
    assert not set(case.get("not", [])) & set(keys)
    gone = {
        f"{each.site}:{each.side or ''} {each.row}"
        if each.site
        else f"{each.kind} {each.row or ''}"
        for each in found.left_out
    }
    assert set(case.get("left_out", [])) <= gone
    if "current" in case:
        assert [site.key for site in found.sites if site.electrical] == case["current"]
    for site in found.sites:
        if site.site in case.get("depth", {}):
            assert [site.depth_mm_low, site.depth_mm_high] == case["depth"][site.site]


def test_there_are_enough_cases_and_each_names_its_clause_once() -> None:
    assert len(CASES) >= 25
    assert all(case["clause"] for case in CASES)
    assert all(set(case) <= KEYS for case in CASES)
    sentences = [case["sentence"] for case in CASES]
    assert len(sentences) == len(set(sentences))


def for_shoulder(therapy: str = "dry_needling", **further: object) -> Prescription:
    progress = further.get("progress")
    return propose(
        Person(condition="myofascial"),
        therapy=therapy,
        library=LIB,
        review=review(),
        pain_areas={"temple": {"left": 6}},
        previous=tuple(
            session({"held_on": f"2026-11-0{day}", "needles": [["upper_trapezius", "left", None]]})
            for day in (1, 2, 3)
        ),
        progress=None if progress is None else SimpleNamespace(advice=progress),
    )


def test_a_response_that_was_not_recorded_does_not_count_against_a_site() -> None:
    assert [site.site for site in for_shoulder().sites] == ["upper_trapezius"]


def test_when_progress_says_adapt_a_site_without_a_recorded_response_gives_way() -> None:
    found = for_shoulder(progress="adapt")
    assert [site.site for site in found.sites] == ["splenius_capitis"]
    assert found.left_out[0].sentence == (
        "Needled in 3 sessions without a response: the next best are proposed (splenius capitis)."
    )


@pytest.mark.parametrize(
    ("advice", "said"),
    [
        ("refer", "The progress review says refer: a doctor decides before the next needle."),
        ("stop", "The progress review says stop: no further needles are proposed."),
    ],
)
def test_when_progress_says_refer_or_stop_no_site_is_proposed(advice: str, said: str) -> None:
    found = for_shoulder(progress=advice)
    assert (found.sites, found.others) == ((), ())
    assert [each.sentence for each in found.left_out] == [said]


@pytest.mark.parametrize("advice", ["continue", "unknown"])
def test_when_progress_says_neither_the_proposal_stays(advice: str) -> None:
    assert for_shoulder(progress=advice).sites == for_shoulder().sites


def test_after_a_doctor_has_decided_the_screening_no_longer_stops_it() -> None:
    person = Person(findings=frozenset({"fever", "neck_stiffness", "headache"}))

    def proposed(*, after_the_doctor: bool) -> Prescription:
        return propose(
            person,
            therapy="acupuncture",
            library=LIB,
            review=review(),
            pain_areas=("posterior_neck",),
            after_the_doctor=after_the_doctor,
        )

    assert not proposed(after_the_doctor=False).sites
    assert proposed(after_the_doctor=True).sites


def test_the_persons_own_regions_stand_in_for_a_drawing() -> None:
    person = Person(condition="myofascial", pain_regions=("temple",))
    own = propose(person, therapy="dry_needling", library=LIB, review=review())
    drawn = propose(
        person,
        therapy="dry_needling",
        library=LIB,
        review=review(),
        pain_areas=PainDrawing.of_areas(["temple"], LIB),
    )
    assert own == drawn
    assert [site.key for site in own.sites] == ["upper_trapezius:"]
    assert any("does not tell the side" in note.text for note in own.notes)
    assert any("never needle over both lungs" in note.text for note in own.notes)


def test_current_has_no_trial_of_the_neck_so_those_of_dry_needling_are_told_as_such() -> None:
    found = propose(
        Person(condition="myofascial", findings=frozenset({"tender_knot_in_muscle"})),
        therapy="dry_needling_electrical",
        library=LIB,
        review=review(),
        pain_areas={"upper_shoulder": {"left": 6}},
    )
    (site,) = found.sites
    assert (site.used_in_trials, site.of_trials) == (7, 12)
    assert site.trials_of == "trials of dry needling for any kind of neck pain"
    assert found.dose.from_therapy == "dry_needling"
    assert site.electrical


def test_the_reasons_of_a_site_tell_the_drawing_the_trials_and_their_sources() -> None:
    # Counted by hand in arms.csv: of the seven myofascial trials of dry needling five name the
    # upper trapezius and one (nct04521127-2021) only the trapezius; of the twelve of the neck
    # gallego-sendarrubias-2020 and stieven-2020 name it too.
    (site,) = for_shoulder().sites
    assert [reason.text for reason in site.reasons] == [
        "Its trigger points are felt here: temple (100% of the pain).",
        (
            "Used in 5 of 7 trials of dry needling for muscle pain with trigger points: "
            "campa-moran-2015, ilbuldu-2004, nct04285216-2023, segura-orti-2016, wang-2024; "
            "6 of these tell their muscles."
        ),
        (
            "Used in 7 of 12 trials of dry needling for any kind of neck pain: campa-moran-2015, "
            "gallego-sendarrubias-2020, ilbuldu-2004, nct04285216-2023, segura-orti-2016, "
            "stieven-2020, wang-2024; 8 of these tell their muscles."
        ),
    ]
    assert site.danger.startswith("LUNG")
    assert site.avoid.startswith("pinch the muscle up")
    assert site.depth_text == "The depth is not in our tables: your training decides."


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ((), "It lies where it hurts: jaw."),
        (("tender_knot_in_muscle",), "A tender knot was found, and it lies where it hurts: jaw."),
    ],
)
def test_a_knot_is_told_only_where_one_was_found(found: tuple[str, ...], said: str) -> None:
    proposed = propose(
        Person(findings=frozenset(found)),
        therapy="dry_needling",
        library=LIB,
        review=review(),
        pain_areas={"jaw": {"left": 4}},
    )
    assert said in [reason.text for site in proposed.sites for reason in site.reasons]


def test_where_the_therapy_may_not_fit_the_cause_that_is_told_first() -> None:
    def first_note(condition: str) -> str:
        found = propose(
            Person(condition=condition), therapy="dry_needling", library=LIB, review=review()
        )
        return found.notes[0].text

    assert first_note("spondylosis").startswith(
        "It is meant for sore knots in a muscle. Your pain has another cause"
    )
    assert first_note("myofascial").startswith("No pain drawing was given.")


def test_a_place_that_no_muscle_explains_is_told() -> None:
    found = propose(
        Person(),
        therapy="dry_needling",
        library=LIB,
        review=review(),
        pain_areas={"lower_leg": {"left": 3}, "temple": {"left": 3}},
    )
    told = [note.text for note in found.notes]
    assert "No muscle in our tables is known to send pain here: lower leg." in told


def test_what_holds_at_every_site_can_be_told_once() -> None:
    found = answer(next(case for case in CASES if "blood thinner" in case["sentence"]))
    assert [reason.text[:31] for reason in found.everywhere] == ["Anticoagulant or antiplatelet m"]


def test_a_proposal_is_ready_for_json() -> None:
    told = for_shoulder().to_dict()
    assert isinstance(told["sites"], list)
    assert told["sites"][0]["site"] == "upper_trapezius"
    assert set(told) == set(for_shoulder().__dataclass_fields__)


@pytest.mark.parametrize("therapy", ["massage", "cupping", "acupunture"])
def test_a_therapy_that_is_not_prescribed_here_is_refused(therapy: str) -> None:
    said = re.escape(f"unknown therapy with needles to prescribe '{therapy}'")
    with pytest.raises(CareError, match=said):
        propose(Person(), therapy=therapy, library=LIB, review=review())


OWN = """id,modality,condition,kind,action,source
any-01,any,needle phobia,absolute,none,stricta-2010
"""


@pytest.mark.parametrize(
    ("therapy", "row"), [("dry_needling", "dn-04"), ("electroacupuncture", "es-08")]
)
def test_own_tables_without_a_row_that_a_rule_rests_on_are_refused(
    tmp_path: Path, therapy: str, row: str
) -> None:
    own = Library(tmp_path)
    (tmp_path / "contraindications.csv").write_text(OWN, encoding="utf-8")
    said = f"a rule of prescribing rests on row '{row}' of contraindications.csv, which your tables"
    with pytest.raises(CareError, match=re.escape(said)):
        propose(
            Person(),
            therapy=therapy,
            library=own,
            review=review(),
            pain_areas=("temple",),
        )
