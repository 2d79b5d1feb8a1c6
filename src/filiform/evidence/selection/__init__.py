"""Selection models for publication bias."""

from __future__ import annotations

from filiform.evidence.selection.result import Selection, Weight
from filiform.evidence.selection.selection import selection

__all__ = ["Selection", "Weight", "selection"]
