"""What the library says, set out as papers: letters, bills, estimates, receipts, consents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from filiform.care.letter import written
from filiform.site.practice.clock import day_of, zone_of
from filiform.site.practice.papers.consent_blocks import consent_blocks, consent_title
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
    blocks: list[Block] = [Facts(letter.facts)] if letter.facts else []
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
    """Return the itemised bill as it goes out; its problems are for the practice, on its page."""
    provider, person = bill.provider, bill.person
    blocks: tuple[Block, ...] = (
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
                    written(line.on),
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
        Signature("Signature of who treated", provider.name),
    )
    return _paper(practice, "Superbill", bill.made_on, blocks)


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
                (written(each.on), each.by, f"{each.amount.amount:,.2f}") for each in found.payments
            ),
            right=(2,),
            total=("Paid", "", str(found.paid)),
        ),
        Text(found.sentence),
    )
    return _paper(practice, "Receipt", found.made_on, blocks)


def consent_paper(practice: Practice, consent: Consent) -> Paper:
    """Return a consent as it was read and signed, each box as it was ticked, with its digests."""
    by_another = (("Who signed", consent.signer_note),) if consent.signer_note else ()
    witness = (("Witness", consent.witnessed_by.name),) if consent.witnessed_by else ()
    person = consent.course.person
    blocks: list[Block] = [
        Facts((("Person", str(person)), ("Born", _day(person.born_on)))),
        *consent_blocks(consent.text, consent.choices),
        Signature(
            "Signed" if consent.strokes else "Signed by typing the name",
            consent.signed_name,
            _moment(practice, consent.signed_at),
            tuple(tuple((x, y) for x, y in stroke) for stroke in consent.strokes),
        ),
    ]
    if by_another or witness:
        blocks.append(Facts((*by_another, *witness)))
    if consent.withdrawn_at is not None:
        reason = f": {consent.withdrawn_reason}" if consent.withdrawn_reason else ""
        blocks.append(Warn(f"Withdrawn on {_moment(practice, consent.withdrawn_at)}{reason}"))
    blocks += [
        Note(
            f"Version {consent.text.text_version}, SHA-256 of the text {consent.text_id}. "
            "In the text of this digest every box is empty: [ ]."
        ),
        Note(f"SHA-256 of the signature {consent.signature_sha256}"),
    ]
    on = day_of(practice, consent.signed_at)
    return _paper(practice, consent_title(consent.text), on, tuple(blocks))


def _moment(practice: Practice, at: dt.datetime) -> str:
    """Return a moment by the practice's clock, as papers write it."""
    return f"{written(day_of(practice, at))}, {at.astimezone(zone_of(practice)):%H:%M %Z}"


def _day(day: dt.date | None) -> str:
    return written(day) if day else NOT_GIVEN


def _span(low: object, high: object) -> str:
    return f"{low}" if low == high else f"{low} to {high}"
