"""What to do with tables that hold a zero.

    only_zero   add to all cells of each study that has a zero   (metafor "only0", the default)
    if_any      add to all cells of all studies if any has one   (metafor "if0all")
    all         add to all cells of all studies
    none        add nothing

*Source: Cochrane Handbook for Systematic Reviews of Interventions, section 10.4.4; Sweeting, Sutton
and Lambert 2004, Statistics in Medicine 23:1351, doi:10.1002/sim.1761.*
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from filiform.evidence.effects._measure import Column

RULES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "only_zero": "only_zero",
        "only0": "only_zero",
        "if_any": "if_any",
        "if0all": "if_any",
        "all": "all",
        "none": "none",
    }
)


def adjusted(cells: tuple[Column, ...], added: float, rule: str) -> tuple[Column, ...]:
    """Return cells `(k,)` with a constant added where the rule says so.

    Args:
        cells: the counts of each study.
        added: 0 or above.
        rule: a canonical word of `RULES`.
    """
    has_zero = np.logical_or.reduce([cell == 0.0 for cell in cells])
    if rule == "none" or added == 0.0 or (rule in {"only_zero", "if_any"} and not has_zero.any()):
        return cells
    where = has_zero if rule == "only_zero" else np.ones_like(has_zero)
    return tuple(cell + added * where for cell in cells)
