"""Evidence synthesis: effect sizes, pooling and what can be asked of a body of studies.

    from filiform import evidence as ev
    effects = ev.effect_size("RR", events1=…, n1=…, events2=…, n2=…)
    ev.pool(effects.yi, effects.vi, labels=effects.labels)

The package knows nothing of needles and needs only numpy and scipy.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

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
from filiform.evidence.convert.effect_scale import (
    Converted,
    effect_from_interval,
    log_odds_ratio_from_smd,
    mean_difference_from_smd,
    smd_from_log_odds_ratio,
    smd_from_mean_difference,
    variance_from_p,
)
from filiform.evidence.convert.groups import Group, combine_groups
from filiform.evidence.convert.quantiles import MeanSd, mean_sd_from_quantiles
from filiform.evidence.convert.standard_deviation import (
    change_sd,
    correlation_from_change,
    sd_from_interval,
    sd_from_p,
    sd_from_se,
    sd_from_t,
)
from filiform.evidence.effects.effect_size import MEASURES, effect_size
from filiform.evidence.effects.proportion import freeman_tukey_proportion
from filiform.evidence.effects.result import Effects
from filiform.evidence.effects.transform import back_transform
from filiform.evidence.glmm.glmm import glmm
from filiform.evidence.glmm.result import Glmm
from filiform.evidence.many.pool_many import PooledMany, pool_many
from filiform.evidence.multilevel._blup import RandomEffect
from filiform.evidence.multilevel.coefficients import JointTest
from filiform.evidence.multilevel.multilevel import multilevel, three_level
from filiform.evidence.multilevel.random import (
    Random,
    nested,
    random_intercept,
    random_structure,
)
from filiform.evidence.multilevel.result import Component, ComponentInterval, Multilevel
from filiform.evidence.multilevel.working import working_covariance
from filiform.evidence.network import (
    ComparisonSplit,
    ComponentEffect,
    ComponentFit,
    ComponentNetwork,
    DesignQ,
    FlowMeasures,
    FunnelPoint,
    LeagueCell,
    LeagueTable,
    NetHeat,
    Network,
    NetworkCoefficient,
    NetworkData,
    NetworkEffects,
    NetworkFunnel,
    NetworkMatrix,
    NetworkRegression,
    NodeSplit,
    PartialOrder,
    QDecomposition,
    QTest,
    Ranking,
    RankProbabilities,
    RareEventsNetwork,
    SplitEffect,
    comparison_adjusted_funnel,
    component_network,
    contributions,
    fit_network,
    flow_measures,
    hat_matrix,
    hypergeometric_network,
    league_table,
    mantel_haenszel_network,
    net_heat,
    network_arms,
    network_contrasts,
    network_regression,
    node_split,
    p_scores,
    partial_order,
    q_decomposition,
    rank_probabilities,
    study_impact,
)
from filiform.evidence.pooling.common_effect import CommonEffect, TableTest
from filiform.evidence.pooling.henmi_copas import henmi_copas
from filiform.evidence.pooling.mantel_haenszel import mantel_haenszel
from filiform.evidence.pooling.mantel_haenszel_rates import mantel_haenszel_rates
from filiform.evidence.pooling.peto import peto
from filiform.evidence.pooling.pool import pool
from filiform.evidence.pooling.pooled import FitStatistics, Pooled, Predicted
from filiform.evidence.pooling.q_based import QBased, heterogeneity_from_q
from filiform.evidence.pooling.revman5 import revman5
from filiform.evidence.pooling.subgroups import Subgroups, subgroups
from filiform.evidence.regression.blups import Blup, blups
from filiform.evidence.regression.inflation import VarianceInflation
from filiform.evidence.regression.likelihood_ratio import LikelihoodRatio, likelihood_ratio
from filiform.evidence.regression.meta_regression import meta_regression
from filiform.evidence.regression.permutation import PermutationTest, permutation_test
from filiform.evidence.regression.result import Coefficient, MetaRegression, PredictedEffect
from filiform.evidence.robust.robust import Robust, robust
from filiform.evidence.robustness.baujat import Baujat, baujat
from filiform.evidence.robustness.bootstrap import Bootstrap, Bootstrapped, bootstrap
from filiform.evidence.robustness.cumulative import cumulative
from filiform.evidence.robustness.influence import Influence, influence
from filiform.evidence.robustness.leave_one_out import (
    Series,
    leave_one_out,
    leave_one_out_tables,
)
from filiform.evidence.robustness.radial import Point, labbe_points, radial_points
from filiform.evidence.selection.result import Selection, Weight
from filiform.evidence.selection.selection import selection
from filiform.evidence.sequential.boundaries import Boundaries, boundaries
from filiform.evidence.sequential.sequential import (
    Look,
    Sequential,
    required_information,
    sequential,
)
from filiform.evidence.small_study.begg import begg
from filiform.evidence.small_study.deeks import deeks
from filiform.evidence.small_study.egger import egger
from filiform.evidence.small_study.excess_significance import (
    ExcessSignificance,
    excess_significance,
)
from filiform.evidence.small_study.fail_safe_n import FailSafeN, fail_safe_n
from filiform.evidence.small_study.harbord import harbord
from filiform.evidence.small_study.lfk_index import LfkIndex, lfk_index
from filiform.evidence.small_study.limit_meta_analysis import (
    LimitMetaAnalysis,
    limit_meta_analysis,
)
from filiform.evidence.small_study.pet_peese import PetPeese, pet_peese
from filiform.evidence.small_study.peters import peters
from filiform.evidence.small_study.result import AsymmetryTest
from filiform.evidence.small_study.schwarzer import schwarzer
from filiform.evidence.small_study.thompson_sharp import thompson_sharp
from filiform.evidence.small_study.trim_and_fill import TrimAndFill, trim_and_fill

if TYPE_CHECKING:
    from types import ModuleType

    from filiform.evidence import plots

__all__ = [
    "MEASURES",
    "AsymmetryTest",
    "Baujat",
    "Bayes",
    "Blup",
    "Bootstrap",
    "Bootstrapped",
    "Boundaries",
    "Coefficient",
    "CommonEffect",
    "ComparisonSplit",
    "Component",
    "ComponentEffect",
    "ComponentFit",
    "ComponentInterval",
    "ComponentNetwork",
    "Converted",
    "DesignQ",
    "Effects",
    "ExcessSignificance",
    "FailSafeN",
    "FitStatistics",
    "FlowMeasures",
    "FunnelPoint",
    "Glmm",
    "Group",
    "Influence",
    "JointTest",
    "LeagueCell",
    "LeagueTable",
    "LfkIndex",
    "LikelihoodRatio",
    "LimitMetaAnalysis",
    "Look",
    "MeanSd",
    "MetaRegression",
    "Multilevel",
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
    "PermutationTest",
    "PetPeese",
    "Point",
    "Pooled",
    "PooledMany",
    "Posterior",
    "Predicted",
    "PredictedEffect",
    "QBased",
    "QDecomposition",
    "QTest",
    "Random",
    "RandomEffect",
    "RankProbabilities",
    "Ranking",
    "RareEventsNetwork",
    "Robust",
    "Selection",
    "Sequential",
    "Series",
    "SplitEffect",
    "Subgroups",
    "TableTest",
    "TauPrior",
    "TrimAndFill",
    "VarianceInflation",
    "Weight",
    "back_transform",
    "baujat",
    "bayes",
    "begg",
    "blups",
    "bootstrap",
    "boundaries",
    "change_sd",
    "combine_groups",
    "comparison_adjusted_funnel",
    "component_network",
    "contributions",
    "correlation_from_change",
    "cumulative",
    "deeks",
    "effect_from_interval",
    "effect_size",
    "egger",
    "excess_significance",
    "fail_safe_n",
    "fit_network",
    "flow_measures",
    "freeman_tukey_proportion",
    "glmm",
    "half_cauchy",
    "half_normal",
    "harbord",
    "hat_matrix",
    "henmi_copas",
    "heterogeneity_from_q",
    "hypergeometric_network",
    "influence",
    "labbe_points",
    "league_table",
    "leave_one_out",
    "leave_one_out_tables",
    "lfk_index",
    "likelihood_ratio",
    "limit_meta_analysis",
    "log_normal",
    "log_odds_ratio_from_smd",
    "log_t",
    "mantel_haenszel",
    "mantel_haenszel_network",
    "mantel_haenszel_rates",
    "mean_difference_from_smd",
    "mean_sd_from_quantiles",
    "meta_regression",
    "multilevel",
    "nested",
    "net_heat",
    "network_arms",
    "network_contrasts",
    "network_regression",
    "node_split",
    "p_scores",
    "partial_order",
    "permutation_test",
    "pet_peese",
    "peters",
    "peto",
    "plots",
    "pool",
    "pool_many",
    "q_decomposition",
    "radial_points",
    "random_intercept",
    "random_structure",
    "rank_probabilities",
    "required_information",
    "revman5",
    "rhodes_2015",
    "robust",
    "schwarzer",
    "sd_from_interval",
    "sd_from_p",
    "sd_from_se",
    "sd_from_t",
    "selection",
    "sequential",
    "smd_from_log_odds_ratio",
    "smd_from_mean_difference",
    "study_impact",
    "subgroups",
    "thompson_sharp",
    "three_level",
    "trim_and_fill",
    "turner_2015",
    "uniform",
    "variance_from_p",
    "working_covariance",
]


if not TYPE_CHECKING:
    # Hidden from the type checker, which would take every misspelt name for a module.

    def __getattr__(name: str) -> ModuleType:
        """Import the plots at the first use: most programs draw none."""
        if name == "plots":
            return import_module("filiform.evidence.plots")
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
