"""Evidence synthesis: effect sizes, pooling and what can be asked of a body of studies.

    from filiform import evidence as ev
    effects = ev.effect_size("RR", events1=…, n1=…, events2=…, n2=…)
    ev.pool(effects.estimates, effects.variances, labels=effects.labels)

The package knows nothing of needles and needs only numpy and scipy.
"""

from __future__ import annotations

from filiform.evidence.pooling.pool import pool
from filiform.evidence.pooling.pooled import FitStatistics, Pooled, Predicted

__all__ = ["FitStatistics", "Pooled", "Predicted", "pool"]
