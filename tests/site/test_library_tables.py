"""The other pages: counts, therapies, trials, harms, law, costs, sources, data."""

from __future__ import annotations

import csv
import datetime as dt
import io
import sqlite3
import zipfile
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from tests.site.library_pages import read

from filiform.knowledge import DATA_VERSION, TABLES, data_digest, library, published_rows
from filiform.review import forest_svg, placebo_share, published
from filiform.site.library import downloads, reference
from filiform.site.library.overview import holdings

if TYPE_CHECKING:
    from django.test import Client


def shown(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


# --- The first page and the methods


def test_the_first_page_counts_what_the_tables_hold(client: Client) -> None:
    page, facts = shown(client, "/library/"), library()
    alone = [
        q
        for region in ("neck", "shoulder")
        for q in published().questions(region=region)
        if published().synthesis(q).trials == 1
    ]
    assert f"{len(facts.trials)} (" in page
    assert f"{len(facts.bibliography)} papers, laws and pages" in page
    assert f"{len(alone)} of the" in page
    assert data_digest()[:12] in page


def test_the_counts_hang_together() -> None:
    has = holdings(published())
    assert sum(count for _, count in has.regions) == has.trials
    assert 0 < has.unusable + has.alone < has.questions
    assert 0 < has.unjudged <= has.trials
    assert has.people == sum(t.n_randomised or 0 for t in library().trials.values())


def test_the_methods_page_shows_every_rule_of_the_files(client: Client) -> None:
    rows = read(shown(client, "/methods/")).rows
    names = {row[0] for row in rows} | {row[1] for row in rows}
    rules = library().rules("certainty")
    for domain in ("risk_of_bias", "inconsistency", "indirectness", "imprecision"):
        table = rules[domain]
        assert isinstance(table, dict)
        assert domain.replace("_", " ") in names
        assert {k.replace("_", " ") for k, v in table.items() if isinstance(v, dict)} <= names
    urgency = library().rules("screening")["urgency"]
    assert isinstance(urgency, dict)
    for each in urgency.values():
        assert each["action"] in shown(client, "/methods/")


# --- Therapies


def test_a_therapy_shows_every_question_it_was_asked(client: Client) -> None:
    page = read(shown(client, "/library/therapies/dry_needling/"))
    for question in published().questions("dry_needling"):
        assert question.path in page.links


def test_a_therapy_says_what_it_is_with_its_sources(client: Client) -> None:
    page = shown(client, "/library/therapies/cupping/")
    said = [s for s in library().statements.values() if s.therapy == "cupping"]
    assert said
    for statement in said:
        assert statement.text.replace("'", "&#39;") in page


def test_a_combination_has_a_page_that_names_its_parts(client: Client) -> None:
    page = shown(client, "/library/therapies/dry_needling+exercise/")
    assert "<h1>Dry needling + exercise</h1>" in page
    assert "/library/therapies/exercise/" in read(page).links
    assert (
        "/library/therapies/dry_needling+exercise/"
        in read(shown(client, "/library/therapies/dry_needling/")).links
    )


def test_an_unknown_therapy_gives_the_nearest(client: Client) -> None:
    response = client.get("/library/therapies/dry_needlin/")
    assert response.status_code == 404
    assert 'href="/library/therapies/dry_needling/"' in response.content.decode()


# --- Real against sham, sham against nothing


def test_true_and_sham_needles_stand_side_by_side_and_both_are_drawn(client: Client) -> None:
    page = read(shown(client, "/library/therapies/acupuncture/sham/"))
    pair = placebo_share(published(), "acupuncture", "pain_intensity", "short")
    assert pair.complete
    assert pair.against_sham.question.path in page.links
    assert f"{pair.against_sham.question.path}forest.svg" in page.links
    drawing = client.get("/library/therapies/acupuncture/sham/pain_intensity/short.svg")
    assert drawing.content.decode() == forest_svg(pair.sham_against_nothing)
    assert "/library/therapies/acupuncture/sham/pain_intensity/short.svg" in page.links


def test_a_therapy_without_a_sham_says_so(client: Client) -> None:
    assert "No trial compares it with a sham" in shown(client, "/library/therapies/traction/sham/")
    assert "How much a sham does too" not in shown(client, "/library/therapies/traction/")


@pytest.mark.parametrize("word", ["dry_needling+exercise", "sham_needle", "acupunture"])
def test_no_sham_stands_for_a_combination_or_a_sham(client: Client, word: str) -> None:
    assert client.get(f"/library/therapies/{word}/sham/").status_code == 404
    assert client.get(f"/library/therapies/{word}/sham/disability/short.svg").status_code == 404


# --- Trials


def test_the_trials_can_be_chosen_by_therapy_kind_of_pain_and_region(client: Client) -> None:
    page = shown(client, "/library/trials/?therapy=dry_needling&condition=myofascial&region=neck")
    rows = read(page).rows
    fitting = {
        trial.trial_id
        for trial in library().trials.values()
        if (trial.condition, trial.region) == ("myofascial", "neck")
        and any("dry_needling" in arm.interventions for arm in library().arms_of(trial.trial_id))
    }
    assert {row[0] for row in rows} == fitting
    assert fitting
    assert '<option value="dry_needling" selected>' in page


def test_without_a_choice_all_trials_are_listed(client: Client) -> None:
    assert len(read(shown(client, "/library/trials/")).rows) == len(library().trials)


def test_an_unknown_choice_is_said_beside_its_field(client: Client) -> None:
    response = client.get("/library/trials/", {"therapy": "acupunture", "region": "neck"})
    page = response.content.decode()
    assert response.status_code == 400
    assert "did you mean &#39;acupuncture&#39;?" in page
    assert 'aria-describedby="therapy-error"' in page
    assert '<option value="neck" selected>' in page


def test_a_trial_shows_every_row_that_the_tables_hold_of_it(client: Client) -> None:
    for trial_id in ("irnich-2001", "white-2004", "andersen-2011"):
        page = shown(client, f"/library/trials/{trial_id}/")
        for table, rows in (("outcomes", library().outcomes), ("contrasts", library().contrasts)):
            for row in rows:
                if row.trial_id == trial_id:
                    assert f"{table}.csv:{row.row}" in page
        for arm in library().arms_of(trial_id):
            assert f"Group {arm.arm_id}" in page


def test_a_trial_leads_to_the_paper_and_to_the_answers_that_use_it(client: Client) -> None:
    links = read(shown(client, "/library/trials/white-2004/")).links
    assert "https://doi.org/10.7326/0003-4819-141-12-200412210-00007" in links
    assert "/library/question/acupuncture/sham/pain_intensity/short/MD/neck/" in links


def test_a_trial_that_nobody_judged_says_so(client: Client) -> None:
    unjudged = next(t for t in library().trials.values() if t.rob_source is None)
    page = shown(client, f"/library/trials/{unjudged.trial_id}/")
    assert "We found no published judgement" in page


def test_a_trial_that_was_judged_shows_each_domain(client: Client) -> None:
    judged = next(t for t in library().trials.values() if t.rob_source)
    page = shown(client, f"/library/trials/{judged.trial_id}/")
    assert "Judged by a published review" in page
    assert "Missing outcomes" in page


def test_a_trial_with_doubtful_numbers_says_it_first(client: Client) -> None:
    page = shown(client, "/library/trials/irnich-2001/")
    assert "Read this first" in page
    assert "the abstract prints arm means as differences" in page


def test_a_trial_that_shares_people_names_the_other(client: Client) -> None:
    assert "sherman-2014" in shown(client, "/library/trials/cook-2015/")


def test_an_unknown_trial_gives_the_nearest(client: Client) -> None:
    response = client.get("/library/trials/irnich-2003/")
    assert response.status_code == 404
    assert "/library/trials/irnich-200" in response.content.decode()


# --- Harms, law, costs, sources


def test_every_harm_stands_on_the_page_in_its_own_unit(client: Client) -> None:
    rows = read(shown(client, "/library/harms/")).rows
    assert len(rows) == len(library().harms)
    bleeding = next(row for row in rows if row[0] == "bleeding" and "boyce-2020" in row[4])
    assert bleeding[2:4] == ["16 %", "20,464 treatments"]


def test_a_place_shows_who_may_needle_and_since_when_it_is_unchecked() -> None:
    grid = reference.law(library(), "US-NY", dt.date(2028, 1, 1))
    assert grid.rows
    for row in grid.rows:
        assert "not checked since" in row[5].text or "no date" in row[5].text


def test_a_fresh_row_of_law_carries_its_day_alone() -> None:
    grid = reference.law(library(), "US-AK", dt.date(2026, 2, 1))
    assert grid.rows[0][5].text == "2026-01"


def test_each_place_says_how_much_is_known(client: Client) -> None:
    links = read(shown(client, "/library/law/")).links
    for place in library().jurisdictions:
        assert f"/library/law/{place}/" in links
    assert "See also" in shown(client, "/library/law/US-CA/")


def test_an_unknown_place_gives_the_nearest(client: Client) -> None:
    response = client.get("/library/law/us-ny/")
    assert response.status_code == 404
    assert 'href="/library/law/US-NY/"' in response.content.decode()


def test_every_price_stands_on_the_page(client: Client) -> None:
    assert len(read(shown(client, "/library/costs/")).rows) == len(library().costs)


def test_an_old_price_says_so() -> None:
    grids = reference.costs(library(), timezone.localdate())
    notes = [row[6].text for grid in grids for row in grid.rows]
    assert any("not checked since" in note for note in notes)


def test_every_source_has_its_anchor(client: Client) -> None:
    assert set(library().bibliography) <= set(read(shown(client, "/library/sources/")).ids)


# --- Finding something on a long page


@pytest.mark.parametrize(
    ("address", "word"),
    [
        ("/library/harms/", "Pneumothorax"),
        ("/library/costs/", "Medicare"),
        ("/library/trials/", "Whiplash"),
        ("/library/trials/", "Spain"),
    ],
)
def test_a_search_shows_the_rows_that_hold_the_word(
    client: Client, address: str, word: str
) -> None:
    everything = read(shown(client, address)).rows
    expected = [row for row in everything if word.casefold() in " ".join(row).casefold()]
    assert 0 < len(expected) < len(everything)
    assert read(shown(client, f"{address}?q={word.upper()}")).rows == expected


def test_a_search_of_the_sources_shows_those_alone_and_the_way_back(client: Client) -> None:
    page = shown(client, "/library/sources/?q=BAUMLER%202021")
    ids = read(page).ids
    assert [name for name in ids if name in library().bibliography] == ["baumler-2021"]
    assert f"1 of {len(library().bibliography)} fit" in page
    assert "/library/sources/" in read(page).links


def test_a_search_that_finds_nothing_says_so_and_echoes_no_markup(client: Client) -> None:
    page = shown(client, "/library/harms/?q=%3Cb%3Ezzz")
    assert "0 of" in page
    assert "&lt;b&gt;zzz" in page
    assert "<b>" not in page


@pytest.mark.parametrize("address", ["/library/harms/", "/library/costs/", "/library/sources/"])
def test_a_long_page_begins_with_a_list_of_its_parts(client: Client, address: str) -> None:
    page = read(shown(client, address))
    inside = [
        link.removeprefix("#") for link in page.links if link.startswith(("#part", "#letter"))
    ]
    assert len(inside) >= 3
    assert set(inside) <= set(page.ids)


def test_a_table_of_ours_among_the_sources_leads_to_its_rows(client: Client) -> None:
    page = read(shown(client, "/library/sources/?q=table-contrasts"))
    assert "/library/trials/" in page.links
    assert "/library/data/contrasts.csv" in page.links


# --- Data


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_sent_cell_for_cell(client: Client, name: str) -> None:
    response = client.get(f"/library/data/{TABLES[name].file}")
    rows = list(csv.DictReader(io.StringIO(response.content.decode(), newline="")))
    assert rows == [dict(row) for row in published_rows(name)]
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"


def test_the_zip_holds_every_table_and_where_it_is_from(client: Client) -> None:
    content = client.get("/library/data/filiform.zip").content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        names = {name.split("/")[1] for name in archive.namelist()}
        note = archive.read(f"filiform-{DATA_VERSION}/README.txt").decode()
    assert names == {"README.txt", *(table.file for table in TABLES.values())}
    assert data_digest() in note
    assert "CC-BY-4.0" in note


def test_the_zip_is_the_same_on_any_day() -> None:
    first = downloads.everything_zip()
    downloads.everything_zip.cache_clear()
    assert downloads.everything_zip() == first


def test_the_database_holds_every_table(client: Client) -> None:
    content = client.get("/library/data/filiform.sqlite3").content
    database = sqlite3.connect(":memory:")
    database.deserialize(content)
    for name in TABLES:
        query = f'SELECT count(*) FROM "library_{name}"'  # noqa: S608  (our own tables' names)
        assert database.execute(query).fetchone() == (len(published_rows(name)),)
    release = database.execute("SELECT * FROM library_release").fetchone()
    assert release == (DATA_VERSION, data_digest(), "CC-BY-4.0")
    database.close()


def test_an_unknown_file_gives_the_nearest(client: Client) -> None:
    response = client.get("/library/data/trial.csv")
    assert response.status_code == 404
    assert 'href="/library/data/trials.csv"' in response.content.decode()


def test_the_data_page_names_version_digest_and_licence(client: Client) -> None:
    page = shown(client, "/library/data/")
    for word in (DATA_VERSION, data_digest(), "CC-BY-4.0"):
        assert word in page
