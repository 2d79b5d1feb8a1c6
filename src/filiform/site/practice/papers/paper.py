"""A paper before it is typeset: a head, then blocks. It holds text only, never typst's markup."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    import datetime as dt

Size: TypeAlias = Literal["us-letter", "a4"]
_LETTER_COUNTRIES = frozenset({"US", "CA", "MX"})


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading within the paper."""

    text: str
    kind: str = "heading"


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph; a note is set smaller and apart."""

    text: str
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class Note:
    """A remark in small type: a source, a rule, a limit."""

    text: str
    kind: str = "note"


@dataclass(frozen=True, slots=True)
class Warn:
    """What must not be overlooked; framed."""

    text: str
    kind: str = "warn"


@dataclass(frozen=True, slots=True)
class Points:
    """A list of short points."""

    items: tuple[str, ...]
    kind: str = "points"


@dataclass(frozen=True, slots=True)
class Ticks:
    """Boxes with what stands behind each, ticked or not."""

    items: tuple[tuple[bool, str], ...]
    kind: str = "ticks"


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and values, one a line; a value that is not known says so itself."""

    rows: tuple[tuple[str, str], ...]
    kind: str = "facts"


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a head; columns named in `right` are numbers, set to the right."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: tuple[int, ...] = ()
    total: tuple[str, ...] = ()
    kind: str = "table"


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature: the drawn strokes (x, y from 0 to 1), or a line on which to sign."""

    label: str
    name: str = ""
    on: str = ""
    strokes: tuple[tuple[tuple[float, float], ...], ...] = ()
    kind: str = "signature"


Block: TypeAlias = Heading | Text | Note | Warn | Points | Ticks | Facts | Table | Signature


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper.

    Attributes:
        title: what it is, as its heading and in the file's properties.
        practice: the name of who sends it.
        sender: address, telephone, numbers: one line each.
        to: the address it goes to, one line each; empty for none.
        on: the day on it.
        blocks: what it says, from above to below.
        size: of the sheet.
        demo: whether it is about invented people, which it then says on every sheet.
    """

    title: str
    practice: str
    sender: tuple[str, ...]
    on: dt.date
    blocks: tuple[Block, ...]
    to: tuple[str, ...] = ()
    size: Size = "a4"
    demo: bool = False


def size_for(jurisdiction: str) -> Size:
    """Return the sheet that is used in a jurisdiction.

    >>> size_for("US-NY"), size_for("DE")
    ('us-letter', 'a4')
    """
    return "us-letter" if jurisdiction.partition("-")[0] in _LETTER_COUNTRIES else "a4"
