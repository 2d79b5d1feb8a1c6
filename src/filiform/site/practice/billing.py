"""From the kept records to the library's bill, estimate and receipt, and back to a kept bill."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db.models import Max

from filiform.care import claims, fees
from filiform.care.refusal import Problem, Refusal
from filiform.care.superbill import BilledPerson, BilledVisit, Provider, Superbill, superbill
from filiform.guidance import words
from filiform.knowledge import library
from filiform.site.practice.models import Credential, Fee, Invoice, InvoiceLine, Payment, Session
from filiform.site.practice.session_effective import effective

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from filiform.care.billable import Evaluation, NeedleSet
    from filiform.site.practice import keeping
    from filiform.site.practice.models import Course, Person, Practice

DRY = frozenset({"dry_needling", "dry_needling_electrical"})


def billable(
    session: Session,
    sets: Sequence[NeedleSet],
    *,
    evaluation: Evaluation | None = None,
    same_day: tuple[str, ...] = (),
) -> claims.BillableSession:
    """Return what was done in a session as a bill asks it.

    Args:
        session: the session; its needles say which muscles were needled.
        sets: sets of needles with the minutes face to face, for acupuncture.
        evaluation: an evaluation on the same day.
        same_day: other codes billed for this day.
    """
    course = session.course
    dry = course.therapy in DRY
    return claims.BillableSession(
        on=session.on,
        jurisdiction=session.practice.jurisdiction,
        acupuncture=() if dry else tuple(sets),
        muscles=muscles_of(session) if dry else (),
        session_minutes=minutes_of(session),
        evaluation=evaluation,
        same_day=tuple(dict.fromkeys((*same_day, *_billed_that_day(session)))),
        diagnoses=diagnoses_then(session),
        insurance=course.person.insurer or None,
        visits_before=_days(Session.objects.filter(course=course, number__lt=session.number)),
        visits_elsewhere=_days(
            Session.objects.filter(course__person=course.person_id).exclude(course=course)
        ),
    )


def _days(sessions: QuerySet[Session]) -> tuple[dt.date, ...]:
    return tuple(sessions.order_by("on").values_list("on", flat=True))


def _billed_that_day(session: Session) -> tuple[str, ...]:
    """Return the codes of the practice's other bills of the person's day."""
    lines = InvoiceLine.objects.filter(
        invoice__person=session.course.person_id, invoice__on=session.on, invoice__void_at=None
    ).exclude(invoice__session=session)
    return tuple(lines.order_by("code").values_list("code", flat=True).distinct())


def muscles_of(session: Session) -> tuple[claims.NeedledMuscle, ...]:
    """Return the muscles that were needled, each side once."""
    muscles = (each for each in effective(session).needles if each.site_kind == "muscle")
    needled = {(each.site, each.side) for each in muscles}
    return tuple(claims.NeedledMuscle(site, side or "midline") for site, side in sorted(needled))


def minutes_of(session: Session) -> int | None:
    """Return the minutes from the first needle in to the last one out; None where not timed."""
    now = effective(session).session
    if now.started_at is None or now.ended_at is None:
        return None
    return round((now.ended_at - now.started_at).total_seconds() / 60)


def face_to_face(session: Session) -> int | None:
    """Return the minutes face to face, as corrected."""
    return effective(session).session.face_to_face_minutes


def recorded_sets(session: Session) -> tuple[NeedleSet, ...]:
    """Return the sets of needles that a record tells, its minutes face to face shared out."""
    minutes = face_to_face(session)
    if minutes is None:
        return ()
    count = max(1, effective(session).session.insertions)
    each, left = divmod(minutes, count)
    current = had_current(session)
    return tuple(claims.NeedleSet(each + (n < left), current) for n in range(count))


def beyond_the_record(session: Session, sets: Sequence[NeedleSet]) -> str:
    """Return what is claimed beyond what the record tells, in a sentence; "" where nothing is."""
    kept = effective(session).session
    told, minutes = kept.insertions, kept.face_to_face_minutes
    claimed = sum(each.minutes for each in sets)
    if len(sets) <= told and (minutes is None or claimed <= minutes):
        return ""
    of = "" if minutes is None else f" and {words.counted(minutes, 'minute', 'minutes')}"
    return (
        f"The record tells of {words.counted(told, 'set', 'sets')} of needles put in{of} with the "
        f"person; {words.counted(len(sets), 'set', 'sets')} and "
        f"{words.counted(claimed, 'minute', 'minutes')} are billed."
    )


def usual_sets(course: Course) -> tuple[tuple[NeedleSet, ...], str]:
    """Return the sets of needles of a usual visit, and on what that rests.

    They are those of the course's last bill, else of its last visit, else of the practice's last
    bill of the therapy, else one.
    """
    last = course.sessions.exclude(face_to_face_minutes=None).order_by("-number").first()
    found = (
        (_sets_of(_last_bill(course)), "the last bill of this course"),
        (recorded_sets(last) if last else (), "the last visit"),
        (_sets_of(_last_bill_of_the_therapy(course)), "our last bill of this care"),
    )
    for sets, of in found:
        if sets:
            return sets, f"{words.counted(len(sets), 'set', 'sets')} of needles a visit, as in {of}"
    code = "97813" if course.therapy == "electroacupuncture" else "97810"
    return claims.sets_of_units({code: 1}), "one set of needles a visit"


def _last_bill(course: Course) -> Invoice | None:
    visits = list(course.sessions.values_list("pk", flat=True))
    return Invoice.objects.filter(session__in=visits, void_at=None).order_by("-number").first()


def _last_bill_of_the_therapy(course: Course) -> Invoice | None:
    """Return the newest of the practice's last bills that is of the course's therapy."""
    bills = Invoice.objects.filter(practice=course.practice_id, void_at=None)
    latest = bills.select_related("session__course").order_by("-number")[:_LATEST]
    return next((bill for bill in latest if bill.session.course.therapy == course.therapy), None)


_LATEST = 100


def _sets_of(bill: Invoice | None) -> tuple[NeedleSet, ...]:
    lines = bill.lines.all() if bill else ()
    return claims.sets_of_units({line.code: line.units for line in lines})


def had_current(session: Session) -> bool:
    """Tell whether any needle of a session was stimulated electrically."""
    return any(each.stimulation == "electrical" for each in effective(session).needles)


def diagnoses_of(course: Course) -> tuple[str, ...]:
    """Return the codes of the newest plan."""
    plan = course.plans.order_by("-number").first()
    return tuple(plan.diagnoses) if plan else ()


def diagnoses_then(session: Session) -> tuple[str, ...]:
    """Return the codes of the plan that a session followed: the newest one when it was opened."""
    plans = session.course.plans.order_by("-number")
    plan = plans.filter(created_at__lte=session.created_at).first() or plans.last()
    return tuple(plan.diagnoses) if plan else ()


def schedule(practice: Practice) -> fees.FeeSchedule:
    """Return the practice's fees: each holds until the day before the next of its code."""
    found: list[fees.Fee] = []
    kept = Fee.objects.filter(practice=practice).order_by("code", "since")
    for _, of_code in groupby(kept, key=lambda fee: fee.code):
        listed = list(of_code)
        for fee, following in zip(listed, [*listed[1:], None], strict=True):
            amount = fees.Money(fee.amount, practice.currency)
            ends = _day_before(following.since) if following else None
            found.append(fees.Fee(fee.code, amount, fee.since, ends))
    return fees.FeeSchedule(practice.currency, tuple(found))


