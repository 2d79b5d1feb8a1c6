"""Harms, law, costs and the bibliography as tables of cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

from filiform.knowledge import checked_note
from filiform.site.library.cells import Cell, Grid, Link, cited, figure, plain, written
from filiform.site.library.downloads import FILES

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator

    from filiform.knowledge import Cost, Harm, Jurisdiction, Library, ScopeOfPractice, Source


# --- Harms


def harms(library: Library) -> tuple[Grid, ...]:
    """Return a table for each kind of needling: every frequency with what it was counted in."""
    names = {therapy.id: therapy.name for therapy in library.therapies.values()}
    return tuple(
        Grid(
            f"Harms seen with {names[modality]}",
            ("Harm", "Severity", "How often", "Counted in", "Study", "Source"),
            tuple(_harm(library, harm) for harm in library.harms if harm.modality == modality),
        )
        for modality in dict.fromkeys(harm.modality for harm in library.harms)
    )


def _harm(library: Library, harm: Harm) -> tuple[Cell, ...]:
    return (
        Cell(plain(harm.event)),
        Cell(harm.severity),
        Cell(how_often(harm)),
        Cell(_counted(harm)),
        Cell(_study(harm)),
        cited(library, harm.source),
    )


def _study(harm: Harm) -> str:
    return f"{harm.study_id} ({harm.country})" if harm.country else harm.study_id


def how_often(harm: Harm) -> str:
    """Return how often a harm was seen, as its study states it."""
    percent = "" if harm.percent is None else f"{written(harm.percent)} %"
    if harm.events is None:
        return percent or "seen; how often is not reported"
    counted = f"{harm.events:,} times"
    return f"{counted} ({percent})" if percent else counted


def _counted(harm: Harm) -> str:
    if harm.denominator is None:
        return "not reported"
    return f"{harm.denominator:,} {harm.unit}"


# --- Law


def places(library: Library) -> tuple[tuple[str, tuple[Link, ...]], ...]:
    """Return the places of each country, as links that say how much is known."""
    known = {row.jurisdiction for row in library.scope_of_practice}
    grouped: dict[str, list[Jurisdiction]] = {}
    for place in sorted(library.jurisdictions.values(), key=lambda p: (p.id != p.country, p.name)):
        grouped.setdefault(place.country, []).append(place)
    return tuple(
        (_country(library, country), tuple(_place(place, place.id in known) for place in found))
        for country, found in sorted(grouped.items(), key=lambda pair: _country(library, pair[0]))
    )


def _country(library: Library, country: str) -> str:
    """Return a country's name; the European Union is a place of law, not a country."""
    named = library.countries.get(country) or library.jurisdictions[country]
    return named.name


def _place(place: Jurisdiction, known: bool) -> Link:
    text = place.name if known else f"{place.name} (nothing found)"
    return Link(text, reverse("library:law_of", args=[place.id]))


def law(library: Library, place: str, today: dt.date) -> Grid:
    """Return who may needle in a place, with the day on which that was checked."""
    return Grid(
        "Who may needle here",
        ("Profession", "Practice", "May they?", "Training hours asked", "Note", "As of", "Source"),
        tuple(
            _scope(library, row, today)
            for row in library.scope_of_practice
            if row.jurisdiction == place
        ),
    )


def _scope(library: Library, row: ScopeOfPractice, today: dt.date) -> tuple[Cell, ...]:
    return (
        Cell(plain(row.profession)),
        Cell(plain(row.practice)),
        Cell(STATUS[row.status]),
        figure(row.training_hours),
        Cell(row.note or "none"),
        Cell(as_of(row.as_of, today)),
        cited(library, row.source),
    )


STATUS = {
    "allowed": "yes",
    "prohibited": "no",
    "silent": "the law does not say",
    "unclear": "unclear: sources disagree or leave it open",
}


def as_of(given: str, today: dt.date) -> str:
    """Return the day of a fact, and since when it was not checked again."""
    note = checked_note(given, today)
    return f"{given} ({note})" if note else given


# --- Costs


def costs(library: Library, today: dt.date) -> tuple[Grid, ...]:
    """Return a table for each place: every price with its day and source."""
    regions = dict.fromkeys(cost.region for cost in library.costs)
    return tuple(
        Grid(
            library.jurisdictions[region].name,
            ("What", "Practice", "From", "To", "Typical", "In", "As of", "Source"),
            tuple(_cost(library, cost, today) for cost in _of(library.costs, region)),
        )
        for region in sorted(regions, key=lambda r: library.jurisdictions[r].name)
    )


def _of(costs: Iterable[Cost], region: str) -> Iterable[Cost]:
    return (cost for cost in costs if cost.region == region)


def _cost(library: Library, cost: Cost, today: dt.date) -> tuple[Cell, ...]:
    return (
        Cell(cost.item),
        Cell(plain(cost.modality)),
        figure(cost.low),
        figure(cost.high),
        figure(cost.typical),
        Cell(f"{cost.currency} a {cost.unit}"),
        Cell(as_of(cost.as_of, today)),
        cited(library, cost.source),
    )


# --- Sources


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the bibliography with the addresses under which it can be read."""

    source: Source
    links: tuple[Link, ...]

    @property
    def texts(self) -> tuple[str | None, ...]:
        """The words under which it can be found."""
        source = self.source
        return (source.id, source.citation, source.doi, source.pmid, source.pmcid, source.url)


QUALITY = {
    "A": "a paper, a guideline, a law or an official body",
    "B": "a professional, clinic or trade page",
    "C": "low quality",
}


def sources(library: Library) -> tuple[Entry, ...]:
    """Return the bibliography in the order of its ids."""
    entries = sorted(library.bibliography.values(), key=lambda source: source.id)
    return tuple(Entry(source, identifiers(source)) for source in entries)


def by_letter(entries: Iterable[Entry]) -> tuple[tuple[str, tuple[Entry, ...]], ...]:
    """Return entries under the first letter of their ids; other signs stand under `0–9`."""
    grouped: dict[str, list[Entry]] = {}
    for entry in entries:
        first = entry.source.id[0].upper()
        grouped.setdefault(first if first.isalpha() else "0–9", []).append(entry)
    return tuple((letter, tuple(found)) for letter, found in grouped.items())


def identifiers(source: Source) -> tuple[Link, ...]:
    """Return a link for each identifier under which something is found elsewhere."""
    doi, pmid, pmcid = source.doi, source.pmid, source.pmcid
    links = (
        *_tables(source),
        Link(f"doi {doi}", f"https://doi.org/{doi}") if doi else None,
        Link(f"PMID {pmid}", f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/") if pmid else None,
        Link(pmcid, f"https://www.ncbi.nlm.nih.gov/pmc/articles/{pmcid}/") if pmcid else None,
        Link(source.url, source.url) if source.url and not doi else None,
    )
    return tuple(link for link in links if link)


def _tables(source: Source) -> Iterator[Link]:
    """Return where the rows of our own tables stand: their page, and the table as a file."""
    for key in source.keys:
        if key in FILES:
            if key in _PAGES:
                yield Link("its rows", reverse(_PAGES[key]))
            yield Link(f"{key} as a file", reverse("library:file", args=[key]))


_PAGES = {
    "trials.csv": "library:trials",
    "arms.csv": "library:trials",
    "outcomes.csv": "library:trials",
    "contrasts.csv": "library:trials",
    "harms.csv": "library:harms",
    "scope_of_practice.csv": "library:law",
    "costs.csv": "library:costs",
}
"""The page that shows the rows of a table, those of a trial on the page of the trial."""
