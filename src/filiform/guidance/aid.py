"""The decision aid: doctor first, then first-line care, then options with their certainty."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from filiform.guidance._guidebook import guidebook
from filiform.guidance._record import Record
from filiform.guidance._rulebook import rulebook
from filiform.guidance.cautions import caution_facts
from filiform.guidance.cited import CitedSource, cited_sources
from filiform.guidance.course import GroupCourse, chronicity_of, natural_course
from filiform.guidance.dangers import ExplainingMuscle, muscles_of
from filiform.guidance.facts import facts_of
from filiform.guidance.first_line import first_line_of
from filiform.guidance.option import Evidence, Option, evidence_of, option_of
from filiform.guidance.screening import screen
from filiform.guidance.texts import Text, all_texts_on, texts_by_id
from filiform.knowledge import DATA_VERSION, data_digest

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

    from filiform.guidance.facts import Facts
    from filiform.guidance.person import Person
    from filiform.guidance.screening import Screening
    from filiform.knowledge import Library
    from filiform.review import Review

FORMAT = "filiform-aid/1"

_FITS_ORDER = ("yes", "maybe", "unknown", "not_before_a_doctor", "no")


@dataclass(frozen=True, slots=True)
class MedicineNote(Record):
    """A medicine as given, its class where we know it, and what to do."""

    name: str
    class_name: str | None
    advice: str


@dataclass(frozen=True, slots=True)
class Background(Record):
    """Sentences and groups that do not hang on one therapy."""

    difference: tuple[Text, ...]
    placebo: tuple[Text, ...]
    who_may: tuple[Text, ...]
    natural_course: tuple[GroupCourse, ...]
    muscles: tuple[ExplainingMuscle, ...]
    unexplained_regions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Aid:
    """One person's decision aid.

    Attributes:
        as_of: the day on which laws and prices were read.
        doctor_first: what to do about the urgency, in sourced sentences.
        first_line: care that comes before and beside needles, without what is not safe for this
            person; empty where a doctor comes at once.
        options: most fitting first; empty where a doctor comes at once.
        background: None where a doctor comes at once.
        not_recognised: medicines whose names we do not know.
        sources: every entry of the bibliography that the aid cites.
    """

    as_of: dt.date
    digest: str
    person: Person
    screening: Screening
    notes: tuple[str, ...]
    doctor_first: tuple[Text, ...]
    first_line: tuple[Text, ...]
    options: tuple[Option, ...]
    background: Background | None
    medicines: tuple[MedicineNote, ...]
    not_recognised: tuple[MedicineNote, ...]
    sources: tuple[CitedSource, ...]

    def to_dict(self) -> dict[str, object]:
        """Return the aid as JSON holds it (schema/aid.schema.json)."""
        return {
            "format": FORMAT,
            "as_of": self.as_of.isoformat(),
            "data": {"version": DATA_VERSION, "digest": self.digest},
            "person": self.person.to_dict(),
            "screening": self.screening.to_dict(),
            "notes": list(self.notes),
            "doctor_first": [text.to_dict() for text in self.doctor_first],
            "first_line": [text.to_dict() for text in self.first_line],
            "options": [option.to_dict() for option in self.options],
            "background": self.background.to_dict() if self.background else None,
            "medicines": [medicine.to_dict() for medicine in self.medicines],
            "not_recognised": [medicine.to_dict() for medicine in self.not_recognised],
            "sources": [source.to_dict() for source in self.sources],
        }


def guide(person: Person, *, library: Library, review: Review, today: dt.date) -> Aid:
    """Return the decision aid of one person.

    Args:
        person: the answers.
        library: the facts.
        review: the living review over the same facts.
        today: the day on which laws and prices are read.

    Raises:
        GuidanceError: a finding is not known, or rules and tables do not fit together.

    >>> import datetime as dt
    >>> from filiform.guidance.person import Person
    >>> from filiform.knowledge import library
    >>> from filiform.review import published
    >>> day = dt.date(2026, 11, 21)
    >>> fever = Person(findings=frozenset({"fever", "headache"}))
    >>> guide(fever, library=library(), review=published(), today=day).options
    ()
    """
    screening = screen(person, library)
    facts = facts_of(person, library, rulebook().implications)
    medicines = _medicines(facts)
    doctor_first = _doctor_first(library, screening, facts)
    alone = screening.alone
    present = caution_facts(person, facts, screening)
    options = () if alone else _options(person, review, screening, present, today)
    first_line = () if alone else first_line_of(library, present)
    background = None if alone else _background(person, library)
    return Aid(
        as_of=today,
        digest=data_digest(),
        person=person,
        screening=screening,
        notes=_notes(person, screening),
        doctor_first=doctor_first,
        first_line=first_line,
        options=options,
        background=background,
        medicines=tuple(each for each in medicines if each.class_name),
        not_recognised=tuple(each for each in medicines if not each.class_name),
        sources=cited_sources(
            library, (screening.reasons, doctor_first, first_line, options, background)
        ),
    )


def _notes(person: Person, screening: Screening) -> tuple[str, ...]:
    """Return what stands above the rest; nothing does in an emergency."""
    if screening.urgency == "emergency":
        return ()
    book = guidebook()
    minor = person.age is not None and person.age < book.answers.adult_from
    return (book.advice["minor"],) if minor else ()


def _doctor_first(library: Library, screening: Screening, facts: Facts) -> tuple[Text, ...]:
    book = guidebook()
    ids = list(book.doctor_first[screening.urgency])
    if screening.urgency == "emergency":
        ids += [id_ for fact, id_ in book.doctor_first_if.items() if fact in facts.present]
    return texts_by_id(library, ids)


def _medicines(facts: Facts) -> tuple[MedicineNote, ...]:
    book = guidebook()
    reached = {fact for rule in book.cautions for fact in rule.facts}
    found = []
    for medicine in facts.medicines:
        if medicine.class_id is None:
            found.append(MedicineNote(medicine.name, None, book.advice["not_recognised"]))
            continue
        known = book.medicines[medicine.class_id]
        cautioned = {known.id, *known.implies} & reached
        advice = "recognised_other" if cautioned else "recognised_without_caution"
        found.append(MedicineNote(medicine.name, known.name, book.advice[advice]))
    return tuple(found)


@lru_cache(maxsize=128)
def _evidence(review: Review, therapy: str, condition: str | None) -> Evidence:
    return evidence_of(review, therapy, condition)


def _options(
    person: Person,
    review: Review,
    screening: Screening,
    present: Collection[str],
    today: dt.date,
) -> tuple[Option, ...]:
    options = [
        option_of(
            review,
            person,
            row.id,
            evidence=_evidence(review, row.id, person.condition),
            screening=screening,
            present=present,
            today=today,
        )
        for row in review.library.therapies.values()
        if row.offered
    ]
    return tuple(sorted(options, key=_fit_rank))


def _fit_rank(option: Option) -> tuple[int, float]:
    """Return the smaller, the better it fits; ties by the share of trials in that kind of pain."""
    found = option.suitability
    share = (found.trials_in_condition or 0) / found.trials if found.trials else 0.0
    return _FITS_ORDER.index(option.fits), -share


def _background(person: Person, library: Library) -> Background:
    muscles = muscles_of(library, person.pain_regions)
    explained = {area for muscle in muscles for area in muscle.covers}
    return Background(
        difference=all_texts_on(library, "difference"),
        placebo=all_texts_on(library, "placebo"),
        who_may=all_texts_on(library, "who_may"),
        natural_course=natural_course(
            library, chronicity_of(person.duration_days), person.condition
        ),
        muscles=muscles,
        unexplained_regions=tuple(area for area in person.pain_regions if area not in explained),
    )
