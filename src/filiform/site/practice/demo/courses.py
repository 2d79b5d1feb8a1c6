"""One invented course as a list of acts, each with its moment: what staff would have done."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar, Literal

from filiform.care.consent import Signature, consent_text
from filiform.care.course import Ended, HarmNoted, Planned, Reviewed, Screened, WarningDecided
from filiform.knowledge import library
from filiform.site.practice import course_consent, outcome_taking, session_licence, trend_review
from filiform.site.practice.course_log import log
from filiform.site.practice.demo.invented import proposal, screened
from filiform.site.practice.demo.visits import Visit, day_of
from filiform.site.practice.forms.plan import chosen_of, first_rows
from filiform.site.practice.models import Course, Harm, Intake, Person, Plan, Review, Screening
from filiform.site.practice.outcome_taking import Given
from filiform.site.practice.plan_page import dangers_asked, kept_prescription

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from random import Random

    from filiform.site.practice import keeping
    from filiform.site.practice.demo.invented import Invented
    from filiform.site.practice.models import Member

    Do = Callable[[keeping.Act], None]

JURISDICTION = "US-AZ"
# How often things happen here: made up, so that every page has something to show.
_IN_REGISTRY, _WITH_HARM, _NO_ANSWER = 0.7, 0.12, 0.2
_MILD = ("bruising", "pain_after", "bleeding", "drowsiness")
_FOLLOW_UP_WEEKS = (4, 12, 26)
_VISIT = dt.timedelta(minutes=30)
_ACTIVITIES = ("Looking over the shoulder in the car", "Two hours at the desk", "Carrying shopping")
_DOCTOR_AGREES = "Their doctor saw them last week and agrees (letter in the file)."


@dataclass(slots=True)
class Story:
    """One person's way through the practice.

    Attributes:
        number: the person's number in the practice.
        staff: who treats.
        start: the first visit.
    """

    number: int
    invented: Invented
    random: Random
    staff: Member
    start: dt.datetime
    person: Person = field(init=False)
    course: Course = field(init=False)
    visit: Visit = field(init=False)

    follow_ups: ClassVar[tuple[int, ...]] = _FOLLOW_UP_WEEKS
    response: ClassVar[float] = 1.0  # how much of the kind's mean fall of the pain comes about

    def acts(self) -> Iterator[tuple[dt.datetime, Do]]:
        """Yield every act with its moment, also those that lie in the future."""
        kind = self.invented.kind
        yield self.start - dt.timedelta(days=3), self.arrive
        yield self.start, self.begin
        for n, when in enumerate(self.visits()):
            yield when, self.open
            yield when + _VISIT, self.close
            if n and n % 3 == 0:
                yield when + _VISIT, self.review
        for week in self.follow_ups:
            if self.random.random() > _NO_ANSWER * (week > kind.weeks):
                yield self.start + dt.timedelta(weeks=week, hours=2), self.measure
        yield self.start + dt.timedelta(weeks=kind.weeks, days=3), self.end

    def visits(self) -> list[dt.datetime]:
        """Return when each session begins, spread evenly over the planned weeks."""
        kind = self.invented.kind
        gap, first = kind.weeks * 7 / kind.sessions, self.start + dt.timedelta(minutes=20)
        return [first + dt.timedelta(days=round(n * gap)) for n in range(kind.sessions)]

    def arrive(self, act: keeping.Act) -> None:
        """Keep the person, who answered by link."""
        invented = self.invented
        self.person = Person(
            number=self.number,
            given_name=invented.given_name,
            family_name=invented.family_name,
            born_on=invented.born_on,
            sex=invented.sex,
            email=f"person{self.number}@people.example",
            phone=f"520 555 01{self.number % 100:02}",
            insurer=invented.insurer,
            member_number=f"X{1000 + self.number}" if invented.insurer else "",
            doctor_name="Dr. Doris Doctor",
            may_contact=True,
            registry_consent=self.random.random() < _IN_REGISTRY,
        )
        act.create(self.person)
        intake = Intake(
            person=self.person,
            answers=invented.answers,
            drawing=invented.kind.drawing,
            sent_at=act.now,
            urgency=screened(invented).urgency,
        )
        act.create(intake)

    def begin(self, act: keeping.Act) -> None:
        """Open the course: screening, consent, plan, first scores."""
        self.course = Course(
            person=self.person,
            practitioner=self.staff,
            therapy=self.invented.kind.therapy,
            started_on=day_of(act.now),
            stage="new",
        )
        act.create(self.course)
        self._screen(act)
        self._consent(act)
        self._plan(act)
        self.measure(act)

    def _screen(self, act: keeping.Act) -> None:
        result = screened(self.invented)
        red = result.needling == "not_before_a_doctor"
        reason = _DOCTOR_AGREES if red else ""
        kept = Screening(
            course=self.course,
            answers=self.invented.answers,
            result=result.to_dict(),
            urgency=result.urgency,
            needling=result.needling,
            decision="go_on" if red else "",
            reason=reason,
            decided_by=self.staff if red else None,
            decided_at=act.now if red else None,
        )
        act.create(kept)
        facts = library()
        event = Screened.of(result, screening_id=str(kept.pk), at=act.now, by=act.by, library=facts)
        state = log(act, self.course, event)
        if state.halted_by:
            log(act, self.course, WarningDecided(act.now, act.by, str(kept.pk), "go_on", reason))

    def _consent(self, act: keeping.Act) -> None:
        text = consent_text(self.course.therapy, JURISDICTION, library=library())
        ticked = {choice.id: True for choice in text.choices}
        signature = Signature(text.sha256, ticked, str(self.person))
        course_consent.sign(act, self.course, text, signature, note="", witness=self.staff)

    def _plan(self, act: keeping.Act) -> None:
        kind, proposed = self.invented.kind, proposal(self.invented.kind.name)
        rows = first_rows(proposed, ())
        for row in rows:
            danger = row.proposed is not None and row.proposed.needs_confirmation
            row.side = row.side or ("right" if danger else "both")
        chosen = chosen_of(rows)
        dangers = dangers_asked(chosen, {f"as-{each.site}": "on" for each in chosen})
        permission = session_licence.permission_of(self.staff, kind.therapy, day_of(act.now))
        law = session_licence.kept(permission, "")
        plan = Plan(
            course=self.course,
            number=1,
            by=self.staff,
            diagnoses=list(kind.diagnoses),
            goals="Work at the desk for two hours without a break for the pain.",
            sessions=kind.sessions,
            weeks=kind.weeks,
            co_treatments=[{"kind": "exercise", "text": "Neck exercises, daily", "by": "staff"}],
            prescription=kept_prescription(proposed, chosen, (), dangers, law),
        )
        act.create(plan)
        log(act, self.course, Planned(act.now, act.by, kind.therapy, kind.sessions, kind.weeks))

    def open(self, act: keeping.Act) -> None:
        """Open a session and put the needles in."""
        kind = self.invented.kind.name
        self.visit = Visit.opened(act, self.course, by=self.staff, kind=kind, random=self.random)
        self.visit.needle(act, began=act.now, pain=self._pain(act.now))

    def close(self, act: keeping.Act) -> None:
        """Close the session and bill it; now and then something small went wrong."""
        pain = max(Decimal(0), self._pain(act.now) - 1)
        self.visit.close(act, began=act.now - _VISIT, pain=pain)
        if self.random.random() < _WITH_HARM:
            self._mild_harm(act)
        self.visit.bill(act)

    def _mild_harm(self, act: keeping.Act) -> None:
        on = day_of(act.now)
        harm = Harm(
            course=self.course,
            session=self.visit.session,
            by=self.staff,
            event=self.random.choice(_MILD),
            facts=["no_care"],
            grade="mild",
            relatedness="probable",
            noticed_on=on,
            text="Gone the next day.",
            resolved_on=on + dt.timedelta(days=1),
        )
        act.create(harm)
        log(act, self.course, HarmNoted(act.now, act.by, str(harm.pk), harm.event, "mild"))

    def _pain(self, now: dt.datetime) -> Decimal:
        """Return a pain score: a fall that slows down, and the noise of any day."""
        kind, weeks = self.invented.kind, (now - self.start).days / 7
        fall = self.response * kind.mean_fall * (1 - 0.5 ** (weeks / (kind.weeks / 2)))
        noisy = self.invented.pain - fall + self.random.gauss(0, 0.8)
        return Decimal(min(10, max(0, round(noisy))))

    def measure(self, act: keeping.Act) -> None:
        """Take pain, disability and activities; the last two follow pain, with their own noise."""
        on, pain = day_of(act.now), float(self._pain(act.now))
        week = outcome_taking.week_of(self.course, on)
        if self.course.outcomes.filter(week=week).exists():
            return
        disability = min(50, max(0, round(4 * pain + self.random.gauss(0, 3))))
        given = [Given("NPRS", pain, []), Given("NDI", float(disability), []), self._doing(pain)]
        origin = "room" if week <= self.invented.kind.weeks else "link"
        outcome_taking.keep(act, self.course, given, on=on, origin=origin)

    def _doing(self, pain: float) -> Given:
        able = [
            float(min(10, max(0, round(10 - pain + self.random.gauss(0, 1))))) for _ in _ACTIVITIES
        ]
        items: list[object] = [
            {"text": text, "points": int(points)}
            for text, points in zip(_ACTIVITIES, able, strict=True)
        ]
        return Given("PSFS", [*able], items)

    def review(self, act: keeping.Act) -> None:
        """Look whether it works, and decide."""
        self.measure(act)
        found = trend_review.look(self.course).review
        go_on = found.advice in {"continue", "unknown"}
        decision: Literal["continue", "adapt"] = "continue" if go_on else "adapt"
        review = Review(
            course=self.course,
            by=self.staff,
            on=day_of(act.now),
            result=found.to_dict(),
            advice=found.advice,
            decision=decision,
            reason="" if decision == found.advice else "We look again after two more sessions.",
        )
        act.create(review)
        log(act, self.course, Reviewed(act.now, act.by, found.advice, decision, review.reason))

    def end(self, act: keeping.Act) -> None:
        """End the course."""
        log(act, self.course, Ended(act.now, act.by, "The planned sessions are done."))
