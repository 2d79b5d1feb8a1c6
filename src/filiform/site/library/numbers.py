"""Effects as people read them: the review's own texts, with the minus sign of print."""

from __future__ import annotations

from typing import TYPE_CHECKING

from filiform.review import interval_text, number_text

if TYPE_CHECKING:
    from filiform.review import Measure


def printed(shown: str) -> str:
    """Return a text of the review with minus signs in place of hyphens before digits.

    >>> printed("-6.3 (-11.3 to -1.4)")
    '−6.3 (−11.3 to −1.4)'
    """
    return shown.replace("-", "−")


def number(value: float, measure: Measure) -> str:
    """Return an effect: a difference with one digit after the point, a ratio with two.

    >>> number(-6.347, "MD"), number(1.247, "RR")
    ('−6.3', '1.25')
    """
    return printed(number_text(value, measure))


def interval(ends: tuple[float, float] | None, measure: Measure) -> str:
    """Return an interval in words; *none* where there is none.

    >>> interval((-11.3, -1.4), "MD"), interval(None, "MD")
    ('−11.3 to −1.4', 'none')
    """
    return printed(interval_text(ends, measure)) or "none"
