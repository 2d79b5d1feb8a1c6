"""Drawing: a few SVG shapes as text, coloured by attributes alone.

No script, no style sheet, no font from elsewhere: the drawing may stand in a page whose policy
allows none of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

INK = "#1d2429"
MUTED = "#4c5a62"
RULE = "#8a979e"
BLUE = "#1f5c7a"
PALE = "#a9c7d6"

_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif"
_LETTER = 0.6
_BOLD_LETTER = 0.67
"""Mean width of a letter as a share of its size, by the widest usual sans-serif face."""


def letter_width(size: float, weight: str = "400") -> float:
    """Return about how wide a letter is."""
    return size * (_LETTER if weight == "400" else _BOLD_LETTER)


def document(name: str, title: str, about: str, size: tuple[float, float], body: str) -> str:
    """Return a whole drawing with its title and its description.

    Args:
        name: Letters, digits and hyphens; makes the ids unique in a page.
        title: What it shows.
        about: The same as the drawing, in words.
        size: Width and height.
        body: The shapes.
    """
    width, height = size
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" '
        f'role="img" aria-labelledby="{name}-title {name}-about" font-family="{escape(_FONT)}">\n'
        f'<title id="{name}-title">{escape(title)}</title>\n'
        f'<desc id="{name}-about">{escape(about)}</desc>\n'
        f'<rect width="{width:g}" height="{height:g}" fill="#ffffff"/>\n{body}\n</svg>\n'
    )


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text.

    Attributes:
        anchor: `start`, `middle` or `end`: which end stands at x.
    """

    text: str
    size: float = 13.0
    fill: str = INK
    weight: str = "400"
    anchor: str = "start"

    def at(self, x: float, y: float) -> str:
        """Return the line with its baseline at a place."""
        return (
            f'<text x="{x:.1f}" y="{y:.1f}" font-size="{self.size:g}" fill="{self.fill}" '
            f'font-weight="{self.weight}" text-anchor="{self.anchor}">{escape(self.text)}</text>'
        )

    @property
    def width(self) -> float:
        """About how wide the line is."""
        return len(self.text) * letter_width(self.size, self.weight)


def wrapped(text: str, width: float, letter: float) -> list[str]:
    """Return a text in lines no wider than a width; a longer word is broken.

    A no-break space keeps its two words together.

    >>> wrapped("favours the same care without it", 110, 8)
    ['favours the', 'same care', 'without it']
    """
    room = max(1, int(width / letter))
    lines = [""]
    for word in _broken(text.split(" "), room):
        longer = f"{lines[-1]} {word}".strip()
        if len(longer) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _broken(words: Iterable[str], room: int) -> Iterable[str]:
    for word in words:
        for start in range(0, len(word), room):
            yield word[start : start + room]


def line(start: tuple[float, float], end: tuple[float, float], stroke: str, width: float) -> str:
    """Return a straight line."""
    return (
        f'<line x1="{start[0]:.1f}" y1="{start[1]:.1f}" x2="{end[0]:.1f}" y2="{end[1]:.1f}" '
        f'stroke="{stroke}" stroke-width="{width:g}"/>'
    )


def square(x: float, y: float, side: float, fill: str) -> str:
    """Return a square about a point."""
    corner = f'x="{x - side / 2:.1f}" y="{y - side / 2:.1f}"'
    return f'<rect {corner} width="{side:.1f}" height="{side:.1f}" fill="{fill}"/>'


def polygon(points: Iterable[tuple[float, float]], fill: str) -> str:
    """Return a filled shape."""
    places = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polygon points="{places}" fill="{fill}"/>'
