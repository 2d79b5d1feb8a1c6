"""Screening in the room: all questions of the guide on one page, read as the guide reads them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import QueryDict

from filiform.care.course import Screened
from filiform.guidance import screen
from filiform.knowledge import library
from filiform.site.guide import form as guide_form
from filiform.site.guide.questions import questions
from filiform.site.practice import intake
from filiform.site.practice.course_log import log
from filiform.site.practice.models import Intake, Screening

if TYPE_CHECKING:
    import datetime as dt

    from filiform.care.course import CourseState
    from filiform.site.guide.questions import Field, Option, Page
    from filiform.site.guide.record import Record
    from filiform.site.practice.keeping import Act
    from filiform.site.practice.models import Course, Person


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


def first_record(person: Person, sent: Intake | None, today: dt.date) -> Record:
    """Return what is known before the screening: the answers by link, age and sex."""
    record = intake.record_of(sent)
    if person.born_on is not None and "age" not in record.answers:
        birthday = (today.month, today.day) < (person.born_on.month, person.born_on.day)
        record = record.having("age", today.year - person.born_on.year - birthday)
    if person.sex and "sex" not in record.answers:
        record = record.having("sex", person.sex)
    return record


def latest_intake(person: Person) -> Intake | None:
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


def keep(act: Act, course: Course, record: Record) -> CourseState:
    """Keep a screening with its event, and return where the course stands."""
    person = record.person(library())
    result = screen(person, library())
    kept = Screening(
        course=course,
        answers=person.to_dict(),
        result=result.to_dict(),
        urgency=result.urgency,
        needling=result.needling,
    )
    act.create(kept)
    event = Screened.of(result, screening_id=str(kept.pk), at=act.now, by=act.by, library=library())
    return log(act, course, event)


def told(finding: str) -> str:
    """Return a finding in the words of its question."""
    return questions().told(finding)
