"""What can go wrong and how often, as lines of a consent text, read from the counts of harms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from filiform.guidance.harms import harms_of, not_counted, ranges_of
from filiform.guidance.words import joined, sentence

if TYPE_CHECKING:
    from collections.abc import Mapping

    from filiform.guidance.harms import Harm
    from filiform.knowledge import Library


def risk_lines(
    words: Mapping[str, str], therapy: str, library: Library
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the counts that people must be told of, the grave ones first, and their sources.

    Args:
        words: the fixed words of this version.
        therapy: one of the options.
        library: the facts.
    """
    harms = harms_of(library, therapy)
    if not harms:
        return (words["none"],), ()
    told = [each for each in ranges_of(harms) if each.told_first]
    lines = [words["intro"]]
    for severity, heading in (("major", words["serious"]), ("minor", words["minor"])):
        found = [each for each in told if each.severity == severity]
        if found:
            lines.append(heading)
            lines += [f"- {sentence(each.name)}: {each.text}." for each in found]
    reported = _only_reported(harms, words["sum_of_reports"])
    if reported:
        lines.append(words["told_of"].format(names=joined(reported)))
    uncounted = [each.name for each in not_counted(harms) if each.name not in reported]
    if uncounted:
        lines.append(words["not_counted"].format(names=joined(uncounted)))
    lenders = dict.fromkeys(
        each.borrowed for each in harms if each.borrowed and each.borrowed != therapy
    )
    lines += [words["borrowed"].format(name=library.therapies[each].name) for each in lenders]
    return tuple(lines), tuple(dict.fromkeys(id_ for each in harms for id_ in each.sources))


def _only_reported(harms: tuple[Harm, ...], sum_of_reports: str) -> list[str]:
    """Return the harms that were told of and never counted."""
    counted = {each.event for each in harms if each.rate is not None} | {sum_of_reports}
    found = (each.name for each in harms if each.rate is None and each.event not in counted)
    return list(dict.fromkeys(found))
