"""What a measure of effect is: its name, what it needs, how it is computed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from filiform.evidence import _check

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy as np
    from numpy.typing import NDArray

    Column: TypeAlias = NDArray[np.float64]
    Columns: TypeAlias = Mapping[str, Column]


@dataclass(frozen=True, slots=True)
class Request:
    """One computation: the columns of the studies and the choices made.

    Attributes:
        columns: `(k,)` numbers by input name, checked.
        variance: which formula for the sampling variance.
        corrected: whether small-sample bias is corrected.
        labels: the names of the studies.
    """

    columns: Columns
    variance: str
    corrected: bool
    labels: tuple[str, ...]

    def take(self, *names: str) -> tuple[Column, ...]:
        """Return columns by name, in order."""
        return tuple(self.columns[name] for name in names)

    def refuse(self, bad: NDArray[np.bool_], reason: str) -> None:
        """Refuse the first study that a condition marks.

        Raises:
            EvidenceError: naming it.
        """
        _check.refuse_where(bad, self.labels, lambda _: reason)


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure of effect.

    Attributes:
        name: metafor's abbreviation.
        words: what it is.
        inputs: what it needs, by input name.
        compute: the effects and their variances, `(k,)` each.
        variances: the admissible variance formulas, the default first.
        added_to_zero_cells: what the zero-cell rule adds by default; None where cells play no part.
    """

    name: str
    words: str
    inputs: tuple[str, ...]
    compute: Callable[[Request], tuple[Column, Column]]
    variances: tuple[str, ...] = ("LS",)
    added_to_zero_cells: float | None = None


TWO_MEANS = ("mean1", "sd1", "n1", "mean2", "sd2", "n2")
TWO_RISKS = ("events1", "n1", "events2", "n2")
TWO_RATES = ("events1", "time1", "events2", "time2")
ONE_RISK = ("events", "n")
ONE_RATE = ("events", "time")
ONE_MEAN = ("mean", "sd", "n")
CHANGE = ("mean1", "sd1", "mean2", "sd2", "n", "correlation")
PAIRS = ("both", "only1", "only2", "neither")
PAIRED_RISKS = ("events1", "events2", "n", "correlation")
CELLS = ("a", "b", "c", "d")
