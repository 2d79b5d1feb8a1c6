"""What the letters of a course are made from: whom, what was asked for, done, measured, noted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from filiform.care._record import Record

if TYPE_CHECKING:
    import datetime as dt

__all__ = [
    "CourseFigures",
    "LetterPerson",
    "NotedHarm",
    "OutcomeFigures",
    "Request",
    "ReviewFigures",
    "ScreenedFor",
    "ScreeningFigures",
    "Told",
    "VisitFacts",
]


@dataclass(frozen=True, slots=True)
class LetterPerson(Record):
    """Whom a letter is about; an empty text is *not given*."""

    name: str
    born_on: dt.date | None = None
    member_id: str = ""


@dataclass(frozen=True, slots=True)
class OutcomeFigures(Record):
    """One measure over the course.

    Attributes:
        instrument: its one name, as `NDI %`.
        measurement_error: the smallest change beyond it; None where our tables have none.
    """

    instrument: str
    first: float
    first_on: dt.date
    latest: float
    latest_on: dt.date
    measurement_error: float | None = None


@dataclass(frozen=True, slots=True)
class NotedHarm(Record):
    """A harm that was noted in the course, in words.

    Attributes:
        decided: what was decided after a serious one, by whom and why; "" where nothing was.
    """

    name: str
    on: dt.date
    grade: str
    related: str = ""
    decided: str = ""


@dataclass(frozen=True, slots=True)
class ScreenedFor(Record):
    """One reason of a screening.

    Attributes:
        suspected: what the rule has in mind.
        urgency: how soon a doctor must come for it.
        because: the answers that reached it, in words.
    """

    suspected: str
    urgency: str
    because: tuple[str, ...]
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ScreeningFigures(Record):
    """The last screening as it was kept.

    Attributes:
        urgency, needling: words of filiform.guidance.
        not_asked: how many of the main warning signs were not asked.
        decided: what the practice decided after it, by whom and why; "" where nothing was.
        by_link: when the person last answered alone, and how soon that called for a doctor; None
            where they did not.
    """

    on: dt.date
    urgency: str
    needling: str
    reasons: tuple[ScreenedFor, ...]
    not_asked: int = 0
    decided: str = ""
    by_link: tuple[dt.date, str] | None = None


@dataclass(frozen=True, slots=True)
class Told(Record):
    """What the person told of themselves, in words.

    Attributes:
        signs: findings that are so and are neither history nor medicine.
        own_words: what they wrote.
    """

    history: tuple[str, ...] = ()
    medicines: tuple[str, ...] = ()
    signs: tuple[str, ...] = ()
    own_words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReviewFigures(Record):
    """What the rules say of the progress, with all scores until a day.

    Attributes:
        on: that day.
        advice: continue, adapt, stop, refer or unknown.
        over: whether the course or its planned end is behind.
        decided: what the practitioner decided last, when and why; "" where nothing was.
    """

    on: dt.date
    advice: str
    over: bool
    reasons: tuple[str, ...]
    sources: tuple[str, ...] = ()
    decided: str = ""


@dataclass(frozen=True, slots=True)
class CourseFigures(Record):
    """What a course came to so far.

    Attributes:
        visits: that were closed.
        diagnoses: codes with their words.
        sites: of the last visit, in words.
        harms: of the course, and the serious ones of the person's other courses.
        warning_signs: what halts this or another course of the person, a sentence each.
        screening: None where no warning sign was ever asked.
        review: None where no score was taken.
    """

    therapy: str
    begun_on: dt.date
    visits: int
    diagnoses: tuple[str, ...]
    ended_on: dt.date | None = None
    sites: tuple[str, ...] = ()
    co_treatments: tuple[str, ...] = ()
    outcomes: tuple[OutcomeFigures, ...] = ()
    harms: tuple[NotedHarm, ...] = ()
    warning_signs: tuple[str, ...] = ()
    screening: ScreeningFigures | None = None
    told: Told | None = None
    review: ReviewFigures | None = None


@dataclass(frozen=True, slots=True)
class Request(Record):
    """What an insurer is asked to approve.

    Attributes:
        codes: with their units a visit.
        tried: what was done before, with what came of it.
        reason: why it is asked where our own rules advise to stop; "" where they do not.
    """

    therapy: str
    condition: str | None
    visits: int
    weeks: int
    from_day: dt.date
    diagnoses: tuple[str, ...]
    codes: tuple[str, ...]
    tried: tuple[str, ...] = ()
    goals: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class VisitFacts(Record):
    """What a person takes home after one visit.

    Attributes:
        sites: codes of points.csv and ids of muscles.csv that were needled.
        told: what the practitioner said, in their words.
        amended_on: the days on which the record was corrected.
    """

    on: dt.date
    therapy: str
    sites: tuple[str, ...]
    needles: int
    minutes: int | None = None
    harms: tuple[NotedHarm, ...] = ()
    told: tuple[str, ...] = ()
    next_visit: str = ""
    amended_on: tuple[dt.date, ...] = ()
