"""What a course may do next: it follows from its events, and from nothing else.

The rules (docs/methods/course.md): no plan and no session without a screening that lets needles be
thought of and a consent that holds for that therapy (A17); a warning sign found later, or a
serious harm, halts the course until someone decides with a reason; a consent that is withdrawn
stops it; a course that has ended takes no session. A halt belongs to the person: while one is open
in any of their courses, the others take no consent, plan, session or needle either. What is needed
for safety is never refused: needles come out, warnings, harms, outcomes and a withdrawal are always
taken.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from functools import singledispatch
from typing import TYPE_CHECKING, Literal, get_args

from filiform.care._record import Record
from filiform.care._rules import care_rules
from filiform.care.course_events import (
    Consented,
    ConsentWithdrawn,
    Ended,
    HarmNoted,
    OutcomeTaken,
    Planned,
    Reviewed,
    Screened,
    SessionClosed,
    SessionOpened,
    WarningDecided,
    WarningSignFound,
    event_from_mapping,
)
from filiform.care.plain_names import plain_name
from filiform.care.refusal import Refusal
from filiform.errors import CareError, unknown
from filiform.knowledge import library as published

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from filiform.care.course_events import Event

__all__ = [
    "HALTING",
    "Act",
    "ConsentWithdrawn",
    "Consented",
    "CourseState",
    "Ended",
    "Halt",
    "HarmNoted",
    "OutcomeTaken",
    "Planned",
    "RefusedEvent",
    "Reviewed",
    "Screened",
    "SessionClosed",
    "SessionOpened",
    "WarningDecided",
    "WarningSignFound",
    "event_from_mapping",
    "may",
    "stops",
]

Stage = Literal["new", "screened", "ready", "planned", "in_session", "halted", "stopped", "ended"]
"""From nothing to the end; `stopped` is a consent withdrawn, `halted` an open warning."""

Act = Literal[
    "screen",
    "consent",
    "withdraw_consent",
    "plan",
    "open_session",
    "insert_needle",
    "close_session",
    "take_outcome",
    "note_harm",
    "find_warning_sign",
    "decide_warning",
    "review",
    "end",
]

_ACTS: tuple[Act, ...] = get_args(Act)


@dataclass(frozen=True, slots=True)
class Halt(Record):
    """Something that halts a course until someone decides to go on, with a reason.

    Attributes:
        id: of the screening, warning sign or harm.
        about: the urgency, the finding or the harm.
        decision: refer or wait where that was decided; None while nobody has.
        by: who asked, found or noted it.
    """

    id: str
    cause: Literal["screening", "warning_sign", "harm"]
    about: str
    since: dt.datetime
    decision: Literal["refer", "wait"] | None = None
    reason: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class RefusedEvent(Record):
    """An event that the rules do not allow where it stands: it is kept and has no effect."""

    number: int
    kind: str
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class CourseState(Record):
    """Where a course stands after its events.

    Attributes:
        screened: the latest screening.
        consents: those that hold, one a therapy.
        withdrawn: therapies whose consent was withdrawn and not given anew.
        plan: the latest plan.
        halted_by: open warnings of this course, oldest first.
        elsewhere: those of the person's other courses.
        open_session: the id of the session that has begun and is not closed.
        refused: events that the rules do not allow; none in a course that asked `may` first.
        events: how many events there are.
    """

    screened: Screened | None = None
    consents: tuple[Consented, ...] = ()
    withdrawn: tuple[str, ...] = ()
    plan: Planned | None = None
    halted_by: tuple[Halt, ...] = ()
    open_session: str | None = None
    sessions_done: int = 0
    ended: Ended | None = None
    refused: tuple[RefusedEvent, ...] = field(default=())
    events: int = 0
    elsewhere: tuple[Halt, ...] = ()

    @classmethod
    def of(
        cls,
        events: Iterable[Event],
        *,
        elsewhere: Sequence[Halt] = (),
        withdrawn: Sequence[ConsentWithdrawn] = (),
    ) -> CourseState:
        """Return where a course stands.

        Args:
            events: in the order in which they were kept; a clock that was moved back changes
                nothing.
            elsewhere: the `halted_by` of the same person's other courses, as they are now: what
                was kept before them stays.
            withdrawn: consents that were withdrawn there; one that was signed here before that,
                for the same therapy, holds no more.

        >>> CourseState.of([]).needs
        ('screening', 'consent', 'plan')
        """
        state = cls()
        for event in events:
            state = state.after(event)
        return replace(_without(state, withdrawn), elsewhere=tuple(elsewhere))

    def after(self, event: Event) -> CourseState:
        """Return where the course stands after one more event; a refused one is told, no more."""
        refusal = _refusal_of(self, event)
        if refusal is None:
            return replace(_after(event, self), events=self.events + 1)
        told = RefusedEvent(self.events, event.kind, refusal)
        return replace(self, refused=(*self.refused, told), events=self.events + 1)

    @property
    def halts(self) -> tuple[Halt, ...]:
        """Every open warning of the person, those of this course first."""
        return (*self.halted_by, *self.elsewhere)

    @property
    def therapy(self) -> str | None:
        """The therapy of the plan, else the only one that was consented to."""
        if self.plan is not None:
            return self.plan.therapy
        return self.consents[0].therapy if len(self.consents) == 1 else None

    @property
    def stage(self) -> Stage:
        """Where it stands, in one word: the first that is so."""
        asked = self.screened is not None and not self.screened.core_not_asked
        stages: dict[Stage, bool] = {
            "ended": self.ended is not None,
            "halted": bool(self.halts),
            "in_session": self.open_session is not None,
            "stopped": bool(self.withdrawn) and not self._consented,
            "new": self.screened is None,
            "screened": not asked or not self._consented,
            "ready": self.plan is None,
            "planned": True,
        }
        return next(stage for stage, is_so in stages.items() if is_so)

    @property
    def needs(self) -> tuple[str, ...]:
        """What is missing before the next session, in the order in which it is done."""
        if self.ended is not None:
            return ()
        missing = {
            "close_session": self.open_session is not None,
            "decision": bool(self.halts),
            "screening": self.screened is None or bool(self.screened.core_not_asked),
            "consent": not self._consented,
            "plan": self.plan is None,
        }
        return tuple(name for name, is_missing in missing.items() if is_missing)

    @property
    def _consented(self) -> bool:
        """Whether a consent holds: for the therapy of the plan, where there is one."""
        if self.plan is None:
            return bool(self.consents)
        return self.plan.therapy in {consent.therapy for consent in self.consents}

    def to_dict(self) -> dict[str, object]:
        """Return stage, therapy and needs, then the fields by name, ready for JSON."""
        derived = {"stage": self.stage, "therapy": self.therapy, "needs": list(self.needs)}
        return {**derived, **Record.to_dict(self)}


def may(
    state: CourseState, act: Act, *, now: dt.datetime, therapy: str | None = None
) -> Refusal | None:
    """Return why an act is refused now, or None where it may be done.

    Args:
        state: where the course stands.
        act: what is to be done.
        now: the moment, with its zone.
        therapy: for a plan, what is to be planned; None for the therapy of the course.

    Raises:
        CareError: the act is not known.

    >>> now = dt.datetime(2026, 11, 21, 10, tzinfo=dt.timezone.utc)
    >>> may(CourseState.of([]), "open_session", now=now).code
    'no_screening'
    """
    if act not in _ACTS:
        raise CareError(unknown("act", act, _ACTS))
    if act in _ALWAYS:
        return None
    if act == "close_session":
        return None if state.open_session is not None else _refuse("no_open_session")
    if act == "decide_warning":
        return None if state.halted_by else _refuse("nothing_to_decide")
    if state.ended is not None:
        return _refuse("ended", day=f"{state.ended.at:%Y-%m-%d}")
    if act == "end":
        return _refuse("session_open") if state.open_session is not None else None
    return _treating_refusal(state, act, now, therapy)


_ALWAYS = frozenset(
    {"withdraw_consent", "take_outcome", "note_harm", "find_warning_sign", "review"}
)
"""Acts that are never refused: refusing them would hide something."""

_NEEDLING = frozenset({"plan", "open_session", "insert_needle"})


def _treating_refusal(
    state: CourseState, act: Act, now: dt.datetime, therapy: str | None
) -> Refusal | None:
    if act == "consent":
        return _halted_elsewhere(state)
    return _needling_refusal(state, act, now, therapy) if act in _NEEDLING else None


def _needling_refusal(
    state: CourseState, act: Act, now: dt.datetime, therapy: str | None
) -> Refusal | None:
    """Return what stands against a plan, a session or a needle: the gravest first."""
    if state.halts:
        return _halted(state.halted_by[0]) if state.halted_by else _halted_elsewhere(state)
    if act == "open_session" and state.open_session is not None:
        return _refuse("session_open")
    unopened = act == "insert_needle" and state.open_session is None
    if act != "plan" and state.plan is not None:
        therapy = state.plan.therapy
    return (
        _screening_refusal(state, now)
        or _consent_refusal(state, therapy or state.therapy)
        or (_refuse("no_plan") if act != "plan" and state.plan is None else None)
        or (_refuse("no_open_session") if unopened else None)
    )


def _halted(halt: Halt) -> Refusal:
    about = plain_name(halt.about, published())
    return _refuse(f"halted_by_{halt.cause}", about=about, day=f"{halt.since:%Y-%m-%d}")


def _halted_elsewhere(state: CourseState) -> Refusal | None:
    if not state.elsewhere:
        return None
    here = _halted(state.elsewhere[0])
    told = _refuse("halted_elsewhere", told=here.sentence)
    return replace(told, sources=(*here.sources, *told.sources))


def _screening_refusal(state: CourseState, now: dt.datetime) -> Refusal | None:
    if state.screened is None:
        return _refuse("no_screening")
    if state.screened.core_not_asked:
        return _refuse("screening_incomplete", count=str(len(state.screened.core_not_asked)))
    days = care_rules().screening.valid_days
    if now - state.screened.at > dt.timedelta(days=days):
        return _refuse("screening_old", day=f"{state.screened.at:%Y-%m-%d}", days=str(days))
    return None


def _consent_refusal(state: CourseState, therapy: str | None) -> Refusal | None:
    name = (therapy or "needles").replace("_", " ")
    if therapy in state.withdrawn or (not state.consents and state.withdrawn):
        return _refuse("consent_withdrawn", therapy=name)
    held = {consent.therapy for consent in state.consents}
    if not held or (therapy is not None and therapy not in held):
        return _refuse("no_consent", therapy=name)
    return _refuse("therapy_not_given", held=", ".join(sorted(held))) if therapy is None else None


def _refuse(code: str, **parts: str) -> Refusal:
    rule = care_rules().refusals[code]
    return Refusal(code, rule.sentence.format(**parts), rule.sources)


_ACT_OF: Mapping[type[Event], Act] = {
    Screened: "screen",
    Consented: "consent",
    ConsentWithdrawn: "withdraw_consent",
    Planned: "plan",
    SessionOpened: "open_session",
    SessionClosed: "close_session",
    OutcomeTaken: "take_outcome",
    HarmNoted: "note_harm",
    WarningSignFound: "find_warning_sign",
    WarningDecided: "decide_warning",
    Reviewed: "review",
    Ended: "end",
}


def _refusal_of(state: CourseState, event: Event) -> Refusal | None:
    """Return why the rules refuse an event where it stands."""
    therapy = event.therapy if isinstance(event, Planned) else None
    refusal = may(state, _ACT_OF[type(event)], now=event.at, therapy=therapy)
    if refusal is not None:
        return refusal
    if isinstance(event, SessionClosed) and event.session_id != state.open_session:
        return _refuse("no_open_session")
    if isinstance(event, WarningDecided):
        if event.about not in {halt.id for halt in state.halted_by}:
            return _refuse("nothing_to_decide")
        if not event.reason.strip():
            return _refuse("no_reason")
    return None


@singledispatch
def _after(event: Event, state: CourseState) -> CourseState:  # noqa: ARG001 - dispatched on
    """Return the state after an event that the rules allow; most events only count."""
    return state


@_after.register
def _screened(event: Screened, state: CourseState) -> CourseState:
    return _halt(replace(state, screened=event), _halt_of_screening(event))


@_after.register
def _consent(event: Consented, state: CourseState) -> CourseState:
    others = tuple(each for each in state.consents if each.therapy != event.therapy)
    withdrawn = tuple(each for each in state.withdrawn if each != event.therapy)
    return replace(state, consents=(*others, event), withdrawn=withdrawn)


@_after.register
def _withdrawal(event: ConsentWithdrawn, state: CourseState) -> CourseState:
    held = tuple(each.therapy for each in state.consents)
    gone = held if event.therapy is None else (event.therapy,)
    return replace(
        state,
        consents=tuple(each for each in state.consents if each.therapy not in gone),
        withdrawn=tuple(dict.fromkeys((*state.withdrawn, *gone))),
    )


def _without(state: CourseState, withdrawn: Sequence[ConsentWithdrawn]) -> CourseState:
    """Return the state without the consents that were withdrawn in another course since."""
    gone = [
        held.therapy
        for held in state.consents
        if any(each.at > held.at and each.therapy in {None, held.therapy} for each in withdrawn)
    ]
    return replace(
        state,
        consents=tuple(held for held in state.consents if held.therapy not in gone),
        withdrawn=tuple(dict.fromkeys((*state.withdrawn, *gone))),
    )


@_after.register
def _plan(event: Planned, state: CourseState) -> CourseState:
    return replace(state, plan=event)


@_after.register
def _opened(event: SessionOpened, state: CourseState) -> CourseState:
    return replace(state, open_session=event.session_id)


@_after.register
def _closed(event: SessionClosed, state: CourseState) -> CourseState:  # noqa: ARG001 - dispatched on
    return replace(state, open_session=None, sessions_done=state.sessions_done + 1)


@_after.register
def _harm(event: HarmNoted, state: CourseState) -> CourseState:
    serious = event.grade == "serious"
    return _halt(
        state, Halt(event.id, "harm", event.event, event.at, by=event.by) if serious else None
    )


@_after.register
def _found(event: WarningSignFound, state: CourseState) -> CourseState:
    return _halt(state, Halt(event.id, "warning_sign", event.finding, event.at, by=event.by))


@_after.register
def _decided(event: WarningDecided, state: CourseState) -> CourseState:
    decision = event.decision
    if decision == "go_on":
        left = tuple(halt for halt in state.halted_by if halt.id != event.about)
    else:
        left = tuple(
            replace(halt, decision=decision, reason=event.reason)
            if halt.id == event.about
            else halt
            for halt in state.halted_by
        )
    return replace(state, halted_by=left)


@_after.register
def _end(event: Ended, state: CourseState) -> CourseState:
    return replace(state, ended=event)


def stops(urgency: str, needling: str) -> bool:
    """Tell whether an answer of screening stops the needles until someone decides.

    Args:
        urgency: as `filiform.guidance.screening.screen` answers.
        needling: likewise.

    >>> stops("same_day", "with_precautions"), stops("within_weeks", "may_be_considered")
    (True, False)
    """
    return _about(urgency, needling) is not None


def _about(urgency: str, needling: str) -> str | None:
    rules = care_rules().screening
    if urgency in rules.stop_urgency:
        return urgency
    return needling if needling in rules.stop_needling else None


def _halt_of_screening(event: Screened) -> Halt | None:
    """Return the halt of the answers, else of what they would be with the signs taken back."""
    own = _about(event.urgency, event.needling)
    about = own or _about(event.reported_urgency, event.reported_needling)
    return None if about is None else Halt(event.id, "screening", about, event.at, by=event.by)


HALTING = tuple(
    each.kind
    for each in (ConsentWithdrawn, Ended, HarmNoted, Screened, WarningDecided, WarningSignFound)
)
"""The kinds of events that count in the person's other courses: what halts or stops follows from
them alone."""


def _halt(state: CourseState, halt: Halt | None) -> CourseState:
    return state if halt is None else replace(state, halted_by=(*state.halted_by, halt))
