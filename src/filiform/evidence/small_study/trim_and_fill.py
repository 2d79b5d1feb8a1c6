"""Trim and fill: what the pooled effect would be if the funnel were symmetric."""

from __future__ import annotations

import math
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from filiform.errors import EvidenceError
from filiform.evidence import _check
from filiform.evidence._options import choose
from filiform.evidence._result import Result
from filiform.evidence._text import between, shown
from filiform.evidence.pooling.pool import pool
from filiform.evidence.regression.meta_regression import meta_regression

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    from filiform.evidence.pooling.pooled import Pooled

    Array = NDArray[np.float64]

_ESTIMATORS: Final[Mapping[str, str]] = MappingProxyType(
    {name: name for name in ("L0", "R0", "Q0")} | {"l0": "L0", "r0": "R0", "q0": "Q0"}
)
_SIDES: Final[Mapping[str, str]] = MappingProxyType({"left": "left", "right": "right"})
# The estimate settles in a few rounds; a cycle between two numbers would go on for ever.
_MOST_ROUNDS = 100


@dataclass(frozen=True, slots=True)
class TrimAndFill(Result):
    """The result of trim and fill.

    Attributes:
        missing: estimated number of missing studies.
        missing_standard_error: its standard error; None where the formula gives none.
        missing_p: p-value of no missing study (R0 only).
        side: on which side they are missing, "left" or "right".
        filled_estimates, filled_variances: the studies that mirror those trimmed.
        pooled: all studies and the filled ones.
        original: the studies alone.
        estimator: "L0", "R0" or "Q0".
        warnings: what a reader must know.
        papers: the papers of exactly what was run.
    """

    missing: int
    missing_standard_error: float | None
    missing_p: float | None
    side: str
    filled_estimates: tuple[float, ...]
    filled_variances: tuple[float, ...]
    pooled: Pooled
    original: Pooled
    estimator: str
    warnings: tuple[str, ...]
    papers: tuple[str, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return one row a study, the filled ones marked."""
        filled = [i >= self.original.k for i in range(self.pooled.k)]
        return self.pooled.to_frame().assign(filled=filled)

    def summary(self) -> str:
        """Return a text that a person can read."""
        fits = (("as found", self.original), ("filled", self.pooled))
        lines = [f"trim and fill ({self.estimator}): {self.missing} missing on the {self.side}"]
        lines += [
            f"{name}: {shown(fit.estimate)} ({between(fit.ci_low, fit.ci_high)})"
            for name, fit in fits
        ]
        return "\n".join(lines + [f"note: {warning}" for warning in self.warnings])


class _Found(NamedTuple):
    missing: int
    variance: float | None
    centre: float


def trim_and_fill(
    estimates: ArrayLike,
    variances: ArrayLike,
    *,
    estimator: str = "L0",
    side: str | None = None,
    tau2: str = "REML",
    interval: str = "HK_adhoc",
    level: float = 0.95,
    labels: Iterable[object] | None = None,
) -> TrimAndFill:
    """Estimate how many studies are missing, mirror as many, and pool again.

    With the ranks r of |y − μ|, S the sum of those where y > μ, and γ the run of top ranks there:

        R0  γ − 1            L0  (4S − k(k + 1))/(2k − 1)
        Q0  k − ½ − √(2k² − 4S + ¼)

    rounded, at least 0; the studies beyond are trimmed and μ estimated anew until nothing changes.

    Args:
        estimates: `(k,)` effects, k of 3 or more.
        variances: `(k,)` their sampling variances, above 0.
        estimator: of the number missing: "L0", "R0" or "Q0".
        side: where studies are missing, "left" or "right"; by the slope of Egger's regression
            where None.
        tau2: as for `pool`.
        interval: as for `pool`.
        level: of the intervals, between 0 and 1.
        labels: `(k,)` names of the studies.

    Raises:
        EvidenceError: for fewer than three studies, rounds that never settle, or where Q0 has no
            value (S above k²/2 + 1/16).

    *Source: Duval and Tweedie 2000, Journal of the American Statistical Association 95:89,
    doi:10.1080/01621459.2000.10473905; Duval and Tweedie 2000, Biometrics 56:455,
    doi:10.1111/j.0006-341X.2000.00455.x.*

    >>> effects = [0.1, 0.12, 0.15, 0.3, 0.5, 0.8, 1.1]
    >>> found = trim_and_fill(effects, [0.01, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3])
    >>> found.side, found.missing
    ('left', 3)
    """
    y, v, names = _check.studies(estimates, variances, labels)
    if y.size < 3:
        raise EvidenceError(f"{y.size} studies have no funnel: give at least 3")
    kind = choose("estimator", estimator, _ESTIMATORS)
    where = _side(y, v, tau2) if side is None else choose("side", side, _SIDES)
    sign = -1.0 if where == "right" else 1.0
    order = np.argsort(sign * y, kind="stable")
    found = _settled(sign * y[order], v[order], kind, tau2)
    cut = y.size - found.missing
    mirrored = sign * (2.0 * found.centre - sign * y[order][cut:])
    filled_v = v[order][cut:]
    together = [*names, *(f"filled {i}" for i in range(1, found.missing + 1))]
    options = {"tau2": tau2, "interval": interval}
    original = pool(y, v, labels=names, level=level, **options)
    filled = pool(
        np.concatenate([y, mirrored]),
        np.concatenate([v, filled_v]),
        labels=together,
        level=level,
        **options,
    )
    error = None
    if found.variance is not None and found.variance >= 0.0:
        error = math.sqrt(found.variance)
    return TrimAndFill(
        missing=found.missing,
        missing_standard_error=error,
        missing_p=0.5 ** (found.missing + 1) if kind == "R0" else None,
        side=where,
        filled_estimates=tuple(mirrored.tolist()),
        filled_variances=tuple(filled_v.tolist()),
        pooled=filled,
        original=original,
        estimator=kind,
        warnings=("a sensitivity analysis: the filled studies are not evidence",),
        papers=_PAPERS,
    )


def _side(y: Array, v: Array, tau2: str) -> str:
    if np.ptp(v) == 0.0:
        raise EvidenceError(
            "all studies are equally precise, so the side cannot be told: give side="
        )
    fit = meta_regression(y, v, {"x": np.sqrt(v).tolist()}, tau2=tau2, interval="normal")
    return "right" if fit.coefficients[1].estimate < 0.0 else "left"


def _settled(y: Array, v: Array, kind: str, tau2: str) -> _Found:
    """Return the number missing below, once trimming as many above changes nothing."""
    k, missing = y.size, 0
    for _ in range(_MOST_ROUNDS):
        rest = k - missing
        fit = pool(
            y[:rest], v[:rest], tau2=tau2, interval="normal", prediction="none",
            tau2_interval="none",
        )  # fmt: skip
        found = _missing(y, fit.estimate, kind)
        if found.missing == missing:
            return found
        missing = found.missing
    raise EvidenceError(
        f"trim and fill with {kind} goes back and forth without end: choose another estimator"
    )


def _missing(y: Array, centre: float, kind: str) -> _Found:
    k = y.size
    c = y - centre
    ranks = np.empty(k)
    ranks[np.argsort(np.abs(c), kind="stable")] = np.arange(1.0, k + 1.0)
    if kind == "R0":
        lower = ranks[c < 0.0]
        raw = k - (float(lower.max()) if lower.size else 0.0) - 1.0
        found = max(0, round(raw))
        return _Found(found, 2.0 * max(0.0, raw) + 2.0, centre)
    s = float(ranks[c > 0.0].sum())
    if kind == "L0":
        raw = (4.0 * s - k * (k + 1.0)) / (2.0 * k - 1.0)
        factor = 16.0 / (2.0 * k - 1.0) ** 2
    else:
        square = 2.0 * k * k - 4.0 * s + 0.25
        if square <= 0.0:
            raise EvidenceError(
                f"Q0 has no value here: the rank sum {s:g} of {k} studies is too large for its "
                "square root; choose estimator L0 or R0"
            )
        raw = k - 0.5 - math.sqrt(square)
        factor = 4.0 / ((k - 0.5) ** 2 - raw * (2.0 * k - raw - 1.0))
    spread = k * (k + 1.0) * (2.0 * k + 1.0) + 10.0 * raw**3 + 27.0 * raw**2 + 17.0 * raw
    spread += -18.0 * k * raw**2 - 18.0 * k * raw + 6.0 * k * k * raw
    found = min(k - 1, max(0, round(raw)))
    return _Found(found, factor * spread / 24.0, centre)


_PAPERS: Final = (
    (
        "Duval S, Tweedie R. A nonparametric 'trim and fill' method of accounting for publication "
        "bias in meta-analysis. Journal of the American Statistical Association 2000;95:89-98. "
        "doi:10.1080/01621459.2000.10473905"
    ),
    (
        "Duval S, Tweedie R. Trim and fill: a simple funnel-plot-based method of testing and "
        "adjusting for publication bias in meta-analysis. Biometrics 2000;56:455-463. "
        "doi:10.1111/j.0006-341X.2000.00455.x"
    ),
)
