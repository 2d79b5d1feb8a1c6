"""Trial sequential analysis: a review that may look at its evidence each time a trial is added."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import numpy as np

from filiform.errors import EvidenceError
from filiform.evidence import _check
from filiform.evidence._distributions import t_quantile
from filiform.evidence._options import choose
from filiform.evidence._result import Result
from filiform.evidence._text import between, plain_dict, shown, table
from filiform.evidence.pooling.pool import pool
from filiform.evidence.sequential.boundaries import CLOSEST, SPENDING, boundaries

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    from filiform.evidence.pooling.pooled import Pooled

    Array = NDArray[np.float64]

# A study that adds less than this part of the information so far is not a look of its own.
_APART = 1.001 * CLOSEST

_ADJUSTMENTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "diversity": "diversity",
        "d2": "diversity",
        "i2": "i2",
        "inconsistency": "i2",
        "none": "none",
    }
)


@dataclass(frozen=True, slots=True)
class Look:
    """One look at the evidence so far.

    Attributes:
        added: the study that came in.
        k: studies so far.
        estimate: the pooled effect.
        standard_error: of it.
        z: estimate / standard error.
        information: 1 / (standard error)², of a common effect.
        fraction: information over what is required.
        bound: |z| that stops here; infinite where nothing may be spent yet, None where the study
            adds next to no information (below 0.5 %), or enough had been reached before.
        ci_low, ci_high: interval of the effect at this bound (at the last one once the
            required information is reached); None where the bound is infinite.
        crossed: whether |z| is at or beyond the bound.
    """

    added: str
    k: int
    estimate: float
    standard_error: float
    z: float
    information: float
    fraction: float
    bound: float | None
    ci_low: float | None
    ci_high: float | None
    crossed: bool


@dataclass(frozen=True, slots=True)
class Sequential(Result):
    """A sequence of looks, and what the last of them allows to say.

    Attributes:
        looks: in the order in which the studies came.
        required_information: 1/variance of the mean effect that is needed, heterogeneity included.
        fixed_information: the same if all studies had one effect.
        adjustment: "diversity", "i2", "none" or "given".
        adjustment_factor: required over fixed information.
        smallest_effect: the effect that must not be missed.
        alpha: two-sided error.
        power: to see the smallest effect.
        spending: how the error is spent.
        status: "effect shown", "no effect as large: enough information", or "more needed".
        crossed_at: the study at which the bound was first crossed, None where it was not.
        labels: the names of the studies, in order.
        estimates, variances: what went in.
        tau2: the estimator of the between-study variance.
        method: what was done, in words.
        warnings: what a reader must know.
        papers: the papers of exactly what was run.
    """

    looks: tuple[Look, ...]
    required_information: float
    fixed_information: float
    adjustment: str
    adjustment_factor: float
    smallest_effect: float
    alpha: float
    power: float
    spending: str
    status: str
    crossed_at: str | None
    labels: tuple[str, ...]
    estimates: tuple[float, ...]
    variances: tuple[float, ...]
    tau2: str
    method: str
    warnings: tuple[str, ...]
    papers: tuple[str, ...]

    def append(self, estimate: float, variance: float, *, label: str | None = None) -> Sequential:
        """Return the analysis with one more study, all else as it was.

        Args:
            estimate: its effect.
            variance: its sampling variance, above 0.
            label: its name; its number where None.

        Raises:
            EvidenceError: as `sequential`, or for a name that is already there.
        """
        name = str(len(self.labels) + 1) if label is None else label
        if name in self.labels:
            raise EvidenceError(f"study {name!r} is already there: give the new study its own name")
        given = self.adjustment_factor if self.adjustment == "given" else None
        return sequential(
            [*self.estimates, estimate],
            [*self.variances, variance],
            smallest_effect=self.smallest_effect,
            alpha=self.alpha,
            power=self.power,
            spending=self.spending,
            adjustment=self.adjustment if given is None else given,
            tau2=self.tau2,
            labels=[*self.labels, name],
        )

    def summary(self) -> str:
        """Return a table that a person can read."""
        rows = [
            [
                look.added,
                str(look.k),
                shown(look.estimate),
                f"{100 * look.fraction:.1f}",
                shown(look.z, 3),
                shown(look.bound, 3),
                between(look.ci_low, look.ci_high, 3),
            ]
            for look in self.looks
        ]
        head = ["added", "k", "estimate", "information %", "z", "bound", "adjusted interval"]
        lines = [
            self.method,
            f"to see an effect of {shown(self.smallest_effect)} with power {self.power:g}",
            "",
            table(head, rows),
            "",
            f"{self.status}" + (f", first at {self.crossed_at}" if self.crossed_at else ""),
        ]
        return "\n".join([*lines, *(f"note: {warning}" for warning in self.warnings)])

    def to_dict(self) -> dict[str, object]:
        """Return all fields; a bound of infinity is None, so that JSON can hold it."""
        looks = tuple(
            replace(look, bound=None) if look.bound is not None and math.isinf(look.bound) else look
            for look in self.looks
        )
        return plain_dict(replace(self, looks=looks))

    def to_frame(self) -> pd.DataFrame:
        """Return one row a look."""
        import pandas  # noqa: ICN001, PLC0415 - half a second that the bounds do not need

        return pandas.DataFrame([plain_dict(look) for look in self.looks])


def required_information(
    smallest_effect: float, *, alpha: float = 0.05, power: float = 0.9, factor: float = 1.0
) -> float:
    """Return the information, 1/variance of the mean effect, that a meta-analysis needs.

        factor ((z_{1−α/2} + z_{power}) / smallest effect)²

    Args:
        smallest_effect: that must not be missed, not 0, on the scale of the studies.
        alpha: two-sided error.
        power: probability of seeing that effect, from above alpha to below 1.
        factor: for heterogeneity, 1/(1 − D²) or 1/(1 − I²), at least 1.

    Raises:
        EvidenceError: for values that are not admissible.

    >>> round(required_information(0.5), 2)
    42.03

    *Source: Wetterslev, Thorlund, Brok and Gluud 2009, BMC Medical Research Methodology 9:86,
    doi:10.1186/1471-2288-9-86.*
    """
    if not math.isfinite(smallest_effect) or smallest_effect == 0.0:
        raise EvidenceError(
            f"the smallest effect is {smallest_effect!r}, a finite number other than 0 is needed"
        )
    if not 0.0 < alpha < 1.0:
        raise EvidenceError(
            f"alpha is {alpha!r}, between 0 and 1 is admissible: write 0.05 for 5 %"
        )
    if not alpha < power < 1.0:
        raise EvidenceError(f"power is {power!r}, between alpha ({alpha:g}) and 1 is admissible")
    if not (math.isfinite(factor) and factor >= 1.0):
        raise EvidenceError(f"the adjustment factor is {factor!r}, 1 or more is admissible")
    z = t_quantile(1.0 - alpha, math.inf) + t_quantile(2.0 * power - 1.0, math.inf)
    return factor * (z / smallest_effect) ** 2


def sequential(
    estimates: ArrayLike,
    variances: ArrayLike,
    *,
    smallest_effect: float,
    alpha: float = 0.05,
    power: float = 0.9,
    spending: str = "obrien_fleming",
    adjustment: str | float = "diversity",
    tau2: str = "REML",
    labels: Iterable[object] | None = None,
) -> Sequential:
    """Re-pool after each study, with bounds that allow for looking so often.

    The information of the studies so far, Σ1/v, is compared with what is required; heterogeneity
    raises the requirement by 1/(1 − D²), D² = 1 − Var(common)/Var(random) (diversity), or by
    1/(1 − I²). Error is spent by the fraction (see `boundaries`). All earlier bounds are drawn
    anew when a study comes, since the heterogeneity is.

    Args:
        estimates: `(k,)` effects, in the order in which the studies came.
        variances: `(k,)` their sampling variances, above 0.
        smallest_effect: that must not be missed, on the scale of the studies.
        alpha: two-sided error.
        power: to see the smallest effect.
        spending: "obrien_fleming", "pocock" or "linear".
        adjustment: "diversity", "i2", "none", or the factor itself (at least 1).
        tau2: estimator of the between-study variance, as for `pool`.
        labels: `(k,)` names of the studies.

    Raises:
        EvidenceError: for numbers that cannot be pooled (the study is named) or unknown words.

    Log risk ratios of BCG vaccine, the first four trials (metafor's dat.bcg):

    >>> found = sequential([-0.8893, -1.5854, -1.3481, -1.4416], [0.3256, 0.1946, 0.4154, 0.02],
    ...                    smallest_effect=0.5)
    >>> found.status, found.crossed_at
    ('effect shown', '3')

    *Source: Wetterslev, Thorlund, Brok and Gluud 2008, Journal of Clinical Epidemiology 61:64,
    doi:10.1016/j.jclinepi.2007.03.013; 2009, BMC Medical Research Methodology 9:86,
    doi:10.1186/1471-2288-9-86.*
    """
    y, v, names = _check.studies(estimates, variances, labels)
    kind = choose("spending function", spending, SPENDING)
    fits = [
        pool(
            y[:k],
            v[:k],
            tau2=tau2,
            interval="normal",
            prediction="none",
            tau2_interval="none",
            labels=names[:k],
        )
        for k in range(1, y.size + 1)
    ]
    word, factor = _factor(adjustment, fits[-1], v)
    fixed = required_information(smallest_effect, alpha=alpha, power=power)
    required = required_information(smallest_effect, alpha=alpha, power=power, factor=factor)
    looks = _looks(fits, np.cumsum(1.0 / v), required, names, (alpha, kind))
    crossed = next((look.added for look in looks if look.crossed), None)
    return Sequential(
        looks,
        required,
        fixed,
        word,
        factor,
        float(smallest_effect),
        float(alpha),
        float(power),
        kind,
        _status(looks),
        crossed,
        names,
        tuple(y.tolist()),
        tuple(v.tolist()),
        tau2,
        f"trial sequential analysis, {kind} spending of {alpha:g} (two-sided), "
        f"heterogeneity adjusted by {word}",
        _warnings(looks, factor),
        _REFERENCES,
    )


def _factor(adjustment: str | float, last: Pooled, v: Array) -> tuple[str, float]:
    """Return the word and the factor by which heterogeneity raises the requirement."""
    if isinstance(adjustment, int | float):
        return "given", float(adjustment)
    word = choose("adjustment", adjustment, _ADJUSTMENTS)
    if word == "none" or last.tau2 is None:
        return word, 1.0
    if word == "i2":
        return word, 1.0 / (1.0 - (last.i2 or 0.0) / 100.0)
    common = 1.0 / float((1.0 / v).sum())
    random = 1.0 / float((1.0 / (v + last.tau2)).sum())
    return word, max(1.0, random / common)


def _looks(
    fits: Sequence[Pooled],
    information: Array,
    required: float,
    names: tuple[str, ...],
    spending: tuple[float, str],
) -> tuple[Look, ...]:
    alpha, kind = spending
    fractions = information / required
    reached = int(np.searchsorted(fractions, 1.0))
    planned = np.minimum(fractions[: reached + 1], 1.0)
    seen = _apart(planned)
    found = boundaries(planned[seen], alpha=alpha, spending=kind).z
    bounds: list[float | None] = [None] * len(fits)
    for i, z in zip(np.flatnonzero(seen).tolist(), found, strict=True):
        bounds[i] = z
    return tuple(
        _look(
            fit,
            names[i],
            (float(information[i]), float(fractions[i])),
            bounds[i],
            found[-1] if i > reached else None,
        )
        for i, fit in enumerate(fits)
    )


def _apart(fractions: Array) -> NDArray[np.bool_]:
    """Return which looks add enough information to the last one counted to count themselves."""
    seen = np.zeros(fractions.size, dtype=np.bool_)
    last = 0.0
    for i, x in enumerate(fractions.tolist()):
        if x >= last * (1.0 + _APART):
            seen[i], last = True, x
    return seen


def _look(
    fit: Pooled,
    name: str,
    so_far: tuple[float, float],
    bound: float | None,
    last: float | None,
) -> Look:
    information, fraction = so_far
    z = fit.estimate / fit.standard_error
    at = bound if last is None else last
    low = high = None
    if at is not None and math.isfinite(at):
        half = at * fit.standard_error
        low, high = fit.estimate - half, fit.estimate + half
    crossed = bound is not None and abs(z) >= bound
    return Look(
        name,
        fit.k,
        fit.estimate,
        fit.standard_error,
        z,
        information,
        fraction,
        bound,
        low,
        high,
        crossed,
    )


def _status(looks: tuple[Look, ...]) -> str:
    if any(look.crossed for look in looks):
        return "effect shown"
    if looks[-1].fraction >= 1.0:
        return "no effect as large: enough information"
    return "more needed"


def _warnings(looks: tuple[Look, ...], factor: float) -> tuple[str, ...]:
    found = []
    if len(looks) < 3:
        found.append("fewer than 3 studies say little of their heterogeneity")
    if factor > 4.0:
        found.append(f"heterogeneity raises the requirement {factor:.1f}-fold: look for its reason")
    crossings = [look.crossed for look in looks if look.bound is not None]
    if any(crossings) and not crossings[-1]:
        found.append("the bound was crossed at an earlier look and is not crossed at the last")
    return tuple(found)


_REFERENCES: Final = (
    (
        "Wetterslev J, Thorlund K, Brok J, Gluud C. Trial sequential analysis may establish when "
        "firm evidence is reached in cumulative meta-analysis. Journal of Clinical Epidemiology "
        "2008;61:64-75. doi:10.1016/j.jclinepi.2007.03.013"
    ),
    (
        "Wetterslev J, Thorlund K, Brok J, Gluud C. Estimating required information size by "
        "quantifying diversity in random-effects model meta-analyses. BMC Medical Research "
        "Methodology 2009;9:86. doi:10.1186/1471-2288-9-86"
    ),
    (
        "Lan KKG, DeMets DL. Discrete sequential boundaries for clinical trials. Biometrika "
        "1983;70:659-663. doi:10.1093/biomet/70.3.659"
    ),
)
