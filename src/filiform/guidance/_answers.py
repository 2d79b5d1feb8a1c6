"""Reading one answer: a number in its range, a word of a list, a list without doubles."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from filiform.errors import GuidanceError, unknown

if TYPE_CHECKING:
    from filiform.guidance._guidebook import Range

_LONGEST_ECHO = 60
_TOO_LONG = 10**_LONGEST_ECHO

Answers = Mapping[str, object]


def shown(value: object) -> str:
    """Return a value as it is echoed in a message: never longer than a line.

    >>> shown("a" * 100)[-3:]
    "a'…"
    """
    if isinstance(value, str):
        return repr(value) if len(value) <= _LONGEST_ECHO else f"{value[:_LONGEST_ECHO]!r}…"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value) if abs(value) < _TOO_LONG else "a very large number"
    return f"{value:.15g}" if isinstance(value, float) else _kind_shown(value)


def _kind_shown(value: object) -> str:
    if isinstance(value, Mapping):
        return "a table"
    return "null" if value is None else f"a {type(value).__name__}"


def number(given: Answers, key: str, allowed: Range) -> float | None:
    """Return a number inside its range; None where it was left out.

    Raises:
        GuidanceError: it is no number, not finite, or outside its range.
    """
    if key not in given:
        return None
    value = given[key]
    admissible = f"a number from {allowed.low} to {allowed.high} ({allowed.unit})"
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _wrong(key, value, admissible)
    if not allowed.low <= value <= allowed.high:  # NaN is in no range
        raise _wrong(key, value, admissible)
    return float(value)


def whole(given: Answers, key: str, allowed: Range) -> int | None:
    """Return a whole number inside its range; None where it was left out.

    Raises:
        GuidanceError: it is no whole number, or outside its range.
    """
    value = number(given, key, allowed)
    if value is None:
        return None
    if not value.is_integer():
        admissible = f"a whole number from {allowed.low} to {allowed.high} ({allowed.unit})"
        raise _wrong(key, given[key], admissible)
    return int(value)


def word(given: Answers, key: str, admissible: Collection[str], listed_by: str = "") -> str | None:
    """Return a word of a list; None where it was left out.

    Raises:
        GuidanceError: it is no text, or not in the list.
    """
    if key not in given:
        return None
    value = given[key]
    if not isinstance(value, str):
        raise _wrong(key, value, "a text")
    return _known(key, value, admissible, listed_by)


def words(
    given: Answers, key: str, admissible: Collection[str], listed_by: str = ""
) -> tuple[str, ...]:
    """Return a list of words, each once, each in the list of admissible ones.

    Raises:
        GuidanceError: it is no list of texts, a word is not known, or stands there twice.
    """
    kind = _KINDS.get(key, key)
    return tuple(_known(kind, each, admissible, listed_by) for each in texts(given, key))


def texts(given: Answers, key: str, *, most: int = 100, longest: int = 100) -> tuple[str, ...]:
    """Return a list of texts, each once.

    Raises:
        GuidanceError: it is no list of texts, too long, or a text stands there twice.
    """
    value = given.get(key, [])
    if not isinstance(value, list | tuple):
        raise _wrong(key, value, f'a list of texts, as in {key} = ["…"]')
    if len(value) > most:
        raise GuidanceError(
            f"{key} holds {len(value)} entries, at most {most} are read: shorten it"
        )
    found: list[str] = []
    for each in value:
        item = plain(key, each, longest)
        if item in found:
            raise GuidanceError(f"{key} holds {shown(item)} twice: name it once")
        found.append(item)
    return tuple(found)


def plain(key: str, value: object, longest: int) -> str:
    """Return a text of one line that is not empty.

    Raises:
        GuidanceError: it is no text, empty, too long, or holds control characters.
    """
    if not isinstance(value, str):
        raise _wrong(f"an entry of {key}", value, "a text")
    trimmed = value.strip()
    if not trimmed:
        raise GuidanceError(f"{key} holds an empty text: write the word or leave it out")
    if len(trimmed) > longest:
        raise GuidanceError(
            f"{key} holds a text of {len(trimmed)} characters, "
            f"at most {longest} are read: shorten it"
        )
    if not trimmed.isprintable():
        raise GuidanceError(f"{key} holds characters that cannot be printed: type it anew")
    return trimmed


def yes_no(given: Answers, key: str) -> bool | None:
    """Return true or false; None where it was left out.

    Raises:
        GuidanceError: it is something else.
    """
    value = given.get(key)
    if key in given and not isinstance(value, bool):
        raise _wrong(key, value, "true or false")
    return value if isinstance(value, bool) else None


def only(given: Mapping[str, object], admissible: Collection[str], kind: str) -> Answers:
    """Return the answers when each key is known.

    Raises:
        GuidanceError: a key is not known; the nearest known one is offered.
    """
    for key in given:
        if key not in admissible:
            raise GuidanceError(
                unknown(kind, key, admissible, listed_by="person.schema.json")
                + ". Mend or remove it."
            )
    return given


_KINDS = {
    "findings": "finding",
    "absent": "finding in absent",
    "pain_regions": "pain region",
    "history": "entry of history",
    "avoid": "therapy in preferences.avoid",
}


def _known(kind: str, given: str, admissible: Collection[str], listed_by: str) -> str:
    if given not in admissible:
        raise GuidanceError(f"{unknown(kind, given, admissible, listed_by=listed_by)}.")
    return given


def _wrong(key: str, value: object, admissible: str) -> GuidanceError:
    return GuidanceError(
        f"{key} is {shown(value)}, admissible is {admissible}: mend it or leave it out"
    )
