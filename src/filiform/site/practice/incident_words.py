"""The kinds of incidents, in words, and under which fact some are reported."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Reported:
    """A kind of incident that may have to be reported.

    Attributes:
        name: in plain words.
        harmed: staff or patient, as `care.safety.deadlines` asks.
        fact: of `[reported_as]` in safety.toml.
    """

    name: str
    harmed: str
    fact: str


REPORTED = {
    "staff_needlestick": Reported("A used needle pricked someone of staff", "staff", "needlestick"),
    "staff_absence": Reported("Someone of staff was hurt and could not work", "staff", "absence"),
    "staff_hospital": Reported("Someone of staff was taken to hospital", "staff", "hospital"),
    "staff_death": Reported("Someone of staff died at work", "staff", "death"),
    "device_fault": Reported("A needle or another device was faulty", "patient", "device_fault"),
}

KINDS: Final[Mapping[str, str]] = {
    "needle_not_found": "A needle was not found",
    "count_differed": "Needle counts did not agree at the first look",
    "count_amended": "A needle count was corrected afterwards",
    "taken_from_table": "Needles that had gone in were taken from the table",
    "refused_needle": "A needle is in that should not have gone in",
    "recalled_lot": "A lot was recalled after it was used",
    **{kind: each.name for kind, each in REPORTED.items()},
}
"""What happened, by `Incident.kind`."""


def words_of(kind: str) -> str:
    """Return a kind in words.

    >>> words_of("recalled_lot")
    'A lot was recalled after it was used'
    """
    return KINDS.get(kind) or kind.replace("_", " ").capitalize()
