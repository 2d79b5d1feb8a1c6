"""The sheet of paper: what holds for several therapies is said once, with their names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from filiform.site.guide import tables

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from filiform.guidance import Aid
    from filiform.guidance.harms import HarmRange
    from filiform.guidance.option import Option
    from filiform.guidance.texts import Text

_TO_ASK = ("needle_safety-ask", "session-review", "who_may-check", "who_may-training")
"""Sentences of statements.csv that say what to ask."""


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence, the therapies that it holds for, and its sources."""

    therapies: tuple[str, ...]
    text: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Harms:
    """What was counted of one therapy itself, and the names of what no one counted."""

    option: Option
    serious: tuple[HarmRange, ...]
    mild: tuple[HarmRange, ...]
    uncounted: tuple[str, ...]


def care(aid: Aid) -> tuple[Line, ...]:
    """Return the cautions and dangers, each once."""
    return _merged(_care(aid))


def _care(aid: Aid) -> Iterator[tuple[Option, str, tuple[str, ...]]]:
    for option in aid.options:
        yield from ((option, each.sentence, each.sources) for each in option.cautions)
        yield from ((option, each.sentence, each.sources) for each in option.dangers)


def law(aid: Aid) -> tuple[Line, ...]:
    """Return who may use needles where the person lives, each sentence once."""
    return _merged(_law(aid))


def _law(aid: Aid) -> Iterator[tuple[Option, str, tuple[str, ...]]]:
    for option in aid.options:
        for each in option.practitioners:
            note = f" {_sentence(each.checked_note)}" if each.checked_note else ""
            yield option, each.sentence + note, each.sources
        if option.practitioners_note:
            yield option, option.practitioners_note, ()


def _sentence(note: str) -> str:
    return f"{note[0].upper()}{note[1:]}."


def cover(aid: Aid) -> tuple[Line, ...]:
    """Return what the person's own insurer says, and the notes on cover, each once."""
    return _merged(_cover(aid))


def _cover(aid: Aid) -> Iterator[tuple[Option, str, tuple[str, ...]]]:
    for option in aid.options:
        for each in option.cost.cover:
            if each.yours:
                yield option, f"{each.name}: {each.text}. {each.checked_note}", each.sources
        for note in (option.cost.note, option.cost.cover_note):
            if note:
                yield option, note, ()


def harms(aid: Aid) -> tuple[Harms, ...]:
    """Return the main harms of each therapy that has counts of its own."""
    found = [_harms(option) for option in aid.options]
    return tuple(each for each in found if each.serious or each.mild)


def _harms(option: Option) -> Harms:
    own = {(each.event, each.table) for each in option.harms if not each.borrowed}
    rows = [row for row in option.harm_ranges if row.told_first and (row.event, row.table) in own]
    return Harms(
        option,
        tuple(row for row in rows if row.severity == "major"),
        tuple(row for row in rows if row.severity == "minor"),
        tuple(each.name for each in option.harms_not_counted),
    )


def to_ask(aid: Aid) -> tuple[Text, ...]:
    """Return what to ask the person who needles."""
    said = [text for option in aid.options for text in option.texts]
    said += aid.background.who_may if aid.background else ()
    texts = {text.id: text for text in said}
    return tuple(texts[id_] for id_ in _TO_ASK if id_ in texts)


def harm_sources(each: Harms, row: HarmRange) -> tuple[str, ...]:
    """Return the sources of one line of harms."""
    return tables.harm_sources(row, each.option.harms)


def _merged(said: Iterable[tuple[Option, str, tuple[str, ...]]]) -> tuple[Line, ...]:
    names: dict[str, list[str]] = {}
    sources: dict[str, list[str]] = {}
    for option, text, ids in said:
        names.setdefault(text, []).append(option.name)
        sources.setdefault(text, []).extend(ids)
    return tuple(
        Line(tuple(dict.fromkeys(who)), text, tuple(dict.fromkeys(sources[text])))
        for text, who in names.items()
    )
