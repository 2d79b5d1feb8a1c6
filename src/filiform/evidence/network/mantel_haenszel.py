"""Mantel-Haenszel network of odds ratios, for rare events."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from filiform.errors import EvidenceError
from filiform.evidence.network._design import scaled_inverse
from filiform.evidence.network._rare import RareEvents, read_rare, result

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import ArrayLike, NDArray

    from filiform.evidence.network._rare import DesignTable, RareEventsNetwork


def mantel_haenszel_network(
    studies: Iterable[object],
    treatments: Iterable[object],
    events: ArrayLike,
    n: ArrayLike,
    *,
    reference: str | None = None,
    small_values: str = "undesirable",
    level: float = 0.95,
) -> RareEventsNetwork:
    """Fit a network of odds ratios by Mantel-Haenszel within designs, without corrections.

    Every design gives generalised Mantel-Haenszel log odds ratios L̄ of its arms with their
    covariance; the designs are then combined by weighted least squares. Trials without events (or
    with events only) and arms without any in all trials of a design say nothing and are left out,
    which the warnings tell. The model has common effects.

    Args:
        studies: `(a,)` the trial of each arm.
        treatments: `(a,)` its treatment.
        events: `(a,)` whole numbers from 0 to n.
        n: `(a,)` persons, 1 or more.
        reference: the treatment that tables compare with; the first where None.
        small_values: whether few events are "desirable" or "undesirable", for rankings.
        level: of the intervals.

    Raises:
        EvidenceError: for numbers that cannot be used, or a network that falls apart.

    *Source: Efthimiou et al. 2019, Statistics in Medicine 38:2992, doi:10.1002/sim.8158; Greenland
    1989, Biometrics 45:183, doi:10.2307/2532044 (the covariances).*
    """
    rare = read_rare(studies, treatments, events, n)
    estimates = [_design(table) for table in rare.tables]
    values, covariance, q = _combine(rare, estimates)
    df = sum(len(table.nodes) - 1 for table in rare.tables) - (len(rare.treatments) - 1)
    return result(
        rare,
        values,
        covariance,
        (q, df),
        method="mantel_haenszel_network",
        reference=reference,
        small_values=small_values,
        level=level,
    )


class _Design(NamedTuple):
    """Log odds ratios of the first arm against the others, and their precision."""

    effects: NDArray[np.float64]
    precision: NDArray[np.float64]


def _design(table: DesignTable) -> _Design:
    e, f = table.events, table.n - table.events
    a = e.shape[1]
    total = table.n.sum(axis=1)[:, None, None]
    c = e[:, :, None] * f[:, None, :] / total
    whole = c.sum(axis=0)
    off = ~np.eye(a, dtype=bool)
    if (whole[off] <= 0.0).any():
        raise EvidenceError(
            f"design {':'.join(table.names)}: two arms never have events and persons without them "
            "in the same trial, so no odds ratio can be told: leave the design out"
        )
    safe = np.where(off, whole, 1.0)
    log_odds = np.log(safe / safe.T)
    own = _own_variances(c, (e[:, :, None] + f[:, None, :]) / total, safe)
    shared = _shared_variances(e, f, table.n, safe)
    mean = log_odds.sum(axis=1)
    effects = (mean[0] - mean[1:]) / a
    spread = _covariance_of_means(own, shared) / a**2
    return _Design(effects, scaled_inverse(spread))


def _own_variances(
    c: NDArray[np.float64], d: NDArray[np.float64], whole: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return `(a, a)` Var(L_xy), from c_xy and d_xy `(s, a, a)` by trial and C_xy `(a, a)`."""
    ct, dt, back = c.transpose(0, 2, 1), d.transpose(0, 2, 1), whole.T
    own: NDArray[np.float64] = (
        (c * d).sum(axis=0) / (2.0 * whole**2)
        + (c * dt + ct * d).sum(axis=0) / (2.0 * whole * back)
        + (ct * dt).sum(axis=0) / (2.0 * back**2)
    )
    np.fill_diagonal(own, 0.0)
    return own


def _shared_variances(
    e: NDArray[np.float64],
    f: NDArray[np.float64],
    n: NDArray[np.float64],
    whole: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return `(a, a, a)` Cov(L_xy, L_xz), 0 where two of the arms are the same."""
    weight = 1.0 / n.sum(axis=1) ** 2
    back = whole.T
    xy, yx = whole[:, :, None], back[:, :, None]
    xz, zx = whole[:, None, :], back[:, None, :]
    parts = ((e, f, f, xy * xz), (n, f, e, xy * zx), (n, e, f, yx * xz), (f, e, e, yx * zx))
    shared: NDArray[np.float64] = np.zeros((len(whole),) * 3)
    for x, y, z, scale in parts:
        shared += np.einsum("sx,sy,sz,s->xyz", x, y, z, weight) / (3.0 * scale)
    i = np.arange(len(whole))
    shared[i, i, :] = shared[i, :, i] = shared[:, i, i] = 0.0
    return shared


def _covariance_of_means(
    own: NDArray[np.float64], shared: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the covariance of a·L̄ of the first arm against each other arm."""
    a = len(own)
    plus = own.sum(axis=1) + shared.sum(axis=(1, 2))
    both = shared.copy()
    i = np.arange(a)
    both[:, i, i] = own
    cross = both.sum(axis=0) - both.sum(axis=2) - both.sum(axis=2).T + own
    np.fill_diagonal(cross, plus)
    rest: NDArray[np.float64] = plus[0] - cross[0, 1:] - cross[1:, :1] + cross[1:, 1:]
    return rest


def _combine(
    rare: RareEvents, estimates: list[_Design]
) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    """Return the values of the treatments, their covariance, and Q between designs."""
    t = len(rare.treatments)
    information, right = np.zeros((t, t)), np.zeros(t)
    for table, own in zip(rare.tables, estimates, strict=True):
        x = incidence(table.nodes, t)
        information += x.T @ own.precision @ x
        right += x.T @ own.precision @ own.effects
    covariance = np.zeros((t, t))
    covariance[1:, 1:] = scaled_inverse(information[1:, 1:])
    values = covariance @ right
    q = 0.0
    for table, own in zip(rare.tables, estimates, strict=True):
        r = own.effects - (values[table.nodes[0]] - values[table.nodes[1:]])
        q += float(r @ own.precision @ r)
    return values, covariance, q


def incidence(nodes: NDArray[np.intp], t: int) -> NDArray[np.float64]:
    """Return `(a−1, t)` the first treatment against each other one."""
    x = np.zeros((nodes.size - 1, t))
    x[:, nodes[0]] = 1.0
    x[np.arange(nodes.size - 1), nodes[1:]] = -1.0
    return x
