"""How much each study sways the fit: deletion diagnostics."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from filiform.errors import EvidenceError
from filiform.evidence import _check
from filiform.evidence._distributions import chi2_tail
from filiform.evidence._result import Result
from filiform.evidence._text import shown, table
from filiform.evidence.pooling._choice import choice
from filiform.evidence.pooling._heterogeneity import tau2_and_interval
from filiform.evidence.regression._design import design
from filiform.evidence.regression._model import RegressionModel
from filiform.evidence.regression.meta_regression import scaled_covariance

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    from filiform.evidence.pooling._choice import Choice
    from filiform.evidence.regression._design import Design
    from filiform.evidence.regression._model import Fit

    Array = NDArray[np.float64]

_PAPER: Final = (
    "Viechtbauer W, Cheung MW-L. Outlier and influence diagnostics for meta-analysis. Research "
    "Synthesis Methods 2010;1:112-125. doi:10.1002/jrsm.11"
)


@dataclass(frozen=True, slots=True, eq=False)
class Influence(Result):
    """Deletion diagnostics, arrays `(k,)` in the order of the studies.

    Attributes:
        labels: the names of the studies.
        residual, residual_deleted: from the whole fit, and from the one without the study.
        rstandard: residual over its standard error (internally standardised).
        rstudent: residual from the fit without the study over its standard error.
        dffits: change of the fitted value, in standard errors.
        cook_distance: squared change of all coefficients, in their covariance.
        covariance_ratio: determinant of the covariance without over that with the study.
        tau2_deleted, q_deleted: τ² and residual Q without the study.
        hat: leverage.
        weight: percent.
        dfbetas: `(k, p)` change of each coefficient, in standard errors.
        coefficients: `(p,)` their names.
        influential: whether a study passes one of metafor's marks.
        papers: the papers of exactly what was run.
    """

    labels: tuple[str, ...]
    residual: Array
    residual_deleted: Array
    rstandard: Array
    rstudent: Array
    dffits: Array
    cook_distance: Array
    covariance_ratio: Array
    tau2_deleted: Array
    q_deleted: Array
    hat: Array
    weight: Array
    dfbetas: Array
    coefficients: tuple[str, ...]
    influential: NDArray[np.bool_]
    papers: tuple[str, ...]

    def summary(self) -> str:
        """Return a table that a person can read; influential studies have a star."""
        columns = (self.rstudent, self.dffits, self.cook_distance, self.tau2_deleted, self.hat)
        rows = [
            [f"{label}{' *' if star else ''}", *(shown(float(value), 3) for value in values)]
            for label, star, *values in zip(self.labels, self.influential, *columns, strict=True)
        ]
        return table(["study", "rstudent", "DFFITS", "Cook", "tau² without", "hat"], rows)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a study."""
        import pandas  # noqa: ICN001, PLC0415 - half a second that diagnostics do not need

        names = ("labels", "rstandard", "rstudent", "dffits", "cook_distance", "covariance_ratio")
        more = ("tau2_deleted", "q_deleted", "hat", "weight", "influential")
        return pandas.DataFrame({name: getattr(self, name) for name in names + more})


class _Deleted(NamedTuple):
    """What the fit without one study gives."""

    residual: float
    rstudent: float
    dffits: float
    cook: float
    ratio: float
    tau2: float
    q: float
    dfbetas: Array


