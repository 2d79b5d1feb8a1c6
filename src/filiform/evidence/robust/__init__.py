"""Cluster-robust variances."""

from __future__ import annotations

from filiform.evidence.robust.robust import Robust, robust

__all__ = ["Robust", "robust"]
