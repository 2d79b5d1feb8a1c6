"""Effects as people read them, and the one sentence that answers a question."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from filiform.review import Synthesis

_SMALL = 5.0
"""Below it a second digit after the point tells something."""


def number(value: float) -> str:
    """Return an effect with a digit after the point, two where it is small.

    >>> number(-6.347), number(1.25), number(-0.0)
    ('−6.3', '1.25', '0.00')
    """
    places = 1 if abs(value) >= _SMALL else 2
    return f"{round(value, places) + 0.0:,.{places}f}".replace("-", "−")


def interval(ends: tuple[float, float] | None) -> str:
    """Return an interval in words; nothing where there is none.

    >>> interval((-11.3, -1.4)), interval(None)
    ('−11.3 to −1.40', '')
    """
    return f"{number(ends[0])} to {number(ends[1])}" if ends else ""


def people(synthesis: Synthesis) -> str:
    """Return how many people took part, and of how many trials that is not known."""
    unknown = synthesis.participants_unknown
    if not unknown:
        return f"{synthesis.participants:,}"
    if unknown == synthesis.trials:
        return "not reported"
    trials = "1 trial does" if unknown == 1 else f"{unknown} trials do"
    return f"{synthesis.participants:,}, and {trials} not say how many"
