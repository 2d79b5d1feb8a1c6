"""A network from its arms: events or means of every treatment in every trial."""

from __future__ import annotations

import math
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from filiform.errors import EvidenceError, nearest
from filiform.evidence import _check
from filiform.evidence._options import choose
from filiform.evidence.network import _multi_arm
from filiform.evidence.network.data import (
    TOLERANCE,
    NetworkData,
    alphabetical,
    assemble,
    names,
    same_lengths,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from numpy.typing import ArrayLike, NDArray

ZERO_CELLS: Final[Mapping[str, str]] = {"arms": "arms", "all": "all", "none": "none"}


class Arms(NamedTuple):
    """Checked columns, one row an arm, sorted by trial and treatment; absent columns are empty."""

    study: NDArray[np.intp]
    treatment: NDArray[np.intp]
    studies: tuple[str, ...]
    treatments: tuple[str, ...]
    columns: Mapping[str, NDArray[np.float64]]

    def label(self, row: int) -> str:
        """Return "study, arm" of a row, for messages."""
        study, arm = self.studies[self.study[row]], self.treatments[self.treatment[row]]
        return f"study {study!r}, arm {arm!r}"


class _Value(NamedTuple):
    """The value of an arm and its variance."""

    value: NDArray[np.float64]
    variance: NDArray[np.float64]


class _Measure(NamedTuple):
    needs: tuple[str, ...]
    of: Callable[[Arms, float, bool], _Value]


def network_arms(
    measure: str,
    studies: Iterable[object],
    treatments: Iterable[object],
    *,
    events: ArrayLike | None = None,
    n: ArrayLike | None = None,
    means: ArrayLike | None = None,
    sds: ArrayLike | None = None,
    times: ArrayLike | None = None,
    increment: float = 0.5,
    zero_cells: str = "arms",
    keep_empty: bool = True,
) -> NetworkData:
    """Read a network from one row an arm.

    Every arm has a value and a variance of its own, and a comparison is the difference of two:
    multi-arm trials are exact by construction. Only the standardised mean difference is not of
    this form: all arms of a trial share its pooled SD, the comparison d has the variance
    1/n₁ + 1/n₂ + d²/(2N).

    Args:
        measure: "OR", "RR", "RD", "ASD" (of events, n), "MD", "SMD", "ROM" (of means, sds, n),
            "IRR", "IRD", "IRSD" (of events, times).
        studies: `(a,)` the trial of each arm.
        treatments: `(a,)` its treatment, once in a trial.
        events: `(a,)` from 0 to n; not always whole where some were imputed.
        n: `(a,)` persons, 1 or more.
        means: `(a,)`.
        sds: `(a,)` standard deviations, above 0.
        times: `(a,)` person-time, above 0.
        increment: added to the events of every arm of a trial with a zero cell, for OR and RD
            (there to the variance only) to the persons without an event too.
        zero_cells: "arms" adds it where a trial has a zero cell, "all" everywhere if any trial
            has one, "none" nowhere.
        keep_empty: whether trials without any event, or with events only, stay in (OR, RR).

    Raises:
        EvidenceError: for numbers that cannot be used; the trial and the arm are named.

    >>> data = network_arms("OR", [1, 1, 2, 2], ["A", "B", "A", "C"],
    ...                     events=[5, 10, 3, 6], n=[50, 50, 40, 40])
    >>> data.effects.round(3).tolist()
    [-0.811, -0.778]

    *Source: Higgins et al. (eds) 2019, Cochrane Handbook, chapter 6; Crippa and Orsini 2016, BMC
    Medical Research Methodology 16:91, equations 4 and 5, doi:10.1186/s12874-016-0189-0 (SMD).*
    """
    name = _measure(measure)
    if not 0.0 <= increment < math.inf:
        raise EvidenceError(f"increment {increment!r} is no number of events: give 0 or above")
    given = {"events": events, "n": n, "means": means, "sds": sds, "times": times}
    columns = {key: given[key] for key in MEASURES[name].needs}
    unread = [key for key, column in given.items() if column is not None and key not in columns]
    if unread:
        raise EvidenceError(
            f"{name} is made of {', '.join(columns)}: leave {', '.join(unread)} out, or choose "
            "another measure"
        )
    arms = read_arms(name, studies, treatments, columns)
    rule = choose("zero_cells", zero_cells, ZERO_CELLS)
    if not keep_empty and name in {"OR", "RR"}:
        arms = _without_empty(arms)
    if rule == "none":
        increment = 0.0
    return _compare(name, arms, MEASURES[name].of(arms, increment, rule == "all"))


def _measure(given: str) -> str:
    """Return the measure that a word means, capitals or not.

    Raises:
        EvidenceError: for an unknown one, with all that are known.
    """
    known = {key.casefold(): key for key in MEASURES}
    if str(given).casefold() in known:
        return known[given.casefold()]
    close = nearest(str(given), MEASURES)
    hint = f"did you mean {close!r}? " if close else ""
    raise EvidenceError(f"unknown measure {given!r}: {hint}Admissible: {', '.join(MEASURES)}")


def read_arms(
    measure: str,
    studies: Iterable[object],
    treatments: Iterable[object],
    columns: Mapping[str, ArrayLike | None],
) -> Arms:
    """Read and check the columns that a measure needs, one row an arm.

    Raises:
        EvidenceError: for numbers that no arm can have; the trial and the arm are named.
    """
    trial, arm = names("studies", studies), names("treatments", treatments)
    values = {}
    for key, column in columns.items():
        if column is None:
            raise EvidenceError(f"{measure} needs {', '.join(columns)}: {key} is not given")
        values[key] = _check.numbers(key, column)
    lengths = {key: column.size for key, column in values.items()}
    same_lengths({"studies": len(trial), "treatments": len(arm), **lengths})
    found = alphabetical(arm)
    place = {name: i for i, name in enumerate(found)}
    number = {name: i for i, name in enumerate(dict.fromkeys(trial))}
    study = np.array([number[name] for name in trial], dtype=np.intp)
    treatment = np.array([place[name] for name in arm], dtype=np.intp)
    order = np.lexsort((treatment, study))
    arms = Arms(
        study[order],
        treatment[order],
        tuple(number),
        found,
        {key: column[order] for key, column in values.items()},
    )
    _check_arms(arms)
    return arms


def _check_arms(arms: Arms) -> None:
    """Refuse numbers that no arm can have, and trials without a comparison."""
    for key in arms.columns:
        _check_column(arms, key)
    events, n = arms.columns.get("events"), arms.columns.get("n")
    if events is not None and n is not None:
        _refuse(arms, events > n, lambda i: f"{events[i]:g} events in {n[i]:g} persons: check both")
    again = (np.diff(arms.study) == 0) & (np.diff(arms.treatment) == 0)
    _refuse(
        arms, np.append(again, False), lambda _: "is given more than once: combine the arms first"
    )
    counts = np.bincount(arms.study)
    alone = counts[arms.study] == 1
    _refuse(arms, alone, lambda _: "is the only arm: add what it was compared with")


def _check_column(arms: Arms, key: str) -> None:
    """Refuse what is no number, and numbers below the least admissible one."""
    column = arms.columns[key]
    _refuse(arms, ~np.isfinite(column), lambda i: f"{key} is {column[i]:g}, a number is needed")
    if key in _ABOVE_ZERO:
        _refuse(arms, column <= 0.0, lambda i: f"{key} is {column[i]:g}, above 0 is needed")
    least = _LEAST.get(key, -math.inf)
    _refuse(arms, column < least, lambda i: f"{key} is {column[i]:g}, {least:g} or more is needed")


_ABOVE_ZERO: Final = frozenset({"sds", "times"})
_LEAST: Final[Mapping[str, float]] = MappingProxyType({"n": 1.0, "events": 0.0})


def _refuse(arms: Arms, bad: NDArray[np.bool_], say: Callable[[int], str]) -> None:
    if bad.any():
        row = int(np.flatnonzero(bad)[0])
        raise EvidenceError(f"{arms.label(row)}: {say(row)}")


def _without_empty(arms: Arms) -> Arms:
    """Leave out the trials without events or without persons free of them."""
    events, n = arms.columns["events"], arms.columns["n"]
    count = len(arms.studies)
    total = np.bincount(arms.study, events, count)
    free = np.bincount(arms.study, n - events, count)
    keep = (total > 0.0) & (free > 0.0)
    if not keep.any():
        raise EvidenceError("no trial has events in some and not in others: nothing to compare")
    rows = keep[arms.study]
    used = np.unique(arms.treatment[rows])
    return Arms(
        (np.cumsum(keep) - 1)[arms.study[rows]],
        np.searchsorted(used, arms.treatment[rows]),
        tuple(name for name, kept in zip(arms.studies, keep, strict=True) if kept),
        tuple(arms.treatments[node] for node in used.tolist()),
        {key: column[rows] for key, column in arms.columns.items()},
    )


def _compare(measure: str, arms: Arms, value: _Value) -> NetworkData:
    """Return all pairs of the arms of every trial."""
    one, two = arm_pairs(arms)
    y = value.value[one] - value.value[two]
    v = value.variance[one] + value.variance[two]
    if measure == "SMD":
        total = np.bincount(arms.study, arms.columns["n"])
        v = v + y * y / (2.0 * total[arms.study[one]])
    _refuse_pair(arms, one, ~np.isfinite(y) | ~np.isfinite(v) | (v <= 0.0))
    return assemble(
        arms.treatments,
        [arms.studies[s] for s in arms.study[one].tolist()],
        arms.treatment[one],
        arms.treatment[two],
        effects=y,
        variances=v,
        measure=measure,
        tolerance=TOLERANCE,
    )


def _refuse_pair(arms: Arms, one: NDArray[np.intp], bad: NDArray[np.bool_]) -> None:
    if bad.any():
        row = int(one[np.flatnonzero(bad)[0]])
        raise EvidenceError(
            f"study {arms.studies[arms.study[row]]!r}: a comparison has no finite effect with a "
            "variance above 0: add an increment for zero cells, or use a method for rare events"
        )


def arm_pairs(arms: Arms) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the rows of the two arms of every comparison, in the order of the trials."""
    counts = np.bincount(arms.study)
    starts = np.cumsum(counts) - counts
    first, second = [], []
    for size in sorted(set(counts.tolist())):
        i, j = _multi_arm.pairs(size)
        begin = starts[counts == size][:, None]
        first.append((begin + i).ravel())
        second.append((begin + j).ravel())
    one, two = np.concatenate(first), np.concatenate(second)
    order = np.lexsort((two, one, arms.study[one]))
    return one[order], two[order]


def _added(
    arms: Arms, increment: float, everywhere: bool, cells: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Return what is added to each cell of each arm."""
    affected = np.bincount(arms.study, cells, len(arms.studies)) > 0
    if everywhere:
        affected[:] = affected.any()
    return np.where(affected[arms.study], increment, 0.0)


def _counts(
    arms: Arms, increment: float, everywhere: bool
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return events and persons without, zero cells filled."""
    events, n = arms.columns["events"], arms.columns["n"]
    add = _added(arms, increment, everywhere, (events == 0.0) | (events == n))
    return events + add, n - events + add


def _odds_ratio(arms: Arms, increment: float, everywhere: bool) -> _Value:
    e, f = _counts(arms, increment, everywhere)
    with np.errstate(divide="ignore"):
        return _Value(np.log(e / f), 1.0 / e + 1.0 / f)


def _risk_ratio(arms: Arms, increment: float, everywhere: bool) -> _Value:
    events, n = arms.columns["events"], arms.columns["n"]
    add = _added(arms, increment, everywhere, (events == 0.0) | (events == n))
    e, total = events + add, n + add
    with np.errstate(divide="ignore"):
        return _Value(np.log(e / total), 1.0 / e - 1.0 / total)


def _risk_difference(arms: Arms, increment: float, everywhere: bool) -> _Value:
    events, n = arms.columns["events"], arms.columns["n"]
    add = _added(arms, increment, everywhere, (events == 0.0) | (events == n))
    p = (events + add) / (n + 2.0 * add)
    return _Value(events / n, p * (1.0 - p) / (n + 2.0 * add))


def _arcsine_difference(arms: Arms, _increment: float, _everywhere: bool) -> _Value:
    events, n = arms.columns["events"], arms.columns["n"]
    return _Value(np.arcsin(np.sqrt(events / n)), 0.25 / n)


def _mean_difference(arms: Arms, _increment: float, _everywhere: bool) -> _Value:
    return _Value(arms.columns["means"], arms.columns["sds"] ** 2 / arms.columns["n"])


def _standardised(arms: Arms, _increment: float, _everywhere: bool) -> _Value:
    n, sds = arms.columns["n"], arms.columns["sds"]
    freedom = np.bincount(arms.study, n - 1.0)
    none = freedom[arms.study] <= 0.0
    _refuse(arms, none, lambda _: "one person an arm has no SD: give the persons of each arm")
    pooled = np.sqrt(np.bincount(arms.study, (n - 1.0) * sds**2) / freedom)
    return _Value(arms.columns["means"] / pooled[arms.study], 1.0 / n)


def _ratio_of_means(arms: Arms, _increment: float, _everywhere: bool) -> _Value:
    means = arms.columns["means"]
    _refuse(arms, means <= 0.0, lambda i: f"the mean is {means[i]:g}, a ratio needs one above 0")
    return _Value(np.log(means), arms.columns["sds"] ** 2 / (arms.columns["n"] * means**2))


def _rate_ratio(arms: Arms, increment: float, everywhere: bool) -> _Value:
    events = arms.columns["events"]
    e = events + _added(arms, increment, everywhere, events == 0.0)
    with np.errstate(divide="ignore"):
        return _Value(np.log(e / arms.columns["times"]), 1.0 / e)


def _rate_difference(arms: Arms, increment: float, everywhere: bool) -> _Value:
    events, times = arms.columns["events"], arms.columns["times"]
    e = events + _added(arms, increment, everywhere, events == 0.0)
    return _Value(events / times, e / times**2)


def _root_rate_difference(arms: Arms, _increment: float, _everywhere: bool) -> _Value:
    events, times = arms.columns["events"], arms.columns["times"]
    return _Value(np.sqrt(events / times), 0.25 / times)


MEASURES: Final[Mapping[str, _Measure]] = {
    "OR": _Measure(("events", "n"), _odds_ratio),
    "RR": _Measure(("events", "n"), _risk_ratio),
    "RD": _Measure(("events", "n"), _risk_difference),
    "ASD": _Measure(("events", "n"), _arcsine_difference),
    "MD": _Measure(("means", "sds", "n"), _mean_difference),
    "SMD": _Measure(("means", "sds", "n"), _standardised),
    "ROM": _Measure(("means", "sds", "n"), _ratio_of_means),
    "IRR": _Measure(("events", "times"), _rate_ratio),
    "IRD": _Measure(("events", "times"), _rate_difference),
    "IRSD": _Measure(("events", "times"), _root_rate_difference),
}
