"""What a network is made of: comparisons of two treatments, and which of them share a trial."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from filiform.errors import EvidenceError
from filiform.evidence import _check
from filiform.evidence.network import _multi_arm

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import ArrayLike, NDArray

# The admissible discord of a trial's contrasts, in units of the effect: room for printed rounding.
TOLERANCE = 0.001
# Beyond these, powers of a weight up to the third are more, or less, than a double can hold.
_LARGEST, _SMALLEST = 1e50, 1e-50


class MultiArm(NamedTuple):
    """All trials with the same number of arms, three or more.

    Attributes:
        arms: how many.
        edges: `(n, arms·(arms−1)/2)` the comparisons of each trial, pairs in lexicographic order.
    """

    arms: int
    edges: NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class NetworkData:
    """Comparisons, every pair of arms of every trial once, the first treatment before the second.

    Attributes:
        treatments: `(t,)` names in alphabetical order.
        studies: `(k,)` names in the order given.
        study: `(m,)` the trial of each comparison.
        first, second: `(m,)` its treatments, as positions in `treatments`, first < second.
        effects: `(m,)` first against second.
        variances: `(m,)` of the effects.
        groups: the trials with three arms or more.
        arms: `(k,)` how many arms each trial has.
        measure: what the effects are, such as "OR" (log odds ratios); "" where not told.
    """

    treatments: tuple[str, ...]
    studies: tuple[str, ...]
    study: NDArray[np.intp]
    first: NDArray[np.intp]
    second: NDArray[np.intp]
    effects: NDArray[np.float64]
    variances: NDArray[np.float64]
    groups: tuple[MultiArm, ...]
    arms: NDArray[np.intp]
    measure: str = ""

    @property
    def contrasts(self) -> int:
        """The number of independent comparisons, Σ(arms − 1)."""
        return int(self.arms.sum()) - len(self.studies)

    def without(self, dropped: NDArray[np.bool_]) -> NetworkData:
        """Return the network without the marked trials, its treatments unchanged.

        Args:
            dropped: `(k,)` which trials to leave out.
        """
        keep = ~dropped[self.study]
        place = np.cumsum(keep) - 1
        groups = tuple(
            MultiArm(group.arms, place[group.edges[keep[group.edges[:, 0]]]])
            for group in self.groups
        )
        renumber = np.cumsum(~dropped) - 1
        return NetworkData(
            self.treatments,
            tuple(name for name, out in zip(self.studies, dropped, strict=True) if not out),
            renumber[self.study[keep]],
            self.first[keep],
            self.second[keep],
            self.effects[keep],
            self.variances[keep],
            tuple(group for group in groups if group.edges.size),
            self.arms[~dropped],
            self.measure,
        )

    def trimmed(self) -> NetworkData:
        """Return the network without the treatments that no trial has."""
        used = np.unique(np.concatenate((self.first, self.second)))
        return NetworkData(
            tuple(self.treatments[node] for node in used.tolist()),
            self.studies,
            self.study,
            np.searchsorted(used, self.first),
            np.searchsorted(used, self.second),
            self.effects,
            self.variances,
            self.groups,
            self.arms,
            self.measure,
        )


def network_contrasts(
    estimates: ArrayLike,
    standard_errors: ArrayLike,
    treatments1: Iterable[object],
    treatments2: Iterable[object],
    studies: Iterable[object],
    *,
    measure: str = "",
    tolerance: float = TOLERANCE,
) -> NetworkData:
    """Read a network from its comparisons; a trial of a arms gives all a(a−1)/2 of them.

    Args:
        estimates: `(m,)` effect of treatment 1 against treatment 2, on a scale where it is about
            normal (log for ratios).
        standard_errors: `(m,)` above 0.
        treatments1: `(m,)` names.
        treatments2: `(m,)` names, each other than its partner.
        studies: `(m,)` the trial of each comparison.
        measure: what the effects are, for tables and intervals.
        tolerance: how far the contrasts of one trial may contradict each other.

    Raises:
        EvidenceError: for numbers that cannot be used, a treatment compared with itself, a trial
            with missing, repeated or contradicting comparisons, or with an arm of negative
            variance; the trial is named.

    >>> data = network_contrasts(
    ...     [-1.9, -0.8], [0.5, 0.3], ["rosi", "metf"], ["plac", "plac"], ["Davidson", "Willms"])
    >>> data.treatments, data.effects.tolist()
    (('metf', 'plac', 'rosi'), [1.9, -0.8])

    *Source: Rücker 2012, Research Synthesis Methods 3:312, doi:10.1002/jrsm.1058.*
    """
    y, se = (
        _check.numbers("estimates", estimates),
        _check.numbers("standard errors", standard_errors),
    )
    one, two = names("treatments1", treatments1), names("treatments2", treatments2)
    trial = names("studies", studies)
    lengths = {"estimates": y.size, "standard errors": se.size, "treatments1": len(one)}
    same_lengths({**lengths, "treatments2": len(two), "studies": len(trial)})
    _check.finite("the estimate", y, trial)
    _check.finite("the standard error", se, trial)
    _check.refuse_where(se <= 0.0, trial, lambda i: _not_positive("standard error", se[i]))
    _refuse_beyond(y, se, trial)
    if not tolerance >= 0.0:
        raise EvidenceError(f"tolerance {tolerance!r} is no distance: give 0 or above")
    treatments, first, second = _positions(one, two)
    _check.refuse_where(
        first == second,
        trial,
        lambda i: f"{one[i]!r} is compared with itself: give the two treatments that were compared",
    )
    swapped = first > second
    return assemble(
        treatments,
        trial,
        np.where(swapped, second, first),
        np.where(swapped, first, second),
        effects=np.where(swapped, -y, y),
        variances=se * se,
        measure=measure,
        tolerance=tolerance,
    )


def assemble(
    treatments: tuple[str, ...],
    trial: Sequence[str],
    first: NDArray[np.intp],
    second: NDArray[np.intp],
    *,
    effects: NDArray[np.float64],
    variances: NDArray[np.float64],
    measure: str,
    tolerance: float,
) -> NetworkData:
    """Group checked comparisons by trial and check the trials of three arms or more.

    Raises:
        EvidenceError: if the comparisons of a trial are missing, repeated or contradict each other.
    """
    place = {name: i for i, name in enumerate(dict.fromkeys(trial))}
    study = np.fromiter((place[name] for name in trial), dtype=np.intp, count=len(trial))
    counts = np.bincount(study, minlength=len(place))
    arms = np.rint((1.0 + np.sqrt(1.0 + 8.0 * counts)) / 2.0).astype(np.intp)
    data = NetworkData(
        treatments, tuple(place), study, first, second, effects, variances, (), arms, measure
    )
    if counts.max() == 1:
        return data
    groups = _multi_arm.group(data, counts)
    for number, edges in groups:
        _multi_arm.check(data, number, edges, tolerance)
    return NetworkData(
        treatments,
        data.studies,
        study,
        first,
        second,
        effects,
        variances,
        tuple(MultiArm(number, edges) for number, edges in groups),
        arms,
        measure,
    )


def names(what: str, given: Iterable[object]) -> list[str]:
    """Return names as texts, without blanks around them.

    Raises:
        EvidenceError: if one is missing or there are none.
    """
    if isinstance(given, str):
        raise EvidenceError(f"{what} is one text, {given!r}: give a list, one name a row")
    found = [(name if isinstance(name, str) else _name(name)).strip() for name in given]
    if not found:
        raise EvidenceError(f"{what} is empty: give one name a row")
    if "" in found:
        row = found.index("") + 1
        raise EvidenceError(f"{what} has no name in row {row}: give one name a row")
    return found


def same_lengths(lengths: dict[str, int]) -> None:
    """Refuse columns of different length.

    Raises:
        EvidenceError: if they differ.
    """
    if len(set(lengths.values())) > 1:
        shown = ", ".join(f"{name} {size}" for name, size in lengths.items())
        raise EvidenceError(f"columns of different length ({shown}): give one value a row in each")


def alphabetical(given: Iterable[str]) -> tuple[str, ...]:
    """Return the distinct names in alphabetical order, capitals beside small letters."""
    return tuple(sorted(set(given), key=lambda name: (name.casefold(), name)))


def _refuse_beyond(y: NDArray[np.float64], se: NDArray[np.float64], trial: list[str]) -> None:
    """Refuse magnitudes whose weights cannot be held."""
    far = (np.abs(y) > _LARGEST) | (se > _LARGEST) | (se < _SMALLEST)
    _check.refuse_where(
        far,
        trial,
        lambda i: (
            f"the effect {y[i]:g} with standard error {se[i]:g} is beyond {_SMALLEST:g} to "
            f"{_LARGEST:g}: write the effects in another unit"
        ),
    )


def _name(value: object) -> str:
    if value is None or value != value:  # noqa: PLR0124 - NaN is what differs from itself
        return ""
    return str(value)


def _positions(
    one: list[str], two: list[str]
) -> tuple[tuple[str, ...], NDArray[np.intp], NDArray[np.intp]]:
    treatments = alphabetical([*one, *two])
    place = {name: i for i, name in enumerate(treatments)}
    first = np.fromiter((place[name] for name in one), dtype=np.intp, count=len(one))
    second = np.fromiter((place[name] for name in two), dtype=np.intp, count=len(two))
    return treatments, first, second


def _not_positive(what: str, value: float) -> str:
    return f"the {what} is {value:g}, above 0 is needed: check the study or leave it out"
