"""The BCG trials (metafor's dat.bcg) and Senn's diabetes network, for every plot."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from filiform.evidence.effects.effect_size import effect_size
from filiform.evidence.network.arms import network_arms
from filiform.evidence.network.fit_network import Network, fit_network
from filiform.evidence.pooling.pool import pool

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from filiform.evidence.effects.result import Effects
    from filiform.evidence.pooling.pooled import Pooled

REFERENCE = Path(__file__).parents[2] / "reference"


@dataclass(frozen=True)
class Bcg:
    """Thirteen trials of BCG vaccine against tuberculosis."""

    events1: NDArray[np.float64]
    n1: NDArray[np.float64]
    events2: NDArray[np.float64]
    n2: NDArray[np.float64]
    year: list[float]
    latitude: list[float]
    allocation: list[str]
    effects: Effects
    fit: Pooled


@pytest.fixture(scope="session")
def bcg() -> Bcg:
    path = REFERENCE / "influence" / "bcg-RR-radial-EE.json"
    data = json.loads(path.read_text(encoding="utf-8"))["data"]
    tables = [np.array(data[name], dtype=float) for name in ("tpos", "tneg", "cpos", "cneg")]
    a, b, c, d = tables
    labels = [f"{author} {year}" for author, year in zip(data["author"], data["year"], strict=True)]
    effects = effect_size("RR", events1=a, n1=a + b, events2=c, n2=c + d, labels=labels)
    return Bcg(
        a,
        a + b,
        c,
        c + d,
        data["year"],
        data["ablat"],
        data["alloc"],
        effects,
        pool(effects.yi, effects.vi, labels=labels),
    )


@pytest.fixture(scope="session")
def senn() -> Network:
    path = REFERENCE / "network" / "senn2013-REML.json"
    arms = json.loads(path.read_text(encoding="utf-8"))["data"]["arms"]
    data = network_arms(
        "MD", arms["study"], arms["treatment"], n=arms["ni"], means=arms["mi"], sds=arms["sdi"]
    )
    return fit_network(data, reference="placebo", small_values="desirable")
