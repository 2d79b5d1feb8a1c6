"""Ten thousand meta-analyses at once: `pool` for the rows of an array."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import numpy as np

from filiform.errors import EvidenceError
from filiform.evidence._distributions import chi2_upper_quantile
from filiform.evidence._options import choose, confidence
from filiform.evidence._result import Result
from filiform.evidence._text import shown, table
from filiform.evidence.many._batch import Batch
from filiform.evidence.many._solve import maximise, solve_q
from filiform.evidence.pooling._mean_interval import (
    HARTUNG_KNAPP,
    HARTUNG_KNAPP_ADHOC,
    INTERVALS,
    KENWARD_ROGER,
    NORMAL,
    WORDS,
)
from filiform.evidence.references import cite
from filiform.evidence.tau2._choice import ALIASES, COMMON

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    from filiform.evidence.many._batch import Array, ManyModels

# Numbers that are worked on together: a megabyte of doubles stay in the cache.
_CHUNK = 1 << 17


@dataclass(frozen=True, slots=True, eq=False)
class PooledMany(Result):
    """Many pooled effects, `(m,)` each, in the order of the rows.

    Attributes:
        estimate: the mean effects.
        standard_error: of the means.
        ci_low, ci_high: confidence intervals.
        p_value: two-sided, of no effect.
        tau2: between-study variances.
        q: Cochran's Q.
        i2: percent of the variance that is between studies.
        k: numbers of studies.
        converged: whether τ² is exact to the last digits.
        level: of the intervals.
        tau2_method, interval: the canonical words chosen.
        papers: the papers of exactly what was run.
    """

    estimate: Array
    standard_error: Array
    ci_low: Array
    ci_high: Array
    p_value: Array
    tau2: Array
    q: Array
    i2: Array
    k: NDArray[np.int64]
    converged: NDArray[np.bool_]
    level: float
    tau2_method: str
    interval: str
    papers: tuple[str, ...]

    def summary(self) -> str:
        """Return a table that a person can read: how the numbers spread over the rows."""
        columns = {
            "studies": self.k,
            "estimate": self.estimate,
            "SE": self.standard_error,
            "p": self.p_value,
            "tau²": self.tau2,
            "I² %": self.i2,
        }
        parts = (0.0, 0.25, 0.5, 0.75, 1.0)
        rows = [
            [name, *(shown(float(value)) for value in np.quantile(column, parts))]
            for name, column in columns.items()
        ]
        head = f"{self.k.size} meta-analyses: {self.tau2_method}, {WORDS[self.interval]}"
        failed = int((~self.converged).sum())
        note = f"\nnote: tau² of {failed} did not converge" if failed else ""
        return f"{head}\n\n{table(['', 'least', '25 %', 'median', '75 %', 'most'], rows)}{note}"

    def to_frame(self) -> pd.DataFrame:
        """Return one row a meta-analysis."""
        import pandas  # noqa: ICN001, PLC0415 - half a second that pooling does not need

        names = ("k", "estimate", "standard_error", "ci_low", "ci_high", "p_value", "tau2")
        more = ("i2", "q", "converged")
        return pandas.DataFrame({name: getattr(self, name) for name in names + more})


def pool_many(
    estimates: ArrayLike,
    variances: ArrayLike,
    *,
    tau2: str = "REML",
    interval: str = "HK_adhoc",
    level: float = 0.95,
) -> PooledMany:
    """Pool each row of an array: the same numbers as `pool`, for thousands of meta-analyses.

    Args:
        estimates: `(m, k)` effects; NaN in both arrays where a meta-analysis has fewer studies.
        variances: `(m, k)` their sampling variances, above 0.
        tau2: REML, ML, PM, EB, PMM, DL, HE, HS, HSk, SJ, DLIT, SJIT or "common".
        interval: "hartung_knapp_adhoc", "hartung_knapp", "t" or "normal".
        level: of the intervals, between 0 and 1.

    Returns:
        arrays in the order of the rows; a row of one study is that study, with τ² 0.

    Raises:
        EvidenceError: for numbers that cannot be pooled; row and study are named.

    >>> fits = pool_many([[0.1, 0.3, 0.8], [0.5, 0.4, np.nan]], [[0.1] * 3, [0.2, 0.1, np.nan]])
    >>> fits.estimate.round(3).tolist(), fits.k.tolist()
    ([0.4, 0.433], [3, 2])
    """
    y, v = _checked(estimates, variances)
    method, kind = chosen(tau2, interval)
    level = confidence(level)
    step = max(1, _CHUNK // y.shape[1])
    parts = [
        pool_models(Batch(y[i : i + step].T.copy(), v[i : i + step].T.copy()), method, kind)
        for i in range(0, y.shape[0], step)
    ]
    return finished(parts, method, kind, level)


def chosen(tau2: str, interval: str) -> tuple[str, str]:
    """Return the canonical words of an estimator and an interval that work on arrays.

    Raises:
        EvidenceError: for unknown words, or those that only `pool` knows.
    """
    method = choose("tau2 estimator", tau2, ALIASES)
    if method not in _METHODS:
        raise EvidenceError(f"{method} is not available for many at once: choose REML, PM or DL")
    kind = choose("interval", interval, INTERVALS)
    if kind == KENWARD_ROGER:
        raise EvidenceError("the Kenward-Roger interval is not available for many: use pool")
    return method, kind


def finished(
    parts: Sequence[tuple[Array, ...]], method: str, kind: str, level: float
) -> PooledMany:
    """Return the result of chunks of `pool_models`."""
    columns = (np.concatenate(part) for part in zip(*parts, strict=True))
    estimate, error, found, q, i2, k, exact = columns
    half, p_value = _interval(estimate, error, k, kind, level)
    return PooledMany(
        estimate=estimate,
        standard_error=error,
        ci_low=estimate - half,
        ci_high=estimate + half,
        p_value=p_value,
        tau2=found,
        q=q,
        i2=i2,
        k=k.astype(np.int64),
        converged=exact.astype(np.bool_),
        level=level,
        tau2_method=method,
        interval=kind,
        papers=cite(("inverse variance", method, kind, "heterogeneity")),
    )


def _checked(estimates: ArrayLike, variances: ArrayLike) -> tuple[Array, Array]:
    try:
        y, v = np.array(estimates, dtype=np.float64), np.array(variances, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise EvidenceError(f"estimates and variances must be numbers in rows: {error}") from error
    if y.ndim != 2 or y.shape != v.shape or y.size == 0:
        raise EvidenceError(
            f"estimates {y.shape} and variances {v.shape}: two arrays of the same "
            "meta-analyses × studies are needed"
        )
    missing = np.isnan(y) & np.isnan(v)
    bad = ~missing & ~(np.isfinite(y) & np.isfinite(v) & (v > 0.0))
    if bad.any():
        row, study = (int(place[0]) for place in np.nonzero(bad))
        raise EvidenceError(
            f"row {row + 1}, study {study + 1}: estimate {y[row, study]} with variance "
            f"{v[row, study]}, finite numbers and a variance above 0 are needed"
        )
    empty = missing.all(axis=1)
    if empty.any():
        raise EvidenceError(f"row {int(np.flatnonzero(empty)[0]) + 1} has no study")
    y[missing], v[missing] = 0.0, np.inf
    return y, v


def pool_models(batch: ManyModels, method: str, kind: str) -> tuple[Array, ...]:
    """Return estimate, standard error, τ², Q, I², k and whether τ² is exact, `(m,)` each."""
    q_at_zero, _ = batch.q_at(np.zeros(batch.k.size))
    single = batch.k == 1.0
    df = np.maximum(batch.k - 1.0, 1.0)
    found, exact = _METHODS[method](batch)
    found = np.where(single, 0.0, found)
    mean, sum_w, q_at_tau2 = batch.mean_and_q(found)
    variance = 1.0 / sum_w
    if kind == HARTUNG_KNAPP:
        variance *= np.where(single, 1.0, q_at_tau2 / df)
    if kind == HARTUNG_KNAPP_ADHOC:
        variance *= np.where(single, 1.0, np.maximum(1.0, q_at_tau2 / df))
    q = np.where(single, 0.0, q_at_zero)
    if method == COMMON:
        i2 = 100.0 * np.maximum(0.0, q - df) / np.where(q > 0.0, q, 1.0)
    else:
        typical = df / np.where(single, 1.0, batch.trace())
        i2 = 100.0 * found / (typical + found)
    return mean, np.sqrt(variance), found, q, i2, batch.k, exact


def _interval(
    estimate: Array, error: Array, k: Array, kind: str, level: float
) -> tuple[Array, Array]:
    from scipy.special import ndtr, ndtri, stdtr, stdtrit  # noqa: PLC0415 - see _distributions

    upper = 0.5 + 0.5 * level
    with np.errstate(divide="ignore", invalid="ignore"):
        size = np.abs(estimate / error)
    size = np.where(error > 0.0, size, np.where(estimate == 0.0, 0.0, np.inf))
    normal = (k == 1.0) | (kind == NORMAL)
    df = np.maximum(k - 1.0, 1.0)
    counts, place = np.unique(df, return_inverse=True)
    quantile = np.where(normal, float(ndtri(upper)), stdtrit(counts, upper)[place])
    p_value = 2.0 * np.where(normal, ndtr(-size), stdtr(df, -size))
    return quantile * error, p_value


def _likelihood(*, restricted: bool) -> Callable[[ManyModels], tuple[Array, Array]]:
    def estimate(batch: ManyModels) -> tuple[Array, Array]:
        value, exact = np.zeros(batch.k.size), np.ones(batch.k.size, dtype=bool)
        several = batch.k > 1.0
        if several.all():
            return maximise(batch, restricted=restricted)
        if several.any():
            value[several], exact[several] = maximise(batch.take(several), restricted=restricted)
        return value, exact

    return estimate


def _closed(formula: Callable[[ManyModels], Array]) -> Callable[[ManyModels], tuple[Array, Array]]:
    def estimate(batch: ManyModels) -> tuple[Array, Array]:
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.maximum(0.0, formula(batch)), np.ones(batch.k.size, dtype=bool)

    return estimate


def _common(batch: ManyModels) -> Array:
    return np.zeros(batch.k.size)


def _dersimonian_laird(batch: ManyModels) -> Array:
    q, _ = batch.q_at(np.zeros(batch.k.size))
    return (q - (batch.k - 1.0)) / batch.trace()


def _hedges(batch: ManyModels) -> Array:
    return batch.unweighted_moment()


def _hunter_schmidt(batch: ManyModels) -> Array:
    sums = batch.sums_at(np.zeros(batch.k.size))
    return (sums.q - batch.k) / sums.sum_w


def _hunter_schmidt_k(batch: ManyModels) -> Array:
    sums = batch.sums_at(np.zeros(batch.k.size))
    return (sums.q * batch.k / (batch.k - 1.0) - batch.k) / sums.sum_w


def _sidik_jonkman(batch: ManyModels) -> Array:
    first = batch.unweighted_variance()
    return first * batch.q_at(first)[0] / (batch.k - 1.0)


def _paule_mandel(batch: ManyModels) -> Array:
    return solve_q(batch, np.maximum(batch.k - 1.0, 1.0))


def _paule_mandel_median(batch: ManyModels) -> Array:
    counts, place = np.unique(np.maximum(batch.k - 1.0, 1.0), return_inverse=True)
    medians = np.array([chi2_upper_quantile(0.5, float(df)) for df in counts])
    return solve_q(batch, medians[place])


_METHODS: Final[Mapping[str, Callable[[ManyModels], tuple[Array, Array]]]] = MappingProxyType(
    {
        "REML": _likelihood(restricted=True),
        "ML": _likelihood(restricted=False),
        COMMON: _closed(_common),
        "DL": _closed(_dersimonian_laird),
        "HE": _closed(_hedges),
        "HS": _closed(_hunter_schmidt),
        "HSk": _closed(_hunter_schmidt_k),
        "SJ": _closed(_sidik_jonkman),
        "PM": _closed(_paule_mandel),
        "EB": _closed(_paule_mandel),
        "DLIT": _closed(_paule_mandel),
        "SJIT": _closed(_paule_mandel),
        "PMM": _closed(_paule_mandel_median),
    }
)
