"""A consent text that was signed, as blocks of a paper: headings, lines, and the boxes as ticked.

The text is kept as one body (care.consent): the title, then parts set apart by an empty line, each
a heading and its lines; the last part has a box before each choice. No word of it is changed.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from filiform.care.consent import consent_text, consent_versions
from filiform.knowledge import library
from filiform.site.practice.papers.paper import Heading, Points, Text, Ticks

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from filiform.site.practice.models import ConsentText
    from filiform.site.practice.papers.paper import Block

_BOX = "[ ] "
_IF_YOU_LIKE = " (if you like)"
_POINT = "- "


def consent_title(text: ConsentText) -> str:
    """Return the first line."""
    return text.body.partition("\n")[0]


def consent_blocks(text: ConsentText, chosen: Mapping[str, bool]) -> tuple[Block, ...]:
    """Return all below the title, each choice with a tick where it was made.

    Args:
        text: as it was signed.
        chosen: each choice by its id, and whether it was ticked.
    """
    parts = [part.splitlines() for part in text.body.strip().split("\n\n")]
    return tuple(block for lines in parts[1:] for block in _part(lines, text, chosen))


def _part(lines: list[str], text: ConsentText, chosen: Mapping[str, bool]) -> Iterator[Block]:
    if lines[0].startswith(_BOX):
        yield from _choices([line.removeprefix(_BOX) for line in lines], text, chosen)
        return
    yield Heading(lines[0])
    for is_point, group in groupby(lines[1:], key=lambda line: line.startswith(_POINT)):
        if is_point:
            yield Points(tuple(line.removeprefix(_POINT) for line in group))
        else:
            yield from (Text(line) for line in group)


def _choices(lines: list[str], text: ConsentText, chosen: Mapping[str, bool]) -> Iterator[Block]:
    """Yield the boxes; where a choice is no more known here, what was kept of it by its id."""
    known = {words: id_ for id_, words in words_of_choices(text).items()}
    ids = {line: known.get(line.removesuffix(_IF_YOU_LIKE), "") for line in lines}
    if all(id_ in chosen for id_ in ids.values()):
        yield Ticks(tuple((chosen[id_], line) for line, id_ in ids.items()))
        return
    yield Points(tuple(lines))
    yield Heading("What was ticked")
    yield Points(tuple(f"{id_}: {'yes' if on else 'no'}" for id_, on in chosen.items()))


def words_of_choices(text: ConsentText) -> dict[str, str]:
    """Return each choice's words by its id, as the text's own version has them.

    None where that version is no more known here.
    """
    if text.text_version not in consent_versions():
        return {}
    known = consent_text(
        text.therapy, text.jurisdiction, library=library(), version=text.text_version
    )
    return {choice.id: choice.text for choice in known.choices}
