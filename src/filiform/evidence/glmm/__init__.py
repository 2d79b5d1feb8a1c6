"""Generalised linear mixed models: pooling counts by their own distribution."""

from __future__ import annotations

from filiform.evidence.glmm._models import MODELS
from filiform.evidence.glmm.glmm import glmm
from filiform.evidence.glmm.result import Glmm

__all__ = ["MODELS", "Glmm", "glmm"]
