"""The library holds what the tables say, reads one's own, and names what it does not know."""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from tests.knowledge._tables import csv_text, first_row, published, write

import filiform.knowledge
from filiform.knowledge import (
    DATA_VERSION,
    TABLES,
    KnowledgeError,
    Library,
    check,
    data_digest,
    library,
    published_rows,
)
from filiform.knowledge._directory import FOLDERS
from filiform.knowledge._library import DATA

if TYPE_CHECKING:
    from pathlib import Path

TODAY = dt.date(2026, 11, 21)


def test_the_public_face_is_this_and_no_more() -> None:
    assert filiform.knowledge.__all__ == sorted(filiform.knowledge.__all__, key=_case)
    for name in filiform.knowledge.__all__:
        assert getattr(filiform.knowledge, name) is not None
    with pytest.raises(AttributeError, match="has no attribute 'Nonsense'"):
        getattr(filiform.knowledge, "Nonsense")  # noqa: B009 - mypy knows that it is not there


def _case(name: str) -> tuple[bool, bool, str]:
    """Sort as ruff sorts `__all__`: constants, classes, the rest."""
    return not name.isupper(), not name[0].isupper(), name


def test_a_trial_is_read_as_it_stands_in_its_row() -> None:
    trial = library().trials["irnich-2001"]
    assert (trial.doi, trial.pmcid) == ("10.1136/bmj.322.7302.1574", "PMC33515")
    assert (trial.year, trial.country, trial.region) == (2001, "DE", "neck")
    assert (trial.n_randomised, trial.mean_age, trial.rob_overall) == (177, None, None)


def test_a_mean_with_its_sd_is_read_as_it_stands_in_its_row() -> None:
    outcome = library().outcomes[0]
    assert (outcome.trial_id, outcome.arm_id, outcome.row) == ("albornoz-cabello-2019", "a", 2)
    assert (outcome.mean, outcome.sd, outcome.n) == (10.6, 4.77, 42)
    assert (outcome.scale_min, outcome.scale_max, outcome.weeks) == (0, 50, 2)
    assert outcome.lower_is_better is True


def test_an_arm_tells_its_interventions_points_and_muscles() -> None:
    combined = library().arm("campa-moran-2015", "a")
    assert combined.interventions == ("dry_needling", "stretching")
    assert combined.muscles == ("upper_trapezius", "levator_scapulae")
    assert library().arm("cameron-2011", "a").points == ("GB39", "GB20", "LI14", "SI6")
    assert [arm.arm_id for arm in library().arms_of("chen-2021")] == ["a", "b", "c"]


def test_an_unknown_trial_or_arm_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(KnowledgeError, match=r"^unknown trial 'irnich-2011': did you mean 'irnich"):
        library().arms_of("irnich-2011")
    with pytest.raises(KnowledgeError, match=r"^unknown arm of chen-2021 'z': Admissible: a, b, c"):
        library().arm("chen-2021", "z")


def test_the_offered_therapies_are_five() -> None:
    offered = [therapy.id for therapy in library().therapies.values() if therapy.offered]
    assert sorted(offered) == [
        *("acupuncture", "cupping", "dry_needling", "dry_needling_electrical"),
        "electroacupuncture",
    ]


def test_the_published_library_is_one_object_and_cannot_be_changed() -> None:
    assert library() is library()
    with pytest.raises(TypeError, match="does not support item assignment"):
        library().trials["x"] = library().trials["irnich-2001"]  # type: ignore[index]
    with pytest.raises(AttributeError, match="year"):
        library().trials["irnich-2001"].year = 2002  # type: ignore[misc]


@pytest.mark.parametrize("name", list(TABLES))
def test_a_published_table_survives_a_round_trip(tmp_path: Path, name: str) -> None:
    write(tmp_path, f"{name}.csv", csv_text(published(name)))
    assert check(tmp_path, TODAY) == []
    own = Library.from_directory(tmp_path, today=TODAY)
    assert own.rows(TABLES[name]) == library().rows(TABLES[name])


@pytest.mark.parametrize("name", list(TABLES))
def test_the_order_of_the_columns_and_a_byte_order_mark_do_not_matter(
    tmp_path: Path, name: str
) -> None:
    backwards = [dict(reversed(row.items())) for row in published(name)]
    write(tmp_path, f"{name}.csv", "\ufeff" + csv_text(backwards).replace("\n", "\r\n"))
    own = Library.from_directory(tmp_path)
    assert own.rows(TABLES[name]) == library().rows(TABLES[name])


