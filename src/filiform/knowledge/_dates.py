"""The day on which a fact was checked, as exactly as its source gives it."""

from __future__ import annotations

import datetime as dt
import re

from filiform.errors import KnowledgeError
from filiform.knowledge._cells import Cell

FRESH_DAYS = 180
"""Law, cost and cover are shown as checked for this long (issue: older is *not checked since*)."""

UNDATED = "undated"

_ADMISSIBLE = "YYYY, YYYY-MM, YYYY-MM-DD or undated"
_SHAPE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def as_of() -> Cell[str]:
    """Admit a year, a month, a day or *undated*."""

    def read(given: str) -> str:
        _parts(given)
        return given

    return Cell(read, _ADMISSIBLE)


def first_day(given: str) -> dt.date | None:
    """Return the first day that the given date may mean, or None when it is undated.

    >>> first_day("2026-01")
    datetime.date(2026, 1, 1)
    """
    parts = _parts(given)
    return _day(parts) if parts else None


def checked_note(as_of: str, today: dt.date) -> str:
    """Say since when a fact has not been checked; "" while that is not longer than 180 days.

    A month or a year counts from its first day: the fact is called old rather too early than
    too late.

    Args:
        as_of: YYYY, YYYY-MM, YYYY-MM-DD or "undated".
        today: the day on which it is read.

    Raises:
        KnowledgeError: the date has another form.

    >>> import datetime as dt
    >>> checked_note("2026-01", dt.date(2026, 11, 21))
    'not checked since January 2026'
    >>> checked_note("2026-07-01", dt.date(2026, 11, 21))
    ''
    >>> checked_note("undated", dt.date(2026, 11, 21))
    'the source gives no date'
    """
    try:
        parts, first = _parts(as_of), first_day(as_of)
    except ValueError:
        raise KnowledgeError(
            f"the date of a check reads {as_of!r}, admissible is {_ADMISSIBLE}"
        ) from None
    if first is None:
        return "the source gives no date"
    if (today - first).days <= FRESH_DAYS:
        return ""
    return f"not checked since {_in_words(parts)}"


def _parts(given: str) -> tuple[int, ...]:
    if given == UNDATED:
        return ()
    match = _SHAPE.fullmatch(given)
    if match is None:
        raise ValueError(given)
    parts = tuple(int(part) for part in match.groups() if part)
    _day(parts)
    return parts


def _day(parts: tuple[int, ...]) -> dt.date:
    year, month, day, *_ = (*parts, 1, 1)
    return dt.date(year, month, day)


def _in_words(parts: tuple[int, ...]) -> str:
    year, *rest = parts
    month = f"{_MONTHS[rest[0] - 1]} " if rest else ""
    day = f"{rest[1]} " if len(rest) > 1 else ""
    return f"{day}{month}{year}"
