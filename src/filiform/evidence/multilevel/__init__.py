"""Multilevel and multivariate models: effects that are not independent of each other."""

from __future__ import annotations

from filiform.evidence.multilevel._blup import RandomEffect
from filiform.evidence.multilevel.coefficients import Coefficient, JointTest
from filiform.evidence.multilevel.multilevel import multilevel, three_level
from filiform.evidence.multilevel.random import (
    STRUCTURES,
    Random,
    nested,
    random_intercept,
    random_structure,
)
from filiform.evidence.multilevel.result import (
    Component,
    ComponentInterval,
    Multilevel,
)
from filiform.evidence.multilevel.working import working_covariance

__all__ = [
    "STRUCTURES",
    "Coefficient",
    "Component",
    "ComponentInterval",
    "JointTest",
    "Multilevel",
    "Random",
    "RandomEffect",
    "multilevel",
    "nested",
    "random_intercept",
    "random_structure",
    "three_level",
    "working_covariance",
]
