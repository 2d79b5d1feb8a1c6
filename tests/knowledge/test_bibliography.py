"""A source cell cites an entry only where a key of it stands as a whole."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filiform.knowledge import Source, library, sources_of


def entry(name: str, *keys: str, pmid: str | None = None) -> Source:
    return Source(name, "paper", None, name, None, None, pmid, None, None, keys)


ENTRIES = {
    source.id: source
    for source in (
        entry("a", pmid="2117703"),
        entry("b", "10.1016/j.pain.2010"),
        entry("c", "bmj.com"),
        entry("d", "fpnotebook"),
        entry("e", "hoving-2002"),
        entry("f", "BN121 (South Africa)"),
    )
}


@pytest.mark.parametrize(
    ("cell", "cited"),
    [
        ("PMID 2117703 abstract", ["a"]),
        ("see pmid 2117703.", ["a"]),
        ("PMID 21177034 abstract", []),
        ("XPMID 2117703", []),
        ("doi 10.1016/j.pain.2010, table 1", ["b"]),
        ("doi 10.1016/j.pain.2010.11.016", []),
        ("doi 9.10.1016/j.pain.2010", []),
        ("bmj.com table", ["c"]),
        ("aim.bmj.com table", []),
        ("bmj.com/content", []),
        ("fpnotebook trigger points", ["d"]),
        ("fpnotebook.com page", []),
        ("hoving-2002, arm c", ["e"]),
        ("hoving-2002-gp", []),
        ("fpnotebook; PMID 2117703", ["d", "a"]),
        ("BN121 (South Africa)", ["f"]),
        ("PMID 21177034 and PMID 2117703", ["a"]),
        ("", []),
    ],
)
def test_a_key_is_found_only_as_a_whole_and_in_the_order_of_the_cell(
    cell: str, cited: list[str]
) -> None:
    assert [source.id for source in sources_of(cell, ENTRIES)] == cited


@given(st.text(max_size=40))
def test_any_text_can_be_asked(text: str) -> None:
    assert sources_of(text, {}) == ()
    assert {source.id for source in sources_of(text, ENTRIES)} <= set(ENTRIES)


@pytest.mark.parametrize("trial_id", list(library().trials))
def test_a_trial_has_an_entry_of_its_own_with_its_identifiers(trial_id: str) -> None:
    trial, source = library().trials[trial_id], library().bibliography[trial_id]
    assert source.kind == "trial"
    assert (source.doi, source.pmid, source.pmcid) == (trial.doi, trial.pmid, trial.pmcid)
    assert source.year == trial.year
    assert source in library().sources_of(trial_id)


def test_a_doi_gives_the_address_of_the_paper() -> None:
    for source in library().bibliography.values():
        if source.doi and source.url and "doi.org" in source.url:
            assert source.url == f"https://doi.org/{source.doi}"
