"""Several groups of one study taken together."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from filiform.errors import EvidenceError
from filiform.evidence import _check
from filiform.evidence._result import Result

if TYPE_CHECKING:
    from collections.abc import Sequence


_HANDBOOK: Final = (
    "Higgins JPT, Thomas J, Chandler J, Cumpston M, Li T, Page MJ, Welch VA (editors). Cochrane "
    "Handbook for Systematic Reviews of Interventions. Cochrane."
)


@dataclass(frozen=True, slots=True)
class Group(Result):
    """People, mean and standard deviation of a group; papers where it was put together."""

    n: float
    mean: float
    sd: float
    papers: tuple[str, ...] = field(default=(), repr=False)


def combine_groups(groups: Sequence[Group]) -> Group:
    """Return the group that several groups make together.

    N = Σn, M = Σnm/N, s² = (Σ(n − 1)s² + Σn(m − M)²)/(N − 1): what the people's own values give.

    Args:
        groups: one or more, each with n above 0 and a standard deviation of 0 or above.

    Raises:
        EvidenceError: for no group or numbers that cannot be; the group is named by its place.

    *Source: Cochrane Handbook for Systematic Reviews of Interventions, section 6.5.2.10, table
    6.5.a (there for two groups).*

    >>> together = combine_groups([Group(20, 5.0, 2.0), Group(30, 7.0, 3.0)])
    >>> together.n, together.mean, round(together.sd, 3)
    (50.0, 6.2, 2.803)
    """
    if not groups:
        raise EvidenceError("no group given: give at least one")
    for place, group in enumerate(groups, start=1):
        values = (("n", group.n), ("mean", group.mean), ("standard deviation", group.sd))
        n, mean, sd = _check.single(*((f"{what} of group {place}", x) for what, x in values))
        fits = n > 0.0 and sd >= 0.0
        if not fits:
            raise EvidenceError(
                f"group {place} has n {n}, mean {mean} and standard deviation {sd}: "
                "n above 0, a finite mean and a standard deviation of 0 or above are needed"
            )
    total = math.fsum(group.n for group in groups)
    mean = math.fsum(group.n * group.mean for group in groups) / total
    within = math.fsum((group.n - 1.0) * group.sd**2 for group in groups)
    between = math.fsum(group.n * (group.mean - mean) ** 2 for group in groups)
    if not total > 1.0:
        raise EvidenceError("one person has no standard deviation: give more")
    return Group(float(total), mean, math.sqrt((within + between) / (total - 1.0)), (_HANDBOOK,))
