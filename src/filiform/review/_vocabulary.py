"""The words that a question may use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The admissible words of a question.

    Args:
        nodes: Therapies and groups of them, as an intervention or as a comparator.
        comparators: Further words that only a comparator may be.
        outcomes: Each outcome with the measure that is usual for it.
        regions: Where the pain is.
        conditions: The kinds of pain.
    """

    nodes: frozenset[str]
    comparators: frozenset[str]
    outcomes: Mapping[str, str]
    regions: frozenset[str]
    conditions: frozenset[str]
