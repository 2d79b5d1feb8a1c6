"""Rankings: P-scores, SUCRA and the chance of every treatment to hold every rank."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from filiform.errors import EvidenceError
from filiform.evidence._options import choose
from filiform.evidence._result import Result
from filiform.evidence._text import shown, table
from filiform.evidence.network._references import cite
from filiform.evidence.network.fit_network import MODELS, SMALL_VALUES

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from filiform.evidence.network.effects import NetworkEffects
    from filiform.evidence.network.fit_network import Network


@dataclass(frozen=True, slots=True, eq=False)
class Ranking(Result):
    """Treatments by how sure it is that they are better than the others.

    Attributes:
        treatments: `(t,)` in the network's order.
        p_scores: `(t,)` mean chance to be better than another treatment.
        small_values: "desirable" or "undesirable".
        model: "common" or "random".
        papers: the papers of exactly what was run.
    """

    treatments: tuple[str, ...]
    p_scores: NDArray[np.float64]
    small_values: str
    model: str
    papers: tuple[str, ...]

    def summary(self) -> str:
        """Return the treatments from the highest score to the lowest."""
        order = np.argsort(-self.p_scores, kind="stable").tolist()
        rows = [[self.treatments[n], shown(float(self.p_scores[n]))] for n in order]
        return table(["treatment", "P-score"], rows)

    def to_dict(self) -> dict[str, object]:
        """Return all fields as plain numbers, texts and lists, ready for JSON."""
        return {
            "treatments": list(self.treatments),
            "p_scores": self.p_scores.tolist(),
            "small_values": self.small_values,
            "model": self.model,
            "references": list(self.papers),
        }

    def to_frame(self) -> pd.DataFrame:
        """Return one row a treatment."""
        import pandas  # noqa: ICN001, PLC0415 - half a second that the analysis does not need

        return pandas.DataFrame({"treatment": self.treatments, "p_score": self.p_scores})


@dataclass(frozen=True, slots=True, eq=False)
class RankProbabilities(Result):
    """The chance of every treatment to hold every rank, the first being the best.

    Attributes:
        treatments: `(t,)` in the network's order.
        probabilities: `(t, t)` treatment by rank; rows and columns sum to 1.
        sucra: `(t,)` surface under the cumulative ranking curve, from the probabilities.
        draws: how many values of the effects they are counted from; 0 where integrated.
        small_values: "desirable" or "undesirable".
        model: "common" or "random".
        papers: the papers of exactly what was run.
    """

    treatments: tuple[str, ...]
    probabilities: NDArray[np.float64]
    sucra: NDArray[np.float64]
    draws: int
    small_values: str
    model: str
    papers: tuple[str, ...]

    @property
    def cumulative(self) -> NDArray[np.float64]:
        """The `(t, t)` chance to hold this rank or a better one."""
        return np.cumsum(self.probabilities, axis=1)

    def summary(self) -> str:
        """Return treatments by rank, from the highest SUCRA to the lowest."""
        order = np.argsort(-self.sucra, kind="stable").tolist()
        ranks = [str(n + 1) for n in range(len(self.treatments))]
        rows = [
            [self.treatments[n], shown(float(self.sucra[n]), 3)]
            + [f"{p:.3f}" for p in self.probabilities[n].tolist()]
            for n in order
        ]
        return table(["treatment", "SUCRA", *ranks], rows)

    def to_dict(self) -> dict[str, object]:
        """Return all fields as plain numbers, texts and lists, ready for JSON."""
        return {
            "treatments": list(self.treatments),
            "probabilities": self.probabilities.tolist(),
            "sucra": self.sucra.tolist(),
            "draws": self.draws,
            "small_values": self.small_values,
            "model": self.model,
            "references": list(self.papers),
        }

    def to_frame(self) -> pd.DataFrame:
        """Return one row a treatment, one column a rank."""
        import pandas  # noqa: ICN001, PLC0415 - half a second that the analysis does not need

        ranks = range(1, len(self.treatments) + 1)
        return pandas.DataFrame(
            self.probabilities, index=list(self.treatments), columns=list(ranks)
        )


def p_scores(net: Network, *, model: str = "random", small_values: str | None = None) -> Ranking:
    """Rank treatments by the mean chance to be better than another one.

    With small values desirable, P = Σ_j Φ((θ_j − θ_i)/se_ij)/(t − 1). It equals the SUCRA of
    normal effects exactly.

    Args:
        net: a fitted network.
        model: "common" or "random".
        small_values: "desirable" or "undesirable"; as the network was told where None.

    Raises:
        EvidenceError: for an unknown word.

    *Source: Rücker and Schwarzer 2015, BMC Medical Research Methodology 15:58,
    doi:10.1186/s12874-015-0060-8.*
    """
    from scipy.special import ndtr  # noqa: PLC0415 - half of the start-up time of the engine

    which, small = choose("model", model, MODELS), _small(net, small_values)
    z = net.effects(which).statistics
    chance = ndtr(-z if small == "desirable" else z)
    t = len(net.treatments)
    scores = (chance.sum(axis=1) - 0.5) / (t - 1)
    return Ranking(net.treatments, scores, small, which, cite(("p_scores",)))


def rank_probabilities(
    net: Network,
    *,
    model: str = "random",
    small_values: str | None = None,
    covariance: str = "full",
    draws: int = 20_000,
    rng: np.random.Generator | None = None,
) -> RankProbabilities:
    """Return the chance of every treatment to hold every rank.

    Args:
        net: a fitted network.
        model: "common" or "random".
        small_values: "desirable" or "undesirable"; as the network was told where None.
        covariance: "full", or "quasi" as netmeta does it: treatments get independent values with
            variances whose sums come nearest to those of the effects; the chances are integrated.
        draws: how many values of the effects to rank, 1 or more.
        rng: a generator to draw them with; where None an even spread of points over the normal
            distribution takes their place (a lattice), which gives the same numbers every time
            and errs less, about 0.001 for 20,000.

    Raises:
        EvidenceError: for an unknown word or no draws.

    *Source: Salanti, Ades and Ioannidis 2011, Journal of Clinical Epidemiology 64:163,
    doi:10.1016/j.jclinepi.2010.03.016.*
    """
    if draws < 1:
        raise EvidenceError(f"{draws} draws, at least 1 is needed: give 20000, say")
    which, small = choose("model", model, MODELS), _small(net, small_values)
    effects = net.effects(which)
    t = len(net.treatments)
    ranks = np.arange(t)
    if choose("covariance", covariance, COVARIANCES) == "quasi":
        draws = 0
        probabilities = _independent(effects.theta, _quasi(effects), smaller=small == "desirable")
    else:
        values = effects.theta + _normal(effects, draws, rng)
        order = np.argsort(values if small == "desirable" else -values, axis=1)
        counts = np.bincount((order * t + ranks).ravel(), minlength=t * t).reshape(t, t)
        probabilities = counts / draws
    sucra = (t - 1 - probabilities @ ranks) / (t - 1)
    return RankProbabilities(
        net.treatments, probabilities, sucra, draws, small, which, cite(("sucra",))
    )


def _quasi(effects: NetworkEffects) -> NDArray[np.float64]:
    """Return `(t,)` variances whose sums come nearest to the variances of the effects."""
    t = len(effects.treatments)
    if t == 2:
        return np.full(2, 0.5 * float(effects.variances[0, 1]))
    row = effects.variances.sum(axis=1)
    # Variances of effects are distances, so that none of these falls below 0 but by rounding.
    found = (row - row.sum() / (2.0 * (t - 1))) / (t - 2)
    return np.asarray(np.maximum(found, 0.0))


def _independent(
    values: NDArray[np.float64], variances: NDArray[np.float64], *, smaller: bool
) -> NDArray[np.float64]:
    """Return `(t, t)` the chance of each rank for independent normal values, by integration.

    Given the value x of a treatment, how many others are better is a sum of independent yes or no,
    whose distribution is built one treatment at a time; x is integrated by the trapezoidal rule,
    which is exact to the last digits for so smooth a curve.
    """
    from scipy.special import ndtr  # noqa: PLC0415 - half of the start-up time of the engine

    t, errors = values.size, np.sqrt(np.maximum(variances, _TINY * variances.max()))
    points = np.linspace(-_FAR, _FAR, _POINTS)
    weights = np.exp(-0.5 * points * points)
    weights /= weights.sum()
    found = np.zeros((t, t))
    for i in range(t):
        x = values[i] + errors[i] * points
        z = (x[:, None] - values) / errors
        better = ndtr(z if smaller else -z)
        count = np.zeros((_POINTS, t))
        count[:, 0] = 1.0
        for j in range(t):
            if j != i:
                p = better[:, j : j + 1]
                count[:, 1:] = count[:, 1:] * (1.0 - p) + count[:, :-1] * p
                count[:, :1] *= 1.0 - p
        found[i] = weights @ count
    return found


def _small(net: Network, small_values: str | None) -> str:
    if small_values is None:
        return net.small_values
    return choose("small_values", small_values, SMALL_VALUES)


def _normal(
    effects: NetworkEffects, draws: int, rng: np.random.Generator | None
) -> NDArray[np.float64]:
    """Return `(draws, t)` normal deviations with the covariance of the values."""
    spread, directions = np.linalg.eigh(effects.covariance)
    root = (directions * np.sqrt(np.maximum(spread, 0.0)))[:, 1:]
    size = root.shape[1]
    standard = _lattice(draws, size) if rng is None else rng.standard_normal((draws, size))
    return np.asarray(standard @ root.T)


def _lattice(draws: int, size: int) -> NDArray[np.float64]:
    """Return normal quantiles of an additive recurrence by powers of a generalised golden ratio."""
    from scipy.special import ndtri  # noqa: PLC0415 - half of the start-up time of the engine

    ratio = 2.0
    for _ in range(_GOLDEN_STEPS):
        ratio = (1.0 + ratio) ** (1.0 / (size + 1))
    step = ratio ** -np.arange(1.0, size + 1.0)
    points = (0.5 + np.arange(1.0, draws + 1.0)[:, None] * step) % 1.0
    return np.asarray(ndtri(np.clip(points, _EDGE, 1.0 - _EDGE)))


COVARIANCES: Final[Mapping[str, str]] = {"full": "full", "quasi": "quasi", "independent": "quasi"}
# Beyond this many standard errors nothing is left; the step is a fiftieth of a standard error.
_FAR = 9.0
_POINTS = 901
# Of the largest variance: a treatment without one would have a step for a chance.
_TINY = 1e-8
# The iteration contracts at least by half a step, so this many leave nothing a double can hold.
_GOLDEN_STEPS = 60
# A point on the edge would be an infinite quantile.
_EDGE = 1e-12
