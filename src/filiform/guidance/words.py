"""Numbers and fixed words as people read them."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

WINDOW_WORDS = {
    "immediate": "right after a session",
    "short": "1 to 12 weeks after the start",
    "mid": "12 to 26 weeks after the start",
    "long": "26 weeks or more after the start",
}
"""The windows of the review's clock (choices.toml)."""

CERTAINTY_WORDS = {
    "high": "We are very sure of this.",
    "moderate": "We are fairly sure of this.",
    "low": "We are not very sure of this.",
    "very_low": "We are not sure of this at all.",
    "none": "",
}

OUTCOME_WORDS = {
    "pain_intensity": "pain",
    "disability": "trouble in daily life",
    "global_improvement": "getting better",
    "quality_of_life": "quality of life",
    "pressure_pain_threshold": "how much pressure it takes to hurt",
}


def number(value: float) -> str:
    """Return a number without needless digits: whole from ten, else one digit after the point.

    >>> number(23.4), number(5.04), number(-0.3), number(1200.0)
    ('23', '5', '-0.3', '1,200')
    """
    rounded = round(value) if abs(value) >= _WHOLE_FROM else round(value, 1)
    return f"{rounded + 0.0:,.1f}".removesuffix(".0")


_WHOLE_FROM = 10


def small(value: float) -> str:
    """Return a rate with two meaningful digits, however small.

    >>> small(0.0087), small(0.4), small(16.0), small(7.56), small(0)
    ('0.0087', '0.4', '16', '7.6', '0')
    """
    if abs(value) >= 1:
        return number(value)
    return f"{float(f'{value:.2g}'):f}".rstrip("0").rstrip(".") if value else "0"


def counted(count: int, one: str, many: str) -> str:
    """Return a count with its noun.

    >>> counted(1, "trial", "trials"), counted(1200, "trial", "trials")
    ('1 trial', '1,200 trials')
    """
    return f"{count:,} {one if count == 1 else many}"


def joined(parts: Sequence[str], last: str = "and") -> str:
    """Return words as a list in a sentence.

    >>> joined(["a"]), joined(["a", "b"]), joined(["a", "b", "c"])
    ('a', 'a and b', 'a, b and c')
    """
    return f" {last} ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def span(low: float, high: float) -> str:
    """Return an interval of differences, the side told once where both ends are on it.

    >>> span(-11.3, -1.4), span(-22.6, 2.0), span(0.5, 3)
    ('1.4 to 11 lower', '23 lower to 2 higher', '0.5 to 3 higher')
    """
    if (low < 0) == (high < 0):
        near, far = sorted((abs(low), abs(high)))
        return f"{number(near)} to {number(far)} {way(low)}"
    return f"{number(abs(low))} {way(low)} to {number(abs(high))} {way(high)}"


def way(value: float) -> str:
    """Return which way a difference goes."""
    return "lower" if value < 0 else "higher"


def middle(values: Sequence[float]) -> float:
    """Return the median."""
    return float(median(values))


def sentence(text: str) -> str:
    """Return a text that begins with a capital letter.

    >>> sentence("acupuncture helps.")
    'Acupuncture helps.'
    """
    return text[:1].upper() + text[1:]
