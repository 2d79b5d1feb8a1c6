"""An effect and its variance."""

from __future__ import annotations

from typing import NamedTuple


class Pooled(NamedTuple):
    """An effect and its variance."""

    effect: float
    variance: float
