"""Networks of treatments: frequentist network meta-analysis and what can be asked of it.

    from filiform import evidence as ev
    data = ev.network_arms("MD", study, treatment, means=…, sds=…, n=…)
    net = ev.fit_network(data, reference="sham")
    print(net.summary())

First comes the data (`network_contrasts`, `network_arms`), then the fit (`fit_network`), then
questions about the fit, each a function of its own. Networks of combinations (`component_network`),
with covariates (`network_regression`) and of rare events take the data directly.
"""

from __future__ import annotations

from filiform.evidence.network._rare import RareEventsNetwork
from filiform.evidence.network.arms import network_arms
from filiform.evidence.network.component import (
    ComponentEffect,
    ComponentFit,
    ComponentNetwork,
    component_network,
)
from filiform.evidence.network.contribution import contributions
from filiform.evidence.network.data import NetworkData, network_contrasts
from filiform.evidence.network.decomposition import (
    DesignQ,
    QDecomposition,
    QTest,
    q_decomposition,
)
from filiform.evidence.network.effects import NetworkEffects
from filiform.evidence.network.fit_network import Network, fit_network
from filiform.evidence.network.flow_measures import FlowMeasures, flow_measures
from filiform.evidence.network.funnel import (
    FunnelPoint,
    NetworkFunnel,
    comparison_adjusted_funnel,
)
from filiform.evidence.network.hat_matrix import NetworkMatrix, hat_matrix
from filiform.evidence.network.hypergeometric import hypergeometric_network
from filiform.evidence.network.league import LeagueCell, LeagueTable, league_table
from filiform.evidence.network.mantel_haenszel import mantel_haenszel_network
from filiform.evidence.network.net_heat import NetHeat, net_heat
from filiform.evidence.network.node_split import ComparisonSplit, NodeSplit, SplitEffect, node_split
from filiform.evidence.network.partial_order import PartialOrder, partial_order
from filiform.evidence.network.ranking import (
    Ranking,
    RankProbabilities,
    p_scores,
    rank_probabilities,
)
from filiform.evidence.network.regression import (
    NetworkCoefficient,
    NetworkRegression,
    network_regression,
)
from filiform.evidence.network.study_impact import study_impact

__all__ = [
    "ComparisonSplit",
    "ComponentEffect",
    "ComponentFit",
    "ComponentNetwork",
    "DesignQ",
    "FlowMeasures",
    "FunnelPoint",
    "LeagueCell",
    "LeagueTable",
    "NetHeat",
    "Network",
    "NetworkCoefficient",
    "NetworkData",
    "NetworkEffects",
    "NetworkFunnel",
    "NetworkMatrix",
    "NetworkRegression",
    "NodeSplit",
    "PartialOrder",
    "QDecomposition",
    "QTest",
    "RankProbabilities",
    "Ranking",
    "RareEventsNetwork",
    "SplitEffect",
    "comparison_adjusted_funnel",
    "component_network",
    "contributions",
    "fit_network",
    "flow_measures",
    "hat_matrix",
    "hypergeometric_network",
    "league_table",
    "mantel_haenszel_network",
    "net_heat",
    "network_arms",
    "network_contrasts",
    "network_regression",
    "node_split",
    "p_scores",
    "partial_order",
    "q_decomposition",
    "rank_probabilities",
    "study_impact",
]
