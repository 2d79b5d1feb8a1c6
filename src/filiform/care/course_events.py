"""What happens in a course, each kept forever: frozen events with their time and author."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal, get_args

from filiform.care import _reading as read
from filiform.care._record import Record
from filiform.errors import CareError, unknown

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from filiform.guidance.screening import Screening
    from filiform.knowledge import Library

__all__ = [
    "ConsentWithdrawn",
    "Consented",
    "Ended",
    "Event",
    "HarmNoted",
    "OutcomeTaken",
    "Planned",
    "Reviewed",
    "Screened",
    "SessionClosed",
    "SessionOpened",
    "WarningDecided",
    "WarningSignFound",
    "event_from_mapping",
]

Decision = Literal["go_on", "refer", "wait"]
Advice = Literal["continue", "adapt", "stop", "refer"]
Grade = Literal["mild", "moderate", "serious"]


@dataclass(frozen=True, slots=True)
class Event(Record):
    """Something that happened in a course.

    Attributes:
        at: when, with its zone; the order of the events is the order in which they are kept.
        by: who, in the words of the practice.
    """

    at: dt.datetime
    by: str

    kind: ClassVar[str] = "Event"

    def to_dict(self) -> dict[str, object]:
        """Return the kind and the fields by name, ready for JSON."""
        return {"kind": self.kind, **Record.to_dict(self)}


@dataclass(frozen=True, slots=True)
class Screened(Event):
    """Warning signs were asked and judged (A17).

    Attributes:
        id: names it for a decision.
        urgency, needling: as `filiform.guidance.screening.screen` answered.
        core_not_asked: signs of an emergency that were answered neither way.
        reasons: the rules that held.
        taken_back: signs that were reported before and are not so by now.
        reported_urgency, reported_needling: the answer if they were so; "" where none was.
    """

    id: str
    urgency: str
    needling: str
    core_not_asked: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    taken_back: tuple[str, ...] = ()
    reported_urgency: str = ""
    reported_needling: str = ""

    kind: ClassVar[str] = "Screened"

    @classmethod
    def of(
        cls,
        screening: Screening,
        *,
        screening_id: str,
        at: dt.datetime,
        by: str,
        library: Library,
        taken_back: Sequence[str] = (),
        reported: Screening | None = None,
    ) -> Screened:
        """Return the event of a screening that was just made.

        Args:
            screening: of the answers.
            screening_id: names it for a decision.
            at: when.
            by: who asked.
            library: the tables.
            taken_back: signs that were reported before and are not so by now.
            reported: the screening of the answers if these signs were so.
        """
        core = read.mapping(library.rules("screening")["core"], "screening.toml: core")
        signs = read.several(read.text)(core["signs"], "screening.toml: core.signs")
        return cls(
            at=at,
            by=by,
            id=screening_id,
            urgency=screening.urgency,
            needling=screening.needling,
            core_not_asked=tuple(sign for sign in signs if sign in screening.not_asked),
            reasons=tuple(reason.rule for reason in screening.reasons),
            taken_back=tuple(taken_back),
            reported_urgency=reported.urgency if reported else "",
            reported_needling=reported.needling if reported else "",
        )


@dataclass(frozen=True, slots=True)
class Consented(Event):
    """Consent was signed for one therapy, under one text."""

    therapy: str
    text_version: str
    sha256: str

    kind: ClassVar[str] = "Consented"


@dataclass(frozen=True, slots=True)
class ConsentWithdrawn(Event):
    """Consent was withdrawn, for one therapy or (None) for all."""

    therapy: str | None = None
    reason: str = ""

    kind: ClassVar[str] = "ConsentWithdrawn"


@dataclass(frozen=True, slots=True)
class Planned(Event):
    """A plan was made or changed."""

    therapy: str
    sessions: int
    weeks: float
    reason: str = ""

    kind: ClassVar[str] = "Planned"


@dataclass(frozen=True, slots=True)
class SessionOpened(Event):
    """A session began."""

    session_id: str

    kind: ClassVar[str] = "SessionOpened"


@dataclass(frozen=True, slots=True)
class SessionClosed(Event):
    """A session was closed: every needle out."""

    session_id: str

    kind: ClassVar[str] = "SessionClosed"


@dataclass(frozen=True, slots=True)
class OutcomeTaken(Event):
    """An outcome was measured."""

    instrument: str
    week: float

    kind: ClassVar[str] = "OutcomeTaken"


@dataclass(frozen=True, slots=True)
class HarmNoted(Event):
    """Something unwanted was noted; a serious one halts the course until someone decides."""

    id: str
    event: str
    grade: Grade

    kind: ClassVar[str] = "HarmNoted"


@dataclass(frozen=True, slots=True)
class WarningSignFound(Event):
    """A warning sign was found after the screening: it halts the course."""

    id: str
    finding: str

    kind: ClassVar[str] = "WarningSignFound"


@dataclass(frozen=True, slots=True)
class WarningDecided(Event):
    """Someone decided what a warning means for the course.

    Attributes:
        about: the id of the screening, warning sign or harm.
        decision: go_on lifts the halt; refer and wait keep it.
        reason: must not be blank.
    """

    about: str
    decision: Decision
    reason: str

    kind: ClassVar[str] = "WarningDecided"


@dataclass(frozen=True, slots=True)
class Reviewed(Event):
    """The progress was reviewed, and the practitioner decided."""

    advice: str
    decision: Advice
    reason: str = ""

    kind: ClassVar[str] = "Reviewed"


@dataclass(frozen=True, slots=True)
class Ended(Event):
    """The course ended."""

    reason: str

    kind: ClassVar[str] = "Ended"


_WEEKS = read.number(0, 520, "weeks")
_DECISION: read.Reader[Decision] = read.word("decision", get_args(Decision))
_ADVICE: read.Reader[Advice] = read.word("decision", get_args(Advice))
_GRADE: read.Reader[Grade] = read.word("grade", get_args(Grade))
_TEXTS = read.several(read.text)


def event_from_mapping(given: Mapping[str, object], where: str = "event") -> Event:
    """Return the event that `to_dict` wrote.

    Args:
        given: `kind`, `at`, `by` and the fields of that kind.
        where: how messages name it.

    Raises:
        CareError: the kind or a field is not known, missing or not admissible.
    """
    kind = read.mapping(given, where).get("kind")
    if not isinstance(kind, str) or kind not in _READERS:
        raise CareError(f"{where}: {unknown('kind of event', kind, _READERS)}")
    cls, build = _READERS[kind]
    names = ("kind", *(name for name in cls.__dataclass_fields__ if name != "kind"))
    fields = read.Fields(given, names, where)
    return build(fields, fields.take("at", read.moment), fields.take("by", read.text))


_Build = Callable[[read.Fields, "dt.datetime", str], Event]

_READERS: Mapping[str, tuple[type[Event], _Build]] = {
    "Screened": (
        Screened,
        lambda f, at, by: Screened(
            at,
            by,
            id=f.take("id", read.text),
            urgency=f.take("urgency", read.text),
            needling=f.take("needling", read.text),
            core_not_asked=f.get("core_not_asked", _TEXTS, ()),
            reasons=f.get("reasons", _TEXTS, ()),
            taken_back=f.get("taken_back", _TEXTS, ()),
            reported_urgency=f.get("reported_urgency", read.any_text, ""),
            reported_needling=f.get("reported_needling", read.any_text, ""),
        ),
    ),
    "Consented": (
        Consented,
        lambda f, at, by: Consented(
            at,
            by,
            therapy=f.take("therapy", read.text),
            text_version=f.take("text_version", read.text),
            sha256=f.take("sha256", read.text),
        ),
    ),
    "ConsentWithdrawn": (
        ConsentWithdrawn,
        lambda f, at, by: ConsentWithdrawn(
            at,
            by,
            therapy=f.maybe("therapy", read.text),
            reason=f.get("reason", read.any_text, ""),
        ),
    ),
    "Planned": (
        Planned,
        lambda f, at, by: Planned(
            at,
            by,
            therapy=f.take("therapy", read.text),
            sessions=f.take("sessions", read.whole),
            weeks=f.take("weeks", _WEEKS),
            reason=f.get("reason", read.any_text, ""),
        ),
    ),
    "SessionOpened": (
        SessionOpened,
        lambda f, at, by: SessionOpened(at, by, session_id=f.take("session_id", read.text)),
    ),
    "SessionClosed": (
        SessionClosed,
        lambda f, at, by: SessionClosed(at, by, session_id=f.take("session_id", read.text)),
    ),
    "OutcomeTaken": (
        OutcomeTaken,
        lambda f, at, by: OutcomeTaken(
            at, by, instrument=f.take("instrument", read.text), week=f.take("week", _WEEKS)
        ),
    ),
    "HarmNoted": (
        HarmNoted,
        lambda f, at, by: HarmNoted(
            at,
            by,
            id=f.take("id", read.text),
            event=f.take("event", read.text),
            grade=f.take("grade", _GRADE),
        ),
    ),
    "WarningSignFound": (
        WarningSignFound,
        lambda f, at, by: WarningSignFound(
            at, by, id=f.take("id", read.text), finding=f.take("finding", read.text)
        ),
    ),
    "WarningDecided": (
        WarningDecided,
        lambda f, at, by: WarningDecided(
            at,
            by,
            about=f.take("about", read.text),
            decision=f.take("decision", _DECISION),
            reason=f.take("reason", read.text),
        ),
    ),
    "Reviewed": (
        Reviewed,
        lambda f, at, by: Reviewed(
            at,
            by,
            advice=f.take("advice", read.text),
            decision=f.take("decision", _ADVICE),
            reason=f.get("reason", read.any_text, ""),
        ),
    ),
    "Ended": (Ended, lambda f, at, by: Ended(at, by, reason=f.take("reason", read.text))),
}
