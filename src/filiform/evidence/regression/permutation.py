"""Permutation tests: what the moderators would find if they meant nothing."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import permutations
from typing import TYPE_CHECKING, Final

import numpy as np

from filiform.errors import EvidenceError
from filiform.evidence._result import Result
from filiform.evidence._text import shown_p, table
from filiform.evidence.many.pool_many import pool_many
from filiform.evidence.pooling._choice import choice
from filiform.evidence.pooling._heterogeneity import tau2_and_interval
from filiform.evidence.pooling.pooled import Pooled
from filiform.evidence.regression._model import RegressionModel
from filiform.evidence.regression._omnibus import omnibus
from filiform.evidence.regression.meta_regression import scaled_covariance, tested

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd

    from filiform.evidence.regression._design import Array
    from filiform.evidence.regression.result import MetaRegression

# Statistics that agree to this share are the same permutation up to rounding.
_SAME = 1e-9

_SHUFFLES: Final = (
    "Higgins JPT, Thompson SG. Controlling the risk of spurious findings from meta-regression. "
    "Statistics in Medicine 2004;23:1663-1682. doi:10.1002/sim.1752"
)
_SIGNS: Final = (
    "Follmann DA, Proschan MA. Valid inference in random effects meta-analysis. Biometrics "
    "1999;55:732-737. doi:10.1111/j.0006-341X.1999.00732.x"
)


@dataclass(frozen=True, slots=True)
class PermutationTest(Result):
    """P-values from permutations.

    Attributes:
        names: of the coefficients.
        p_values: two-sided, of each coefficient.
        omnibus_p: of all moderators together; that of the mean where there are none.
        permutations: how many were made, the one observed included.
        exact: whether these are all there are.
        papers: the papers of exactly what was run.
    """

    names: tuple[str, ...]
    p_values: tuple[float, ...]
    omnibus_p: float
    permutations: int
    exact: bool
    papers: tuple[str, ...]

    def summary(self) -> str:
        """Return a table that a person can read."""
        kind = "all" if self.exact else "drawn"
        rows = [[name, shown_p(p)] for name, p in zip(self.names, self.p_values, strict=True)]
        rows.append(["all together", shown_p(self.omnibus_p)])
        return f"{self.permutations} permutations, {kind}\n\n{table(['', 'p'], rows)}"

    def to_frame(self) -> pd.DataFrame:
        """Return one row a coefficient."""
        import pandas  # noqa: ICN001, PLC0415 - half a second that the analysis does not need

        return pandas.DataFrame({"name": self.names, "p_value": self.p_values})


def permutation_test(
    fit: Pooled | MetaRegression,
    *,
    most: int = 1000,
    random: np.random.Generator | None = None,
) -> PermutationTest:
    """Test coefficients against what shuffled moderators (or turned signs) give.

    The p-value is the share of permutations whose statistic is at least as far from 0 as the one
    observed. All permutations are made where there are no more than `most`; otherwise as many are
    drawn, and the one observed counts as one of them.

    Args:
        fit: a meta-regression, whose moderators are shuffled; or a pooled effect, whose effects'
            signs are turned.
        most: permutations to make, 20 or more.
        random: where they are drawn from; needed when there are more than `most`.

    Raises:
        EvidenceError: for a fit without a test, or draws without a generator.

    *Source: Higgins and Thompson 2004, Statistics in Medicine 23:1663, doi:10.1002/sim.1752;
    Follmann and Proschan 1999, Biometrics 55:732, doi:10.1111/j.0006-341X.1999.00732.x (signs).*

    >>> from filiform.evidence import pool
    >>> found = permutation_test(pool([0.3, 0.5, 0.9, 0.6, 0.4], [0.04] * 5))
    >>> found.exact, found.omnibus_p
    (True, 0.0625)
    """
    if most < 20:
        raise EvidenceError(f"{most} permutations are too few: make at least 20")
    if isinstance(fit, Pooled):
        return _signs(fit, most, random)
    return _shuffles(fit, most, random)


def _signs(fit: Pooled, most: int, random: np.random.Generator | None) -> PermutationTest:
    if fit.tau2 is None or fit.statistic is None or fit.tau2_method == "given":
        raise EvidenceError("one study, or effects that agree exactly, cannot be permuted")
    y, v = np.array(fit.estimates), np.array(fit.variances)
    total = 2**fit.k if fit.k < 60 else math.inf
    exact = total <= most
    if exact:
        codes = np.arange(2**fit.k)[:, None] >> np.arange(fit.k)
        signs = 1.0 - 2.0 * (codes & 1)
    else:
        signs = _generator(random).choice([-1.0, 1.0], size=(most, fit.k))
        signs[0] = 1.0
    many = pool_many(
        signs * y, np.broadcast_to(v, signs.shape), tau2=fit.tau2_method, interval=fit.interval
    )
    statistics = np.abs(many.estimate / many.standard_error)
    p_value = _share(statistics, abs(fit.statistic))
    return PermutationTest(
        ("mean",), (p_value,), p_value, signs.shape[0], exact, (_SIGNS, *many.papers)
    )


def _shuffles(
    fit: MetaRegression, most: int, random: np.random.Generator | None
) -> PermutationTest:
    exact = fit.k <= 12 and math.factorial(fit.k) <= most
    orders: Iterable[Sequence[int]]
    if exact:
        orders = permutations(range(fit.k))
    else:
        generator = _generator(random)
        orders = (
            range(fit.k) if i == 0 else generator.permutation(fit.k).tolist() for i in range(most)
        )
    found = np.array([_statistics(fit, np.asarray(order, dtype=np.intp)) for order in orders])
    observed = _statistics(fit, np.arange(fit.k))
    return PermutationTest(
        tuple(one.name for one in fit.coefficients),
        tuple(_share(found[:, j], observed[j]) for j in range(fit.p)),
        _share(found[:, fit.p], observed[fit.p]),
        found.shape[0],
        exact,
        (_SHUFFLES, *fit.papers),
    )


def _statistics(
    fit: MetaRegression, order: np.ndarray[tuple[int, ...], np.dtype[np.intp]]
) -> list[float]:
    """Return |t| of each coefficient, and the omnibus statistic, for reordered moderators."""
    model = RegressionModel(
        np.array(fit.estimates),
        np.array(fit.variances),
        fit.design.matrix[order],
        fit.design.names,
    )
    tau2 = fit.tau2 if fit.tau2_method == "given" else fit.tau2_method
    options = choice(tau2, fit.interval, "none", "none", fit.level)
    at = model.fit(tau2_and_interval(model, options)[0].value)
    covariance, df = scaled_covariance(at, model.k - model.p, fit.interval)
    sizes = np.abs(at.coefficients) / np.sqrt(np.diag(covariance))
    return [*sizes.tolist(), omnibus(at.coefficients, covariance, tested(fit.design), df)[0]]


def _generator(random: np.random.Generator | None) -> np.random.Generator:
    if random is None:
        raise EvidenceError(
            "there are too many permutations to make them all: give random=, such as "
            "numpy.random.default_rng(1), to draw some"
        )
    return random


def _share(statistics: Array, observed: float) -> float:
    return float((statistics >= observed * (1.0 - _SAME)).mean())
