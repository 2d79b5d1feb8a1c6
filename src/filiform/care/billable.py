"""What was done in one visit, as far as a bill asks: minutes, current, muscles, same-day acts."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from filiform.care import _reading as read
from filiform.care._record import Record
from filiform.errors import CareError, unknown

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

__all__ = ["BillableSession", "Evaluation", "NeedleSet", "NeedledMuscle"]

SIDES = ("left", "right", "midline")
_LONGEST_SET_MINUTES = 240


@dataclass(frozen=True, slots=True)
class NeedleSet(Record):
    """Needles that were put in together, and the time spent with the person over them.

    Attributes:
        minutes: face to face with the person; never the time in which needles only stay in.
        current: any needle of the set was stimulated electrically.
    """

    minutes: int
    current: bool = False

    def __post_init__(self) -> None:
        """Refuse minutes that are none or longer than any visit."""
        if not 0 <= self.minutes <= _LONGEST_SET_MINUTES:
            raise CareError(
                f"{self.minutes} minutes with the person over one set of needles, admissible are "
                f"0 to {_LONGEST_SET_MINUTES}: give the minutes face to face"
            )


@dataclass(frozen=True, slots=True)
class NeedledMuscle(Record):
    """One muscle that a dry needle entered."""

    muscle: str
    side: str = "midline"

    def __post_init__(self) -> None:
        """Refuse a muscle without a name and a side that is none."""
        if not self.muscle.strip():
            raise CareError("a needled muscle has no name: name each muscle, the code asks for it")
        if self.side not in SIDES:
            raise CareError(unknown("side", self.side, SIDES))


@dataclass(frozen=True, slots=True)
class Evaluation(Record):
    """An evaluation on the day of the needles; None is *not known*.

    Attributes:
        code: the practice's own code of its evaluation.
        separate: significant, and apart from what needling itself asks for.
        first_visit: the code is one of a first visit.
        days_since_last: since the last evaluation that was billed.
        visits_since_last: visits since then, this one counted.
        first_code_before: the last day on which this practitioner or group billed a first visit.
    """

    code: str
    separate: bool
    first_visit: bool = False
    days_since_last: int | None = None
    visits_since_last: int | None = None
    first_code_before: dt.date | None = None


@dataclass(frozen=True, slots=True)
class BillableSession(Record):
    """One visit of one person on one day.

    Attributes:
        on: the day of the visit.
        jurisdiction: an id of jurisdictions.csv.
        acupuncture: sets of needles in the order in which they were put in.
        muscles: muscles that were dry needled.
        session_minutes: from the first needle in to the last one out (asked in Germany).
        evaluation: an evaluation on the same day.
        same_day: other codes billed for this day.
        diagnoses: ICD-10-CM codes in their order.
        insurance: the insurer in free words; None is not told, "" is none.
        visits_before: earlier days of needling in this course.
        visits_elsewhere: days of needling in other courses.
        time_rule: an id of claims.toml, where the insurer asks for another than ours.
    """

    on: dt.date
    jurisdiction: str
    acupuncture: tuple[NeedleSet, ...] = ()
    muscles: tuple[NeedledMuscle, ...] = ()
    session_minutes: int | None = None
    evaluation: Evaluation | None = None
    same_day: tuple[str, ...] = ()
    diagnoses: tuple[str, ...] = ()
    insurance: str | None = None
    visits_before: tuple[dt.date, ...] = ()
    visits_elsewhere: tuple[dt.date, ...] = ()
    time_rule: str | None = None

    @property
    def face_to_face(self) -> int:
        """Minutes with the person over all sets of needles."""
        return sum(needles.minutes for needles in self.acupuncture)

    @property
    def therapies(self) -> tuple[str, ...]:
        """What was done, as cover and law name it."""
        done = {"acupuncture": self.acupuncture, "dry_needling": self.muscles}
        return tuple(name for name, acts in done.items() if acts)

    @classmethod
    def from_mapping(cls, data: Mapping[str, object]) -> BillableSession:
        """Return a session from plain data, as `to_dict` writes it.

        Raises:
            CareError: a key that is not known, or a value of another kind.
        """
        given = _row(data, "session", cls)
        return cls(
            on=read.day(given.get("on"), "on"),
            jurisdiction=read.text(given.get("jurisdiction"), "jurisdiction"),
            acupuncture=read.several(_needles)(given.get("acupuncture", ()), "acupuncture"),
            muscles=read.several(_muscle)(given.get("muscles", ()), "muscles"),
            session_minutes=_WHOLE(given.get("session_minutes"), "session_minutes"),
            evaluation=read.optional(_evaluation)(given.get("evaluation"), "evaluation"),
            same_day=_TEXTS(given.get("same_day", ()), "same_day"),
            diagnoses=_TEXTS(given.get("diagnoses", ()), "diagnoses"),
            insurance=read.optional(read.any_text)(given.get("insurance"), "insurance"),
            visits_before=read.several(read.day)(given.get("visits_before", ()), "visits_before"),
            visits_elsewhere=read.several(read.day)(
                given.get("visits_elsewhere", ()), "visits_elsewhere"
            ),
            time_rule=read.optional(read.text)(given.get("time_rule"), "time_rule"),
        )


_WHOLE = read.optional(read.whole)
_TEXTS = read.several(read.text)


def _row(value: object, where: str, kind: type[Record]) -> Mapping[str, object]:
    given = read.mapping(value, where)
    names = frozenset(field.name for field in fields(kind))  # type: ignore[arg-type]  # dataclass
    read.known_keys(given, names, where)
    return given


def _needles(value: object, where: str) -> NeedleSet:
    given = _row(value, where, NeedleSet)
    minutes = read.whole(given.get("minutes"), f"{where}.minutes")
    return NeedleSet(minutes, read.truth(given.get("current", False), f"{where}.current"))


def _muscle(value: object, where: str) -> NeedledMuscle:
    given = _row(value, where, NeedledMuscle)
    side = read.word("side", SIDES)(given.get("side", "midline"), f"{where}.side")
    return NeedledMuscle(read.text(given.get("muscle"), f"{where}.muscle"), side)


def _evaluation(value: object, where: str) -> Evaluation:
    given = _row(value, where, Evaluation)
    return Evaluation(
        code=read.text(given.get("code"), f"{where}.code"),
        separate=read.truth(given.get("separate"), f"{where}.separate"),
        first_visit=read.truth(given.get("first_visit", False), f"{where}.first_visit"),
        days_since_last=_WHOLE(given.get("days_since_last"), f"{where}.days_since_last"),
        visits_since_last=_WHOLE(given.get("visits_since_last"), f"{where}.visits_since_last"),
        first_code_before=read.optional(read.day)(
            given.get("first_code_before"), f"{where}.first_code_before"
        ),
    )