def test_ones_own_table_stands_in_for_the_published_one_alone(tmp_path: Path) -> None:
    own = Library.from_directory(write(tmp_path, "harms.csv", first_row("harms", {"events": "7"})))
    assert [harm.events for harm in own.harms] == [7]
    assert own.trials == library().trials


def test_a_copy_of_the_published_directory_is_read_folder_by_folder(tmp_path: Path) -> None:
    assert set(FOLDERS) == {table.folder for table in TABLES.values()}
    copy = tmp_path / "data"
    shutil.copytree(DATA, copy)
    assert check(copy, TODAY) == []
    write(copy / "evidence", "harms.csv", first_row("harms", {"events": "7"}))
    own = Library.from_directory(copy, today=TODAY)
    assert [harm.events for harm in own.harms] == [7]
    assert own.trials == library().trials


def test_one_file_can_be_checked_alone(tmp_path: Path) -> None:
    write(tmp_path, "harms.csv", first_row("harms", {"events": "-1"}))
    assert [problem.column for problem in check(tmp_path / "harms.csv")] == ["events"]


def test_a_bibliography_of_ones_own_is_added_to_the_published_one(tmp_path: Path) -> None:
    entry = dict.fromkeys(TABLES["bibliography"].columns, "") | {
        "id": "nobody-1999",
        "kind": "paper",
        "citation": "Nobody 1999",
        "keys": "Nobody 1999",
    }
    write(tmp_path, "bibliography.csv", csv_text([entry]))
    write(tmp_path, "harms.csv", first_row("harms", {"source": "Nobody 1999, table 2"}))
    own = Library.from_directory(tmp_path, today=TODAY)
    assert [source.id for source in own.sources_of(own.harms[0].source)] == ["nobody-1999"]
    assert own.bibliography.keys() == {*library().bibliography, "nobody-1999"}


def test_a_trial_of_ones_own_can_be_checked_with_its_arms_and_outcomes(tmp_path: Path) -> None:
    for name in ("trials", "arms", "outcomes", "contrasts"):
        rows = [row for row in published(name) if row["trial_id"] == "chen-2021"]
        template = dict.fromkeys(TABLES[name].columns, "")
        header = csv_text([template]).splitlines()[0] + "\n"
        write(tmp_path, f"{name}.csv", csv_text(rows) if rows else header)
    assert check(tmp_path, TODAY) == []


def test_a_header_alone_is_a_table_without_rows(tmp_path: Path) -> None:
    write(tmp_path, "overlaps.csv", "trial_id,other_id,kind,reason,source\n")
    assert Library.from_directory(tmp_path).overlaps == ()


def test_dates_are_checked_only_against_a_given_day(tmp_path: Path) -> None:
    write(tmp_path, "costs.csv", first_row("costs", {"as_of": "2031-05"}))
    assert Library.from_directory(tmp_path).costs[0].as_of == "2031-05"
    with pytest.raises(KnowledgeError, match="column as_of: found '2031-05'"):
        Library.from_directory(tmp_path, today=TODAY)


def test_rules_are_read_by_name_and_an_unknown_name_is_refused() -> None:
    assert library().rules("certainty")
    with pytest.raises(KnowledgeError, match=r"^unknown file of rules 'certanty': did you mean"):
        library().rules("certanty")


def test_published_rows_are_the_cells_as_text() -> None:
    row = published_rows("outcomes")[0]
    assert (row["mean"], row["events"]) == ("10.6", "")
    with pytest.raises(KnowledgeError, match=r"^unknown table 'outcome': did you mean 'outcomes'"):
        published_rows("outcome")


def test_the_digest_is_a_sha_256_and_the_version_a_day() -> None:
    assert len(data_digest()) == 64
    assert data_digest() == data_digest()
    assert dt.date.fromisoformat(DATA_VERSION) <= TODAY


def test_whoever_screens_does_not_load_the_evidence_nor_anything_large() -> None:
    code = (
        "import sys; from filiform.knowledge import library; library().findings; "
        "loaded = {'numpy', 'pandas', 'pydantic', 'django', 'scipy', 'tomllib', 'hashlib', "
        "'filiform.knowledge.cohort_tables', 'filiform.knowledge.evidence_tables'} "
        "& set(sys.modules); sys.exit(str(loaded or ''))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.stderr.strip() == ""
