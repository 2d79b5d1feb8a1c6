"""`filiform prescribe`: the proposed sites, what was left out, and how the trials dosed it."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from filiform.care.drawing import PainDrawing
from filiform.care.prescription import propose
from filiform.cli._text import bullets, cited, heading, wrapped
from filiform.guidance.person import read_person
from filiform.guidance.person_file import read_mapping
from filiform.guidance.words import joined, sentence
from filiform.knowledge import library
from filiform.review import published

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from filiform.care.prescription import Prescription, ProposedSite, Reason

MOST_BYTES = 65536


def prescription_of(
    person: Path, therapy: str, *, drawing: Path | None, after_the_doctor: bool
) -> Prescription:
    """Return the proposal for the person of a file.

    Args:
        person: the answers.
        therapy: a therapy with needles.
        drawing: intensities by place and side; None takes the person's `pain_regions`.
        after_the_doctor: whether a doctor has decided.

    Raises:
        FiliformError: a file cannot be read, or the therapy is not one with needles.
    """
    facts = library()
    pain = None
    if drawing is not None:
        pain = PainDrawing.from_mapping(read_mapping(drawing, most_bytes=MOST_BYTES), facts)
    return propose(
        read_person(person, facts),
        therapy=therapy,
        library=facts,
        review=published(),
        pain_areas=pain,
        after_the_doctor=after_the_doctor,
    )


def text(found: Prescription) -> str:
    """Return a proposal as text."""
    return "\n\n".join(part for part in _parts(found) if part)


def _parts(found: Prescription) -> Iterator[str]:
    name = library().therapies[found.therapy].name
    yield heading(f"Proposed for {name}")
    yield wrapped("A proposal from the tables, for a trained practitioner to change.")
    if not found.sites:
        yield "No site is proposed."
    for number, sites in enumerate(_by_site(found.sites), start=1):
        yield _site(number, sites, found.everywhere)
    common = (cited(each.text, each.sources) for each in found.everywhere)
    yield bullets("At every site", common)
    yield bullets("Left out", _left_out(found))
    others = joined([_sided(sites) for sites in _by_site(found.others)])
    yield wrapped(f"Further sites that fit: {others}." if others else "")
    yield bullets("To mind", (cited(each.text, each.sources) for each in found.notes))
    yield bullets(f"How the trials gave {_from(found)}", _dose(found))
    yield wrapped(
        f"In brackets stand the ids of {len(found.sources)} sources; --json holds the rows."
    )


def _by_site(sites: Iterable[ProposedSite]) -> list[Sequence[ProposedSite]]:
    """Return the sites with both sides of one together."""
    grouped: dict[str, list[ProposedSite]] = {}
    for site in sites:
        grouped.setdefault(site.site, []).append(site)
    return list(grouped.values())


def _sided(sites: Sequence[ProposedSite]) -> str:
    sides = joined([site.side for site in sites if site.side])
    return f"{sites[0].name} ({sides})" if sides else sites[0].name


def _site(number: int, sites: Sequence[ProposedSite], told_once: Sequence[Reason]) -> str:
    site = sites[0]
    area = library().areas[site.region].name
    lines = [wrapped(f"{number}. {_sided(sites)}, {site.location or area}")]
    told = [
        site.depth_text,
        f"Angle: {site.angle}." if site.angle else "",
        f"Position: {site.position}." if site.position else "",
        _needle(site.needle_length_mm),
        "With current." if site.electrical else "",
    ]
    lines.append(wrapped(" ".join(part for part in told if part), "   "))
    lines += [_line("Why", cited(each.text, each.sources)) for each in site.reasons]
    if site.needs_confirmation:
        lines.append(_line("Danger", f"{site.danger}. To avoid it: {site.avoid}."))
    own = (each for each in site.cautions if each not in told_once)
    lines += [_line("Care", cited(each.text, each.sources)) for each in own]
    return "\n".join(lines)


def _needle(length_mm: float | None) -> str:
    """Return what a source used, which is no advice."""
    return f"One source used a needle of {length_mm:g} mm: no advice." if length_mm else ""


def _line(word: str, told: str) -> str:
    return wrapped(f"{word}: {told}", "     ", "   • ")


def _left_out(found: Prescription) -> Iterator[str]:
    """Yield one line a reason, with all that it leaves out."""
    grouped: dict[str, list[str]] = {}
    for each in found.left_out:
        because = f" Because of: {', '.join(each.because)}." if each.because else ""
        row = f" ({each.row})" if each.row else ""
        reason = cited(f"{each.sentence}{because}{row}{_LIFTED[each.lifted_by]}", each.sources)
        side = f" ({each.side})" if each.side else ""
        grouped.setdefault(reason, []).append(f"{each.name}{side}")
    for reason, names in grouped.items():
        yield f"{joined(list(dict.fromkeys(names)))}: {reason}"


_LIFTED: Mapping[str, str] = MappingProxyType(
    {
        "reason": "",
        "nothing": " It is refused: no reason lifts it.",
        "doctor": " It is refused until a doctor has approved it: our sources disagree.",
    }
)


def _from(found: Prescription) -> str:
    return library().therapies[found.dose.from_therapy].name


def _dose(found: Prescription) -> Iterator[str]:
    yield from (cited(sentence(line.text), line.sources) for line in found.dose.lines)
    if found.dose.not_told:
        words = [what.replace("_mm", "") for what in found.dose.not_told]
        yield f"No trial in our tables tells: {joined(words)}."
