"""Screening in the room: all questions of the guide on one page, read as the guide reads them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import QueryDict

from filiform.care.course import Screened
from filiform.care.refusal import Refusal
from filiform.care.taken_back import Told, as_reported, held_since, reported, signs_of
from filiform.guidance import Person, screen
from filiform.knowledge import library
from filiform.site.guide import form as guide_form
from filiform.site.guide.questions import questions
from filiform.site.practice import intake
from filiform.site.practice.course_log import RefusedError, log
from filiform.site.practice.models import Intake, Screening

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable, Mapping

    from filiform.care.course import CourseState
    from filiform.guidance import Screening as Result
    from filiform.site.guide.questions import Field, Option, Page
    from filiform.site.guide.record import Record
    from filiform.site.practice.keeping import Act
    from filiform.site.practice.models import Course
    from filiform.site.practice.models import Person as Patient


@dataclass(frozen=True, slots=True)
class Asked:
    """A field of the guide, under a name that no other page has."""

    field: Field
    page: Page

    @property
    def name(self) -> str:
        """The name in the form."""
        return f"{self.page.id}.{self.field.name}"

    @property
    def unit_name(self) -> str:
        """The name of a duration's unit."""
        return f"{self.page.id}.{self.field.unit_name}"

    @property
    def label(self) -> str:
        """The page's heading where the field has no label of its own."""
        return self.field.label or self.page.title

    @property
    def kind(self) -> str:
        """The kind of field."""
        return self.field.kind

    @property
    def many(self) -> bool:
        """Whether several may be ticked."""
        return self.field.many

    @property
    def hint(self) -> str:
        """How to answer."""
        return self.field.hint

    @property
    def unit(self) -> str:
        """The unit of a number."""
        return self.field.unit

    @property
    def options(self) -> tuple[Option, ...]:
        """What may be chosen."""
        return self.field.options


@dataclass(frozen=True, slots=True)
class Read:
    """What became of a page that was sent."""

    record: Record
    faults: dict[str, str]


def pages() -> tuple[Page, ...]:
    """Return the guide's pages that an intake has."""
    return tuple(step.question for step in intake.steps() if step.question is not None)


def fields() -> tuple[Asked, ...]:
    """Return every field in its order."""
    return tuple(Asked(field, page) for page in pages() for field in page.fields)


def first_record(
    person: Patient, sent: Intake | None, today: dt.date, so: Collection[str] = ()
) -> Record:
    """Return what is known before the screening: the answers by link, age and sex.

    Args:
        person: of whom.
        sent: their newest answers by link.
        today: for the age.
        so: signs that were reported before; they stand until they are unticked.
    """
    record = intake.record_of(sent)
    told = [*record.listed("findings"), *record.listed("history")]
    record = record.exchanging("findings", (), [sign for sign in so if sign not in told])
    record = record.exchanging("absent", so, ())
    if person.born_on is not None and "age" not in record.answers:
        birthday = (today.month, today.day) < (person.born_on.month, person.born_on.day)
        record = record.having("age", today.year - person.born_on.year - birthday)
    if person.sex and "sex" not in record.answers:
        record = record.having("sex", person.sex)
    return record


def latest_intake(person: Patient) -> Intake | None:
    """Return the newest answers that a person sent."""
    return person.intakes.filter(sent_at__isnull=False).order_by("-sent_at").first()


def values(record: Record) -> dict[str, list[str]]:
    """Return what a record puts in each field, by its name here."""
    return {
        f"{page.id}.{name}": value
        for page in pages()
        for name, value in guide_form.values(page, record).items()
    }


def typed(post: QueryDict) -> dict[str, list[str]]:
    """Return what was sent in each field, by its name here."""
    names = [name for each in fields() for name in (each.name, each.unit_name)]
    return {name: post.getlist(name) for name in names}


def read(post: QueryDict, record: Record) -> Read:
    """Return the record with all answers, and what was wrong by the fields' names here."""
    faults: dict[str, str] = {}
    for page in pages():
        own = QueryDict(mutable=True)
        for name in [name for field in page.fields for name in (field.name, field.unit_name)]:
            own.setlist(name, post.getlist(f"{page.id}.{name}"))
        kept = {name: own.getlist(name) for name in own if own.getlist(name)}
        sent = guide_form.read(page, _query(kept), record, library())
        record = sent.record
        faults |= {f"{page.id}.{name}": fault for name, fault in sent.faults.items()}
    return Read(record, faults)


def _query(values: dict[str, list[str]]) -> QueryDict:
    found = QueryDict(mutable=True)
    for name, value in values.items():
        found.setlist(name, value)
    return found


