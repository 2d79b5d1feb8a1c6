"""Rules about the published facts themselves: whole, sourced, dated, and as the tables promise."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import filiform.knowledge
from filiform.knowledge import DATA_VERSION, TABLES, library, published_rows
from filiform.knowledge._check import check_published
from filiform.knowledge._library import published_file

if TYPE_CHECKING:
    from collections.abc import Iterator

DATA = Path(filiform.knowledge.__file__).parent / "data"
LIB = library()


def test_no_published_table_has_a_fault_on_the_day_of_its_version() -> None:
    problems = check_published(dt.date.fromisoformat(DATA_VERSION))
    assert [str(problem) for problem in problems] == []


def test_every_csv_file_of_the_package_is_a_table() -> None:
    files = {path.relative_to(DATA).as_posix() for path in DATA.rglob("*.csv")}
    assert files == {f"{table.folder}/{table.file}" for table in TABLES.values()}


@pytest.mark.parametrize("name", list(TABLES))
def test_a_record_has_the_columns_of_its_table_and_its_row(name: str) -> None:
    record = LIB.rows(TABLES[name])[0]
    assert dataclasses.is_dataclass(record)
    fields = [field.name for field in dataclasses.fields(record)]
    assert fields == [*TABLES[name].columns, "row"]
    assert "__slots__" in vars(type(record))


def test_the_trials_are_as_many_as_schema_md_says() -> None:
    # 83 trials (79 neck, 4 shoulder); dry needling has 12 (neck) trials.
    regions = Counter(trial.region for trial in LIB.trials.values())
    assert (len(LIB.trials), regions) == (83, {"neck": 79, "shoulder": 4})
    needled = {arm.trial_id for arm in LIB.arms if "dry_needling" in arm.interventions}
    assert sum(LIB.trials[trial_id].region == "neck" for trial_id in needled) == 12


def test_62_neck_trials_have_a_usable_contrast_on_pain_or_disability() -> None:
    # Usable: a printed difference with its interval, or two arms of one time after
    # the start, each with n, mean and SD or with events and total.
    on_neck = {trial.trial_id for trial in LIB.trials.values() if trial.region == "neck"}
    printed = {c.trial_id for c in LIB.contrasts if c.outcome in MAIN and c.ci_low is not None}
    arms: dict[tuple[object, ...], set[str]] = {}
    for o in LIB.outcomes:
        whole = None not in {o.n, o.mean, o.sd} or None not in {o.events, o.total}
        if o.outcome in MAIN and whole and o.weeks != 0:
            key = (o.outcome, o.instrument, o.statistic, o.weeks, o.after_treatment_weeks)
            arms.setdefault((o.trial_id, *key), set()).add(o.arm_id)
    from_arms = {str(key[0]) for key, arm_ids in arms.items() if len(arm_ids) > 1}
    assert len((printed | from_arms) & on_neck) == 62


MAIN = {"pain_intensity", "disability"}


def test_every_trial_has_at_least_two_arms_lettered_from_a() -> None:
    for trial_id in LIB.trials:
        letters = [arm.arm_id for arm in LIB.arms_of(trial_id)]
        assert letters == list("abcdef"[: len(letters)])
        assert len(letters) >= 2


def test_the_law_is_as_many_states_as_sources_md_says() -> None:
    # docs/sources.md: 39 states and DC allow dry needling by physical therapists, 4 do not, 7 are
    # silent; AL, OK and SD have no acupuncture act.
    law = {(row.jurisdiction, row.profession): row.status for row in LIB.scope_of_practice}
    states = [place for place in LIB.jurisdictions if place.startswith("US-")]
    assert len(states) == 51
    therapists = Counter(law[state, "physical_therapist"] for state in states)
    assert therapists == {"allowed": 39 + 1, "prohibited": 4, "silent": 7}
    silent = {state for state in states if law[state, "acupuncturist"] == "silent"}
    assert silent == {"US-AL", "US-OK", "US-SD"}


def test_new_york_and_california_bar_physical_therapists_from_dry_needling() -> None:
    # MISSION.md, row D5.
    for state in ("US-NY", "US-CA"):
        assert [
            row.status
            for row in LIB.scope_of_practice
            if (row.jurisdiction, row.profession) == (state, "physical_therapist")
        ] == ["prohibited"]


def test_a_point_or_muscle_is_used_in_the_trials_whose_arms_name_it() -> None:
    # docs/sources.md: the arms that are not sham; arms.csv is the authority.
    real = [arm for arm in LIB.arms if "sham_needle" not in arm.interventions]
    for code, point in LIB.points.items():
        assert set(point.used_in) == {arm.trial_id for arm in real if code in arm.points}
    for name, muscle in LIB.muscles.items():
        assert set(muscle.used_in) == {arm.trial_id for arm in real if name in arm.muscles}


def test_a_point_stands_on_the_channel_of_its_code() -> None:
    channels = filiform.knowledge.vocabulary.CHANNELS
    for code, point in LIB.points.items():
        assert point.channel == channels.get(code[:2], ("extra", 0))[0]


def test_an_overlap_joins_a_trial_or_a_group_of_the_course_with_a_trial() -> None:
    courses = {row.study_id for row in LIB.course}
    for overlap in LIB.overlaps:
        assert overlap.trial_id in courses | LIB.trials.keys()
        assert overlap.trial_id != overlap.other_id


def test_every_arm_that_stands_in_the_course_is_known_to_overlap_with_its_trial() -> None:
    told = {overlap.trial_id: overlap.other_id for overlap in LIB.overlaps}
    for row in LIB.course:
        if row.is_trial_arm:
            assert row.study_id.startswith(told[row.study_id])


def test_a_contradiction_names_a_table_and_something_in_it() -> None:
    for contradiction in LIB.contradictions:
        cells = {cell for row in published_rows(contradiction.table) for cell in row.values()}
        assert contradiction.subject in cells, contradiction


def test_every_contradiction_that_schema_md_lists_is_flagged_and_its_rows_are_kept() -> None:
    listed = {
        *("irnich-2001", "vas-2006", "sahin-2010", "he-2004", "gu-2019", "mehmood-2025"),
        *("chi-2016", "stieven-2020", "sterling-2015", "hando-2026", "pai-2021", "chow-2006"),
    }
    assert listed <= {contradiction.subject for contradiction in LIB.contradictions}
    kept = {row.trial_id for row in LIB.outcomes} | {row.trial_id for row in LIB.contrasts}
    assert listed <= kept


def test_every_place_on_the_body_belongs_to_a_point_or_a_muscle() -> None:
    used = {point.region for point in LIB.points.values()}
    used |= {region for muscle in LIB.muscles.values() for region in muscle.regions}
    assert used == set(LIB.areas)


def test_a_comparator_without_members_is_the_rule_between_two_arms_alone() -> None:
    empty = [comparator.id for comparator in LIB.comparators.values() if not comparator.members]
    assert empty == ["same_care_without_it"]
    assert set(LIB.comparators["sham"].members) == {"sham_needle", "sham_other"}


def test_the_therapies_are_the_interventions_of_schema_md() -> None:
    assert set(LIB.therapies) == {
        *("acupuncture", "electroacupuncture", "dry_needling", "dry_needling_electrical"),
        *("intradermal_needling", "sham_needle", "sham_other", "no_treatment", "usual_care"),
        *("manual_therapy", "exercise", "stretching", "massage", "physical_therapy"),
        *("ischemic_compression", "wet_needling", "laser", "laser_acupuncture", "tens"),
        *("ultrasound", "cupping", "moxibustion", "kinesio_taping", "medication"),
        *("traction", "education", "other"),
    }


def test_no_trial_uses_four_of_the_interventions_yet() -> None:
    used = {intervention for arm in LIB.arms for intervention in arm.interventions}
    unused = {"ischemic_compression", "laser_acupuncture", "ultrasound", "wet_needling"}
    assert set(LIB.therapies) - used == unused


UNUSED_WORDS = {
    ("trials", "rob_randomisation"): {"low"},
    ("trials", "rob_deviations"): {"low", "some"},
    ("trials", "rob_missing"): {"some", "high"},
    ("trials", "rob_measurement"): {"some"},
    ("trials", "rob_selection"): {"low", "some", "high"},
    ("trials", "rob_overall"): {"low", "some", "high"},
    ("arms", "provider"): {"other"},
    ("outcomes", "sd_origin"): {"from_iqr", "from_p"},
    ("contrasts", "outcome"): {"quality_of_life", "pressure_pain_threshold"},
    ("contrasts", "measure"): {"OR"},
    ("harms", "unit"): {"needles"},
    ("course", "chronicity"): {"subacute"},
    ("course", "outcome"): {"quality_of_life", "pressure_pain_threshold"},
    ("points", "channel"): {"heart", "kidney"},
    ("sources", "kind"): {"trial", "register", "book"},
}
"""Words that the vocabularies admit and no row uses: allowed, but listed."""


def test_the_words_that_nobody_uses_are_listed() -> None:
    unused = {
        (name, column): set(cell.words) - {row[column] for row in published_rows(name)}
        for name, table in TABLES.items()
        for column, cell in table.columns.items()
    }
    assert {place: words for place, words in unused.items() if words} == UNUSED_WORDS


def test_every_entry_of_the_bibliography_is_cited() -> None:
    cells = [
        getattr(row, column)
        for table in TABLES.values()
        for row in LIB.rows(table)
        for column in table.sources
    ]
    texts = [*filter(None, cells), *LIB.trials, *(text for _, text in rule_texts())]
    cited = {source.id for text in texts for source in LIB.sources_of(text)}
    assert set(LIB.bibliography) - cited == set()


def test_every_source_of_a_file_of_rules_is_in_the_bibliography() -> None:
    unsourced = [
        text for path, text in rule_texts() if path[-1] == "source" and not LIB.sources_of(text)
    ]
    assert unsourced == []


def rule_texts() -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield every text in a file of rules with its path."""
    for file in sorted(DATA.rglob("*.toml")):
        yield from _texts(tomllib.loads(file.read_text(encoding="utf-8")), (file.name,))


