"""One therapy of a decision aid as text for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from filiform.cli import _text
from filiform.cli._text import bullets, cited, heading, wrapped
from filiform.guidance.words import OUTCOME_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from filiform.guidance.effects import Effect
    from filiform.guidance.harms import HarmRange
    from filiform.guidance.option import Option

_TOPICS = {
    "therapy": "What it is",
    "suitability": "Whom it may suit",
    "session": "What a session is like",
    "needle_safety": "Needles that are safe",
    "mechanism": "How it may work, and what is not known",
    "inconsistency": "Why the trials do not agree",
}
"""The topics of the sourced sentences; those on how long it lasts stand with its numbers."""


def parts(option: Option, said: set[str]) -> Iterator[str]:
    """Yield a therapy part by part.

    Args:
        option: the therapy.
        said: ids of the sentences that stand above already; those of this therapy are added.
    """
    yield heading(option.name[:1].upper() + option.name[1:])
    yield wrapped(f"{option.fits_text} {option.why}")
    yield bullets("Take care", _care(option))
    yield from _effects(option)
    yield bullets("How long it lasts", (*_texts(option, "lasts", said), *_lasting(option)))
    yield from _harms(option)
    for topic, title in _TOPICS.items():
        doses = (cited(each.text, each.sources) for each in option.doses if topic == "session")
        yield bullets(title, (*_texts(option, topic, said), *doses))
    yield bullets("What it costs", _cost(option))
    yield bullets("Who may do it", _who(option))
    yield f"Every trial of it: filiform evidence {option.id}"


def command(option: Option, effect: Effect) -> str:
    """Return the command that shows the trials behind one comparison."""
    return (
        f"filiform evidence {option.id} --against {effect.against} "
        f"--outcome {effect.outcome} --weeks {effect.weeks} --measure {effect.measure}"
    )


def _texts(option: Option, topic: str, said: set[str]) -> tuple[str, ...]:
    fresh = [each for each in option.texts if each.topic == topic and each.id not in said]
    said.update(each.id for each in fresh)
    return tuple(_text.sentences(fresh))


def _care(option: Option) -> Iterator[str]:
    yield from (cited(each.sentence, each.sources) for each in option.cautions)
    yield from (cited(each.sentence, each.sources) for each in option.dangers)
    if option.cautions_note:
        yield option.cautions_note


def _effects(option: Option) -> Iterator[str]:
    told = [each for each in option.effects if each.trials or each.left_out]
    lines = [
        line
        for each in told
        for line in (
            wrapped(cited(each.sentence, each.sources), "    ", "  • "),
            f"      {command(option, each)}",
        )
    ]
    if lines:
        yield "\n".join(["What trials found, each with the command that shows them:", *lines])
    silent = [each for each in option.effects if each not in told]
    yield bullets("Not known: we found no trial on", _silent(silent))
    yield wrapped(option.expected.yours)
    yield bullets("What a sham does too", [option.expected.placebo.text])
    unknown = (cited(each.text, each.sources) for each in option.expected.not_known)
    yield bullets("What is not known about people like you", unknown)


def _silent(effects: Iterable[Effect]) -> Iterator[str]:
    """Yield one line a comparator and outcome, with the times of which no trial tells."""
    times: dict[tuple[str, str], list[str]] = {}
    for each in effects:
        key = each.against_name, OUTCOME_WORDS[each.outcome]
        times.setdefault(key, []).append(each.weeks_text)
    for (against, outcome), when in times.items():
        yield f"{outcome} against {against}: {'; '.join(dict.fromkeys(when))}"


def _lasting(option: Option) -> Iterator[str]:
    for each in option.expected.lasting:
        yield f"Pain, against {each.against_name}: {each.text}"


def _harms(option: Option) -> Iterator[str]:
    first = [each for each in option.harm_ranges if each.told_first]
    others = [each for each in option.harm_ranges if not each.told_first]
    yield bullets("What can go wrong", (_harm(option, each) for each in first))
    rare = "; ".join(f"{each.name} {each.text}" for each in others)
    yield wrapped(f"Also counted: {rare}." if rare else "")
    uncounted = ", ".join(each.name for each in option.harms_not_counted)
    note = option.harms_not_counted[0].text if option.harms_not_counted else ""
    yield wrapped(f"{uncounted[:1].upper()}{uncounted[1:]}: {note}" if uncounted else "")
    unrated = [each for each in option.harms if each.rate is None]
    told = (cited(f"{each.name}: {each.text}", each.sources) for each in unrated)
    yield bullets("Seen, but no one knows how often", told)
    yield wrapped(option.harms_note)


def _harm(option: Option, row: HarmRange) -> str:
    sources = (
        source
        for harm in option.harms
        if (harm.event, harm.table) == (row.event, row.table)
        for source in harm.sources
    )
    return cited(f"{row.name}: {row.text}", sources)


def _cost(option: Option) -> Iterator[str]:
    cost = option.cost
    amounts = (
        ("First session", cost.first_session),
        ("A session", cost.session),
        ("A usual course", cost.course),
    )
    for name, amount in amounts:
        if amount:
            told = "; ".join(part for part in (amount.computed, amount.dated) if part)
            yield cited(f"{name}: {amount.text} ({told})", amount.sources)
    yield from (each for each in (cost.note, cost.cover_note) if each)
    for each in cost.cover:
        if each.yours:
            yield cited(
                f"Your insurer, {each.name}: {each.text}. {each.checked_note}", each.sources
            )


def _who(option: Option) -> Iterator[str]:
    for each in option.practitioners:
        note = f" ({each.checked_note})" if each.checked_note else ""
        yield cited(each.sentence + note, each.sources)
    if option.practitioners_note:
        yield option.practitioners_note
