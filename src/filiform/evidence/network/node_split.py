"""Node-splitting: direct against indirect evidence, comparison by comparison."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from filiform.evidence._distributions import t_quantile, two_sided_p
from filiform.evidence._model import MeanModel
from filiform.evidence._options import choose
from filiform.evidence._result import Result
from filiform.evidence._text import between, shown, shown_p, table
from filiform.evidence.network._direct import comparisons_of, direct_evidence, heterogeneity_of
from filiform.evidence.network._pooled import Pooled
from filiform.evidence.network._references import cite
from filiform.evidence.network._refit import indirect_by_refit
from filiform.evidence.tau2.likelihood import ml, reml

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from filiform.evidence.network._direct import Comparisons
    from filiform.evidence.network.effects import NetworkEffects
    from filiform.evidence.network.fit_network import Network

METHODS: Final[Mapping[str, str]] = {
    "back_calculation": "back_calculation",
    "back-calculation": "back_calculation",
    "side": "back_calculation",
    "sidde": "SIDDE",
}
# A share this near to 0 or 1 is all indirect or all direct evidence: the rest is rounding.
SHARE_TOLERANCE = 0.0005


@dataclass(frozen=True, slots=True)
class SplitEffect:
    """An effect with its interval and test."""

    estimate: float
    standard_error: float
    ci_low: float
    ci_high: float
    statistic: float
    p_value: float


@dataclass(frozen=True, slots=True)
class ComparisonSplit:
    """One comparison under one model.

    Attributes:
        treatment1, treatment2: the effect is of the first against the second.
        studies: how many trials compare them directly.
        proportion: of the network's effect that is direct.
        network: all evidence.
        direct: direct evidence alone; None without any.
        indirect: the rest; None where all is direct.
        difference: direct minus indirect.
        q: heterogeneity of the direct trials; None without any.
        tau2: their between-study variance; None for fewer than two.
        i2: percent of their Q above its degrees of freedom; None for fewer than two.
    """

    treatment1: str
    treatment2: str
    studies: int
    proportion: float
    network: SplitEffect
    direct: SplitEffect | None
    indirect: SplitEffect | None
    difference: SplitEffect | None
    q: float | None
    tau2: float | None
    i2: float | None


@dataclass(frozen=True, slots=True)
class NodeSplit(Result):
    """All comparisons of a network, split into direct and indirect evidence.

    Attributes:
        method: "back_calculation" or "SIDDE".
        common, random: one split a comparison, under each model.
        level: of the intervals.
        papers: the papers of exactly what was run.
    """

    method: str
    common: tuple[ComparisonSplit, ...]
    random: tuple[ComparisonSplit, ...]
    level: float
    papers: tuple[str, ...]

    def summary(self) -> str:
        """Return a table of the comparisons with both kinds of evidence, random effects."""
        both = [split for split in self.random if split.difference is not None]
        if not both:
            return "no comparison has both direct and indirect evidence"
        return table(
            ["comparison", "studies", "share", "network", "direct", "indirect", "difference", "p"],
            map(_row, both),
        )

    def to_frame(self) -> pd.DataFrame:
        """Return one row a comparison, random effects."""
        import pandas  # noqa: ICN001, PLC0415 - half a second that the analysis does not need

        return pandas.DataFrame([_flat(split) for split in self.random])


class _Direct(NamedTuple):
    """The direct evidence of one comparison."""

    effect: float
    variance: float
    proportion: float
    studies: int
    q: float
    tau2: float | None

    @property
    def i2(self) -> float | None:
        if self.studies == 1:
            return None
        return 100.0 * max(0.0, 1.0 - (self.studies - 1) / self.q) if self.q > 0.0 else 0.0


def node_split(net: Network, *, method: str = "back_calculation") -> NodeSplit:
    """Compare direct with indirect evidence for every pair of treatments.

    Args:
        net: a fitted network.
        method: "back_calculation" takes the indirect effect from the network's effect d and the
            direct one with share p, (d − p·direct)/(1 − p), variance V/(1 − p); "SIDDE" refits the
            network, τ² too, without all trials that compare the two, and gives no indirect effect
            where what is left is in parts.

    Raises:
        EvidenceError: for an unknown word.

    *Source: Dias et al. 2010, Statistics in Medicine 29:932, doi:10.1002/sim.3767; König, Krahn and
    Binder 2013, Statistics in Medicine 32:5414, doi:10.1002/sim.6001; Efthimiou et al. 2019,
    Statistics in Medicine 38:2992, doi:10.1002/sim.8158.*
    """
    chosen = choose("method", method, METHODS)
    comparisons = comparisons_of(net.data)
    refits = indirect_by_refit(net, comparisons) if chosen == "SIDDE" else None
    q, tau2 = heterogeneity_of(net.data, comparisons).tolist(), _tau2_direct(net, comparisons)
    splits = []
    for n, effects in enumerate((net.common, net.random)):
        direct = _direct(net, effects, comparisons, (q, tau2))
        splits.append(tuple(_splits(net, effects, direct, None if refits is None else refits[n])))
    papers = ("node_split", "measures", "mantel_haenszel_network" if refits else "")
    return NodeSplit(chosen, splits[0], splits[1], net.level, cite(papers))


def _direct(
    net: Network,
    effects: NetworkEffects,
    comparisons: Comparisons,
    trials: tuple[list[float], list[float | None]],
) -> dict[tuple[int, int], _Direct]:
    """Return the direct evidence by pair of treatments."""
    found = direct_evidence(net.data, comparisons, effects)
    rows = zip(
        found.effects.tolist(),
        found.variances.tolist(),
        found.proportion.tolist(),
        comparisons.studies.tolist(),
        *trials,
        strict=True,
    )
    pairs = zip(comparisons.first.tolist(), comparisons.second.tolist(), strict=True)
    return {pair: _Direct(*row) for pair, row in zip(pairs, rows, strict=True)}


def _splits(
    net: Network,
    effects: NetworkEffects,
    direct: dict[tuple[int, int], _Direct],
    refits: dict[tuple[int, int], Pooled] | None,
) -> list[ComparisonSplit]:
    theta, variances = effects.theta.tolist(), effects.variances.tolist()
    t = len(net.treatments)
    found = []
    for i in range(t):
        for j in range(i + 1, t):
            whole = Pooled(theta[i] - theta[j], variances[i][j])
            own = direct.get((i, j))
            if own is None:
                found.append(_only_indirect(net, (i, j), whole))
            else:
                other = _back(whole, own) if refits is None else refits.get((i, j))
                found.append(_both(net, (i, j), whole, own, other))
    return found


def _back(whole: Pooled, direct: _Direct) -> Pooled | None:
    """Return the indirect evidence by back-calculation, None where all is direct."""
    rest = 1.0 - direct.proportion
    if rest < SHARE_TOLERANCE:
        return None
    effect = (whole.effect - direct.proportion * direct.effect) / rest
    return Pooled(effect, whole.variance / rest)


def _only_indirect(net: Network, pair: tuple[int, int], whole: Pooled) -> ComparisonSplit:
    sign, one, two = _named(net, pair)
    effect = _evidence(sign, whole, net.level)
    return ComparisonSplit(one, two, 0, 0.0, effect, None, effect, None, None, None, None)


def _both(
    net: Network, pair: tuple[int, int], whole: Pooled, direct: _Direct, other: Pooled | None
) -> ComparisonSplit:
    sign, one, two = _named(net, pair)
    own = Pooled(direct.effect, direct.variance)
    indirect = difference = None
    if other is not None:
        indirect = _evidence(sign, other, net.level)
        apart = Pooled(own.effect - other.effect, own.variance + other.variance)
        difference = _evidence(sign, apart, net.level)
    return ComparisonSplit(
        one,
        two,
        direct.studies,
        direct.proportion,
        _evidence(sign, whole, net.level),
        _evidence(sign, own, net.level),
        indirect,
        difference,
        direct.q,
        direct.tau2,
        direct.i2,
    )


def _named(net: Network, pair: tuple[int, int]) -> tuple[float, str, str]:
    """Return the sign and names of a comparison, the reference second."""
    one, two = net.treatments[pair[0]], net.treatments[pair[1]]
    return (-1.0, two, one) if one == net.reference else (1.0, one, two)


def _evidence(sign: float, pooled: Pooled, level: float) -> SplitEffect:
    effect, error = sign * pooled.effect, math.sqrt(pooled.variance)
    half = t_quantile(level, math.inf) * error
    z = effect / error
    return SplitEffect(effect, error, effect - half, effect + half, z, two_sided_p(z, math.inf))


def _tau2_direct(net: Network, comparisons: Comparisons) -> list[float | None]:
    """Return τ² of each comparison's trials, by the network's method (DL where it has none)."""
    data, order = net.data, np.argsort(comparisons.of_edge, kind="stable")
    ends = np.cumsum(comparisons.studies).tolist()
    found: list[float | None] = []
    for k, end in zip(comparisons.studies.tolist(), ends, strict=True):
        if k == 1:
            found.append(None)
            continue
        edges = order[end - k : end]
        model = MeanModel(data.effects[edges], data.variances[edges])
        if net.tau2_method.startswith("REML"):
            found.append(reml(model).value)
        elif net.tau2_method.startswith("ML"):
            found.append(ml(model).value)
        else:
            sums = model.sums_at(0.0)
            found.append(max(0.0, (sums.q - (k - 1)) / sums.tr_p))
    return found


def _row(split: ComparisonSplit) -> list[str]:
    direct, indirect, difference = split.direct, split.indirect, split.difference
    return [
        f"{split.treatment1} vs {split.treatment2}",
        str(split.studies),
        f"{100 * split.proportion:.0f} %",
        shown(split.network.estimate),
        shown(direct.estimate if direct else None),
        shown(indirect.estimate if indirect else None),
        between(difference.ci_low, difference.ci_high) if difference else "–",
        shown_p(difference.p_value if difference else None),
    ]


def _flat(split: ComparisonSplit) -> dict[str, object]:
    row: dict[str, object] = {
        "treatment1": split.treatment1,
        "treatment2": split.treatment2,
        "studies": split.studies,
        "proportion": split.proportion,
    }
    for name in ("network", "direct", "indirect", "difference"):
        part: SplitEffect | None = getattr(split, name)
        row[name] = part.estimate if part else None
        row[f"{name}_standard_error"] = part.standard_error if part else None
    row["p_value"] = split.difference.p_value if split.difference else None
    return row
