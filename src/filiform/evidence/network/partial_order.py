"""Partial order of treatments over several outcomes: who is better in all of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np

from filiform.errors import EvidenceError
from filiform.evidence._result import Result
from filiform.evidence._text import shown, table
from filiform.evidence.network.ranking import Ranking

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from filiform.evidence.network.ranking import RankProbabilities

    AnyRanking: TypeAlias = Ranking | RankProbabilities

_PAPERS: Final = (
    (
        "Rücker G, Schwarzer G. Resolve conflicting rankings of outcomes in network "
        "meta-analysis: partial ordering of treatments. Research Synthesis Methods "
        "2017;8:526-536. doi:10.1002/jrsm.1270"
    ),
)


@dataclass(frozen=True, slots=True, eq=False)
class PartialOrder(Result):
    """Treatments, and which of them is at least as good in every outcome and better in one.

    Attributes:
        treatments: `(t,)` those that every outcome has.
        outcomes: `(o,)` their names.
        scores: `(t, o)` P-scores or SUCRA, 1 the best.
        better: `(t, t)` whether row is better than column in this sense.
        hasse: pairs (better, worse) with no treatment between them: the lines of a Hasse diagram.
        left_out: treatments that not every outcome has.
        papers: the papers of exactly what was run.
    """

    treatments: tuple[str, ...]
    outcomes: tuple[str, ...]
    scores: NDArray[np.float64]
    better: NDArray[np.bool_]
    hasse: tuple[tuple[str, str], ...]
    left_out: tuple[str, ...]
    papers: tuple[str, ...]

    @property
    def best(self) -> tuple[str, ...]:
        """Treatments that none is better than."""
        above = self.better.sum(axis=0).tolist()
        return tuple(name for name, n in zip(self.treatments, above, strict=True) if n == 0)

    def summary(self) -> str:
        """Return the scores, and the lines of the Hasse diagram."""
        rows = [
            [name, *(shown(float(score), 3) for score in scores)]
            for name, scores in zip(self.treatments, self.scores, strict=True)
        ]
        lines = [f"{better} is better than {worse}" for better, worse in self.hasse]
        found = lines or ["no treatment is better than another in all outcomes"]
        return "\n".join([table(["treatment", *self.outcomes], rows), "", *found])

    def to_dict(self) -> dict[str, object]:
        """Return all fields as plain numbers, texts and lists, ready for JSON."""
        return {
            "treatments": list(self.treatments),
            "outcomes": list(self.outcomes),
            "scores": self.scores.tolist(),
            "better": self.better.tolist(),
            "hasse": [list(pair) for pair in self.hasse],
            "left_out": list(self.left_out),
            "references": list(self.papers),
        }

    def to_frame(self) -> pd.DataFrame:
        """Return one row a line of the Hasse diagram."""
        import pandas  # noqa: ICN001, PLC0415 - half a second that the analysis does not need

        return pandas.DataFrame(self.hasse, columns=["better", "worse"])


def partial_order(rankings: Mapping[str, AnyRanking]) -> PartialOrder:
    """Order treatments by several outcomes at once, without weighing one against another.

    A is better than B where its score is at least B's in every outcome and above it in one; all
    others cannot be compared.

    Args:
        rankings: name of each outcome to its `p_scores` or `rank_probabilities` (then SUCRA), all
            with the best first: say in each which values are desirable.

    Raises:
        EvidenceError: for fewer than two outcomes, or fewer than two treatments that all have.

    >>> from filiform.evidence.network.ranking import Ranking
    >>> def of(*scores):
    ...     return Ranking(("A", "B", "C"), np.array(scores), "desirable", "random", ())
    >>> partial_order({"pain": of(0.9, 0.4, 0.2), "harm": of(0.5, 0.5, 0.8)}).hasse
    (('A', 'B'),)

    *Source: Rücker and Schwarzer 2017, Research Synthesis Methods 8:526, doi:10.1002/jrsm.1270.*
    """
    if len(rankings) < 2:
        raise EvidenceError(
            f"{len(rankings)} outcome has a full order of its own, 2 or more are needed: give "
            "p_scores() of each by its name"
        )
    scores = {name: _scores(one) for name, one in rankings.items()}
    every = tuple(dict.fromkeys(treatment for own in scores.values() for treatment in own))
    shared = tuple(name for name in every if all(name in own for own in scores.values()))
    if len(shared) < 2:
        raise EvidenceError(
            f"the outcomes {', '.join(scores)} share {len(shared)} treatments, 2 or more are "
            "needed: name treatments alike in all networks"
        )
    matrix = np.array([[own[name] for own in scores.values()] for name in shared])
    better = _better(matrix)
    return PartialOrder(
        treatments=shared,
        outcomes=tuple(scores),
        scores=matrix,
        better=better,
        hasse=_lines(shared, better),
        left_out=tuple(name for name in every if name not in shared),
        papers=_PAPERS,
    )


def _scores(one: AnyRanking) -> dict[str, float]:
    own = one.p_scores if isinstance(one, Ranking) else one.sucra
    return dict(zip(one.treatments, own.tolist(), strict=True))


def _better(scores: NDArray[np.float64]) -> NDArray[np.bool_]:
    difference = scores[:, None, :] - scores[None, :, :]
    return np.asarray((difference >= 0.0).all(axis=2) & (difference > 0.0).any(axis=2))


def _lines(names: tuple[str, ...], better: NDArray[np.bool_]) -> tuple[tuple[str, str], ...]:
    """Return the pairs that do not follow from others."""
    steps = better.astype(np.int64)
    covers = better & ~(steps @ steps > 0)
    return tuple((names[i], names[j]) for i, j in np.argwhere(covers).tolist())