def _day_before(day: dt.date) -> dt.date:
    return day.fromordinal(day.toordinal() - 1)


def keep_bill(
    act: keeping.Act,
    session: Session,
    claim: claims.Claim,
    prices: fees.FeeSchedule,
    *,
    note: str = "",
) -> Invoice | Refusal:
    """Keep the bill of a session with its lines, or return why it cannot be billed.

    Args:
        act: who bills.
        session: what is billed.
        claim: its lines and what speaks against them.
        prices: the practice's fees.
        note: what is kept with the bill beside what the claim tells.
    """
    lines = _billable_lines(session, claim, prices)
    if isinstance(lines, Refusal):
        return lines
    highest = Invoice.objects.filter(practice=act.practice).aggregate(Max("number"))["number__max"]
    told = [conflict.sentence for conflict in claim.conflicts]
    told += [f"{each.used} {each.why}" for each in claim.contradictions]
    told += [note] if note else []
    bill = Invoice(
        practice=act.practice,
        number=(highest or 0) + 1,
        person=session.course.person,
        session=session,
        on=session.on,
        currency=prices.currency,
        diagnoses=list(diagnoses_then(session)),
        notes=told,
    )
    act.create(bill, children=[_kept(bill, n, line) for n, line in enumerate(lines)])
    return bill


