"""The decision aid as text for the terminal: what decides; `--json` holds all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from filiform.cli import _text
from filiform.cli._text import heading, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from filiform.guidance.aid import Aid
    from filiform.guidance.option import Option
    from filiform.guidance.texts import Text


def text(aid: Aid) -> str:
    """Return the aid as text, the doctor first."""
    return "\n\n".join(part for part in _parts(aid) if part)


def _parts(aid: Aid) -> Iterator[str]:
    yield from (wrapped(note) for note in aid.notes)
    yield _text.screening(aid.screening)
    yield _bullets("What to do", (each.text for each in aid.doctor_first))
    yield _bullets("Your medicines", _medicines(aid))
    if not aid.options:
        return
    yield _bullets("First, and beside any needles", _sentences(aid.first_line))
    for option in aid.options:
        yield from _option(option)
    if aid.background:
        groups = aid.background.natural_course
        yield _bullets("Without needles", (f"{each.population}: {each.text}" for each in groups))
        yield _bullets("Acupuncture and dry needling", _sentences(aid.background.difference))
    yield wrapped(f"It rests on {len(aid.sources)} sources; --json names each beside its sentence.")


def _option(option: Option) -> Iterator[str]:
    yield heading(option.name[:1].upper() + option.name[1:])
    yield wrapped(f"{option.fits_text} {option.why}")
    yield _bullets("Take care", _care(option))
    shown = [each for each in option.effects if each.estimate is not None]
    yield _bullets("What trials found", (each.sentence for each in shown))
    silent = [each for each in option.effects if each.estimate is None and not each.left_out]
    yield _bullets("Not known", (each.sentence for each in silent))
    yield wrapped(option.expected.yours)
    yield _bullets("How long it lasts", (each.text for each in option.expected.lasting))
    yield _bullets(
        "What can go wrong",
        (f"{each.name}: {each.text}" for each in option.harm_ranges),
    )
    yield wrapped(option.harms_note)
    yield _bullets("What it costs", _cost(option))
    yield _bullets("Who may do it", _who(option))
    yield f"Every trial of it: filiform evidence {option.id}"


def _care(option: Option) -> Iterator[str]:
    yield from (each.sentence for each in option.cautions)
    yield from (each.sentence for each in option.dangers)
    if option.cautions_note:
        yield option.cautions_note


def _cost(option: Option) -> Iterator[str]:
    cost = option.cost
    for name, amount in (("A session", cost.session), ("A usual course", cost.course)):
        if amount:
            yield f"{name}: {amount.text}" + (f" ({amount.computed})" if amount.computed else "")
    dated = dict.fromkeys(each.checked_note for each in cost.rows if each.checked_note)
    if dated:
        yield f"These prices: {'; '.join(dated)}."
    yield from (each for each in (cost.note, cost.cover_note) if each)


def _who(option: Option) -> Iterator[str]:
    for each in option.practitioners:
        note = f" ({each.checked_note})" if each.checked_note else ""
        yield each.sentence + note
    if option.practitioners_note:
        yield option.practitioners_note


def _medicines(aid: Aid) -> Iterator[str]:
    for each in (*aid.medicines, *aid.not_recognised):
        yield f"{each.name}: {each.advice}"


def _sentences(texts: Iterable[Text]) -> Iterator[str]:
    for each in texts:
        yield f"{each.text} {each.limits}" if each.limits else each.text


def _bullets(title: str, sentences: Iterable[str]) -> str:
    lines = [wrapped(sentence, "    ", "  • ") for sentence in sentences]
    return "\n".join([f"{title}:", *lines]) if lines else ""
