"""The itemised bill that a person sends to an insurer in the United States."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from filiform.care import _reading as read
from filiform.care._claim_rules import claim_rules
from filiform.care._record import Record
from filiform.care.money import Money, total
from filiform.care.plain_names import plain_name
from filiform.care.refusal import Problem
from filiform.errors import CareError
from filiform.guidance.texts import sources

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from filiform.care.claims import Conflict
    from filiform.care.fees import Payment, PricedLine
    from filiform.knowledge import Library

__all__ = [
    "BilledPerson",
    "BilledVisit",
    "CodedDiagnosis",
    "Provider",
    "Superbill",
    "is_npi",
    "places_of_service",
    "superbill",
]

_MOST_DIAGNOSES = 12
"""The form of a claim has twelve places, A to L (CMS-1500, item 21)."""


@dataclass(frozen=True, slots=True)
class Provider(Record):
    """Who treated and bills; an empty text is *not given*."""

    name: str
    npi: str = ""
    tax_id: str = ""
    address: str = ""
    phone: str = ""
    licence: str = ""
    taxonomy: str = ""
    signature: str = ""


@dataclass(frozen=True, slots=True)
class BilledPerson(Record):
    """Whom the bill is about; an empty text is *not given*."""

    name: str
    born_on: dt.date | None = None
    member_id: str = ""
    insurance: str = ""


@dataclass(frozen=True, slots=True)
class BilledVisit(Record):
    """One day's lines with their prices, diagnoses and place.

    Attributes:
        place_of_service: a code of two digits; `places_of_service` lists those that we know.
        conflicts: as `claims.conflicts` found them; a refused one is a problem of the bill.
    """

    on: dt.date
    lines: tuple[PricedLine, ...]
    diagnoses: tuple[str, ...]
    place_of_service: str = "11"
    conflicts: tuple[Conflict, ...] = ()


@dataclass(frozen=True, slots=True)
class CodedDiagnosis(Record):
    """A diagnosis with the letter by which lines point to it."""

    letter: str
    code: str
    description: str


@dataclass(frozen=True, slots=True)
class BillLine(Record):
    """One line of one day.

    Attributes:
        names: of muscles that the line must name, in words.
    """

    on: dt.date
    place_of_service: str
    code: str
    modifier: str
    units: int
    description: str
    names: tuple[str, ...]
    points_to: str
    each: Money
    amount: Money


@dataclass(frozen=True, slots=True)
class Superbill(Record):
    """All that the bill shows, and what is wrong with it.

    Attributes:
        billed: the sum of the lines; left: billed less paid.
        problems: what an insurer would send it back for, and what one page alone asks for.
    """

    number: str
    made_on: dt.date
    provider: Provider
    person: BilledPerson
    diagnoses: tuple[CodedDiagnosis, ...]
    lines: tuple[BillLine, ...]
    payments: tuple[Payment, ...]
    billed: Money
    paid: Money
    left: Money
    problems: tuple[Problem, ...]
    sources: tuple[str, ...]

    @property
    def ready(self) -> bool:
        """Whether nothing required is missing and nothing refused is on it."""
        return all(problem.answered_by == "nothing" for problem in self.problems)


def superbill(
    provider: Provider,
    person: BilledPerson,
    visits: Sequence[BilledVisit],
    payments: Sequence[Payment],
    *,
    number: str,
    made_on: dt.date,
    library: Library,
) -> Superbill:
    """Return the bill over one visit or several, in the order of their days.

    Args:
        provider: who treated.
        person: whom it is about.
        visits: days with priced lines of one currency.
        payments: what was paid.
        number: the bill's own number.
        made_on: the day on which it is made.
        library: for the words of the diagnoses and the names of muscles.

    Raises:
        CareError: no visit with a line, two currencies, or more than twelve diagnoses.
    """
    days = sorted(visits, key=lambda visit: visit.on)
    all_lines = [line for visit in days for line in visit.lines]
    if not all_lines:
        raise CareError("a bill without a line: give a visit with something to bill")
    currency = all_lines[0].amount.currency
    letters = _letters([code for visit in days for code in visit.diagnoses])
    lines = tuple(_line(line, visit, letters, library) for visit in days for line in visit.lines)
    billed = total((line.amount for line in lines), currency)
    paid = total((payment.amount for payment in payments), currency)
    rules = claim_rules()
    return Superbill(
        number=read.text(number, "number"),
        made_on=made_on,
        provider=provider,
        person=person,
        diagnoses=tuple(_coded(code, letter, library) for code, letter in letters.items()),
        lines=lines,
        payments=tuple(payments),
        billed=billed,
        paid=paid,
        left=billed - paid,
        problems=_problems(provider, person, days, payments),
        sources=sources(library, rules.text("superbill", "source")),
    )


def places_of_service() -> dict[str, str]:
    """Return the codes of places that we know, with their words."""
    return dict(claim_rules().named("superbill", "place_of_service"))


def is_npi(text: str) -> bool:
    """Tell whether ten digits are a National Provider Identifier: its check digit is right.

    Luhn's sum over 80840 and the ten digits is a multiple of ten (ISO/IEC 7812, prefix 80840).

    >>> is_npi("1234567893"), is_npi("1234567890")
    (True, False)
    """
    if len(text) != _NPI_DIGITS or not (text.isascii() and text.isdigit()):
        return False
    digits = [int(digit) for digit in reversed("80840" + text)]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


_NPI_DIGITS = 10


def _letters(codes: list[str]) -> dict[str, str]:
    distinct = list(dict.fromkeys(codes))
    if len(distinct) > _MOST_DIAGNOSES:
        raise CareError(
            f"{len(distinct)} diagnoses, a bill has room for {_MOST_DIAGNOSES}: make two bills"
        )
    return {code: chr(ord("A") + n) for n, code in enumerate(distinct)}


def _line(
    priced: PricedLine, visit: BilledVisit, letters: dict[str, str], library: Library
) -> BillLine:
    line = priced.line
    return BillLine(
        on=visit.on,
        place_of_service=visit.place_of_service,
        code=line.code,
        modifier=line.modifier,
        units=line.units,
        description=line.description,
        names=tuple(plain_name(each, library) for each in line.names),
        points_to="".join(letters[code] for code in visit.diagnoses),
        each=priced.each,
        amount=priced.amount,
    )


def _coded(code: str, letter: str, library: Library) -> CodedDiagnosis:
    known = {row.code: row.description for row in library.billing if row.system == "ICD-10-CM"}
    return CodedDiagnosis(letter, code, known.get(code, ""))


def _problems(
    provider: Provider,
    person: BilledPerson,
    visits: Sequence[BilledVisit],
    payments: Sequence[Payment],
) -> tuple[Problem, ...]:
    given = {
        **{f"provider_{name}": bool(getattr(provider, name)) for name in _PROVIDER},
        "signature": bool(provider.signature),
        "person_name": bool(person.name),
        "person_born_on": person.born_on is not None,
        "member_id": bool(person.member_id),
        "services": True,
        "diagnoses": all(visit.diagnoses for visit in visits),
        "place_of_service": all(visit.place_of_service for visit in visits),
        "paid": bool(payments),
    }
    rules = claim_rules()
    found = [
        Problem("missing", f"{_WORDS[name]} is missing: insurers ask for it.", name, name)
        for name in rules.texts("superbill", "required")
        if not given[name]
    ]
    found += [
        Problem("missing", f"{_WORDS[name]} is missing: some ask for it.", name, name, "nothing")
        for name in rules.texts("superbill", "asked_by_one")
        if not given[name]
    ]
    return (*found, *_wrong(provider, visits))


def _wrong(provider: Provider, visits: Sequence[BilledVisit]) -> list[Problem]:
    found = []
    if provider.npi and not is_npi(provider.npi):
        sentence = f"{provider.npi} is no NPI: its check digit is wrong. Type it again."
        found.append(Problem("npi", sentence, "npi", "provider_npi"))
    known = places_of_service()
    for visit in visits:
        if visit.place_of_service and visit.place_of_service not in known:
            sentence = (
                f"Place {visit.place_of_service} is not in our list "
                f"({', '.join(f'{code} {name}' for code, name in known.items())}): check it."
            )
            key = f"place:{visit.on}"
            found.append(Problem("place", sentence, key, "place_of_service", "nothing"))
        found += [
            Problem(
                each.code,
                f"{visit.on}: {each.sentence}",
                f"{each.code}:{visit.on}",
                "",
                "mending",
                each.sources,
            )
            for each in visit.conflicts
            if each.strength == "refused"
        ]
    return found


_PROVIDER = ("name", "npi", "tax_id", "address", "phone", "licence", "taxonomy")
_WORDS = {
    "provider_name": "The name of who treated",
    "provider_npi": "The NPI of who treated",
    "provider_tax_id": "The tax number",
    "provider_address": "The address of the practice",
    "provider_phone": "The telephone number of the practice",
    "provider_licence": "The number and place of the licence",
    "provider_taxonomy": "The taxonomy code of the profession",
    "signature": "The signature of who treated",
    "person_name": "The person's name",
    "person_born_on": "The person's day of birth",
    "member_id": "The person's number with the insurer",
    "diagnoses": "A diagnosis for each visit",
    "place_of_service": "The place of the visit",
    "services": "A line",
    "paid": "What the person paid",
}
