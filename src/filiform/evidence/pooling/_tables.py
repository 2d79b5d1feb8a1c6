"""2 × 2 tables of several studies, checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from filiform.evidence._options import choose
from filiform.evidence.effects._inputs import checked_columns
from filiform.evidence.effects.effect_size import MEASURES
from filiform.evidence.effects.zero_cells import RULES, adjusted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import ArrayLike

    from filiform.evidence.effects._measure import Column


class Tables(NamedTuple):
    """The cells of each study, `(k,)` each: events and others of two groups."""

    a: Column
    b: Column
    c: Column
    d: Column
    labels: tuple[str, ...]

    @property
    def cells(self) -> tuple[Column, Column, Column, Column]:
        """The four counts."""
        return self.a, self.b, self.c, self.d


def checked_tables(
    events1: ArrayLike,
    n1: ArrayLike,
    events2: ArrayLike,
    n2: ArrayLike,
    labels: Iterable[object] | None,
) -> Tables:
    """Return the cells of each study.

    Raises:
        EvidenceError: for counts that are not admissible, naming the study.
    """
    given = {"events1": events1, "n1": n1, "events2": events2, "n2": n2}
    columns, names = checked_columns(MEASURES["OR"], given, labels)
    a, n_1, c, n_2 = (columns[name] for name in ("events1", "n1", "events2", "n2"))
    return Tables(a, n_1 - a, c, n_2 - c, names)


def with_zero_cells(tables: Tables, added: float, rule: str) -> Tables:
    """Return the tables with a constant added where the rule says so."""
    a, b, c, d = adjusted(tables.cells, added, choose("zero-cell rule", rule, RULES))
    return Tables(a, b, c, d, tables.labels)