def influence(
    estimates: ArrayLike,
    variances: ArrayLike,
    moderators: Mapping[str, Sequence[object]] | None = None,
    *,
    formula: str | None = None,
    tau2: str | float = "REML",
    interval: str = "HK_adhoc",
    labels: Iterable[object] | None = None,
) -> Influence:
    """Refit without each study and say what changed.

    With β, h and cov of the whole fit, and (−i) of the fit without study i:

        rstudent   (y − xβ₍₋ᵢ₎)/√(s²(v + τ²₍₋ᵢ₎) + x cov₍₋ᵢ₎ x')   s² of Hartung-Knapp, else 1
        DFFITS     x(β − β₍₋ᵢ₎)/√(h (v + τ²₍₋ᵢ₎))
        Cook       (β − β₍₋ᵢ₎)' cov⁻¹ (β − β₍₋ᵢ₎)
        DFBETAS    (β − β₍₋ᵢ₎)/√diag((X'W₍₋ᵢ₎X)⁻¹)        W₍₋ᵢ₎ of all studies at τ²₍₋ᵢ₎

    A study is marked where |DFFITS| > 3√(p/(k − p)), the chi-square distribution with p degrees of
    freedom puts half below Cook's distance, h > 3p/k, or any |DFBETAS| > 1.

    Args:
        estimates: `(k,)` effects.
        variances: `(k,)` their sampling variances, above 0.
        moderators: name to `(k,)` values, as for `meta_regression`.
        formula: which moderators; all of them where None.
        tau2: estimator of the between-study variance, "common" or a value.
        interval: as for `meta_regression`; Hartung-Knapp scales the covariances.
        labels: `(k,)` names of the studies.

    Raises:
        EvidenceError: for too few studies, or one without which the moderators cannot be told
            apart; it is named.

    *Source: Viechtbauer and Cheung 2010, Research Synthesis Methods 1:112, doi:10.1002/jrsm.11.*

    >>> found = influence([0.1, 0.2, 0.15, 0.1, 1.9], [0.05] * 5, labels="ABCDE")
    >>> [name for name, mark in zip(found.labels, found.influential) if mark]
    ['E']
    """
    y, v, names = _check.studies(estimates, variances, labels)
    options = choice(tau2, interval, "none", "none", 0.95)
    made = design(moderators or {}, formula if moderators else "~ 1", y.size, names)
    model = RegressionModel(y, v, made.matrix, made.names)
    if model.k < model.p + 2:
        raise EvidenceError(
            f"{model.k} studies and {model.p} coefficients leave nothing when one study is taken "
            f"away: give at least {model.p + 2}"
        )
    t = tau2_and_interval(model, options)[0].value
    fit = model.fit(t)
    covariance, _ = scaled_covariance(fit, model.k - model.p, options.interval)
    whole = (fit.coefficients, covariance, t)
    deleted = []
    for i, name in enumerate(names):
        try:
            deleted.append(_without(i, model, made, whole, options))
        except EvidenceError as error:
            raise EvidenceError(f"without study {name!r}: {error}") from error
    columns = [np.array(column) for column in zip(*deleted, strict=True)]
    residual_deleted, rstudent, dffits, cook, ratio, tau2_deleted, q_deleted, dfbetas = columns
    hat, w = model.hat(t), 1.0 / (v + t)
    return Influence(
        labels=names,
        residual=fit.residuals,
        residual_deleted=residual_deleted,
        rstandard=_rstandard(model, t, fit, made.matrix),
        rstudent=rstudent,
        dffits=dffits,
        cook_distance=cook,
        covariance_ratio=ratio,
        tau2_deleted=tau2_deleted,
        q_deleted=q_deleted,
        hat=hat,
        weight=100.0 * w / w.sum(),
        dfbetas=dfbetas,
        coefficients=made.names,
        influential=_marks((model.k, model.p), dffits, cook, hat, dfbetas),
        papers=(_PAPER,),
    )


def _without(
    i: int,
    model: RegressionModel,
    made: Design,
    whole: tuple[Array, Array, float],
    options: Choice,
) -> _Deleted:
    beta, covariance, t = whole
    matrix = made.matrix
    keep = np.arange(model.k) != i
    rest = RegressionModel(model.effects[keep], model.variances[keep], matrix[keep], made.names)
    own = tau2_and_interval(rest, options)[0].value
    fit = rest.fit(own)
    own_covariance, _ = scaled_covariance(fit, rest.k - rest.p, options.interval)
    scale = float(own_covariance[0, 0] / fit.covariance[0, 0])
    x, y, v = matrix[i], float(model.effects[i]), float(model.variances[i])
    change = beta - fit.coefficients
    spread = float(x @ own_covariance @ x)
    hat = float(model.hat(t)[i])
    full = model.fit(own).covariance
    residual = y - float(x @ fit.coefficients)
    return _Deleted(
        residual=residual,
        rstudent=residual / math.sqrt(scale * (v + own) + spread),
        dffits=float(x @ change) / math.sqrt(scale * hat * (v + own)),
        cook=float(change @ np.linalg.solve(covariance, change)),
        ratio=float(np.linalg.det(own_covariance) / np.linalg.det(covariance)),
        tau2=own,
        q=rest.q_at(0.0)[0],
        dfbetas=change / np.sqrt(scale * np.diag(full)),
    )


def _rstandard(model: RegressionModel, tau2: float, fit: Fit, matrix: Array) -> Array:
    """Return residuals over √(v + τ² − x cov x'), from the covariance of the model."""
    explained = np.einsum("kp,pq,kq->k", matrix, fit.covariance, matrix)
    return np.asarray(fit.residuals / np.sqrt(model.variances + tau2 - explained))


def _marks(
    size: tuple[int, int], dffits: Array, cook: Array, hat: Array, dfbetas: Array
) -> NDArray[np.bool_]:
    k, p = size
    far = np.array([chi2_tail(value, p) < 0.5 for value in cook.tolist()])
    wide = np.abs(dffits) > 3.0 * np.sqrt(p / (k - p))
    marked = wide | far | (hat > 3.0 * p / k) | (np.abs(dfbetas) > 1.0).any(axis=1)
    return np.asarray(marked)
