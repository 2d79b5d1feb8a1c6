"""What is rare, so that even a small demo shows it: each told of one more invented person."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, ClassVar

from filiform.care.course import HarmNoted, WarningDecided
from filiform.site.practice import intake_links, keeping
from filiform.site.practice.course_log import log
from filiform.site.practice.demo.courses import Story
from filiform.site.practice.demo.invented import invent, signs
from filiform.site.practice.demo.visits import day_of
from filiform.site.practice.models import Harm, Intake

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from filiform.site.practice.demo.courses import Do
    from filiform.site.practice.models import Member

_RED = ("numbness_below_neck", "clumsy_hands", "unsteady_walking")
_HOUR = dt.timedelta(hours=1)


@dataclass(slots=True)
class InTheChair(Story):
    """A session is open now, with its needles in."""

    def visits(self) -> list[dt.datetime]:
        """Return the visits up to the one that is open."""
        return Story.visits(self)[:4]

    def acts(self) -> Iterator[tuple[dt.datetime, Do]]:
        """Yield everything but the end of the last visit."""
        last = self.visits()[-1]
        yield from (each for each in Story.acts(self) if each[0] <= last)


@dataclass(slots=True)
class NoBetter(Story):
    """Six sessions, and the pain is as it was: the rules advise against going on as before."""

    response: ClassVar[float] = -0.2

    def visits(self) -> list[dt.datetime]:
        """Return the visits, of which two are left."""
        return Story.visits(self)[:6]


@dataclass(slots=True)
class NoAnswer(Story):
    """Whoever does not answer when scores are due."""

    follow_ups: ClassVar[tuple[int, ...]] = ()


@dataclass(slots=True)
class LostNeedle(NoAnswer):
    """One needle too few at the first count, and nobody has looked into it yet."""

    def close(self, act: keeping.Act) -> None:
        """Close the second session with a second look."""
        self.visit.lost = self.visit.session.number == 2  # noqa: PLR2004  (the second)
        Story.close(self, act)


@dataclass(slots=True)
class Collapse(Story):
    """A lung collapsed after a session: the course was halted, and it healed."""

    harm: Harm = field(init=False)

    def visits(self) -> list[dt.datetime]:
        """Return the visits before it happened."""
        return Story.visits(self)[:3]

    def acts(self) -> Iterator[tuple[dt.datetime, Do]]:
        """Yield the course, with what happened in the evening of the last visit."""
        evening = self.visits()[-1] + 6 * _HOUR
        yield from Story.acts(self)
        yield evening, self._collapse
        yield evening + dt.timedelta(days=12), self._healed

    def _collapse(self, act: keeping.Act) -> None:
        self.harm = Harm(
            course=self.course,
            session=self.visit.session,
            by=self.staff,
            event="pneumothorax",
            facts=["hospital"],
            grade="serious",
            relatedness="probable",
            noticed_on=day_of(act.now),
            follow_up_on=day_of(act.now) + dt.timedelta(days=7),
            text="Called in the evening, short of breath. Sent to the emergency room at once.",
        )
        act.create(self.harm)
        noted = HarmNoted(act.now, act.by, str(self.harm.pk), self.harm.event, "serious")
        log(act, self.course, noted)
        reason = "No more needles. The hospital and the family doctor were called the same night."
        log(act, self.course, WarningDecided(act.now, act.by, str(self.harm.pk), "refer", reason))

    def _healed(self, act: keeping.Act) -> None:
        before = keeping.values(self.harm)
        self.harm.resolved_on = day_of(act.now)
        self.harm.outcome = "Two nights in hospital, no drain. Well at the check after twelve days."
        self.harm.reported_to = "The insurer of the practice, on the day after."
        act.change(self.harm, before=before)


def stories(
    random: Random, numbers: Iterator[int], staff: list[Member], now: dt.datetime
) -> list[Story]:
    """Return the scenes that are courses of care."""
    weeks = dt.timedelta(weeks=1)
    told: list[tuple[type[Story], str, Member, dt.datetime]] = [
        (InTheChair, "desk", staff[0], now - dt.timedelta(days=16, minutes=36)),
        (NoBetter, "desk", staff[0], now - 5 * weeks),
        (NoAnswer, "knots", staff[1], now - 6 * weeks),
        (LostNeedle, "knots", staff[1], now - 2 * weeks),
        (Collapse, "knots", staff[1], now - 9 * weeks),
    ]
    return [
        scene(next(numbers), invent(random, day_of(start), kind), random, by, start)
        for scene, kind, by, start in told
    ]


def arrivals(
    random: Random, numbers: Iterator[int], by: Member, now: dt.datetime
) -> Iterator[tuple[dt.datetime, Do]]:
    """Yield those who have no course yet: answers that came in red, and some that are begun."""
    red = invent(random, day_of(now), "arm")
    findings = [*red.kind.findings, *_RED]
    absent = [sign for sign in signs() if sign not in findings]
    told = replace(red, answers={**red.answers, "findings": findings, "absent": absent})
    yield now - 3 * _HOUR, Story(next(numbers), told, random, by, now).arrive
    new = Story(next(numbers), invent(random, day_of(now), "worn"), random, by, now)

    def begun(act: keeping.Act) -> None:
        new.arrive(act)
        intake = Intake.objects.get(person=new.person)
        before = keeping.values(intake)
        intake.sent_at, intake.urgency, intake.form = None, "routine", {"at": "brings"}
        act.change(intake, before=before)
        intake_links.make(act, new.person, "intake")

    yield now - 2 * _HOUR, begun
