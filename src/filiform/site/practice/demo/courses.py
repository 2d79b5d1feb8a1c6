"""One invented course as a list of acts, each with its moment: what staff would have done."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from filiform.care import claims
from filiform.care.consent import consent_text
from filiform.care.course import (
    Consented,
    Ended,
    HarmNoted,
    OutcomeTaken,
    Planned,
    Reviewed,
    Screened,
    SessionClosed,
    SessionOpened,
    WarningDecided,
)
from filiform.care.outcomes import score
from filiform.care.progress import ScorePoint, expected_courses, review_progress
from filiform.care.refusal import Refusal
from filiform.knowledge import library
from filiform.review import published
from filiform.site.practice import billing, keeping
from filiform.site.practice.course_log import log
from filiform.site.practice.demo.invented import proposed, screened
from filiform.site.practice.models import (
    Consent,
    ConsentText,
    Course,
    Harm,
    Intake,
    Needle,
    Outcome,
    Payment,
    Person,
    Plan,
    Review,
    Screening,
    Session,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from random import Random

    from filiform.care.prescribed import ProposedSite
    from filiform.site.practice.demo.invented import Invented
    from filiform.site.practice.models import Lot, Member

JURISDICTION = "US-AZ"
# How often things happen here: made up, so that every page has something to show.
_IN_REGISTRY, _WITH_HARM, _UNPAID, _NO_ANSWER = 0.7, 0.12, 0.1, 0.2
_MILD = ("bruising", "pain", "bleeding", "drowsiness")
_FOLLOW_UP_WEEKS = (4, 12, 26)


@dataclass(slots=True)
class Story:
    """One person's way through the practice.

    Attributes:
        number: the person's number in the practice.
        staff: who treats.
        lots: the needles in stock, of which those in date are taken.
        start: the first visit.
        today: nothing is done after it.
    """

    number: int
    invented: Invented
    random: Random
    staff: Member
    lots: list[Lot]
    start: dt.datetime
    today: dt.datetime
    person: Person = field(init=False)
    course: Course = field(init=False)
    sessions: int = 0
    scores: list[ScorePoint] = field(default_factory=list)

    def acts(self) -> Iterator[tuple[dt.datetime, Callable[[keeping.Act], None]]]:
        """Yield every act with its moment, none after today."""
        kind = self.invented.kind
        yield self.start - dt.timedelta(days=3), self._arrive
        yield self.start, self._begin
        gap = kind.weeks * 7 / kind.sessions
        for n in range(kind.sessions):
            when = self.start + dt.timedelta(days=round(n * gap), minutes=20)
            yield when, self._treat
            if n and n % 3 == 0:
                yield when + dt.timedelta(minutes=2), self._review
        for week in _FOLLOW_UP_WEEKS:
            if self.random.random() > _NO_ANSWER * (week > kind.weeks):
                yield self.start + dt.timedelta(weeks=week, hours=2), self._measure
        yield self.start + dt.timedelta(weeks=kind.weeks, days=3), self._end

    def _arrive(self, act: keeping.Act) -> None:
        invented = self.invented
        self.person = Person(
            number=self.number,
            given_name=invented.given_name,
            family_name=invented.family_name,
            born_on=invented.born_on,
            sex=invented.sex,
            email=f"person{self.number}@people.example",
            insurer=invented.insurer,
            may_contact=True,
            registry_consent=self.random.random() < _IN_REGISTRY,
        )
        act.create(self.person)
        result = screened(invented)
        intake = Intake(
            person=self.person,
            answers=invented.answers,
            drawing=invented.kind.drawing,
            sent_at=act.now,
            urgency=result.urgency,
        )
        act.create(intake)

    def _begin(self, act: keeping.Act) -> None:
        kind = self.invented.kind
        self.course = Course(
            person=self.person,
            practitioner=self.staff,
            therapy=kind.therapy,
            started_on=act.now.date(),
            stage="new",
        )
        act.create(self.course)
        self._screen(act)
        self._consent(act)
        self._plan(act)
        self._measure(act)

    def _screen(self, act: keeping.Act) -> None:
        result = screened(self.invented)
        red = result.needling == "not_before_a_doctor"
        reason = "Their doctor saw them last week and agrees (letter in the file)." if red else ""
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
        text = consent_text(self.invented.kind.therapy, JURISDICTION, library=library())
        kept, _ = ConsentText.objects.get_or_create(
            sha256=text.sha256,
            defaults={
                "therapy": text.therapy,
                "jurisdiction": text.jurisdiction,
                "text_version": text.version,
                "body": text.body,
                "created_at": act.now,
            },
        )
        consent = Consent(
            course=self.course,
            text=kept,
            choices={choice.id: True for choice in text.choices},
            signed_name=str(self.person),
            signed_at=act.now,
            witnessed_by=self.staff,
            signature_sha256=text.sha256,
        )
        act.create(consent)
        log(act, self.course, Consented(act.now, act.by, text.therapy, text.version, text.sha256))

    def _plan(self, act: keeping.Act) -> None:
        kind = self.invented.kind
        sites = [
            {"kind": each.kind, "site": each.site, "side": each.side, "region": each.region}
            for each in proposed(kind.name)
        ]
        plan = Plan(
            course=self.course,
            number=1,
            by=self.staff,
            diagnoses=list(kind.diagnoses),
            goals="Work at the desk for two hours without a break for the pain.",
            sessions=kind.sessions,
            weeks=kind.weeks,
            co_treatments=[{"kind": "exercise", "text": "Neck exercises, daily", "by": "staff"}],
            prescription={"chosen": sites, "changes": []},
        )
        act.create(plan)
        log(act, self.course, Planned(act.now, act.by, kind.therapy, kind.sessions, kind.weeks))

    def _treat(self, act: keeping.Act) -> None:
        self.sessions += 1
        start = act.now
        session = Session(
            course=self.course,
            practitioner=self.staff,
            number=self.sessions,
            on=start.date(),
            started_at=start,
            ended_at=start + dt.timedelta(minutes=30),
            face_to_face_minutes=self.random.choice((16, 20, 31)),
            pain_before=self._pain(start),
            closed_at=start + dt.timedelta(minutes=35),
            told="Drink something, move as usual. Call us if anything worries you.",
        )
        log(act, self.course, SessionOpened(start, act.by, str(session.pk)))
        needles = self._needles(session, act)
        counts: dict[str, int] = {}
        for needle in needles:
            counts[needle.region] = counts.get(needle.region, 0) + 1
        session.in_counts = session.out_counts = counts
        act.create(session, children=needles)
        log(act, self.course, SessionClosed(act.now, act.by, str(session.pk)))
        if self.random.random() < _WITH_HARM:
            self._harm(act, session)
        self._bill(act, session)

    def _needles(self, session: Session, act: keeping.Act) -> list[Needle]:
        places = [
            (site, side)
            for site in proposed(self.invented.kind.name)
            for side in ((site.side,) if site.side else ("left", "right"))
        ]
        lot = self._lot(len(places), session.on)
        before = keeping.values(lot)
        lot.used += len(places)
        act.change(lot, before=before)
        needles = [self._needle(site, side, act.now) for site, side in places]
        for n, needle in enumerate(needles):
            needle.session, needle.practice = session, act.practice
            needle.order, needle.lot = n, lot
        return needles

    def _lot(self, count: int, on: dt.date) -> Lot:
        return next(
            lot
            for lot in self.lots
            if lot.expires_on >= on and lot.quantity - lot.used - lot.discarded >= count
        )

    def _needle(self, site: ProposedSite, side: str, now: dt.datetime) -> Needle:
        low = site.depth_mm_low or 10.0
        depth = low + self.random.random() * ((site.depth_mm_high or low + 5) - low)
        electrical = self.course.therapy == "electroacupuncture" and site.electrical
        return Needle(
            site_kind=site.kind,
            site=site.site,
            side=side,
            region=site.region,
            depth_mm=Decimal(f"{depth:.1f}"),
            angle=(site.angle or "")[:60],
            response_sought="twitch" if site.kind == "muscle" else "deqi",
            response_got=self.random.choice(("yes", "yes", "no")),
            stimulation="electrical" if electrical else "manual",
            hz=Decimal(2) if electrical else None,
            ma=Decimal("1.5") if electrical else None,
            inserted_at=now + dt.timedelta(minutes=2),
            removed_at=now + dt.timedelta(minutes=24),
        )

    def _harm(self, act: keeping.Act, session: Session) -> None:
        harm = Harm(
            course=self.course,
            session=session,
            by=self.staff,
            event=self.random.choice(_MILD),
            grade="mild",
            relatedness="likely",
            noticed_on=act.now.date(),
            text="Gone the next day.",
            resolved_on=act.now.date() + dt.timedelta(days=1),
        )
        act.create(harm)
        log(act, self.course, HarmNoted(act.now, act.by, str(harm.pk), harm.event, "mild"))

    def _bill(self, act: keeping.Act, session: Session) -> None:
        minutes = session.face_to_face_minutes or 15
        visit = billing.billable(session, (claims.NeedleSet(minutes),))
        claim = claims.claim_of(visit, library=library())
        if not claim.lines or claim.refused:
            return
        bill = billing.keep_bill(act, session, claim, billing.schedule(act.practice))
        if isinstance(bill, Refusal) or self.random.random() < _UNPAID:
            return
        amount = sum((line.units * line.unit_amount for line in bill.lines.all()), Decimal(0))
        act.create(Payment(invoice=bill, on=session.on, amount=amount, method="card"))

    def _pain(self, now: dt.datetime) -> Decimal:
        """Return a pain score: a fall that slows down, and the noise of any day."""
        kind, weeks = self.invented.kind, (now - self.start).days / 7
        fall = kind.mean_fall * (1 - 0.5 ** (weeks / (kind.weeks / 2)))
        noisy = self.invented.pain - fall + self.random.gauss(0, 0.8)
        return Decimal(min(10, max(0, round(noisy))))

    def _measure(self, act: keeping.Act) -> None:
        """Take pain and disability; disability follows pain, with noise of its own."""
        week = (act.now.date() - self.course.started_on).days // 7
        pain = float(self._pain(act.now))
        disability = min(50, max(0, round(4 * pain + self.random.gauss(0, 3))))
        for instrument, answer in (("NPRS", pain), ("NDI", float(disability))):
            self._score(act, week, instrument, answer)

    def _score(self, act: keeping.Act, week: int, instrument: str, answer: float) -> None:
        found = score(instrument, answer, library=library())
        point = ScorePoint(week, found.instrument, found.raw)
        if any((each.week, each.instrument) == (week, found.instrument) for each in self.scores):
            return
        outcome = Outcome(
            course=self.course,
            instrument=found.instrument,
            week=week,
            taken_on=act.now.date(),
            raw=Decimal(str(found.raw)),
            out_of=Decimal(str(found.out_of)),
            percent=Decimal(str(found.percent)),
            origin="room" if week <= self.invented.kind.weeks else "link",
        )
        act.create(outcome)
        self.scores.append(point)
        log(act, self.course, OutcomeTaken(act.now, act.by, found.instrument, week))

    def _review(self, act: keeping.Act) -> None:
        self._measure(act)
        kind = self.invented.kind
        prior = expected_courses(therapy=kind.therapy, library=library(), review=published())
        found = review_progress(
            self.scores,
            planned_end_week=kind.weeks,
            sessions_done=self.sessions,
            prior=prior,
            library=library(),
        )
        go_on = found.advice in {"continue", "unknown"}
        decision: Literal["continue", "adapt"] = "continue" if go_on else "adapt"
        review = Review(
            course=self.course,
            by=self.staff,
            on=act.now.date(),
            result=found.to_dict(),
            advice=found.advice,
            decision=decision,
            reason="" if decision == found.advice else "We look again after two more sessions.",
        )
        act.create(review)
        log(act, self.course, Reviewed(act.now, act.by, found.advice, decision, review.reason))

    def _end(self, act: keeping.Act) -> None:
        log(act, self.course, Ended(act.now, act.by, "The planned sessions are done."))
