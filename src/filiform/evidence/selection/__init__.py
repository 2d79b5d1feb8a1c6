"""Selection models for publication bias."""

from __future__ import annotations

from filiform.evidence.selection.selection import Selection, Weight, selection

__all__ = ["Selection", "Weight", "selection"]
