"""What the library says, set out as papers: letters, bills, estimates, receipts, consents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from filiform.site.practice.clock import day_of, moment_of
from filiform.site.practice.papers.paper import (
    Block,
    Facts,
    Heading,
    Note,
    Paper,
    Points,
    Signature,
    Table,
    Text,
    Warn,
    size_for,
)

if TYPE_CHECKING:
    import datetime as dt

    from filiform.care.fees import Estimate, Receipt
    from filiform.care.letter import Letter
    from filiform.care.superbill import Superbill
    from filiform.site.practice.models import Consent, Practice

NOT_GIVEN = "not given"


def sender_lines(practice: Practice) -> tuple[str, ...]:
    """Return what stands below the practice's name."""
    numbers = (
        f"Telephone {practice.phone}" if practice.phone else "",
        practice.email,
        f"Tax number {practice.tax_id}" if practice.tax_id else "",
        f"NPI {practice.npi}" if practice.npi else "",
    )
    return tuple(line for line in (*practice.address.splitlines(), *numbers) if line.strip())


def _paper(
    practice: Practice,
    title: str,
    on: dt.date,
    blocks: tuple[Block, ...],
    to: tuple[str, ...] = (),
) -> Paper:
    return Paper(
        title=title,
        practice=practice.name,
        sender=sender_lines(practice),
        on=on,
        blocks=blocks,
        to=to,
        size=size_for(practice.jurisdiction),
        demo=practice.demo,
    )


def letter_paper(practice: Practice, letter: Letter, *, signed_by: str = "") -> Paper:
    """Return a letter: paragraphs, tables, the sources, and a line to sign on."""
    blocks: list[Block] = []
    for part in letter.paragraphs:
        if part.heading:
            blocks.append(Heading(part.heading))
        several = len(part.sentences) > 1
        blocks += [Points(part.sentences)] if several else [Text(each) for each in part.sentences]
    for table in letter.tables:
        blocks += [Heading(table.title), Table(table.columns, table.rows)]
    if signed_by:
        blocks.append(Signature("Signed", signed_by))
    if letter.citations:
        blocks += [Heading("Sources"), *(Note(each) for each in letter.citations)]
    to = (letter.recipient.name, *letter.recipient.lines)
    return _paper(practice, letter.subject, letter.made_on, tuple(blocks), to)


def bill_paper(practice: Practice, bill: Superbill) -> Paper:
    """Return the itemised bill; what an insurer would miss is said on it, not hidden."""
    provider, person = bill.provider, bill.person
    missing = tuple(problem.sentence for problem in bill.problems)
    blocks: list[Block] = [
        Facts(
            (
                ("Bill", bill.number),
                ("Person", person.name or NOT_GIVEN),
                ("Born", _day(person.born_on)),
                ("Insurer", person.insurance or NOT_GIVEN),
                ("Member number", person.member_id or NOT_GIVEN),
                ("Treated by", provider.name or NOT_GIVEN),
                ("Licence", provider.licence or NOT_GIVEN),
                ("NPI", provider.npi or NOT_GIVEN),
            )
        ),
        Heading("Diagnoses (ICD-10-CM)"),
        Table(
            ("", "Code", "In our words"),
            tuple((each.letter, each.code, each.description) for each in bill.diagnoses),
        ),
        Heading("Services"),
        Table(
            ("Date", "Place", "Code", "For", "Service, in our words", "Units", "Each", "Amount"),
            tuple(
                (
                    line.on.isoformat(),
                    line.place_of_service,
                    "-".join(part for part in (line.code, line.modifier) if part),
                    line.points_to,
                    _with_names(line.description, line.names),
                    str(line.units),
                    f"{line.each.amount:,.2f}",
                    f"{line.amount.amount:,.2f}",
                )
                for line in bill.lines
            ),
            right=(5, 6, 7),
            total=("Total", "", "", "", "", "", "", str(bill.billed)),
        ),
        Facts((("Paid", str(bill.paid)), ("Left", str(bill.left)))),
    ]
    if missing:
        blocks += [Warn("An insurer may send this bill back:"), Points(missing)]
    blocks.append(Signature("Signature of who treated", provider.name))
    return _paper(practice, "Superbill", bill.made_on, tuple(blocks))


def _with_names(description: str, names: tuple[str, ...]) -> str:
    return f"{description}: {', '.join(names)}" if names else description


def estimate_paper(practice: Practice, found: Estimate, *, person: str) -> Paper:
    """Return what the course would cost, what nobody pays first."""
    blocks: tuple[Block, ...] = (
        Facts((("Person", person),)),
        *(
            (Warn(each) if n == 0 and found.cover.status == "not_covered" else Text(each))
            for n, each in enumerate(found.sentences)
        ),
        Table(
            ("Code", "Service, in our words", "Each", "Units", "Amount"),
            tuple(
                (
                    line.code,
                    line.description,
                    f"{line.each.amount:,.2f}",
                    _span(line.units_low, line.units_high),
                    _span(f"{line.low.amount:,.2f}", f"{line.high.amount:,.2f}"),
                )
                for line in found.lines
            ),
            right=(2, 3, 4),
            total=("Total", "", "", "", _span(str(found.low), str(found.high))),
        ),
    )
    return _paper(practice, "What this course would cost", found.made_on, blocks)


def receipt_paper(practice: Practice, found: Receipt, *, person: str) -> Paper:
    """Return what was billed, paid and is left."""
    blocks: tuple[Block, ...] = (
        Facts((("Receipt for bill", found.number), ("Person", person))),
        Table(
            ("Code", "Service, in our words", "Units", "Amount"),
            tuple(
                (
                    each.line.code,
                    each.line.description,
                    str(each.line.units),
                    f"{each.amount.amount:,.2f}",
                )
                for each in found.lines
            ),
            right=(2, 3),
            total=("Billed", "", "", str(found.billed)),
        ),
        Heading("Payments"),
        Table(
            ("Date", "How", "Amount"),
            tuple(
                (each.on.isoformat(), each.by, f"{each.amount.amount:,.2f}")
                for each in found.payments
            ),
            right=(2,),
            total=("Paid", "", str(found.paid)),
        ),
        Text(found.sentence),
    )
    return _paper(practice, "Receipt", found.made_on, blocks)


def consent_paper(practice: Practice, consent: Consent) -> Paper:
    """Return a consent exactly as it was read and signed, with its digests."""
    ticked = tuple(f"{name}: {'yes' if on else 'no'}" for name, on in consent.choices.items())
    blocks: list[Block] = [Text(part) for part in consent.text.body.split("\n") if part.strip()]
    if ticked:
        blocks += [Heading("What was chosen"), Points(ticked)]
    blocks.append(
        Signature(
            "Signed",
            consent.signed_name,
            moment_of(practice, consent.signed_at),
            tuple(tuple((x, y) for x, y in stroke) for stroke in consent.strokes),
        )
    )
    if consent.withdrawn_at is not None:
        reason = f": {consent.withdrawn_reason}" if consent.withdrawn_reason else ""
        at = moment_of(practice, consent.withdrawn_at)
        blocks.append(Warn(f"Withdrawn on {at}{reason}"))
    blocks += [
        Note(f"Version {consent.text.text_version}, SHA-256 of the text {consent.text_id}"),
        Note(f"SHA-256 of the signature {consent.signature_sha256}"),
    ]
    return _paper(practice, "Consent", day_of(practice, consent.signed_at), tuple(blocks))


def _day(day: dt.date | None) -> str:
    return day.isoformat() if day else NOT_GIVEN


def _span(low: object, high: object) -> str:
    return f"{low}" if low == high else f"{low} to {high}"
