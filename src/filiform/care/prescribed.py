"""What a prescription holds: sites with their reasons, what was left out and why, and the dose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from filiform.care._record import Record

if TYPE_CHECKING:
    from filiform.care.drawing import PainDrawing
    from filiform.care.needles import Side
    from filiform.care.refusal import LiftedBy
    from filiform.guidance.doses import Dose as DoseLine

__all__ = ["Dose", "LeftOut", "PrescribedKind", "Prescription", "ProposedSite", "Reason"]

PrescribedKind = Literal["point", "muscle"]


@dataclass(frozen=True, slots=True)
class Reason(Record):
    """A sentence and what it rests on.

    Attributes:
        source: the source cell of the table, or the name of the rule file.
        sources: ids of the bibliography.
    """

    text: str
    source: str
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProposedSite(Record):
    """One place for a needle, why, and what to mind.

    Attributes:
        kind: point of a tradition or muscle with trigger points (D13).
        site: WHO code, or id of muscles.csv.
        side: None where the drawing does not tell it.
        region: id of areas.csv where the needle goes in.
        location: where a point lies, in words; None for a muscle.
        depth_mm_low, depth_mm_high: as the table states them; None where it states none.
        depth_text: the range and what it is worth, in words.
        used_in_trials: how many of `of_trials` trials name the site, their ids in `trial_ids`;
            `trials_of` says which trials these are.
        danger: what lies beneath; "" where the tables name nothing.
        avoid: how the sources avoid it.
        cautions: what this person's facts ask for at this site, each with its row.
        needs_confirmation: whether the practitioner must say how the danger was avoided.
        electrical: whether current may run here.
    """

    kind: PrescribedKind
    site: str
    name: str
    side: Side | None
    region: str
    location: str | None
    depth_mm_low: float | None
    depth_mm_high: float | None
    depth_text: str
    angle: str | None
    position: str | None
    needle_length_mm: float | None
    reasons: tuple[Reason, ...]
    used_in_trials: int
    of_trials: int
    trials_of: str
    trial_ids: tuple[str, ...]
    danger: str
    avoid: str
    cautions: tuple[Reason, ...]
    needs_confirmation: bool
    electrical: bool

    @property
    def key(self) -> str:
        """The site and its side, as `GB20:left`."""
        return f"{self.site}:{self.side or ''}"


@dataclass(frozen=True, slots=True)
class LeftOut(Record):
    """Something that would have been proposed, and what speaks against it.

    Attributes:
        kind: point, muscle, current (the needle stays) or therapy (all of it).
        site: None for current and therapy.
        row: id of contraindications.csv or statements.csv; None where a wish or a decision of
            the course is the reason.
        because: the person's facts behind it.
        lifted_by: what may bring it in all the same: a reason, a doctor's approval, or nothing.
    """

    kind: Literal["point", "muscle", "current", "therapy"]
    site: str | None
    name: str
    side: Side | None
    row: str | None
    because: tuple[str, ...]
    sentence: str
    source: str
    sources: tuple[str, ...]
    lifted_by: LiftedBy = "reason"


@dataclass(frozen=True, slots=True)
class Dose(Record):
    """How the trials dosed the therapy.

    Attributes:
        lines: sessions, weeks, minutes, needles, depth: each with median, range and trials.
        from_therapy: whose trials these are; another than the prescription's where its own tell
            nothing.
        not_told: what no trial tells.
    """

    lines: tuple[DoseLine, ...]
    from_therapy: str
    not_told: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Prescription(Record):
    """A proposal: the practitioner changes anything and says why.

    Attributes:
        sites: proposed, the most telling first.
        others: further sites that fit, in their order, none of them proposed.
        left_out: what a fact, a rule or the progress so far speaks against.
        barred: every site of the tables that a fact speaks against, whether or not it would fit:
            what the practitioner adds is held against it.
        notes: what holds for the whole session.
        sources: ids of the bibliography behind all of it.
    """

    therapy: str
    drawing: PainDrawing
    sites: tuple[ProposedSite, ...]
    others: tuple[ProposedSite, ...]
    left_out: tuple[LeftOut, ...]
    barred: tuple[LeftOut, ...]
    dose: Dose
    notes: tuple[Reason, ...]
    sources: tuple[str, ...]

    @property
    def everywhere(self) -> tuple[Reason, ...]:
        """What the person's facts ask for at each proposed site alike."""
        if not self.sites:
            return ()
        first, *rest = self.sites
        return tuple(each for each in first.cautions if all(each in s.cautions for s in rest))
