"""The kinds of incidents, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

KINDS: Final[Mapping[str, str]] = {
    "needle_not_found": "A needle was not found",
    "count_differed": "Needle counts did not agree at the first look",
    "count_amended": "A needle count was corrected afterwards",
    "taken_from_table": "Needles that had gone in were taken from the table",
    "recalled_lot": "A lot was recalled after it was used",
}
"""What happened, by `Incident.kind`."""


def words_of(kind: str) -> str:
    """Return a kind in words.

    >>> words_of("recalled_lot")
    'A lot was recalled after it was used'
    """
    return KINDS.get(kind) or kind.replace("_", " ").capitalize()
