"""The effects of several studies, with what was done to get them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from filiform.evidence._distributions import t_quantile
from filiform.evidence._options import confidence
from filiform.evidence._result import Result
from filiform.evidence._text import between, shown, table

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Effects(Result):
    """Effect sizes with their sampling variances, in the order of the studies.

    Attributes:
        yi: `(k,)` effects, on the scale on which they are pooled.
        vi: `(k,)` their sampling variances.
        measure: metafor's abbreviation, such as "SMD".
        words: what it is.
        labels: the names of the studies.
        dropped: the names of studies left out because they had no events in either group.
        variance: which formula the variances come from.
        zero_cells: the rule for tables with a zero, "none" where it plays no part.
        added: what that rule added to the cells.
        adjusted: the names of the studies to which it was added.
        papers: the papers of the measure.
    """

    yi: NDArray[np.float64]
    vi: NDArray[np.float64]
    measure: str
    words: str
    labels: tuple[str, ...]
    dropped: tuple[str, ...]
    variance: str
    zero_cells: str
    added: float
    adjusted: tuple[str, ...]
    papers: tuple[str, ...]

    @property
    def k(self) -> int:
        """The number of studies."""
        return self.yi.size

    def interval(self, level: float = 0.95) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the bounds `(k,)` of normal intervals for each study.

        Raises:
            EvidenceError: for a level outside 0 to 1.
        """
        half = t_quantile(confidence(level), math.inf) * np.sqrt(self.vi)
        return self.yi - half, self.yi + half

    def summary(self) -> str:
        """Return a table that a person can read."""
        low, high = self.interval()
        rows = [
            [label, shown(y), shown(math.sqrt(v)), between(a, b)]
            for label, y, v, a, b in zip(
                self.labels, self.yi.tolist(), self.vi.tolist(), low, high, strict=True
            )
        ]
        return f"{self.words}\n\n" + table(["study", "effect", "SE", "95 % interval"], rows)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a study: label, effect, variance and 95 % interval."""
        import pandas  # noqa: ICN001, PLC0415 - half a second that effect sizes do not need

        low, high = self.interval()
        return pandas.DataFrame(
            {"label": self.labels, "yi": self.yi, "vi": self.vi, "ci_low": low, "ci_high": high}
        )
