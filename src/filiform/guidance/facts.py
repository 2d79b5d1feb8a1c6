"""What is so of a person: what was answered, and what an answer says about another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from filiform.errors import GuidanceError, unknown
from filiform.guidance._guidebook import guidebook
from filiform.guidance.medicines import recognise

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from filiform.guidance._rulebook import Implication
    from filiform.guidance.medicines import Medicine
    from filiform.guidance.person import Person
    from filiform.knowledge import Library


@dataclass(frozen=True, slots=True)
class Assumed:
    """A finding that was taken as present because another answer says so."""

    finding: str
    because: str

    def to_dict(self) -> dict[str, str]:
        """Return the fields by name."""
        return {"finding": self.finding, "because": self.because}


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that is so of a person, in the words that rules read.

    Attributes:
        present: findings, history ids and medicine classes.
        assumed: those of `present` that were not answered themselves.
        medicines: each medicine with its class.
    """

    present: frozenset[str]
    assumed: tuple[Assumed, ...]
    medicines: tuple[Medicine, ...]


def facts_of(person: Person, library: Library, implications: Iterable[Implication]) -> Facts:
    """Return the facts of a person, closed under the implications.

    What is implied counts as present even where it was answered as absent: the more careful of
    two answers that disagree is taken, and `assumed` tells it.

    Raises:
        GuidanceError: a finding is not one of findings.csv.
    """
    for finding in (*sorted(person.findings), *sorted(person.absent)):
        if finding not in library.findings:
            raise GuidanceError(
                unknown("finding", finding, library.findings, listed_by="`filiform findings`")
            )
    book = guidebook()
    medicines = recognise(person.medicines, book)
    present = set(person.findings | person.history)
    assumed: dict[str, str] = {}
    for because, then in _meanings(person, medicines):
        if then not in present:
            assumed[then] = because
        present.add(then)
    _close(present, assumed, person, implications)
    return Facts(
        present=frozenset(present),
        assumed=tuple(
            Assumed(finding, assumed[finding])
            for finding in sorted(assumed)
            if finding in library.findings
        ),
        medicines=medicines,
    )


def _meanings(person: Person, medicines: Iterable[Medicine]) -> list[tuple[str, str]]:
    """Return (answer, fact) for each history entry and medicine that has a meaning elsewhere."""
    book = guidebook()
    found: list[tuple[str, str]] = []
    for entry in sorted(person.history):
        item = book.history.get(entry)
        found += [(entry, then) for then in (item.implies if item else ())]
    for medicine in medicines:
        if medicine.class_id is not None:
            known = book.medicines[medicine.class_id]
            found += [(medicine.name, then) for then in (known.id, *known.implies)]
    return found


def _close(
    present: set[str],
    assumed: dict[str, str],
    person: Person,
    implications: Iterable[Implication],
) -> None:
    rules = tuple(implications)
    numbers = numbers_of(person)
    growing = True
    while growing:
        growing = False
        for rule in rules:
            reasons = rule.matched(present, numbers)
            if reasons is not None and rule.then not in present:
                present.add(rule.then)
                assumed[rule.then] = ", ".join(reasons)
                growing = True


def numbers_of(person: Person) -> Mapping[str, float]:
    """Return the numbers that bounds of rules are compared with; a missing one is absent."""
    given = {
        "age": person.age,
        "duration_days": person.duration_days,
        "pain_0_10": person.pain_0_10,
    }
    return {key: float(value) for key, value in given.items() if value is not None}
