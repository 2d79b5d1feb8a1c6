"""What speaks against needles in this person, or asks for care: rows of contraindications.csv."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from filiform.guidance._guidebook import guidebook
from filiform.guidance._record import Record
from filiform.guidance._rulebook import rulebook
from filiform.guidance.facts import facts_of
from filiform.guidance.texts import sources

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from filiform.guidance._guidebook import CautionRule
    from filiform.guidance.facts import Facts
    from filiform.guidance.person import Person
    from filiform.guidance.screening import Screening
    from filiform.knowledge import Library

Kind = Literal["absolute", "relative", "precaution", "local"]

KINDS: tuple[Kind, ...] = ("absolute", "relative", "precaution", "local")


@dataclass(frozen=True, slots=True)
class Row(Record):
    """One row of contraindications.csv."""

    id: str
    modality: str
    kind: str
    condition: str
    action: str
    source: str


@dataclass(frozen=True, slots=True)
class Caution(Record):
    """What a fact means for a therapy, in plain words, and the rows behind it.

    Attributes:
        kind: absolute bars the therapy, relative asks a doctor first, precaution asks for care,
            local bars a place.
        because: the answers that reach it.
        bars: whether the therapy is not suitable now.
        after_the_doctor: the bar falls when a doctor has found the cause.
    """

    id: str
    kind: Kind
    sentence: str
    because: tuple[str, ...]
    bars: bool
    after_the_doctor: bool
    rows: tuple[Row, ...]
    sources: tuple[str, ...]


def caution_facts(person: Person, facts: Facts, screening: Screening) -> frozenset[str]:
    """Return what is so of a person, with what only guidance knows: age, wishes, screening."""
    adult = guidebook().answers.adult_from
    further = {
        "child": person.age is not None and person.age < adult,
        "male": person.sex == "male",
        "fear_of_needles": person.preferences.fear_of_needles is True,
        "drives_after": person.preferences.drives_after is True,
        "no_diagnosis": screening.needling == "not_before_a_doctor",
    }
    return facts.present | {fact for fact, holds in further.items() if holds}


def known_facts(person: Person, screening: Screening, library: Library) -> frozenset[str]:
    """Return what is so of a person, as `cautions_of` reads it.

    Raises:
        GuidanceError: a finding is not known.
    """
    return caution_facts(person, facts_of(person, library, rulebook().implications), screening)


def cautions_of(library: Library, therapy: str, present: Collection[str]) -> tuple[Caution, ...]:
    """Return the cautions of a therapy that a person's facts reach, the strongest first.

    Args:
        library: the facts.
        therapy: an option; guidance.toml says which modalities of the table it belongs to.
        present: as `caution_facts` gives it.
    """
    modality = guidebook().modality
    own = [id_ for id_, ids in modality.items() if therapy in ids]
    found = (
        _caution(rule, library, modality if rule.therapies else own, present)
        for rule in guidebook().cautions
        if not rule.therapies or therapy in rule.therapies
        if any(fact in present for fact in rule.facts)
    )
    return tuple(
        sorted((each for each in found if each), key=lambda caution: KINDS.index(caution.kind))
    )


def _caution(
    rule: CautionRule, library: Library, modalities: Iterable[str], present: Collection[str]
) -> Caution | None:
    rows = rows_of(library, rule.contraindications, modalities)
    if not rows:
        return None
    strongest = min(KINDS.index(kind) for row in rows for kind in KINDS if kind == row.kind)
    kind: Kind = "local" if rule.site else KINDS[strongest]
    return Caution(
        id=rule.id,
        kind=kind,
        sentence=rule.sentence,
        because=tuple(fact for fact in rule.facts if fact in present),
        bars=kind == "absolute",
        after_the_doctor=rule.after_the_doctor,
        rows=rows,
        sources=sources(library, *(row.source for row in rows)),
    )


def rows_of(library: Library, ids: Iterable[str], modalities: Iterable[str]) -> tuple[Row, ...]:
    """Return the rows with these ids that belong to one of the modalities."""
    admitted = frozenset(modalities)
    found = (library.contraindications[id_] for id_ in ids if id_ in library.contraindications)
    return tuple(
        Row(row.id, row.modality, row.kind, row.condition, row.action, row.source)
        for row in found
        if row.modality in admitted
    )
