"""A doctor's approval where sources disagree: kept with the doctor's name and the day."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from filiform.care._prescription_rules import prescription_rules

if TYPE_CHECKING:
    from collections.abc import Iterable

    from filiform.guidance.person import Person

__all__ = ["APPROVED", "approval", "approved_rows", "sources_disagree"]

APPROVED = "approved:"
"""A confirmation under this and the id of a row is a doctor's approval of it."""

_LONGEST_NAME = 200


def approval(doctor: str, day: str, *, today: dt.date) -> str:
    """Return a doctor's approval as it is kept; "" where the name or the day is missing.

    Args:
        doctor: who approved it.
        day: when, as 2026-11-20.
        today: an approval is not of a later day.

    >>> import datetime as dt
    >>> approval("Dr. A. Heart", "2026-11-20", today=dt.date(2026, 11, 21))
    'Dr. A. Heart, 2026-11-20'
    >>> approval("Dr. A. Heart", "2026-11-22", today=dt.date(2026, 11, 21))
    ''
    """
    try:
        on = dt.date.fromisoformat(day.strip())
    except ValueError:
        return ""
    name = " ".join(doctor.split())[:_LONGEST_NAME]
    return f"{name}, {on.isoformat()}" if name and on <= today else ""


def approved_rows(confirmations: Iterable[str]) -> frozenset[str]:
    """Return the rows that a doctor approved, from the keys of confirmations.

    >>> sorted(approved_rows(["approved:es-01", "dangerous_site:GB21:left"]))
    ['es-01']
    """
    return frozenset(
        key.removeprefix(APPROVED) for key in confirmations if key.startswith(APPROVED)
    )


def sources_disagree(person: Person) -> bool:
    """Tell whether anything is so of a person on which sources disagree."""
    return bool((person.findings | person.history) & prescription_rules().disagreement_facts)
