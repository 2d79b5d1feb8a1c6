"""A course on its way: screened, consented, and answered questions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from filiform.care.consent import Signature, consent_text
from filiform.care.course import Planned
from filiform.knowledge import library
from filiform.site.guide.questions import questions
from filiform.site.guide.record import Record
from filiform.site.practice import course_consent, course_screening, intake, keeping
from filiform.site.practice.course_log import log
from filiform.site.practice.models import Consent, Intake

if TYPE_CHECKING:
    from django.test import Client

    from filiform.site.practice.models import Course, Member, Person, Screening

RED = "confusion_or_drowsiness"


def benign(**also: object) -> Record:
    """Return answers in which no sign is so; `findings` are so all the same."""
    signs = [
        sign
        for page in questions().pages
        for field in page.fields
        if field.kind == "signs"
        for sign in field.ids
    ]
    so = also.pop("findings", [])
    wanted = so if isinstance(so, list) else []
    answers: dict[str, object] = {"age": 46, "absent": [s for s in signs if s not in wanted]}
    return Record(answers | ({"findings": wanted} if wanted else {}) | also)


def screened(by: Member, course: Course, record: Record | None = None) -> Screening:
    """Keep a screening of a course."""
    with keeping.acting(by) as act:
        course_screening.keep(act, course, record or benign())
    return course.screenings.latest("created_at")


def consented(by: Member, course: Course) -> Consent:
    """Keep a complete signature."""
    text = consent_text(course.therapy, course.practice.jurisdiction, library=library())
    signature = Signature(
        sha256=text.sha256,
        choices={choice.id: True for choice in text.choices},
        typed_name=str(course.person),
    )
    with keeping.acting(by) as act:
        return course_consent.sign(act, course, text, signature, note="", witness=by)


def planned(by: Member, course: Course) -> None:
    """Keep the event of a plan."""
    with keeping.acting(by) as act:
        log(act, course, Planned(act.now, act.by, course.therapy, 6, 6))


def sent(by: Member, person: Person, record: Record | None = None) -> Intake:
    """Keep answers as if they had come by link."""
    kept = Intake(person=person)
    intake.put(kept, record or benign())
    kept.sent_at = timezone.now()
    with keeping.acting(by) as act:
        act.create(kept)
    return kept


def queries(client: Client, address: str) -> int:
    """Return how often a page asks the database, once what it keeps in memory is there."""
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)
