"""What a person's answers speak against, held against needles that are recorded.

A proposal leaves out what the answers of that day forbid. Needles come into a session by other
ways too: copied from the last session, from an older plan, or added by hand. This asks the same
rows of the same tables for each needle, so that none of these ways goes round them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from filiform.care._never import cited, lifted_by, plain_bans, what_to_do
from filiform.care._prescription_notes import stops_of
from filiform.care._prescription_rules import prescription_rules
from filiform.care._site_effects import effects_on, reached_rows, said
from filiform.care.refusal import Problem
from filiform.care.sites import site_of
from filiform.errors import CareError, unknown
from filiform.guidance import words
from filiform.guidance.cautions import cautions_of, known_facts
from filiform.guidance.screening import screen

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from filiform.care._site_effects import Reached
    from filiform.care.needles import Needle
    from filiform.care.prescribed import LeftOut
    from filiform.care.refusal import LiftedBy
    from filiform.guidance.person import Person
    from filiform.knowledge import Library

__all__ = ["against"]


def against(
    person: Person,
    needles: Sequence[Needle],
    *,
    therapy: str,
    library: Library,
    after_the_doctor: bool = False,
    approved: Collection[str] = (),
) -> tuple[Problem, ...]:
    """Return what the answers of a person speak against, needle by needle.

    What an absolute row speaks against does not go in (`lifted_by`); once a needle is in, each is
    answered by a reason that is kept, for the record must tell it. A needle without current is
    held against the form of the therapy without it.

    Args:
        person: the answers of the latest screening.
        needles: those of a session, in or not in yet.
        therapy: acupuncture, electroacupuncture, dry_needling or dry_needling_electrical.
        library: the facts.
        after_the_doctor: whether a doctor has decided after a screening that asked for one.
        approved: rows on which sources disagree and that a doctor has approved for this person.

    Raises:
        CareError: another therapy, or a site that is not in the tables.
        GuidanceError: a finding of the person is not known.

    >>> from filiform.care.needles import Needle
    >>> from filiform.guidance.person import Person
    >>> from filiform.knowledge import library
    >>> hand = Needle("point", "LI4", "left", "hand_radial")
    >>> found = against(
    ...     Person(history=frozenset({"pregnant"})),
    ...     [hand],
    ...     therapy="acupuncture",
    ...     library=library(),
    ... )
    >>> [(problem.key, problem.answered_by) for problem in found]
    [('against:ac-03:LI4:left', 'confirmation')]
    """
    known = prescription_rules().therapies
    if therapy not in known:
        raise CareError(unknown("therapy with needles", therapy, known))
    asked: dict[str, _Person] = {}
    found: list[Problem] = []
    for number, needle in enumerate(needles):
        form = _form(needle, therapy)
        if form not in asked:
            asked[form] = _Person.of(
                person, form, library, after_the_doctor=after_the_doctor, approved=approved
            )
        found += asked[form].against(number, needle)
    return tuple({problem.key: problem for problem in reversed(found)}.values())[::-1]


def _form(needle: Needle, therapy: str) -> str:
    """Return the therapy that a needle is: without current, the form that has none."""
    rule = prescription_rules().therapies[therapy]
    plain = rule.electrical and needle.stimulation in {"none", "manual"}
    return rule.borrow or therapy if plain else therapy


class _Person:
    """What speaks against one form of needles in one person."""

    def __init__(
        self,
        library: Library,
        reached: Mapping[str, Reached],
        stops: Mapping[str, LeftOut],
        *,
        electrical: bool,
    ) -> None:
        """Keep the rows that the answers reach, and what stops the form as a whole."""
        self._library, self._reached = library, reached
        self._stops, self._electrical = stops, electrical

    @classmethod
    def of(
        cls,
        person: Person,
        form: str,
        library: Library,
        *,
        after_the_doctor: bool,
        approved: Collection[str],
    ) -> _Person:
        """Read a person's answers for a form."""
        present = known_facts(person, screen(person, library), library)
        cautions = cautions_of(library, form, present)
        stops = stops_of(
            person,
            form,
            cautions,
            None,
            library=library,
            after_the_doctor=after_the_doctor,
            approved=approved,
        )
        return cls(
            library,
            reached_rows(cautions),
            {stop.row or "avoided": stop for stop in stops},
            electrical=prescription_rules().therapies[form].electrical,
        )

    def against(self, number: int, needle: Needle) -> Iterator[Problem]:
        """Yield what speaks against one needle: against all of them first."""
        for row, stop in self._stops.items():
            yield self._problem(number, needle, row, stop.sentence, everywhere=True)
        site = site_of(needle, self._library)
        effects = effects_on(site, needle.region, self._reached)
        does = ("leave_out", "no_current") if needle.stimulation == "electrical" else ("leave_out",)
        for each in (each for do in does for each in effects.doing(do)):
            if each.row.id not in self._stops:
                yield self._problem(number, needle, each.row.id, said(each))
        for each in effects.doing("confirm"):
            yield self._problem(number, needle, each.row.id, said(each), everywhere=True)
        for ban, lifted in plain_bans(needle, self._library):
            text = words.sentence(f"{ban.condition}: {ban.action}.")
            yield self._problem(number, needle, ban.id, text, lifted=lifted)

    def _problem(
        self,
        number: int,
        needle: Needle,
        row: str,
        sentence: str,
        *,
        everywhere: bool = False,
        lifted: LiftedBy | None = None,
    ) -> Problem:
        lifted = lifted or lifted_by(row, self._library)
        side = "" if needle.side == "midline" else f", {needle.side}"
        name = f"Needle {number + 1} ({needle.site.replace('_', ' ')}{side})"
        known = self._library.contraindications.get(row)
        return Problem(
            "against",
            f"{'The needles' if everywhere else name}: the last screening speaks against it. "
            f"{sentence} ({row}) {what_to_do(row, lifted, self._library)}",
            f"against:{row}" if everywhere else f"against:{row}:{needle.site}:{needle.side}",
            where=f"needles.{number}.{'stimulation' if self._electrical else 'site'}",
            answered_by="confirmation",
            sources=cited(known, self._library) if known else self._stops[row].sources,
            lifted_by=lifted,
            row=row,
        )
