"""The papers that go with an export: every consent, every visit's summary, every bill."""

from __future__ import annotations

from typing import TYPE_CHECKING

from filiform.site.practice import billing, lettering
from filiform.site.practice.models import Consent, Invoice, Session
from filiform.site.practice.papers import making
from filiform.site.practice.papers.typeset import typeset

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django.db.models import QuerySet

    from filiform.site.practice.models import Person
    from filiform.site.practice.papers.paper import Paper


def papers_of(people: Iterable[Person]) -> Iterator[tuple[str, bytes]]:
    """Yield each paper of each person as a file name and its PDF, made when its turn comes."""
    for person in people:
        for name, paper in _papers(person):
            yield f"{person.number:06}/{name}.pdf", typeset(paper)


def count_papers(people: QuerySet[Person]) -> int:
    """Return how many papers there are of these people."""
    return (
        Consent.objects.filter(course__person__in=people).count()
        + _closed().filter(course__person__in=people).count()
        + Invoice.objects.filter(person__in=people).count()
    )


def _closed() -> QuerySet[Session]:
    return Session.objects.exclude(closed_at=None)


def _papers(person: Person) -> Iterator[tuple[str, Paper]]:
    practice = person.practice
    consents = Consent.objects.filter(course__person=person).select_related("text")
    for n, consent in enumerate(consents.order_by("created_at"), start=1):
        yield f"consent-{n}", making.consent_paper(practice, consent)
    closed = _closed().filter(course__person=person)
    for n, session in enumerate(closed.select_related("course__person").order_by("on"), start=1):
        letter = lettering.summary_of(session, on=session.on)
        yield f"visit-{n:03}-{session.on}", making.letter_paper(practice, letter)
    bills = Invoice.objects.filter(person=person).select_related("session__course", "person")
    for bill in bills.order_by("number"):
        yield f"bill-{bill.number}", making.bill_paper(practice, billing.superbill_of(bill))
