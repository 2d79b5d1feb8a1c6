"""What speaks against a claim: same-day pairs, payers' limits, Medicare, diagnoses, evaluations."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from filiform.care import _diagnosis_checks as diagnoses
from filiform.care._claim_lines import is_covered_by_medicare, is_medicare
from filiform.care._claim_rules import Limit, Pair, claim_rules
from filiform.care._conflict import Conflict, conflict
from filiform.guidance import words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from filiform.care._claim_line import ClaimLine
    from filiform.care.billable import BillableSession
    from filiform.knowledge import Library


def conflicts_of(
    session: BillableSession,
    lines: tuple[ClaimLine, ...],
    payers: Collection[str],
    library: Library,
) -> tuple[Conflict, ...]:
    """Return all conflicts of a visit with rules of billing.csv."""
    found: list[Conflict] = []
    if any(line.system == "CPT" for line in lines):
        found += _pairs(session, lines, payers, library)
        found += _evaluation(session, library)
        found += _caps(lines, payers, library)
        found += _limits(session, payers, library)
        found += _medicare(session, payers, library)
    if library.jurisdictions[session.jurisdiction].country == "US":
        found += diagnoses.conflicts_of(session.diagnoses, library)
    return tuple(found)


def _pairs(
    session: BillableSession,
    lines: tuple[ClaimLine, ...],
    payers: Collection[str],
    library: Library,
) -> Iterator[Conflict]:
    codes = {line.code for line in lines} | set(session.same_day)
    for pair in claim_rules().pairs:
        if _applies(pair, session.on, payers) and codes & pair.codes and codes & pair.others:
            yield conflict(library, pair.id, "refused", pair.sentence, pair.rows)
    rules = claim_rules()
    needled = rules.texts("dry_needling", "rows"), rules.texts("acupuncture", "rows")
    both = all(codes & {row.partition("|")[2] for row in rows} for rows in needled)
    if both and not is_medicare(payers):
        sentence = rules.text("both_needlings", "sentence")
        rows = rules.texts("both_needlings", "rows")
        yield conflict(library, "both_needlings", "ask", sentence, rows)


def _applies(pair: Pair, on: dt.date, payers: Collection[str]) -> bool:
    begun = pair.since is None or on >= pair.since
    return begun and (not pair.payers or not pair.payers.isdisjoint(payers))


def _evaluation(session: BillableSession, library: Library) -> Iterator[Conflict]:
    act, rules = session.evaluation, claim_rules()
    if act is None:
        return
    rows = rules.texts("evaluation", "rows")
    if not act.separate:
        sentence = rules.text("evaluation", "not_separate")
        yield conflict(library, "evaluation_not_separate", "told", sentence, rows)
        return
    days, visits = act.days_since_last, act.visits_since_last
    soon = days is not None and days < rules.whole("evaluation", "about_days")
    early = visits is None or visits < rules.whole("evaluation", "about_visits")
    if soon and early:
        sentence = rules.text("evaluation", "too_often")
        yield conflict(library, "evaluation_too_often", "ask", sentence, rows)
    before = act.first_code_before
    years = rules.whole("evaluation", "first_code_years")
    if act.first_visit and before is not None and session.on < _years_after(before, years):
        sentence = rules.text("evaluation", "first_code_again")
        yield conflict(library, "first_code_again", "refused", sentence, rows)


def _years_after(day: dt.date, years: int) -> dt.date:
    return _months_after(day, 12 * years)


def _months_after(day: dt.date, months: int) -> dt.date:
    """Return the same day months later; the first of the next month where there is none.

    >>> _months_after(dt.date(2026, 1, 31), 1)
    datetime.date(2026, 3, 1)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    try:
        return day.replace(year=year, month=month + 1)
    except ValueError:
        return _months_after(day.replace(day=1), months + 1)


def _caps(
    lines: tuple[ClaimLine, ...], payers: Collection[str], library: Library
) -> Iterator[Conflict]:
    rules = claim_rules()
    further = rules.named("acupuncture", "further")
    first = {code: kind for kind, code in rules.named("acupuncture", "first").items()}
    units = {line.code: line.units for line in lines if line.code in further.values()}
    kinds = {kind for kind, code in further.items() if code in units}
    begun = {first[line.code] for line in lines if line.code in first}
    for cap in rules.caps:
        too_many = sum(units.values()) > cap.further
        mixed = not cap.mixed and bool(kinds - begun)
        if cap.row in payers and (too_many or mixed):
            yield conflict(library, "units_of_the_payer", "refused", cap.sentence, (cap.row,))


def _limits(
    session: BillableSession, payers: Collection[str], library: Library
) -> Iterator[Conflict]:
    for limit in claim_rules().limits:
        if limit.row in payers and _visits(session, limit) > limit.visits:
            allowed = words.counted(limit.visits, "visit", "visits")
            spent = _visits(session, limit)
            sentence = (
                f"This is visit {spent} {_SPANS[limit.per].format(n=limit.count)}; {allowed} "
                f"{'is' if limit.visits == 1 else 'are'} allowed. {limit.then}"
            )
            yield conflict(library, "over_the_limit", "ask", sentence, (limit.row,))


_SPANS = {
    "calendar_month": "of this month",
    "days": "within {n} days of the first",
    "months": "within {n} month of the first",
    "visits": "of the course",
}


def _visits(session: BillableSession, limit: Limit) -> int:
    """Return how many visits, this one counted, fall under the limit; 0 outside its span."""
    days = sorted({*session.visits_before, session.on})
    if limit.per == "calendar_month":
        month = session.on.year, session.on.month
        return sum((day.year, day.month) == month for day in {*days, *session.visits_elsewhere})
    if limit.per == "days" and session.on >= days[0] + dt.timedelta(days=limit.count):
        return 0
    if limit.per == "months" and session.on >= _months_after(days[0], limit.count):
        return 0
    return sum(day <= session.on for day in days)


def _medicare(
    session: BillableSession, payers: Collection[str], library: Library
) -> Iterator[Conflict]:
    if not is_medicare(payers):
        return
    rules = claim_rules()
    if is_covered_by_medicare(session):
        rows = rules.texts("medicare", "provider_rows")
        yield conflict(
            library, "medicare_provider", "told", rules.text("medicare", "provider"), rows
        )
        return
    rows = rules.texts("medicare", "rows")
    sentence = rules.text("medicare", "not_covered")
    yield conflict(library, "medicare_not_covered", "refused", sentence, rows)
    if session.muscles:
        notice = rules.text("medicare.notice", "sentence")
        why = rules.text("medicare.notice", "why")
        rows = rules.texts("medicare.notice", "rows")
        yield conflict(library, "medicare_notice", "ask", f"{notice} {why}", rows)
