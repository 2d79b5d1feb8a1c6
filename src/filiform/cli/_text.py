"""The screening and lists of ids as text for the terminal."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from filiform.guidance.screening import Reason, Screening
    from filiform.guidance.texts import Text

WIDTH = 88
_SHOWN_NOT_ASKED = 6


def wrapped(text: str, indent: str = "", first: str | None = None) -> str:
    """Return the text in lines of at most 88 characters.

    >>> print(wrapped("one two", indent="  ", first="- "))
    - one two
    """
    return textwrap.fill(
        text,
        WIDTH,
        initial_indent=indent if first is None else first,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def heading(text: str) -> str:
    """Return a heading with a line below it.

    >>> print(heading("Why"))
    Why
    ───
    """
    return f"{text}\n{'─' * len(text)}"


def bullets(title: str, told: Iterable[str]) -> str:
    """Return a title and a line for each that is told; nothing where nothing is told.

    >>> print(bullets("Why", ["one", "two"]))
    Why:
      • one
      • two
    """
    lines = [wrapped(each, "    ", "  • ") for each in told]
    return "\n".join([f"{title}:", *lines]) if lines else ""


def cited(text: str, sources: Iterable[str]) -> str:
    """Return a sentence with the ids of its sources behind it, each once.

    >>> cited("It helps.", ["a", "b", "a"])
    'It helps. [a, b]'
    """
    ids = ", ".join(dict.fromkeys(sources))
    return f"{text} [{ids}]" if ids else text


def sentences(texts: Iterable[Text]) -> Iterator[str]:
    """Yield each sourced sentence with its limits and the ids of its sources."""
    for each in texts:
        yield cited(f"{each.text} {each.limits}" if each.limits else each.text, each.sources)


def screening(result: Screening) -> str:
    """Return the screening as text: what to do, why, and what was not asked."""
    parts = [
        heading(result.title),
        wrapped(result.action),
        wrapped(result.needling_sentence + "."),
        *([reasons(result.reasons)] if result.reasons else []),
        *([not_asked(result.not_asked)] if result.not_asked else []),
        *(wrapped(sentence) for sentence in result.summary),
    ]
    return "\n\n".join(parts)


def reasons(found: Iterable[Reason]) -> str:
    """Return one entry a reason: the sentence, what is suspected, the answers and the source."""
    lines = ["Why:"]
    for reason in found:
        lines += [
            wrapped(reason.sentence, "    ", "  • "),
            wrapped(f"may be: {reason.suspected}", "      ", "    "),
            wrapped(f"because of: {', '.join(reason.findings)}", "      ", "    "),
            wrapped(f"source: {_source(reason)}", "      ", "    "),
        ]
    return "\n".join(lines)


def _source(reason: Reason) -> str:
    """Return the rows of the tables and the bibliography's ids; --json holds the cells whole."""
    graded = f", graded {reason.grade}" if reason.grade else ""
    return f"{', '.join(reason.rows)} ({', '.join(reason.sources)}){graded}"


def not_asked(ids: Sequence[str]) -> str:
    """Return the findings that were not asked, the most urgent first."""
    shown = ", ".join(ids[:_SHOWN_NOT_ASKED])
    rest = len(ids) - _SHOWN_NOT_ASKED
    more = f" and {rest} more (--json lists all)" if rest > 0 else ""
    return wrapped(f"Not asked, so not known: {shown}{more}.")


def listing(rows: Iterable[tuple[str, str, str]]) -> str:
    """Return ids with their meanings, group by group.

    Args:
        rows: id, group and meaning of each.

    >>> print(listing([("fever", "general", "38 C or more")]))
    general
      fever                             38 C or more
    """
    groups: dict[str, list[str]] = {}
    for id_, group, meaning in rows:
        groups.setdefault(group, []).append(f"  {id_:<34}{meaning}")
    return "\n\n".join(
        "\n".join([group.replace("_", " "), *lines]) for group, lines in groups.items()
    )