def _texts(value: object, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _texts(inner, (*path, str(key)))
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner, path)


def test_no_identifier_of_a_source_has_two_entries() -> None:
    entries = [row for name in ("bibliography", "sources") for row in published_rows(name)]
    for column in ("id", "doi", "pmid", "pmcid"):
        given = Counter(row[column].casefold() for row in entries if row[column])
        assert [name for name, times in given.items() if times > 1] == []


def test_a_name_belongs_to_one_source_unless_it_is_listed_here() -> None:
    # munk-2024 and munk-2025 are one project; one page speaks of both sets of figures.
    shared = {"nct03100539": 2, "fpnotebook/medlink": 2}
    times = Counter(
        name
        for source in LIB.bibliography.values()
        for name in {name.casefold() for name in source.names}
    )
    assert {name: n for name, n in times.items() if n > 1} == shared


def test_a_name_of_a_source_is_too_long_to_stand_in_a_cell_by_accident() -> None:
    short = {name for source in LIB.bibliography.values() for name in source.keys if len(name) < 4}
    assert short == set()


def test_the_tables_are_written_in_one_form() -> None:
    for table in TABLES.values():
        data = published_file(table).read_bytes()
        assert b"\r" not in data
        assert data.endswith(b"\n")
        assert not data.startswith(b"\xef\xbb\xbf")


def test_no_cell_points_to_a_file_that_is_not_shipped() -> None:
    shipped = {table.file for table in TABLES.values()}
    repository = Path(__file__).parents[2]
    for name in TABLES:
        for number, row in enumerate(published_rows(name), start=2):
            for cell in row.values():
                place = f"{name}.csv, row {number}"
                assert "see NOTES" not in cell, place
                for file in re.findall(r"[\w/.-]+\.md\b", cell):
                    known = cell.startswith("docs/sources.md;") and file == "SOURCES.md"
                    assert known or (repository / file).is_file(), f"{place}: {file}"
                for file in re.findall(r"\bsee (\w+\.csv)", cell):
                    assert file in shipped, f"{place}: {file}"


def test_a_note_sends_the_reader_to_a_row_that_is_there() -> None:
    subjects = {row["subject"] for row in published_rows("contradictions")}
    reports = {cell for row in published_rows("overlaps") for cell in row.values()}
    for name in ("trials", "outcomes", "contrasts", "course"):
        for row in published_rows(name):
            report = row.get("trial_id") or row["study_id"].removesuffix("-control")
            if "see contradictions.csv" in row["source"]:
                assert report in subjects
            if "see overlaps.csv" in row["source"]:
                assert report in reports
