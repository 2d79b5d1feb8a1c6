"""Moderators as columns of numbers: factors become indicators of all levels but the first."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from filiform.errors import EvidenceError, unknown
from filiform.evidence import _check
from filiform.evidence.regression._formula import Formula, parse

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import TypeAlias

    from numpy.typing import NDArray

    from filiform.evidence.regression._formula import Factor

    Array: TypeAlias = NDArray[np.float64]


class Levels(NamedTuple):
    """The levels of a moderator that is a factor; none where it is a number."""

    names: tuple[str, ...]


class Design(NamedTuple):
    """Columns of numbers `(k, p)`, their names, and how to make them again for new studies.

    `terms[j]` is the place of column j's term in the formula, −1 for the intercept.
    """

    matrix: Array
    names: tuple[str, ...]
    terms: tuple[int, ...]
    formula: Formula
    levels: Mapping[str, Levels]


def design(
    moderators: Mapping[str, Sequence[object]],
    formula: str | None,
    k: int,
    labels: tuple[str, ...],
) -> Design:
    """Return the design of a formula; of all moderators side by side where there is none.

    Raises:
        EvidenceError: for moderators that are unknown, missing or not as many as studies.
    """
    plain = all(name.isidentifier() for name in moderators)
    if formula is None and not plain:
        raise EvidenceError("moderators need names without spaces or signs, to be told apart")
    parsed = parse(" + ".join(moderators) if formula is None else formula)
    used = dict.fromkeys(factor.name for term in parsed.terms for factor in term)
    for name in used:
        if name not in moderators:
            raise EvidenceError(unknown("moderator", name, moderators))
    levels = {name: _levels(name, moderators[name], k, labels) for name in used}
    matrix, names, terms = _columns(parsed, moderators, levels, k)
    return Design(matrix, names, terms, parsed, levels)


def columns_for(design: Design, moderators: Mapping[str, Sequence[object]]) -> Array:
    """Return the columns of new studies, `(m, p)`.

    Raises:
        EvidenceError: for moderators that are missing, or levels that the fit does not know.
    """
    if not design.levels:
        return np.ones((1, 1))
    missing = [name for name in design.levels if name not in moderators]
    if missing:
        raise EvidenceError(f"new values are missing for {', '.join(missing)}: give one each")
    sizes = {name: len(moderators[name]) for name in design.levels}
    m = next(iter(sizes.values()))
    if len(set(sizes.values())) > 1:
        raise EvidenceError(f"new values of different length {sizes}: give one a study in each")
    labels = tuple(map(str, range(1, m + 1)))
    for name, known in design.levels.items():
        if known.names:
            for level in map(str, moderators[name]):
                if level not in known.names:
                    raise EvidenceError(unknown(f"level of {name}", level, known.names))
        else:
            _levels(name, moderators[name], m, labels)
    matrix, _, _ = _columns(design.formula, moderators, design.levels, m)
    return matrix


def _levels(name: str, values: Sequence[object], k: int, labels: tuple[str, ...]) -> Levels:
    if len(values) != k:
        raise EvidenceError(f"{len(values)} values of {name} for {k} studies: give one a study")
    if all(isinstance(value, (int, float, np.number, np.bool_)) for value in values):
        _check.finite(name, np.asarray(values, dtype=np.float64), labels)
        return Levels(())
    _check.refuse_where(
        np.array([value is None or value != value for value in values]),  # noqa: PLR0124 - NaN
        labels,
        lambda _: f"{name} is missing: leave the study out or fill it in",
    )
    return Levels(tuple(sorted(set(map(str, values)))))


def _columns(
    parsed: Formula,
    moderators: Mapping[str, Sequence[object]],
    levels: Mapping[str, Levels],
    k: int,
) -> tuple[Array, tuple[str, ...], tuple[int, ...]]:
    found = [("intercept", np.ones(k), -1)] if parsed.intercept else []
    full = not parsed.intercept
    for place, term in enumerate(parsed.terms):
        parts = [("", np.ones(k))]
        for factor in term:
            single = len(term) == 1
            own = _of_factor(factor, moderators, levels, all_levels=full and single)
            parts = [
                (f"{name}:{more}" if name else more, column * values)
                for more, values in own
                for name, column in parts
            ]
        if len(term) == 1 and levels[term[0].name].names:
            full = False
        found += [(name, column, place) for name, column in parts]
    if not found:
        raise EvidenceError("the formula has neither intercept nor moderators: give one")
    return (
        np.column_stack([column for _, column, _ in found]),
        tuple(name for name, _, _ in found),
        tuple(place for _, _, place in found),
    )


def _of_factor(
    factor: Factor,
    moderators: Mapping[str, Sequence[object]],
    levels: Mapping[str, Levels],
    *,
    all_levels: bool,
) -> list[tuple[str, Array]]:
    known = levels[factor.name].names
    values = moderators[factor.name]
    if not known:
        return [(factor.words, np.asarray(values, dtype=np.float64) ** factor.power)]
    if factor.power != 1:
        raise EvidenceError(f"{factor.name} has levels, not numbers: it has no power")
    texts = list(map(str, values))
    return [
        (f"{factor.name}={level}", np.array([float(text == level) for text in texts]))
        for level in (known if all_levels else known[1:])
    ]
