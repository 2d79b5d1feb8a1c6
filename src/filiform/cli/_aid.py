"""The decision aid as text for the terminal, each sentence with the ids of its sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from filiform.cli import _option, _text
from filiform.cli._text import bullets, cited, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from filiform.guidance.aid import Aid, Background
    from filiform.guidance.course import GroupCourse


def text(aid: Aid) -> str:
    """Return the aid as text, the doctor first."""
    return "\n\n".join(part for part in _parts(aid) if part)


def _parts(aid: Aid) -> Iterator[str]:
    notes = [wrapped(note) for note in aid.notes]
    if not aid.screening.alone:
        yield from notes
    yield _text.screening(aid.screening)
    if aid.screening.urgency == "same_day":
        yield from notes
    yield bullets("What to do", _text.sentences(aid.doctor_first))
    yield bullets("Your medicines", _medicines(aid))
    if not aid.options:
        return
    yield bullets("First, and beside any needles", _text.sentences(aid.first_line))
    said: set[str] = set()
    for option in aid.options:
        yield from _option.parts(option, said)
    if aid.background:
        yield from _background(aid.background)
    yield wrapped(
        f"In brackets stand the ids of {len(aid.sources)} sources; `filiform guide … --json` "
        "lists them under `sources`."
    )


def _background(background: Background) -> Iterator[str]:
    yield bullets("Without needles", (_course(each) for each in background.natural_course))
    yield bullets("Acupuncture and dry needling", _text.sentences(background.difference))
    yield bullets("What a sham is", _text.sentences(background.placebo))
    yield bullets("How to choose a person", _text.sentences(background.who_may))
    muscles = (
        cited(f"{each.name}: felt in the {', '.join(each.covers_names)}", each.sources)
        for each in background.muscles
    )
    yield bullets("Muscles that may cause your pain", muscles)


def _course(group: GroupCourse) -> str:
    """Return a group over time with what it was measured by: two measures are told apart."""
    people = f", {group.n:,} people" if group.n else ""
    doubt = f" Doubt: {group.doubt}." if group.doubt else ""
    told = f"{group.population}{people} ({group.instrument}): {group.text}{doubt}"
    return cited(told, group.sources)


def _medicines(aid: Aid) -> Iterator[str]:
    for each in (*aid.medicines, *aid.not_recognised):
        yield f"{each.name}: {each.advice}"
