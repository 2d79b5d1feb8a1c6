"""Evidence synthesis: effect sizes, pooling and what can be asked of a body of studies.

    from filiform import evidence as ev
    effects = ev.effect_size("RR", events1=…, n1=…, events2=…, n2=…)
    ev.pool(effects.yi, effects.vi, labels=effects.labels)

The package knows nothing of needles and needs only numpy and scipy.
"""

from __future__ import annotations

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
from filiform.evidence.many.pool_many import PooledMany, pool_many
from filiform.evidence.pooling.common_effect import CommonEffect, Test
from filiform.evidence.pooling.henmi_copas import henmi_copas
from filiform.evidence.pooling.mantel_haenszel import mantel_haenszel
from filiform.evidence.pooling.peto import peto
from filiform.evidence.pooling.pool import pool
from filiform.evidence.pooling.pooled import FitStatistics, Pooled, Predicted
from filiform.evidence.pooling.q_based import QBased, heterogeneity_from_q
from filiform.evidence.pooling.revman5 import revman5
from filiform.evidence.pooling.subgroups import Subgroups, subgroups
from filiform.evidence.regression.blups import Blup, blups
from filiform.evidence.regression.likelihood_ratio import LikelihoodRatio, likelihood_ratio
from filiform.evidence.regression.meta_regression import meta_regression
from filiform.evidence.regression.permutation import PermutationTest, permutation_test
from filiform.evidence.regression.result import Coefficient, MetaRegression, PredictedEffect

__all__ = [
    "MEASURES",
    "Blup",
    "Coefficient",
    "CommonEffect",
    "Converted",
    "Effects",
    "FitStatistics",
    "Group",
    "LikelihoodRatio",
    "MeanSd",
    "MetaRegression",
    "PermutationTest",
    "Pooled",
    "PooledMany",
    "Predicted",
    "PredictedEffect",
    "QBased",
    "Subgroups",
    "Test",
    "back_transform",
    "blups",
    "change_sd",
    "combine_groups",
    "correlation_from_change",
    "effect_from_interval",
    "effect_size",
    "freeman_tukey_proportion",
    "henmi_copas",
    "heterogeneity_from_q",
    "likelihood_ratio",
    "log_odds_ratio_from_smd",
    "mantel_haenszel",
    "mean_difference_from_smd",
    "mean_sd_from_quantiles",
    "meta_regression",
    "permutation_test",
    "peto",
    "pool",
    "pool_many",
    "revman5",
    "sd_from_interval",
    "sd_from_p",
    "sd_from_se",
    "sd_from_t",
    "smd_from_log_odds_ratio",
    "smd_from_mean_difference",
    "subgroups",
    "variance_from_p",
]
