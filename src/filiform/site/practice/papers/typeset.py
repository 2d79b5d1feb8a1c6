"""A paper as PDF/UA, which a screen reader can read; the same paper is the same file."""

from __future__ import annotations

import datetime as dt
import json
import re
import threading
import unicodedata
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import typst

from filiform.errors import FiliformError
from filiform.site.practice.papers.paper import Note

if TYPE_CHECKING:
    from filiform.site.practice.papers.paper import Paper

_TEMPLATE = Path(__file__).with_name("paper.typ")
_CONTROL: dict[int, str | None] = {
    code: None for code in (*range(32), *range(127, 160)) if chr(code) not in "\n\t"
}
# typst names the text for which it has no letters; nothing else in its interface does.
_UNSHOWN = re.compile(r'the text `?"(.*)"`? could not be displayed')
_MOST_TRIES = 40


class PaperError(FiliformError):
    """A paper that cannot be typeset."""


def typeset(paper: Paper) -> bytes:
    """Return a paper as PDF (PDF/UA-1, fonts within; no file is written, nothing is fetched).

    A letter that no font on this machine has is printed as its number (U+738B), and the paper says
    so: an accessible file must not show an empty box instead of a name.

    Raises:
        PaperError: the text cannot be set even so.
    """
    codes = _CONTROL | _without_meaning(json.dumps(asdict(paper), ensure_ascii=False, default=str))
    for _ in range(_MOST_TRIES):
        blocks = (*paper.blocks, *_remark(codes))
        written = _cleaned(asdict(replace(paper, blocks=blocks)) | {"on": _day(paper.on)}, codes)
        try:
            return _compile(json.dumps(written, ensure_ascii=False), paper.on)
        except typst.TypstError as error:
            found = _UNSHOWN.search(str(error))
            fresh = {ord(letter): f"U+{ord(letter):04X}" for letter in _letters(found)}
            if fresh.keys() <= codes.keys():
                break
            codes |= fresh
    raise PaperError("The paper cannot be typeset: shorten or retype what was pasted into it.")


def _without_meaning(text: str) -> dict[int, str | None]:
    """Return the letters that Unicode gives no meaning, which an accessible file may not hold."""
    odd = {letter for letter in text if unicodedata.category(letter) in {"Co", "Cn"}}
    return {ord(letter): f"U+{ord(letter):04X}" for letter in sorted(odd)}


def _letters(found: re.Match[str] | None) -> str:
    if found is None:
        return ""
    text = re.sub(r"\\u\{([0-9a-f]+)\}", lambda part: chr(int(part[1], 16)), found[1])
    return "".join(letter for letter in text if not letter.isascii())


def _remark(codes: dict[int, str | None]) -> tuple[Note, ...]:
    numbers = [code for code in codes.values() if code]
    if not numbers:
        return ()
    return (
        Note(
            "Letters for which this machine has no font are printed as their Unicode number: "
            f"{', '.join(numbers)}."
        ),
    )


def _cleaned(value: object, codes: dict[int, str | None]) -> object:
    if isinstance(value, str):
        return value.translate(codes)
    if isinstance(value, dict):
        return {name: _cleaned(part, codes) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_cleaned(part, codes) for part in value]
    return value


@cache
def _fonts() -> typst.Fonts:
    """Look once what fonts the machine has: that takes longer than to set a page."""
    return typst.Fonts()


class _Setter(threading.local):
    """A thread's own compiler, which has read the template and the fonts."""

    def __init__(self) -> None:
        self.compiler = typst.Compiler(
            str(_TEMPLATE), root=str(_TEMPLATE.parent), font_paths=_fonts()
        )


_setter = cache(_Setter)  # made when the first paper is, which is after the server forked


def _compile(written: str, on: dt.date) -> bytes:
    made = _setter().compiler.compile(
        sys_inputs={"paper": written},
        format="pdf",
        pdf_standards=["ua-1"],
        timestamp=int(dt.datetime.combine(on, dt.time(), dt.UTC).timestamp()),
    )
    if not isinstance(made, bytes):  # more than one file: not so with PDF
        raise TypeError("typst gave no single file")
    return made


def _day(day: dt.date) -> str:
    """Return a day as it is written in a letter.

    >>> _day(dt.date(2026, 11, 3))
    'November 3, 2026'
    """
    return f"{day:%B} {day.day}, {day.year}"