def keep(
    act: Act, course: Course, record: Record, reasons: Mapping[str, str] | None = None
) -> CourseState:
    """Keep a screening with its event, and return where the course stands.

    Args:
        act: the transaction.
        course: which.
        record: the answers.
        reasons: by sign, why one that was reported before is not so by now.

    Raises:
        RefusedError: a sign that was reported is taken back without a reason.
    """
    person = record.person(library())
    result, why = screen(person, library()), reasons or {}
    gone = taken_back(record, reported_before(course, act.now))
    silent = next((sign for sign in gone if not why.get(sign, "").strip()), None)
    if silent is not None:
        raise RefusedError(Refusal("not_explained", not_explained(silent), ()))
    held = screen(as_reported(person, gone), library()) if gone else None
    kept = Screening(
        course=course,
        answers=person.to_dict(),
        result=result.to_dict() | _explained(gone, why, held),
        urgency=result.urgency,
        needling=result.needling,
    )
    act.create(kept)
    event = Screened.of(
        result,
        screening_id=str(kept.pk),
        at=act.now,
        by=act.by,
        library=library(),
        taken_back=tuple(gone),
        reported=held,
    )
    return log(act, course, event)


def _explained(
    gone: Mapping[str, Told], why: Mapping[str, str], held: Result | None
) -> dict[str, object]:
    """Return what a screening keeps of the signs that it took back; nothing where it did not."""
    if held is None:
        return {}
    told = [
        {
            "finding": sign,
            "reason": why[sign].strip(),
            "reported_at": each.at.isoformat(),
            "where": each.where,
        }
        for sign, each in gone.items()
    ]
    return {TAKEN_BACK: told, "as_reported": {"urgency": held.urgency, "needling": held.needling}}


TAKEN_BACK = "taken_back"
"""Under this the result of a screening keeps which signs it took back, and why."""


def reported_before(course: Course, now: dt.datetime) -> dict[str, Told]:
    """Return the signs that the person reported, in any course, and that no reason took back."""
    since = held_since(now)
    sent = Intake.objects.filter(person=course.person_id, sent_at__gte=since)
    asked = Screening.objects.filter(course__person=course.person_id, created_at__gte=since)
    told = [
        *(
            Told(at, "intake", _signs(answers))
            for at, answers in sent.values_list("sent_at", "answers")
            if at is not None
        ),
        *(
            Told(at, "screening", _signs(answers), _taken(result))
            for at, answers, result in asked.values_list("created_at", "answers", "result")
        ),
    ]
    return reported(told, now=now)


def _signs(answers: Mapping[str, object]) -> frozenset[str]:
    given = {key: value for key, value in answers.items() if value is not None}
    return signs_of(Person.from_mapping(given, library()))


def _taken(result: Mapping[str, Iterable[Mapping[str, str]]]) -> frozenset[str]:
    return frozenset(each["finding"] for each in result.get(TAKEN_BACK, ()))


def taken_back(record: Record, before: Mapping[str, Told]) -> dict[str, Told]:
    """Return the signs that were reported before and are not so in these answers."""
    so = signs_of(record.person(library()))
    return {sign: each for sign, each in before.items() if sign not in so}


@dataclass(frozen=True, slots=True)
class Why:
    """The reason that is asked for a sign that is taken back, beside its field."""

    sign: str
    told: Told
    typed: str

    @property
    def name(self) -> str:
        """The name in the form."""
        return f"why.{self.sign}"

    @property
    def fault(self) -> str:
        """What is wrong with what was typed; "" where nothing is."""
        if len(self.typed) > _LONGEST:
            return f"The reason has at most {_LONGEST:,} characters: shorten it."
        return "" if self.typed else not_explained(self.sign)


_LONGEST = 2000


def not_explained(sign: str) -> str:
    """Return what is said where a reported sign is taken back without a reason."""
    return f"“{told(sign)}” was reported before: tick it, or say why it is not so by now."


def whys(gone: Mapping[str, Told], post: QueryDict) -> dict[str, list[Why]]:
    """Return the reasons that are asked for, by the name of the field of their sign."""
    found: dict[str, list[Why]] = {}
    place = {sign: each.name for each in fields() for sign in each.field.ids}
    for sign, each in gone.items():
        why = Why(sign, each, post.get(f"why.{sign}", "").strip())
        found.setdefault(place.get(sign, ""), []).append(why)
    return found


def told(finding: str) -> str:
    """Return a finding in the words of its question."""
    return questions().told(finding)
