"""Random effects as in RevMan 5: DerSimonian-Laird's τ² from Q about the Mantel-Haenszel mean."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from filiform.evidence._distributions import chi2_tail
from filiform.evidence.effects.effect_size import effect_size
from filiform.evidence.pooling.mantel_haenszel import mantel_haenszel
from filiform.evidence.pooling.pool import pool
from filiform.evidence.references import cite

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import ArrayLike

    from filiform.evidence.pooling.pooled import Pooled


def revman5(
    events1: ArrayLike,
    n1: ArrayLike,
    events2: ArrayLike,
    n2: ArrayLike,
    *,
    measure: str = "OR",
    level: float = 0.95,
    labels: Iterable[object] | None = None,
) -> Pooled:
    """Pool 2 × 2 tables as Cochrane's RevMan 5 did: "M-H, Random".

    τ² = max(0, (Q_MH − (k − 1))/(Σw − Σw²/Σw)) with Q_MH about the Mantel-Haenszel estimate and
    w = 1/v of the studies' own effects; normal interval, prediction interval HTS.

    Args:
        events1: `(k,)` people with the event in the first group.
        n1: `(k,)` people in the first group.
        events2: `(k,)` people with the event in the second group.
        n2: `(k,)` people in the second group.
        measure: "OR", "RR" or "RD".
        level: of the intervals, between 0 and 1.
        labels: `(k,)` names of the studies.

    Raises:
        EvidenceError: for counts that cannot be, or where nothing can be estimated.

    *Source: Deeks and Higgins 2010, Statistical algorithms in Review Manager 5; DerSimonian and
    Laird 1986, Controlled Clinical Trials 7:177, doi:10.1016/0197-2456(86)90046-2.*

    >>> fit = revman5([4, 6, 3], [123, 306, 231], [11, 29, 11], [139, 303, 220], measure="RR")
    >>> round(fit.tau2, 3)
    0.0
    """
    common = mantel_haenszel(events1, n1, events2, n2, measure=measure, level=level, labels=labels)
    effects = effect_size(
        common.measure,
        events1=events1,
        n1=n1,
        events2=events2,
        n2=n2,
        labels=common.labels,
        drop_without_events=True,
    )
    if effects.k == 1:
        return pool(effects.yi, effects.vi, level=level, labels=effects.labels)
    w = 1.0 / effects.vi
    total = float(w.sum())
    tau2 = max(0.0, (common.q - common.q_df) / (total - float(w @ w) / total))
    fit = pool(
        effects.yi,
        effects.vi,
        tau2=tau2,
        interval="normal",
        level=level,
        labels=effects.labels,
        prediction="HTS",
    )
    return replace(
        fit,
        tau2_standard_error=None,
        i2=common.i2,
        h2=common.h2,
        q=common.q,
        q_p=chi2_tail(common.q, common.q_df),
        method="random effects as in RevMan 5: DL with Q about the Mantel-Haenszel estimate",
        tau2_method="DL",
        papers=cite(("mantel_haenszel", "DL", "heterogeneity", "prediction")),
    )