def _billable_lines(
    session: Session, claim: claims.Claim, prices: fees.FeeSchedule
) -> tuple[fees.PricedLine, ...] | Refusal:
    """Return the priced lines; asked within the transaction, so that two do not bill at once."""
    if session.closed_at is None:
        return Refusal("open", "The session is still open: close it, then bill it.", ())
    existing = session.invoices.filter(void_at=None).order_by("number").first()
    if existing is not None:
        return Refusal(
            "billed",
            f"Bill {existing.number} is for this session already: make it void before another.",
            (),
        )
    if not claim.lines:
        return Refusal("no_line", "There is no line to bill: see what is said below.", ())
    return fees.priced(claim.lines, prices, on=session.on)


def _kept(bill: Invoice, order: int, priced: fees.PricedLine) -> InvoiceLine:
    return InvoiceLine(
        invoice=bill,
        order=order,
        code=priced.line.code,
        modifier=priced.line.modifier,
        name=priced.line.description,
        muscles=list(priced.line.names),
        units=priced.line.units,
        unit_amount=priced.each.amount,
    )


def _lines(bill: Invoice) -> tuple[fees.PricedLine, ...]:
    """Return a kept bill's lines as the library has them: what was kept, not what is now true."""
    found = []
    for line in bill.lines.order_by("order"):
        each = fees.Money(line.unit_amount, bill.currency)
        of_claim = claims.ClaimLine(
            system="",
            code=line.code,
            units=line.units,
            modifier=line.modifier,
            description=line.name,
            names=tuple(line.muscles),
            why="",
            source="",
            sources=(),
        )
        found.append(fees.PricedLine(of_claim, each, each.times(line.units)))
    return tuple(found)


def _payments(bill: Invoice) -> tuple[fees.Payment, ...]:
    return tuple(
        fees.Payment(paid.on, fees.Money(paid.amount, bill.currency), paid.method)
        for paid in bill.payments.order_by("on", "created_at")
    )


def receipt_of(bill: Invoice, on: dt.date) -> fees.Receipt:
    """Return what was billed, paid and is left."""
    return fees.receipt(
        _lines(bill),
        _payments(bill),
        number=str(bill.number),
        currency=bill.currency,
        made_on=on,
    )


def superbill_of(bill: Invoice) -> Superbill:
    """Return the itemised bill with what an insurer would miss on it."""
    session = bill.session
    visit = BilledVisit(on=bill.on, lines=_lines(bill), diagnoses=tuple(bill.diagnoses))
    found = superbill(
        _provider(session),
        _billed_person(bill.person),
        (visit,),
        _payments(bill),
        number=str(bill.number),
        made_on=bill.on,
        library=library(),
    )
    return replace(found, problems=(*found.problems, *_amended_after(bill)))


def _amended_after(bill: Invoice) -> tuple[Problem, ...]:
    """Return that the session was corrected after it was billed, for the bill to say."""
    after = bill.session.amendments.filter(created_at__gt=bill.created_at)
    last = after.order_by("-created_at").first()
    if last is None:
        return ()
    zone = ZoneInfo(bill.session.practice.timezone)
    text = (
        f"The record of this visit was amended on {last.created_at.astimezone(zone).date()}, "
        "after this bill was made: where it changes the bill, make this one void and bill anew."
    )
    return (Problem("amended_after", text, "amended_after", answered_by="nothing"),)


def _provider(session: Session) -> Provider:
    member, practice = session.practitioner, session.practice
    held = Credential.objects.filter(member=member, jurisdiction=practice.jurisdiction)
    licence = held.order_by("-expires_on").first()
    return Provider(
        name=member.name,
        npi=(licence.npi if licence else "") or practice.npi,
        tax_id=practice.tax_id,
        address=practice.address,
        phone=practice.phone,
        licence=f"{licence.title} {licence.number}, {licence.jurisdiction}" if licence else "",
    )


def _billed_person(person: Person) -> BilledPerson:
    return BilledPerson(str(person), person.born_on, person.member_number, person.insurer)


def left_of(bill: Invoice) -> Decimal:
    """Return what is left to pay of a bill; nothing of one that is void."""
    if bill.void_at is not None:
        return Decimal(0)
    billed = sum((line.units * line.unit_amount for line in bill.lines.all()), Decimal(0))
    return billed - sum((paid.amount for paid in bill.payments.all()), Decimal(0))


def paid_in(act: keeping.Act, bill: Invoice, *, on: dt.date, amount: Decimal, method: str) -> None:
    """Keep a payment."""
    act.create(Payment(practice=act.practice, invoice=bill, on=on, amount=amount, method=method))
