"""Sequential boundaries and trial sequential analysis."""

from __future__ import annotations

from filiform.evidence.sequential.boundaries import SPENDING, Boundaries, boundaries
from filiform.evidence.sequential.sequential import (
    Look,
    Sequential,
    required_information,
    sequential,
)

__all__ = [
    "SPENDING",
    "Boundaries",
    "Look",
    "Sequential",
    "boundaries",
    "required_information",
    "sequential",
]
