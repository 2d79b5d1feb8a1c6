"""The columns a measure needs, checked: there, numbers, admissible, as many as studies."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import numpy as np

from filiform.errors import EvidenceError
from filiform.evidence import _check

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from numpy.typing import ArrayLike, NDArray

    from filiform.evidence.effects._measure import Column, Columns, Measure

# What is admissible, by the stem of the input's name: a test that marks faults, and its words.
_ADMISSIBLE: Final[Mapping[str, tuple[Callable[[Column], NDArray[np.bool_]], str]]] = (
    MappingProxyType(
        {
            "n": (lambda x: x <= 0.0, "a number of people above 0"),
            "sd": (lambda x: x < 0.0, "a standard deviation of 0 or above"),
            "events": (lambda x: x < 0.0, "a count of 0 or above"),
            "time": (lambda x: x <= 0.0, "a person-time above 0"),
            "both": (lambda x: x < 0.0, "a count of 0 or above"),
            "only": (lambda x: x < 0.0, "a count of 0 or above"),
            "neither": (lambda x: x < 0.0, "a count of 0 or above"),
            "alpha": (lambda x: x > 1.0, "an alpha of 1 or below"),
            "items": (lambda x: x < 2.0, "2 items or more"),
            "predictors": (lambda x: x < 0.0, "a number of predictors of 0 or above"),
            "r_squared": (lambda x: (x < 0.0) | (x > 1.0), "a share from 0 to 1"),
            "correlation": (lambda x: np.abs(x) > 1.0, "a correlation from −1 to 1"),
        }
    )
)


def checked_columns(
    measure: Measure, given: Mapping[str, ArrayLike | None], labels: Iterable[object] | None
) -> tuple[Columns, tuple[str, ...]]:
    """Return the columns that a measure needs, `(k,)` each, and the labels.

    A single number stands for all studies.

    Raises:
        EvidenceError: for inputs that are missing, not used, or not admissible.
    """
    present = {name: value for name, value in given.items() if value is not None}
    missing = [name for name in measure.inputs if name not in present]
    needs = ", ".join(measure.inputs)
    if missing:
        raise EvidenceError(f"{measure.name} needs {needs}: {', '.join(missing)} not given")
    spare = [name for name in present if name not in measure.inputs]
    if spare:
        raise EvidenceError(f"{measure.name} needs {needs} and has no use for {', '.join(spare)}")
    arrays = {name: _check.numbers(name, present[name]) for name in measure.inputs}
    k = max(array.size for array in arrays.values())
    columns = {
        name: np.full(k, array[0]) if array.size == 1 else array for name, array in arrays.items()
    }
    _check.same_length(tuple(columns.items()))
    names = _check.study_labels(labels, k)
    for name, column in columns.items():
        _check_column(name, column, names)
    _check_events(columns, names)
    return columns, names


def _check_column(name: str, column: Column, labels: tuple[str, ...]) -> None:
    _check.finite(name, column, labels)
    rule = _ADMISSIBLE.get(name.rstrip("12"))
    if rule is None:
        return
    marks, words = rule
    _check.refuse_where(
        marks(column), labels, lambda i: f"{name} is {column[i]:g}, {words} is needed"
    )


def _check_events(columns: Columns, labels: tuple[str, ...]) -> None:
    for events, size in (
        ("events", "n"),
        ("events1", "n1"),
        ("events2", "n2"),
        ("events1", "n"),
        ("events2", "n"),
    ):
        if events in columns and size in columns:
            x, n = columns[events], columns[size]
            _check.refuse_where(
                x > n,
                labels,
                lambda i, x=x, n=n, events=events, size=size: (  # type: ignore[misc]
                    f"{events} {x[i]:g} exceeds {size} {n[i]:g}: check the two numbers"
                ),
            )
