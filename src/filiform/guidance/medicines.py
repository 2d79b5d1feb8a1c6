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
"""How alike a name must be to be taken for a slip of the pen: "warfarine" 0.94 of "warfarin",
but "metformin" only 0.57 of "methotrexate"."""


@dataclass(frozen=True, slots=True)
class Medicine:
    """A medicine as given, and its class; None where we do not know the name."""

    name: str
    class_id: str | None


def recognise(names: Iterable[str], book: Guidebook) -> tuple[Medicine, ...]:
    """Return each medicine with its class.

    Args:
        names: names as people write them.
        book: guidance.toml.

    Raises:
        GuidanceError: a name is not listed but nearly the same as a listed one: a wrong letter
            must not hide a blood thinner.

    >>> from filiform.guidance._guidebook import guidebook
    >>> [medicine.class_id for medicine in recognise(["Warfarin", "hawthorn"], guidebook())]
    ['anticoagulant', None]
    """
    return tuple(_recognise(name, book) for name in names)


def _recognise(name: str, book: Guidebook) -> Medicine:
    folded = " ".join(name.casefold().split())
    known = book.medicine_names.get(folded)
    if known is not None:
        return Medicine(name, known)
    alike = get_close_matches(folded, list(book.medicine_names), n=1, cutoff=_ALIKE)
    if alike:
        raise GuidanceError(
            f"medicine {name!r} is not listed: did you mean {alike[0]!r}? Write it like that, or "
            "add the word 'other' in front when it is another medicine"
        )
    return Medicine(name, None)
