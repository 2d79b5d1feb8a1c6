"""The Bayesian normal-normal model, and priors of its heterogeneity."""

from __future__ import annotations

from filiform.evidence.bayes.bayes import Bayes, Posterior, bayes
from filiform.evidence.bayes.priors import (
    TauPrior,
    half_cauchy,
    half_normal,
    log_normal,
    log_t,
    rhodes_2015,
    turner_2015,
    uniform,
)

__all__ = [
    "Bayes",
    "Posterior",
    "TauPrior",
    "bayes",
    "half_cauchy",
    "half_normal",
    "log_normal",
    "log_t",
    "rhodes_2015",
    "turner_2015",
    "uniform",
]
