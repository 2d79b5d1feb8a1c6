"""What letters say of a therapy: the trials as the living review pools them, and serious harms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from filiform.care._letter_course import therapy_name
from filiform.care.letter import LetterTable, Paragraph, closed
from filiform.guidance import words
from filiform.guidance.harms import harms_of, not_counted, ranges_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from filiform.guidance.effects import Effect
    from filiform.guidance.harms import Harm, HarmRange
    from filiform.knowledge import Library

_LENDER = "acupuncture"
"""The needles whose serious harms were counted most."""


def main(effects: Sequence[Effect]) -> tuple[Effect, ...]:
    """Return the effects that every letter tells, whatever they say."""
    from filiform.guidance.effects import (  # noqa: PLC0415 - only it needs the review
        MAIN_COMPARATORS,
        MAIN_OUTCOMES,
    )

    return tuple(
        effect
        for effect in effects
        if effect.against in MAIN_COMPARATORS and effect.outcome in MAIN_OUTCOMES
    )


def evidence(effects: tuple[Effect, ...], name: str) -> Paragraph:
    """Return each main comparison that has a trial, and against what there is none."""
    lead = (
        f"This is what the trials of {name} in neck pain found, as our living review pools them. "
        "Every main comparison is in the table, those without a trial too."
    )
    tried = [effect for effect in effects if effect.trials]
    missing = dict.fromkeys(effect.against_name for effect in effects if not effect.trials)
    none = [each for each in missing if all(each != effect.against_name for effect in tried)]
    told = [effect.sentence for effect in tried]
    if none:
        told.append(f"We found no trial against {words.joined(none, 'or')}.")
    cited = tuple(dict.fromkeys(id_ for effect in effects for id_ in effect.sources))
    return Paragraph("What the trials say", (lead, *told), cited)


def evidence_table(effects: tuple[Effect, ...]) -> LetterTable:
    """Return every main comparison with its certainty."""
    columns = ("Against", "Outcome", "When", "Difference (95 %)", "Trials", "People", "Certainty")
    rows = tuple(
        (
            effect.against_name,
            words.OUTCOME_WORDS[effect.outcome],
            effect.weeks_text,
            _difference(effect),
            str(effect.trials),
            str(effect.participants or "not told") if effect.trials else "0",
            effect.certainty.replace("_", " "),
        )
        for effect in effects
    )
    return LetterTable(
        "Differences in points of 100; below zero favours the needles", columns, rows
    )


def _difference(effect: Effect) -> str:
    if effect.estimate is None:
        return effect.withheld or "no usable trial"
    ends = f" ({effect.ci[0]:.1f} to {effect.ci[1]:.1f})" if effect.ci else ""
    return f"{effect.estimate:.1f}{ends}"


def serious_harms(therapy: str, library: Library) -> Paragraph:
    """Return how often serious harms came up, those that were told of and never counted too.

    A harm that no study counted of this therapy is told with its count of acupuncture, and so
    named.
    """
    name, harms = therapy_name(therapy, library), harms_of(library, therapy)
    lender = harms_of(library, _LENDER)
    counted = [row for row in ranges_of(harms) if row.told_first and row.severity == "major"]
    reported = _only_reported(harms)
    asked = [each for each in not_counted(harms) if each.severity == "major"]
    unknown = {each.event: each.name for each in asked if each.event not in reported}
    lent = _by_event(ranges_of(lender)) if lender else {}
    sentences = [closed(f"{words.sentence(row.name)}: {row.text}") for row in counted]
    sentences += [
        f"{words.sentence(called)}: told of in reports of {name}, how often is not known."
        f"{_lent(event, lent, therapy, library)}"
        for event, called in reported.items()
    ]
    if unknown:
        called = words.joined(list(unknown.values()))
        sentences.append(f"No study of ours counts these of {name}: {called}.")
    sentences += [
        f"The counts are of {library.therapies[each].name}: none is of {name} alone."
        for each in dict.fromkeys(h.borrowed for h in harms if h.borrowed)
    ]
    lenders = [h for h in lender if h.event in reported and h.rate is not None]
    cited = dict.fromkeys(id_ for harm in (*harms, *lenders) for id_ in harm.sources)
    return Paragraph("Serious harms of this treatment", tuple(sentences), tuple(cited))


def _only_reported(harms: Iterable[Harm]) -> dict[str, str]:
    """Return the serious harms that were told of and never counted, by event."""
    rows = [harm for harm in harms if harm.severity == "major"]
    counted = {harm.event for harm in rows if harm.rate is not None}
    return {
        harm.event: harm.name
        for harm in rows
        if harm.event not in counted and not harm.event.startswith("any_")
    }


def _by_event(ranges: Iterable[HarmRange]) -> dict[str, list[HarmRange]]:
    found: dict[str, list[HarmRange]] = {}
    for row in ranges:
        found.setdefault(row.event, []).append(row)
    return found


def _lent(event: str, lent: dict[str, list[HarmRange]], therapy: str, library: Library) -> str:
    if therapy == _LENDER or event not in lent:
        return ""
    told = "; ".join(row.text for row in lent[event])
    return f" Of {library.therapies[_LENDER].name}: {told}."
