"""The models by name: which counts, which design, which random effects."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from filiform.errors import EvidenceError
from filiform.evidence import _check
from filiform.evidence.effects._inputs import checked_columns
from filiform.evidence.effects.effect_size import MEASURES
from filiform.evidence.glmm._family import Binomial, Hypergeometric, Poisson
from filiform.evidence.glmm._marginal import Marginal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import ArrayLike, NDArray

    from filiform.evidence.glmm._family import Family

    Array = NDArray[np.float64]

# Models by measure, the first being the default.
MODELS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "OR": ("CM.EL", "CM.AL", "UM.FS", "UM.RS"),
        "IRR": ("CM.EL", "UM.FS", "UM.RS"),
        "PLO": ("random intercept",),
        "IRLN": ("random intercept",),
    }
)


class Counts(NamedTuple):
    """The studies that say something about the effect.

    Attributes:
        y: `(k, arms)` events.
        size: `(k, arms)` people or person-time.
        labels: their names.
        dropped: the names of those that say nothing: no events, or only events, in both groups.
        kept: which of those given are in the model.
        names: of all that were given.
    """

    y: Array
    size: Array
    labels: tuple[str, ...]
    dropped: tuple[str, ...]
    kept: NDArray[np.bool_]
    names: tuple[str, ...]


def counts(
    measure: str, given: Mapping[str, ArrayLike | None], labels: Iterable[object] | None
) -> Counts:
    """Return the counts of each study.

    Raises:
        EvidenceError: for counts that are not admissible (the study is named), fewer than two
            studies with events, or events that all lie on one side.
    """
    columns, names = checked_columns(MEASURES[measure], given, labels)
    single = measure in {"PLO", "IRLN"}
    rates = measure in {"IRR", "IRLN"}
    arms = ("",) if single else ("1", "2")
    y = np.column_stack([columns[f"events{arm}"] for arm in arms])
    size = np.column_stack([columns[f"{'time' if rates else 'n'}{arm}"] for arm in arms])
    _whole(y, "events", names)
    if not rates:
        _whole(size, "n", names)
    silent = np.zeros(len(names), dtype=np.bool_)
    if not single:
        silent = (y == 0.0).all(axis=1) | ((not rates) & (y == size).all(axis=1))
    kept = Counts(
        y[~silent],
        size[~silent],
        tuple(n for n, s in zip(names, silent, strict=True) if not s),
        tuple(n for n, s in zip(names, silent, strict=True) if s),
        ~silent,
        names,
    )
    _two_sided(kept, rates=rates)
    return kept


def _whole(values: Array, name: str, labels: tuple[str, ...]) -> None:
    broken = values != np.floor(values)
    _check.refuse_where(
        broken.any(axis=1),
        labels,
        lambda i: (
            f"{name} is {values[i][broken[i]][0]:g}, a whole number is needed: "
            "these models count people, add nothing to the cells"
        ),
    )


def _two_sided(found: Counts, *, rates: bool) -> None:
    """Refuse data whose likelihood rises without end."""
    k, arms = found.y.shape
    if k < 2:
        raise EvidenceError(
            f"{k} {'study' if k == 1 else 'studies'} with events, at least 2 are needed to see "
            "how much they differ"
        )
    if arms == 1:
        low, high = np.zeros(k), np.full(k, np.inf) if rates else found.size[:, 0]
    else:
        low, high = _support(found, rates=rates)
    first = found.y[:, 0]
    if (first == low).all() or (first == high).all():
        side = "fewest" if (first == low).all() else "most"
        raise EvidenceError(
            f"all {k} studies have the {side} events that they could have"
            + ("" if arms == 1 else " in the first group")
            + ": the estimate is infinite, no model of this kind can be fitted"
        )


def _support(found: Counts, *, rates: bool) -> tuple[Array, Array]:
    """Return the fewest and most events possible in the first group, given those of both."""
    total = found.y.sum(axis=1)
    if rates:
        return np.zeros_like(total), total
    n1, n2 = found.size.T
    return np.maximum(0.0, total - n2), np.minimum(n1, total)


def build(measure: str, model: str, found: Counts, points: int, x: Array) -> Marginal:
    """Return the marginal likelihood of a model by name.

    Args:
        measure: one of `MODELS`.
        model: of the measure.
        found: the counts.
        points: nodes in each direction.
        x: `(k, p)` the design of the effect.
    """
    rates = measure in {"IRR", "IRLN"}
    if model in {"CM.EL", "CM.AL"}:
        exact = model == "CM.EL" and not rates
        return _hypergeometric(found, points, x) if exact else _conditional(found, points, x)
    k, arms = found.y.shape
    offset = np.log(found.size) if rates else np.zeros((k, arms))
    family: Family = Poisson() if rates else Binomial(found.size)
    constant = _poisson_constant(found.y) if rates else _binomial_constant(found.y, found.size)
    each = x[:, None, :]
    if arms == 1:
        one = np.ones((k, 1, 1))
        return Marginal(found.y, offset, each, one, False, family, constant, points)
    side = np.broadcast_to(np.array([0.5, -0.5])[None, :, None], (k, 2, 1))
    if model == "UM.FS":
        return Marginal(found.y, offset, side * each, side, True, family, constant, points)
    # As metafor: the log odds of the second group do not depend on the moderators.
    one = np.ones((k, 2, 1))
    X = np.concatenate([(side + 0.5) * each, one], axis=2)
    C = np.concatenate([side, one], axis=2)
    return Marginal(found.y, offset, X, C, False, family, constant, points)


def _conditional(found: Counts, points: int, x: Array) -> Marginal:
    """Return events of the first group among those of both: binomial with ln(size₁/size₂)."""
    y, total = found.y[:, :1], found.y.sum(axis=1, keepdims=True)
    offset = np.log(found.size[:, :1] / found.size[:, 1:])
    one = np.ones((y.shape[0], 1, 1))
    constant = _binomial_constant(y, total)
    family = Binomial(total)
    return Marginal(y, offset, x[:, None, :], one, False, family, constant, points)


def _hypergeometric(found: Counts, points: int, x: Array) -> Marginal:
    low, high = _support(found, rates=False)
    support, weights, constant = [], [], []
    for a, b, y, (n1, n2) in zip(low, high, found.y, found.size, strict=True):
        u = np.arange(a, b + 1.0)
        log_weight = _log_choose(n1, u) + _log_choose(n2, y.sum() - u)
        support.append(u)
        weights.append(log_weight)
        constant.append(log_weight[int(y[0] - a)])
    one = np.ones((len(support), 1, 1))
    family = Hypergeometric(tuple(support), tuple(weights))
    offset = np.zeros((len(support), 1))
    constants, each = np.array(constant), x[:, None, :]
    return Marginal(found.y[:, :1], offset, each, one, False, family, constants, points)


def _log_choose(n: Array | float, u: Array) -> Array:
    from scipy.special import gammaln  # noqa: PLC0415 - start-up: see `_distributions`

    return np.asarray(gammaln(n + 1.0) - gammaln(u + 1.0) - gammaln(n - u + 1.0))


def _binomial_constant(y: Array, n: Array) -> Array:
    return np.asarray(_log_choose(n, y).sum(axis=1))


def _poisson_constant(y: Array) -> Array:
    from scipy.special import gammaln  # noqa: PLC0415 - start-up: see `_distributions`

    return np.asarray(-gammaln(y + 1.0).sum(axis=1))
