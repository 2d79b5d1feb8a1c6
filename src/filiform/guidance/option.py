"""One therapy as an option for one person."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from filiform.guidance import words
from filiform.guidance._guidebook import guidebook
from filiform.guidance._record import Record
from filiform.guidance.cautions import cautions_of
from filiform.guidance.costs import cost_of
from filiform.guidance.dangers import dangers_of, sites_of
from filiform.guidance.doses import doses_of, sessions_of
from filiform.guidance.effects import effects_of
from filiform.guidance.expected import expected_of, yours
from filiform.guidance.harms import harms_of, not_counted, ranges_of
from filiform.guidance.practitioners import practitioners_of
from filiform.guidance.suitability import fit_words, suitability_of
from filiform.guidance.texts import texts_by_id, texts_on

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

    from filiform.guidance.cautions import Caution
    from filiform.guidance.costs import CostOfCare
    from filiform.guidance.dangers import LocalDanger, Site
    from filiform.guidance.doses import Dose
    from filiform.guidance.effects import Effect
    from filiform.guidance.expected import Expected
    from filiform.guidance.harms import Harm, HarmRange, NotCounted
    from filiform.guidance.person import Person
    from filiform.guidance.practitioners import Practitioner
    from filiform.guidance.screening import Screening
    from filiform.guidance.suitability import Suitability
    from filiform.guidance.texts import Text
    from filiform.review import Review

_TEXT_TOPICS = ("therapy", "session", "mechanism", "needle_safety", "lasts", "inconsistency")


@dataclass(frozen=True, slots=True)
class Evidence(Record):
    """What the trials and texts say of a therapy; the same for all with one kind of pain."""

    effects: tuple[Effect, ...]
    expected: Expected
    harms: tuple[Harm, ...]
    harm_ranges: tuple[HarmRange, ...]
    harms_not_counted: tuple[NotCounted, ...]
    harms_note: str
    doses: tuple[Dose, ...]
    texts: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Option(Record):
    """One therapy for one person: whether it fits, what it does, what can go wrong, who, how much.

    Attributes:
        fits: yes, maybe, unknown, not_before_a_doctor or no.
        why: in plain words.
        suitability: by the cause alone, whatever bars it now.
    """

    id: str
    name: str
    meaning: str
    kind: str
    fits: str
    fits_text: str
    why: str
    suitability: Suitability
    cautions: tuple[Caution, ...]
    cautions_note: str
    dangers: tuple[LocalDanger, ...]
    sites: tuple[Site, ...]
    effects: tuple[Effect, ...]
    expected: Expected
    harms: tuple[Harm, ...]
    harm_ranges: tuple[HarmRange, ...]
    harms_not_counted: tuple[NotCounted, ...]
    harms_note: str
    doses: tuple[Dose, ...]
    texts: tuple[Text, ...]
    cost: CostOfCare
    practitioners: tuple[Practitioner, ...]
    practitioners_note: str
    link: str


def evidence_of(review: Review, therapy: str, condition: str | None) -> Evidence:
    """Return what the trials and texts say of a therapy.

    Args:
        review: the living review.
        therapy: an option.
        condition: the person's kind of pain.
    """
    library = review.library
    effects = effects_of(review, therapy, condition)
    harms = harms_of(library, therapy)
    family = guidebook().texts_from.get(therapy, (therapy,))
    return Evidence(
        effects=effects,
        expected=expected_of(review, therapy, texts_on(library, "suitability", family), condition),
        harms=harms,
        harm_ranges=ranges_of(harms),
        harms_not_counted=not_counted(harms),
        harms_note=_harms_note(review, harms),
        doses=doses_of(library, therapy),
        texts=tuple(text for topic in _TEXT_TOPICS for text in texts_on(library, topic, family)),
    )


def _harms_note(review: Review, harms: tuple[Harm, ...]) -> str:
    advice = guidebook().advice
    if not harms:
        return advice["no_harm_rows"]
    borrowed = dict.fromkeys(harm.borrowed for harm in harms if harm.borrowed)
    names = [review.library.therapies[id_].name for id_ in borrowed]
    return advice["harms_borrowed"].format(name=words.joined(names)) if names else ""


def option_of(
    review: Review,
    person: Person,
    therapy: str,
    *,
    evidence: Evidence,
    screening: Screening,
    present: Collection[str],
    today: dt.date,
) -> Option:
    """Return a therapy as an option for a person.

    Args:
        review: the living review.
        person: the answers.
        therapy: an id of therapies.csv that is offered.
        evidence: as `evidence_of` gives it for the person's kind of pain.
        screening: the person's.
        present: as `caution_facts` gives it.
        today: the day on which prices and laws are read.
    """
    library = review.library
    row = library.therapies[therapy]
    suitability = suitability_of(review, therapy, person.condition, present)
    cautions = cautions_of(library, therapy, present)
    fits, why = _verdict(person, therapy, suitability, cautions, screening)
    practitioners, practitioners_note = practitioners_of(
        library, therapy, person.jurisdiction, today
    )
    return Option(
        id=therapy,
        name=row.name,
        meaning=row.meaning,
        kind=row.kind,
        fits=fits,
        fits_text=fit_words()[fits],
        why=why,
        suitability=suitability,
        cautions=cautions,
        cautions_note=_cautions_note(therapy),
        dangers=dangers_of(library, therapy, person.pain_regions),
        sites=sites_of(library, therapy, person.pain_regions),
        effects=evidence.effects,
        expected=replace(evidence.expected, yours=yours(evidence.expected, person.pain_0_10)),
        harms=evidence.harms,
        harm_ranges=evidence.harm_ranges,
        harms_not_counted=evidence.harms_not_counted,
        harms_note=evidence.harms_note,
        doses=evidence.doses,
        texts=evidence.texts + texts_by_id(library, suitability.statements),
        cost=cost_of(
            library,
            therapy,
            place=person.jurisdiction,
            insurance=person.insurance,
            sessions=sessions_of(evidence.doses),
            today=today,
        ),
        practitioners=practitioners,
        practitioners_note=practitioners_note,
        link=f"/library/therapies/{therapy}/",
    )


def _cautions_note(therapy: str) -> str:
    book = guidebook()
    return "" if therapy in book.modality["any"] else book.advice["cupping"]


def _verdict(
    person: Person,
    therapy: str,
    suitability: Suitability,
    cautions: tuple[Caution, ...],
    screening: Screening,
) -> tuple[str, str]:
    """Return the word and the reason: wishes and bars first, then the doctor, then the cause."""
    if therapy in person.preferences.avoid:
        return "no", guidebook().advice["avoided"]
    bars = [caution for caution in cautions if caution.bars and not caution.after_the_doctor]
    if bars:
        return "no", " ".join(caution.sentence for caution in bars)
    if screening.needling == "not_before_a_doctor":
        return "not_before_a_doctor", f"{screening.action} {suitability.why}"
    return suitability.fits, suitability.why
