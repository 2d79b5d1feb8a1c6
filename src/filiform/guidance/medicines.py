"""Medicines by the names that people use, and the classes that matter for needles."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from filiform.errors import GuidanceError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from filiform.guidance._guidebook import Guidebook

_ALIKE = 0.82
"""How alike a name must be to a medicine that asks for care to be taken for a slip of the pen:
"warfrin" 0.93 of "warfarin", but "metformin" only 0.57 of "methotrexate"."""

_NEARLY_THE_SAME = 0.9
"""The same for medicines that ask for none: "ibuprofn" 0.94 of "ibuprofen", but the true name
"pravastatin" 0.87 of "atorvastatin"."""

_ANOTHER = "other"
"""Written in front, it says that the name is meant as it stands."""

_MOST_WORDS = 3


class UnlistedMedicineError(GuidanceError):
    """A name that is not listed but nearly the same as a listed one.

    Attributes:
        name: as it was given.
        meant: the listed name.
    """

    def __init__(self, name: str, meant: str) -> None:
        """Say what was given and what may have been meant."""
        super().__init__(
            f"medicine {name!r} is not listed: did you mean {meant!r}? Write it like that, or "
            f"put the word {_ANOTHER!r} in front when it is another medicine"
        )
        self.name = name
        self.meant = meant


@dataclass(frozen=True, slots=True)
class Medicine:
    """A medicine as given, and its class; None where we do not know the name."""

    name: str
    class_id: str | None


def recognise(names: Iterable[str], book: Guidebook) -> tuple[Medicine, ...]:
    """Return each medicine with its class: a listed name anywhere in it counts.

    Args:
        names: names as people write them, with a dose or not.
        book: guidance.toml.

    Raises:
        UnlistedMedicineError: a name is not listed but nearly the same as a listed one: a
            wrong letter must not hide a blood thinner.

    >>> from filiform.guidance._guidebook import guidebook
    >>> found = recognise(["Warfarin 5 mg", "Eliquis (apixaban)", "hawthorn"], guidebook())
    >>> [medicine.class_id for medicine in found]
    ['anticoagulant', 'anticoagulant', None]
    """
    return tuple(_recognise(name, book) for name in names)


def _recognise(name: str, book: Guidebook) -> Medicine:
    parts = _parts(name)
    known = {book.medicine_names[part] for part in parts if part in book.medicine_names}
    if known:
        return Medicine(name, min(known, key=list(book.medicines).index))
    alike = _alike(parts, book)
    if alike and _ANOTHER not in parts:
        raise UnlistedMedicineError(name, alike)
    return Medicine(name, None)


def _parts(name: str) -> tuple[str, ...]:
    """Return the whole name, then each run of up to three of its words, the longest first."""
    plain = "".join(letter if letter.isalnum() or letter in "-_" else " " for letter in name)
    said = plain.casefold().split()
    runs = (
        " ".join(said[start : start + length])
        for length in range(min(_MOST_WORDS, len(said)), 0, -1)
        for start in range(len(said) - length + 1)
    )
    return tuple(dict.fromkeys((" ".join(said), *runs)))


def _alike(parts: Iterable[str], book: Guidebook) -> str | None:
    """Return the listed name that one of the parts is nearly the same as."""
    careful = {fact for rule in book.cautions for fact in rule.facts}
    listed = {
        cutoff: [
            name for name, class_id in book.medicine_names.items() if (class_id in careful) is asks
        ]
        for cutoff, asks in ((_ALIKE, True), (_NEARLY_THE_SAME, False))
    }
    for part in parts:
        for cutoff, names in listed.items():
            found = get_close_matches(part, names, n=1, cutoff=cutoff)
            if found:
                return found[0]
    return None
