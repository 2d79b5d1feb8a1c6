"""A proposed prescription: sites from the drawing, the trials, the person and the progress so far.

Which sites fit is decided first, without regard to what forbids them; what a fact forbids is then
taken away and nothing is put in its place, so that one more reason against a site never brings in
another. docs/methods/prescription.md tells each step.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from filiform.care._no_response import last_side_over_lung, tired_sites
from filiform.care._pick_muscles import pick_muscles
from filiform.care._pick_points import pick_points
from filiform.care._picks import Picks, pains_of
from filiform.care._prescription_notes import dose_of, fit_note, notes_of, stops_of, tired_left_out
from filiform.care._prescription_rules import prescription_rules
from filiform.care._proposing import Proposer
from filiform.care._rules import care_rules
from filiform.care._site_effects import reached_rows
from filiform.care._trial_use import trials_of
from filiform.care.drawing import PainDrawing
from filiform.care.prescribed import Dose, LeftOut, Prescription, ProposedSite, Reason
from filiform.care.prescription_changes import Change, ChosenSite, changed
from filiform.errors import CareError, unknown
from filiform.guidance.cautions import cautions_of, known_facts
from filiform.guidance.screening import screen

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from filiform.care._no_response import Advice
    from filiform.care._prescription_rules import TherapyRule
    from filiform.care.needles import SessionRecord
    from filiform.guidance.cautions import Caution
    from filiform.guidance.person import Person
    from filiform.knowledge import Library
    from filiform.review import Review

__all__ = [
    "Change",
    "ChosenSite",
    "Dose",
    "LeftOut",
    "Prescription",
    "ProposedSite",
    "Reason",
    "changed",
    "propose",
]

Drawing = PainDrawing | Mapping[str, object] | tuple[str, ...]


def propose(
    person: Person,
    *,
    therapy: str,
    library: Library,
    review: Review,
    pain_areas: Drawing | None = None,
    previous: Sequence[SessionRecord] = (),
    progress: Advice | None = None,
    after_the_doctor: bool = False,
    approved: Collection[str] = (),
) -> Prescription:
    """Return the sites that fit a person, each with its reasons, and what was left out.

    Args:
        person: the answers.
        therapy: acupuncture, electroacupuncture, dry_needling or dry_needling_electrical.
        library: the facts.
        review: the living review over the same facts, for the trials.
        pain_areas: a drawing, intensities 0 to 10 by place (and side), or places alone; None
            takes the person's `pain_regions`.
        previous: the sessions so far, in any order.
        progress: the progress review, where there was one.
        after_the_doctor: whether a doctor has decided after a screening that asked for one.
        approved: rows on which sources disagree and that a doctor has approved for this person.

    Raises:
        CareError: another therapy, or a drawing that cannot be read.
        GuidanceError: a finding of the person is not known.

    >>> from filiform.guidance.person import Person
    >>> from filiform.knowledge import library
    >>> from filiform.review import published
    >>> found = propose(
    ...     Person(condition="myofascial"),
    ...     therapy="dry_needling",
    ...     library=library(),
    ...     review=published(),
    ...     pain_areas={"temple": {"left": 6}, "lateral_neck": {"left": 4}},
    ... )
    >>> [(site.site, site.side, site.used_in_trials, site.of_trials) for site in found.sites]
    [('upper_trapezius', 'left', 5, 7)]
    """
    rule = _rule(therapy)
    drawing = _drawing(person, pain_areas, library)
    screening = screen(person, library)
    present = known_facts(person, screening, library)
    cautions = cautions_of(library, therapy, present)
    about = _About(person, therapy, rule, drawing, previous, progress)
    picks = _picks(about, library, review)
    stops = stops_of(
        person,
        therapy,
        cautions,
        progress,
        library=library,
        after_the_doctor=after_the_doctor,
        approved=approved,
    )
    proposer = Proposer(library, rule, reached_rows(cautions))
    sites, gone = proposer.sites(picks.chosen, may_be_fewer=True)
    others, gone_too = proposer.sites(picks.others)
    left_out = (
        *picks.left_out,
        *tired_left_out(about.tired, picks, rule.sites, library),
        *gone,
        *gone_too,
        *proposer.current_left_out(),
    )
    return _cited(
        Prescription(
            therapy=therapy,
            drawing=drawing,
            sites=() if stops else sites,
            others=() if stops else others,
            left_out=stops or left_out,
            barred=proposer.barred(),
            dose=dose_of(library, therapy, rule),
            notes=(
                *fit_note(review, therapy, person, present),
                *notes_of(
                    library,
                    rule=rule,
                    drawing=drawing,
                    cautions=_lasting(cautions, stops),
                    picks=picks,
                ),
            ),
            sources=(),
        )
    )


@dataclass(frozen=True, slots=True)
class _About:
    """What is asked for."""

    person: Person
    therapy: str
    rule: TherapyRule
    drawing: PainDrawing
    previous: Sequence[SessionRecord]
    progress: Advice | None

    @property
    def tired(self) -> Mapping[str, int]:
        adapt = self.progress is not None and self.progress.advice == "adapt"
        return tired_sites(self.previous, adapt=adapt)


def _rule(therapy: str) -> TherapyRule:
    known = prescription_rules().therapies
    if therapy not in known:
        raise CareError(unknown("therapy with needles to prescribe", therapy, known))
    return known[therapy]


def _drawing(person: Person, given: Drawing | None, library: Library) -> PainDrawing:
    if isinstance(given, PainDrawing):
        return given
    if isinstance(given, Mapping):
        return PainDrawing.from_mapping(given, library)
    return PainDrawing.of_areas(person.pain_regions if given is None else given, library)


def _picks(about: _About, library: Library, review: Review) -> Picks:
    person, trials = about.person, trials_of(review, about.therapy)
    pains = pains_of(about.drawing, person.findings)
    if about.drawing.shows_no_pain and not pains:
        return Picks((), ())
    if about.rule.sites == "points":
        return pick_points(
            pains,
            trials,
            library=library,
            condition=person.condition,
            findings=person.findings,
            tired=about.tired,
        )
    return pick_muscles(
        pains,
        trials,
        library=library,
        condition=person.condition,
        findings=person.findings,
        tired=about.tired,
        last_side=last_side_over_lung(about.previous, library),
        one_side=about.therapy in care_rules().both_sides.therapies,
    )


def _lasting(cautions: Iterable[Caution], stops: Iterable[LeftOut]) -> tuple[Caution, ...]:
    """Return the cautions that do not stop the therapy: those are told as left out."""
    stopped = {stop.row for stop in stops}
    return tuple(caution for caution in cautions if not {row.id for row in caution.rows} & stopped)


def _cited(found: Prescription) -> Prescription:
    """Return the prescription with the ids of all that it cites, each once."""
    sites = (*found.sites, *found.others)
    reasons = (
        *(each for site in sites for each in (*site.reasons, *site.cautions)),
        *found.notes,
    )
    cited = (
        *(source for each in reasons for source in each.sources),
        *(source for each in found.left_out for source in each.sources),
        *(source for line in found.dose.lines for source in line.sources),
    )
    return replace(found, sources=tuple(dict.fromkeys(cited)))
