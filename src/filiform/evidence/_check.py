"""What may enter: arrays of studies, each fault named with the study that has it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from filiform.errors import EvidenceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import ArrayLike, NDArray

# The sums of the likelihood have third powers of weights beside squares of effects: within these
# bounds none of them leaves the range of a double.
_LEAST_VARIANCE, _MOST_VARIANCE, _MOST_EFFECT = 1e-50, 1e90, 1e70


def numbers(name: str, values: ArrayLike) -> NDArray[np.float64]:
    """Return one number or a list of them as a `(k,)` array of floats.

    Raises:
        EvidenceError: if there is text among them, more than one dimension, or nothing.
    """
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise EvidenceError(
            f"{name} holds something that is not a number: {_where(values) or error}"
        ) from error
    if array.ndim == 0:
        array = array.reshape(1)
    if array.ndim != 1:
        raise EvidenceError(
            f"{name} has {array.ndim} dimensions, one is admissible: give one number a study"
        )
    if array.size == 0:
        raise EvidenceError(f"{name} is empty: give at least one study")
    return array


def single(*named: tuple[str, float]) -> tuple[float, ...]:
    """Return single numbers, given with their names, as finite floats.

    Raises:
        EvidenceError: for text, nothing, NaN or infinity; the number is named.
    """
    return tuple(_single(name, value) for name, value in named)


def _single(name: str, value: float) -> float:
    try:
        found = float(value)
    except (TypeError, ValueError) as error:
        raise EvidenceError(f"{name} is {value!r}, a number is needed") from error
    if not math.isfinite(found):
        raise EvidenceError(f"{name} is {found}, a finite number is needed")
    return found


def _where(values: ArrayLike) -> str:
    """Return the first of the values that is no number, with its place; "" where it is not told."""
    for place, value in enumerate(values if isinstance(values, (list, tuple)) else (), start=1):
        try:
            float(value)
        except (TypeError, ValueError):
            return f"{value!r} for study {place}"
    return ""


def study_labels(labels: Iterable[object] | None, k: int) -> tuple[str, ...]:
    """Return the names of `k` studies, "1" to "k" where none are given.

    Raises:
        EvidenceError: if there are not as many labels as studies.
    """
    if labels is None:
        return tuple(map(str, range(1, k + 1)))
    names = tuple(map(str, labels))
    if len(names) != k:
        raise EvidenceError(f"{len(names)} labels for {k} studies: give one label a study")
    return names


def refuse_where(
    bad: NDArray[np.bool_],
    labels: Iterable[object] | None,
    say: Callable[[int], str],
) -> None:
    """Raise for the first study that a condition marks, naming it.

    Args:
        bad: `(k,)` which studies are at fault.
        labels: the names of the studies, or None.
        say: what is wrong with study `i` and what to do, as the rest of a sentence.

    Raises:
        EvidenceError: if any is marked.
    """
    if not bad.any():
        return
    first = int(np.flatnonzero(bad)[0])
    name = study_labels(labels, bad.size)[first]
    raise EvidenceError(f"study {name!r}: {say(first)}")


def finite(name: str, array: NDArray[np.float64], labels: Iterable[object] | None) -> None:
    """Refuse missing and infinite values, naming the first study that has one.

    Raises:
        EvidenceError: if any value is NaN or infinite.
    """
    if math.isfinite(np.add.reduce(array)):
        return
    refuse_where(
        ~np.isfinite(array),
        labels,
        lambda i: (
            f"{name} is {array[i]}, a finite number is needed: leave the study out or mend it"
        ),
    )


def same_length(arrays: Sequence[tuple[str, NDArray[np.float64]]]) -> int:
    """Return the common length of named arrays.

    Raises:
        EvidenceError: if they differ.
    """
    lengths = {name: array.size for name, array in arrays}
    if len(set(lengths.values())) > 1:
        shown = ", ".join(f"{name} {size}" for name, size in lengths.items())
        raise EvidenceError(
            f"columns of different length ({shown}): give one value a study in each"
        )
    return arrays[0][1].size


def studies(
    estimates: ArrayLike, variances: ArrayLike, labels: Iterable[object] | None
) -> tuple[NDArray[np.float64], NDArray[np.float64], tuple[str, ...]]:
    """Return checked estimates `(k,)`, their variances `(k,)`, and the names of the studies.

    Raises:
        EvidenceError: for text, NaN, infinity, lengths that differ, a variance of zero or below.
    """
    y = numbers("estimates", estimates)
    v = numbers("variances", variances)
    same_length((("estimates", y), ("variances", v)))
    names = study_labels(labels, y.size)
    finite("the estimate", y, names)
    finite("the variance", v, names)
    if not np.minimum.reduce(v) > 0.0:
        refuse_where(
            v <= 0.0,
            names,
            lambda i: (
                f"the variance is {v[i]:g}, above 0 is needed: "
                "an effect without sampling error has no weight, check the study or leave it out"
            ),
        )
    _within_range(y, v, names)
    return y, v, names


def _within_range(y: NDArray[np.float64], v: NDArray[np.float64], names: tuple[str, ...]) -> None:
    """Refuse numbers whose third powers a double cannot hold."""
    if (
        np.minimum.reduce(v) >= _LEAST_VARIANCE
        and np.maximum.reduce(v) <= _MOST_VARIANCE
        and np.minimum.reduce(y) >= -_MOST_EFFECT
        and np.maximum.reduce(y) <= _MOST_EFFECT
    ):
        return
    unit = "give all effects in another unit"
    refuse_where(
        (v < _LEAST_VARIANCE) | (v > _MOST_VARIANCE),
        names,
        lambda i: (
            f"the variance is {v[i]:g}, {_LEAST_VARIANCE:g} to {_MOST_VARIANCE:g} can be "
            f"computed with: {unit}"
        ),
    )
    refuse_where(
        np.abs(y) > _MOST_EFFECT,
        names,
        lambda i: (
            f"the estimate is {y[i]:g}, −{_MOST_EFFECT:g} to {_MOST_EFFECT:g} can be computed "
            f"with: {unit}"
        ),
    )
