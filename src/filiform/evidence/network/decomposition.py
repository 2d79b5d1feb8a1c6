"""The decomposition of Q: heterogeneity within designs, inconsistency between them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from filiform.evidence._distributions import chi2_tail
from filiform.evidence._result import Result
from filiform.evidence._text import shown, shown_p, table
from filiform.evidence.network._design import Nodes
from filiform.evidence.network._designs import designs_of
from filiform.evidence.network._interaction import evidence_of, fit_interaction, tau2_within
from filiform.evidence.network._model import NetworkModel
from filiform.evidence.network._references import cite

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from filiform.evidence.network._designs import Designs
    from filiform.evidence.network._interaction import Evidence, InteractionFit
    from filiform.evidence.network.fit_network import Network


@dataclass(frozen=True, slots=True)
class QTest:
    """A statistic with its degrees of freedom; `p` is None where they are 0."""

    q: float
    df: int
    p: float | None


@dataclass(frozen=True, slots=True)
class DesignQ:
    """What one design adds to heterogeneity and to inconsistency.

    Attributes:
        design: its treatments joined by ":", the reference first.
        treatments: the same, apart.
        studies: how many trials have it.
        within: heterogeneity among its trials.
        detached: inconsistency between designs when this one is left out; None where the network
            would fall apart without it.
    """

    design: str
    treatments: tuple[str, ...]
    studies: int
    within: QTest
    detached: QTest | None


@dataclass(frozen=True, slots=True)
class QDecomposition(Result):
    """Where Q comes from.

    Attributes:
        total: heterogeneity and inconsistency together.
        within: heterogeneity within designs.
        between: inconsistency between designs.
        designs: by design.
        tau2_within: between-study variance in the design-by-treatment interaction model, by
            DerSimonian-Laird; None where every design has one trial.
        between_random: inconsistency with that variance added to the sampling variances.
        papers: the papers of exactly what was run.
    """

    total: QTest
    within: QTest
    between: QTest
    designs: tuple[DesignQ, ...]
    tau2_within: float | None
    between_random: QTest | None
    papers: tuple[str, ...]

    def summary(self) -> str:
        """Return two tables that a person can read."""
        rows = [
            ("whole network", self.total),
            ("within designs", self.within),
            ("between designs", self.between),
        ]
        if self.between_random is not None:
            tau = math.sqrt(self.tau2_within or 0.0)
            rows.append((f"between designs, tau {shown(tau)} within", self.between_random))
        whole = table(
            ["", "Q", "df", "p"],
            [[name, shown(test.q), str(test.df), shown_p(test.p)] for name, test in rows],
        )
        return whole + "\n\n" + table(_HEADER, map(_row, self.designs))

    def to_frame(self) -> pd.DataFrame:
        """Return one row a design."""
        import pandas  # noqa: ICN001, PLC0415 - half a second that the analysis does not need

        return pandas.DataFrame(
            {
                "design": [d.design for d in self.designs],
                "studies": [d.studies for d in self.designs],
                "q_within": [d.within.q for d in self.designs],
                "df_within": [d.within.df for d in self.designs],
                "p_within": [d.within.p for d in self.designs],
                "q_detached": [d.detached.q if d.detached else None for d in self.designs],
                "df_detached": [d.detached.df if d.detached else None for d in self.designs],
                "p_detached": [d.detached.p if d.detached else None for d in self.designs],
            }
        )


_HEADER = ["design", "studies", "Q within", "df", "p", "Q without it", "df", "p"]


def q_decomposition(net: Network) -> QDecomposition:
    """Split Q into heterogeneity within designs and inconsistency between designs.

    The interaction model gives every design effects of its own; its Q is the heterogeneity, the
    rest of the network's Q the inconsistency.

    Args:
        net: a fitted network.

    *Source: Krahn, Binder and König 2013, BMC Medical Research Methodology 13:35, equations 7
    and 8, doi:10.1186/1471-2288-13-35; Higgins et al. 2012, Research Synthesis Methods 3:98,
    doi:10.1002/jrsm.1044.*
    """
    data = net.data
    designs = designs_of(data)
    consistent = NetworkModel(data, Nodes(data.first, data.second, len(data.treatments)))
    at_zero, own = consistent.fit(0.0), fit_interaction(data, designs, 0.0)
    between = q_test(max(0.0, at_zero.q - own.q), consistent.df - own.df)
    evidence = evidence_of(data, designs, at_zero, own)
    tau2 = tau2_within(data, designs, own)
    between_random = None
    if tau2 is not None:
        q = consistent.fit(tau2).q - fit_interaction(data, designs, tau2).q
        between_random = q_test(max(0.0, q), between.df)
    return QDecomposition(
        q_test(at_zero.q, consistent.df),
        q_test(own.q, own.df),
        between,
        tuple(_designs(net, designs, own, evidence, between)),
        tau2,
        between_random,
        cite(("decomposition", "interaction", "DL")),
    )


def q_test(q: float, df: int) -> QTest:
    """Return a statistic with its p-value, None without degrees of freedom."""
    return QTest(float(q), df, chi2_tail(q, df) if df > 0 else None)


def design_name(net: Network, arms: tuple[int, ...]) -> str:
    """Return the treatments of a design joined by ":", the reference first.

    An example: the design of metformin and placebo, with placebo as reference, is
    `placebo:metformin`.
    """
    named = [net.treatments[node] for node in arms]
    return ":".join(sorted(named, key=lambda name: name != net.reference))


def _designs(
    net: Network,
    designs: Designs,
    own: InteractionFit,
    evidence: list[Evidence],
    between: QTest,
) -> list[DesignQ]:
    studies = np.bincount(designs.of_study, minlength=len(designs.treatments)).tolist()
    rows = zip(
        designs.treatments,
        studies,
        own.by_design.tolist(),
        _lowered(evidence, len(studies)).tolist(),
        strict=True,
    )
    found = []
    for arms, k, q, less in rows:
        extra = len(arms) - 1
        whole = less >= 0.0
        detached = q_test(max(0.0, between.q - less), between.df - extra) if whole else None
        found.append(
            DesignQ(
                design_name(net, arms),
                tuple(net.treatments[node] for node in arms),
                k,
                # Q has no unit: what is this small is rounding.
                q_test(round(q, 15), (k - 1) * extra),
                detached,
            )
        )
    return found


def _lowered(evidence: list[Evidence], count: int) -> NDArray[np.float64]:
    """Return `(d,)` by how much Q falls without each design, −1 where the network falls apart."""
    less = np.empty(count)
    for part in evidence:
        lower = np.einsum("ni,nij,nj->n", part.residuals, part.detached, part.residuals)
        less[part.group.designs] = np.where(part.whole, np.maximum(lower, 0.0), -1.0)
    return less


def _row(design: DesignQ) -> list[str]:
    out = design.detached
    return [
        design.design,
        str(design.studies),
        shown(design.within.q),
        str(design.within.df),
        shown_p(design.within.p),
        "–" if out is None else shown(out.q),
        "–" if out is None else str(out.df),
        "–" if out is None else shown_p(out.p),
    ]
