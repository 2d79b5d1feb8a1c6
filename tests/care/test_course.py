"""A course takes no session without screening and consent, in whatever order things happen."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filiform.care.course import (
    HALTING,
    Act,
    Consented,
    ConsentWithdrawn,
    CourseState,
    Ended,
    Halt,
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
    may,
)
from filiform.errors import CareError
from filiform.guidance import Person, screen
from filiform.knowledge import library

if TYPE_CHECKING:
    from filiform.care.course_events import Event

NOW = dt.datetime(2026, 11, 21, 10, tzinfo=dt.UTC)
BY = "Dr. Ada"
SHA = "0" * 64

SCREENED = Screened(NOW, BY, id="s1", urgency="routine", needling="may_be_considered")
CONSENTED = Consented(NOW, BY, therapy="acupuncture", text_version="2026-11-1", sha256=SHA)
PLANNED = Planned(NOW, BY, therapy="acupuncture", sessions=10, weeks=6)
OPENED = SessionOpened(NOW, BY, session_id="v1")
CLOSED = SessionClosed(NOW, BY, session_id="v1")
WARNING = WarningSignFound(NOW, BY, id="w1", finding="arm_weakness")
READY = (SCREENED, CONSENTED, PLANNED)


def code(act: Act, *events: Event, now: dt.datetime = NOW, therapy: str | None = None) -> str:
    refusal = may(CourseState.of(events), act, now=now, therapy=therapy)
    return "" if refusal is None else refusal.code


def test_a_course_goes_from_nothing_to_its_end() -> None:
    events: list[Event] = []
    stages = [CourseState.of(events).stage]
    for event in (*READY, OPENED, CLOSED, Ended(NOW, BY, reason="better")):
        events.append(event)
        stages.append(CourseState.of(events).stage)
    assert stages == [
        *("new", "screened", "ready", "planned", "in_session", "planned", "ended"),
    ]
    state = CourseState.of(events)
    assert (state.sessions_done, state.needs, state.refused) == (1, (), ())


def test_what_is_needed_is_listed_in_the_order_in_which_it_is_done() -> None:
    assert CourseState.of([]).needs == ("screening", "consent", "plan")
    assert CourseState.of([CONSENTED]).needs == ("screening", "plan")
    assert CourseState.of([*READY, OPENED, WARNING]).needs == ("close_session", "decision")
    assert CourseState.of(READY).needs == ()


def test_without_screening_there_is_no_plan_and_no_session() -> None:
    assert code("plan", CONSENTED) == "no_screening"
    assert code("open_session", CONSENTED) == "no_screening"


def test_without_consent_there_is_no_plan_and_no_session() -> None:
    assert code("plan", SCREENED) == "no_consent"
    assert code("open_session", SCREENED) == "no_consent"


def test_without_a_plan_there_is_no_session() -> None:
    assert code("open_session", SCREENED, CONSENTED) == "no_plan"


def test_consent_for_one_therapy_is_none_for_another() -> None:
    assert code("plan", SCREENED, CONSENTED, therapy="dry_needling") == "no_consent"
    assert code("plan", SCREENED, CONSENTED, therapy="acupuncture") == ""


def test_with_two_consents_the_plan_says_which_therapy_it_is() -> None:
    both = (SCREENED, CONSENTED, Consented(NOW, BY, "dry_needling", "2026-11-1", SHA))
    assert code("plan", *both) == "therapy_not_given"
    assert CourseState.of(both).therapy is None
    assert code("plan", *both, therapy="dry_needling") == ""


@pytest.mark.parametrize(
    ("urgency", "needling"),
    [
        ("emergency", "not_before_a_doctor"),
        ("same_day", "not_before_a_doctor"),
        ("within_days", "not_before_a_doctor"),
        ("same_day", "with_precautions"),
    ],
)
def test_a_red_screening_halts_until_someone_decides_with_a_reason(
    urgency: str, needling: str
) -> None:
    red = Screened(NOW, BY, id="s0", urgency=urgency, needling=needling)
    halted = (red, CONSENTED)
    assert CourseState.of(halted).stage == "halted"
    assert code("plan", *halted) == "halted_by_screening"
    decided = WarningDecided(NOW, BY, about="s0", decision="go_on", reason="seen by Dr. B today")
    assert code("plan", *halted, decided) == ""


def test_answering_again_does_not_wash_a_red_screening_away() -> None:
    red = Screened(NOW, BY, id="s0", urgency="emergency", needling="not_before_a_doctor")
    assert code("plan", red, SCREENED, CONSENTED) == "halted_by_screening"


@pytest.mark.parametrize(
    ("urgency", "needling"),
    [("routine", "with_precautions"), ("within_weeks", "may_be_considered")],
)
def test_a_mild_screening_does_not_halt(urgency: str, needling: str) -> None:
    mild = Screened(NOW, BY, id="s0", urgency=urgency, needling=needling)
    assert code("plan", mild, CONSENTED) == ""


def test_signs_of_an_emergency_that_were_not_asked_are_not_absent() -> None:
    nothing = screen(Person(), library())
    event = Screened.of(nothing, screening_id="s0", at=NOW, by=BY, library=library())
    assert event.needling == "may_be_considered"
    assert len(event.core_not_asked) == 9
    assert code("plan", event, CONSENTED) == "screening_incomplete"
    assert CourseState.of([event, CONSENTED]).stage == "screened"


def test_a_screening_with_every_sign_of_an_emergency_asked_is_complete() -> None:
    person = Person(absent=frozenset(library().findings))
    event = Screened.of(
        screen(person, library()), screening_id="s0", at=NOW, by=BY, library=library()
    )
    assert event.core_not_asked == ()
    assert code("plan", event, CONSENTED) == ""


def test_a_screening_carries_a_course_for_ninety_days() -> None:
    assert code("open_session", *READY, now=NOW + dt.timedelta(days=90)) == ""
    assert code("open_session", *READY, now=NOW + dt.timedelta(days=91)) == "screening_old"


def test_a_clock_that_was_moved_back_changes_nothing() -> None:
    assert code("open_session", *READY, now=NOW - dt.timedelta(days=400)) == ""
    earlier = SessionOpened(NOW - dt.timedelta(days=1), BY, session_id="v1")
    assert CourseState.of([*READY, earlier]).open_session == "v1"


def test_a_warning_sign_found_later_halts_until_it_is_decided() -> None:
    assert code("open_session", *READY, WARNING) == "halted_by_warning_sign"
    for decision in ("refer", "wait"):
        kept = WarningDecided(NOW, BY, about="w1", decision=decision, reason="to her doctor")
        state = CourseState.of([*READY, WARNING, kept])
        assert state.halted_by[0].decision == decision
        assert code("open_session", *READY, WARNING, kept) == "halted_by_warning_sign"
    going = WarningDecided(NOW, BY, about="w1", decision="go_on", reason="doctor: old, known")
    assert code("open_session", *READY, WARNING, going) == ""


def test_each_warning_needs_its_own_decision() -> None:
    second = WarningSignFound(NOW, BY, id="w2", finding="fever")
    going = WarningDecided(NOW, BY, about="w1", decision="go_on", reason="known")
    assert code("open_session", *READY, WARNING, second, going) == "halted_by_warning_sign"


def test_a_decision_without_reason_or_about_nothing_has_no_effect() -> None:
    blank = WarningDecided(NOW, BY, about="w1", decision="go_on", reason="  ")
    other = WarningDecided(NOW, BY, about="w9", decision="go_on", reason="known")
    state = CourseState.of([*READY, WARNING, blank, other])
    assert state.stage == "halted"
    assert [told.refusal.code for told in state.refused] == ["no_reason", "nothing_to_decide"]
    assert [told.number for told in state.refused] == [4, 5]


def test_a_serious_harm_halts_and_a_mild_one_does_not() -> None:
    mild = HarmNoted(NOW, BY, id="h1", event="bruising", grade="mild")
    serious = HarmNoted(NOW, BY, id="h2", event="pneumothorax", grade="serious")
    assert code("open_session", *READY, mild) == ""
    assert code("open_session", *READY, serious) == "halted_by_harm"


def test_withdrawn_consent_stops_until_it_is_given_anew() -> None:
    for gone in (ConsentWithdrawn(NOW, BY), ConsentWithdrawn(NOW, BY, therapy="acupuncture")):
        state = CourseState.of([*READY, gone])
        assert (state.stage, state.needs) == ("stopped", ("consent",))
        assert code("open_session", *READY, gone) == "consent_withdrawn"
        assert code("open_session", *READY, gone, CONSENTED) == ""


def test_in_a_session_a_warning_or_a_withdrawal_stops_the_needles_but_not_the_closing() -> None:
    for event in (WARNING, ConsentWithdrawn(NOW, BY)):
        during = (*READY, OPENED, event)
        assert code("insert_needle", *during) in {"halted_by_warning_sign", "consent_withdrawn"}
        assert code("close_session", *during) == ""
    assert code("insert_needle", *READY, OPENED) == ""
    assert code("insert_needle", *READY) == "no_open_session"


def test_one_session_is_open_at_a_time_and_closed_by_its_own_name() -> None:
    assert code("open_session", *READY, OPENED) == "session_open"
    other = SessionClosed(NOW, BY, session_id="v2")
    state = CourseState.of([*READY, OPENED, other])
    assert (state.open_session, state.sessions_done) == ("v1", 0)
    assert [told.refusal.code for told in state.refused] == ["no_open_session"]
    assert code("close_session", *READY) == "no_open_session"


def test_a_course_that_ended_takes_no_session_but_still_hears_of_harms_and_outcomes() -> None:
    over = (*READY, Ended(NOW, BY, reason="moved away"))
    refused: tuple[Act, ...] = ("screen", "consent", "plan", "open_session", "insert_needle", "end")
    for act in refused:
        assert code(act, *over) == "ended"
    heard: tuple[Act, ...] = (
        *("take_outcome", "note_harm", "find_warning_sign", "withdraw_consent", "review"),
    )
    for act in heard:
        assert code(act, *over) == ""


def test_a_course_does_not_end_while_needles_may_be_in() -> None:
    assert code("end", *READY, OPENED) == "session_open"
    assert code("end", *READY, OPENED, CLOSED) == ""


def test_a_decision_needs_something_to_decide() -> None:
    assert code("decide_warning", *READY) == "nothing_to_decide"


def test_a_refusal_says_what_to_do_and_names_its_source() -> None:
    refusal = may(CourseState.of([SCREENED]), "open_session", now=NOW, therapy="acupuncture")
    assert refusal is not None
    assert refusal.sentence == (
        "There is no signed consent for acupuncture. Read it together and sign first."
    )
    assert refusal.sources == ("physioman",)


def test_an_act_that_is_not_known_is_refused_with_the_nearest() -> None:
    with pytest.raises(CareError, match="unknown act 'open_sesion': did you mean 'open_session'"):
        may(CourseState.of([]), "open_sesion", now=NOW)  # type: ignore[arg-type]


def test_the_state_is_written_as_json() -> None:
    told = CourseState.of([*READY, WARNING]).to_dict()
    assert (told["stage"], told["therapy"], told["needs"]) == (
        *("halted", "acupuncture"),
        ["decision"],
    )
    assert told["halted_by"] == [
        {
            "id": "w1",
            "cause": "warning_sign",
            "about": "arm_weakness",
            "since": "2026-11-21T10:00:00+00:00",
            "decision": None,
            "reason": "",
            "by": BY,
        }
    ]


# A halt belongs to the person

RED = Screened(NOW, BY, id="s0", urgency="emergency", needling="not_before_a_doctor")
SERIOUS = HarmNoted(NOW, BY, id="h2", event="pneumothorax", grade="serious")
GOING = WarningDecided(NOW, BY, about="w1", decision="go_on", reason="doctor: old, known")
STOPPED: tuple[Act, ...] = ("consent", "plan", "open_session", "insert_needle")


def halts(*events: Event) -> tuple[Halt, ...]:
    return CourseState.of(events).halted_by


@pytest.mark.parametrize("event", [RED, SERIOUS, WARNING])
def test_what_halts_one_course_halts_every_course_of_that_person(event: Event) -> None:
    state = CourseState.of([*READY, OPENED], elsewhere=halts(event))
    assert (state.stage, state.halted_by) == ("halted", ())
    assert "decision" in state.needs
    for act in STOPPED:
        refusal = may(state, act, now=NOW)
        assert refusal is not None
        assert refusal.code == "halted_elsewhere"
        assert "on 2026-11-21" in refusal.sentence or "of 2026-11-21" in refusal.sentence
        assert refusal.sentence.endswith("in another course of this person: decide it there.")
    assert may(state, "close_session", now=NOW) is None


def test_a_halt_decided_where_it_stands_halts_no_other_course_any_more() -> None:
    assert halts(WARNING, GOING) == ()
    waiting = WarningDecided(NOW, BY, about="w1", decision="wait", reason="to her doctor")
    still = CourseState.of(READY, elsewhere=halts(WARNING, waiting))
    assert may(still, "open_session", now=NOW) is not None


def test_what_halts_a_course_is_decided_there_and_nowhere_else() -> None:
    state = CourseState.of(READY, elsewhere=halts(WARNING))
    refusal = may(state, "decide_warning", now=NOW)
    assert refusal is not None
    assert refusal.code == "nothing_to_decide"
    assert state.after(GOING).elsewhere == state.elsewhere


def test_the_own_halt_of_a_course_is_told_before_one_elsewhere() -> None:
    state = CourseState.of([*READY, SERIOUS], elsewhere=halts(WARNING))
    refusal = may(state, "open_session", now=NOW)
    assert refusal is not None
    assert refusal.code == "halted_by_harm"
    assert [halt.id for halt in state.halts] == ["h2", "w1"]


def test_what_was_kept_before_a_halt_elsewhere_stays() -> None:
    state = CourseState.of([*READY, OPENED], elsewhere=halts(WARNING))
    assert (state.refused, state.open_session) == ((), "v1")


def test_a_consent_withdrawn_elsewhere_later_stops_the_same_therapy_until_it_is_signed_anew() -> (
    None
):
    later = NOW + dt.timedelta(hours=1)
    for therapy in ("acupuncture", None):
        gone = [ConsentWithdrawn(later, BY, therapy=therapy)]
        state = CourseState.of(READY, withdrawn=gone)
        assert (state.stage, state.needs, state.refused) == ("stopped", ("consent",), ())
        refusal = may(state, "open_session", now=later)
        assert refusal is not None
        assert refusal.code == "consent_withdrawn"
        assert may(state, "consent", now=later) is None
        anew = Consented(later + dt.timedelta(hours=1), BY, "acupuncture", "2026-11-1", SHA)
        for signed in (state.after(anew), CourseState.of([*READY, anew], withdrawn=gone)):
            assert may(signed, "open_session", now=later) is None


def test_a_consent_withdrawn_elsewhere_before_or_for_another_therapy_stops_nothing() -> None:
    earlier = ConsentWithdrawn(NOW - dt.timedelta(hours=1), BY, therapy="acupuncture")
    other = ConsentWithdrawn(NOW + dt.timedelta(hours=1), BY, therapy="dry_needling")
    assert CourseState.of(READY, withdrawn=[earlier, other]) == CourseState.of(READY)


def test_signs_taken_back_halt_as_if_they_were_so() -> None:
    mild = Screened(
        *(NOW, BY, "s0", "within_weeks", "may_be_considered"),
        taken_back=("clumsy_hands",),
        reported_urgency="emergency",
        reported_needling="not_before_a_doctor",
    )
    state = CourseState.of([mild, CONSENTED])
    assert [(halt.cause, halt.about) for halt in state.halted_by] == [("screening", "emergency")]
    assert code("plan", mild, CONSENTED) == "halted_by_screening"
    decided = WarningDecided(NOW, BY, about="s0", decision="go_on", reason="examined: no sign")
    assert code("plan", mild, CONSENTED, decided) == ""
    assert event_from_mapping(mild.to_dict()) == mild


def test_a_screening_kept_before_signs_were_taken_back_is_still_read() -> None:
    older = SCREENED.to_dict()
    for name in ("taken_back", "reported_urgency", "reported_needling"):
        del older[name]
    assert event_from_mapping(older) == SCREENED


# Whatever happens, in whatever order

moments = st.timedeltas(dt.timedelta(days=-10), dt.timedelta(days=200)).map(lambda d: NOW + d)
therapies = st.sampled_from(["acupuncture", "dry_needling"])
ids = st.sampled_from(["a", "b"])


def events() -> st.SearchStrategy[Event]:
    at, by = moments, st.just(BY)
    return st.one_of(
        st.builds(
            Screened,
            at,
            by,
            id=ids,
            urgency=st.sampled_from(["emergency", "same_day", "within_days", "routine"]),
            needling=st.sampled_from(["not_before_a_doctor", "may_be_considered"]),
            core_not_asked=st.sampled_from([(), ("seizure",)]),
        ),
        st.builds(Consented, at, by, therapies, st.just("2026-11-1"), st.just(SHA)),
        st.builds(ConsentWithdrawn, at, by, st.one_of(st.none(), therapies)),
        st.builds(Planned, at, by, therapies, st.integers(1, 12), st.integers(1, 12)),
        st.builds(SessionOpened, at, by, ids),
        st.builds(SessionClosed, at, by, ids),
        st.builds(OutcomeTaken, at, by, st.just("NPRS"), st.integers(0, 26)),
        st.builds(HarmNoted, at, by, ids, st.just("pain"), st.sampled_from(["mild", "serious"])),
        st.builds(WarningSignFound, at, by, ids, st.just("fever")),
        st.builds(
            WarningDecided,
            at,
            by,
            ids,
            st.sampled_from(["go_on", "refer", "wait"]),
            st.sampled_from(["", "seen by a doctor"]),
        ),
        st.builds(Reviewed, at, by, st.just("continue"), st.just("continue")),
        st.builds(Ended, at, by, st.just("better")),
    )


@settings(max_examples=300)
@given(st.lists(events(), max_size=40))
def test_no_session_opens_without_screening_consent_and_plan_in_any_order_of_events(
    sequence: list[Event],
) -> None:
    state = CourseState.of([])
    for number, event in enumerate(sequence):
        before, state = state, CourseState.of(sequence[: number + 1])
        opened = state.open_session is not None and before.open_session is None
        if opened:
            assert before.screened is not None
            assert before.screened.core_not_asked == ()
            assert before.plan is not None
            assert before.plan.therapy in {each.therapy for each in before.consents}
            assert before.halted_by == ()
            assert before.ended is None
            assert event.at - before.screened.at <= dt.timedelta(days=90)


@settings(max_examples=200)
@given(st.lists(events(), max_size=40), moments)
def test_what_may_is_what_the_events_then_do(sequence: list[Event], now: dt.datetime) -> None:
    state = CourseState.of(sequence)
    refusal = may(state, "open_session", now=now)
    after = CourseState.of([*sequence, SessionOpened(now, BY, session_id="z")])
    assert (after.open_session == "z") is (refusal is None)
    assert (len(after.refused) > len(state.refused)) is (refusal is not None)


@settings(max_examples=200)
@given(st.lists(events(), max_size=40), moments)
def test_needles_always_come_out_and_warnings_are_always_heard(
    sequence: list[Event], now: dt.datetime
) -> None:
    state = CourseState.of(sequence)
    assert (may(state, "close_session", now=now) is None) is (state.open_session is not None)
    assert may(state, "find_warning_sign", now=now) is None
    assert may(state, "withdraw_consent", now=now) is None
    heard = CourseState.of([*sequence, WarningSignFound(now, BY, id="z", finding="fever")])
    for act in ("plan", "open_session", "insert_needle"):
        assert may(heard, act, now=now) is not None


@settings(max_examples=200)
@given(st.lists(events(), max_size=30), st.lists(events(), max_size=20), moments)
def test_a_halt_elsewhere_refuses_more_and_never_less(
    sequence: list[Event], other: list[Event], now: dt.datetime
) -> None:
    alone, elsewhere = CourseState.of(sequence), CourseState.of(other).halted_by
    together = CourseState.of(sequence, elsewhere=elsewhere)
    for act in get_args(Act):
        if may(alone, act, now=now) is not None or (elsewhere and act in STOPPED):
            assert may(together, act, now=now) is not None
        else:
            assert may(together, act, now=now) is None


@settings(max_examples=200)
@given(st.lists(events(), max_size=30))
def test_the_open_warnings_follow_from_the_events_that_halt_alone(sequence: list[Event]) -> None:
    refused = {told.number for told in CourseState.of(sequence).refused}
    kept = [event for number, event in enumerate(sequence) if number not in refused]
    few = [event for event in kept if event.kind in HALTING]
    assert CourseState.of(few).halted_by == CourseState.of(kept).halted_by


@settings(max_examples=200)
@given(st.lists(events(), max_size=30))
def test_a_stage_that_is_planned_needs_nothing_and_no_other_does(sequence: list[Event]) -> None:
    state = CourseState.of(sequence)
    assert (state.needs == ()) is (state.stage in {"planned", "ended"})
    assert state.events == len(sequence)


@given(events())
def test_an_event_is_read_back_as_it_was_written(event: Event) -> None:
    if isinstance(event, WarningDecided) and not event.reason:
        with pytest.raises(
            CareError, match=r"event\.reason is '', admissible is a text that is not"
        ):
            event_from_mapping(event.to_dict())
    else:
        assert event_from_mapping(event.to_dict()) == event


def test_an_event_that_is_not_known_is_refused() -> None:
    with pytest.raises(CareError, match="event: unknown kind of event 'Screend': did you mean"):
        event_from_mapping({"kind": "Screend"})
    with pytest.raises(CareError, match="unknown field of event 'reasn': did you mean 'reason'"):
        event_from_mapping({"kind": "Ended", "at": NOW, "by": BY, "reasn": "x"})
    with pytest.raises(CareError, match="event has no reason: add it"):
        event_from_mapping({"kind": "Ended", "at": NOW, "by": BY})
    naive = "2026-11-21T10:00:00"
    with pytest.raises(CareError, match=r"event\.at is '2026-11-21T10:00:00', admissible is a mom"):
        event_from_mapping({"kind": "Ended", "at": naive, "by": BY, "reason": "x"})


def test_every_act_is_one_of_the_acts() -> None:
    assert len(get_args(Act)) == len(set(get_args(Act))) == 13
