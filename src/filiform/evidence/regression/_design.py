"""Moderators as columns of numbers: factors become indicators of all levels but the first."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast

import numpy as np

from filiform.errors import EvidenceError, unknown
from filiform.evidence import _check
from filiform.evidence.regression._expression import tree, value_of
from filiform.evidence.regression._formula import Formula, parse

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import TypeAlias

    from numpy.typing import NDArray

    from filiform.evidence.regression._formula import Factor

    Array: TypeAlias = NDArray[np.float64]
    Moderators: TypeAlias = Mapping[str, Sequence[object] | NDArray[np.generic]]


_NUMBERS = (int, float, np.number, np.bool_)


class Levels(NamedTuple):
    """The levels of a moderator that is a factor; none where it is a number."""

    names: tuple[str, ...]


class Design(NamedTuple):
    """Columns of numbers `(k, p)`, their names, and how to make them again for new studies.

    `terms[j]` is the place of column j's term in the formula, −1 for the intercept; `levels` are
    those of the moderators as given, `factors` those of the formula's words (of `factor(year)`).
    """

    matrix: Array
    names: tuple[str, ...]
    terms: tuple[int, ...]
    formula: Formula
    levels: Mapping[str, Levels]
    factors: Mapping[str, Levels]

    def groups(self, *, by_term: bool) -> tuple[int, ...]:
        """Return the group of each column for variance inflation, −1 for the intercept."""
        if by_term:
            return self.terms
        return tuple(-1 if term < 0 else j for j, term in enumerate(self.terms))


def design(
    moderators: Moderators,
    formula: str | None,
    k: int,
    labels: tuple[str, ...],
    *,
    intercept: bool = True,
) -> Design:
    """Return the design of a formula; of all moderators side by side where there is none.

    Args:
        moderators: name to `(k,)` values.
        formula: see `_formula`; None for all moderators.
        k: number of studies.
        labels: `(k,)` their names, for messages.
        intercept: whether there is one where no formula says it.

    Raises:
        EvidenceError: for moderators that are unknown, missing or not as many as studies, or that
            are the same in all of them.
    """
    if not hasattr(moderators, "keys"):
        raise EvidenceError(
            f"moderators are a {type(moderators).__name__}, names with one value a study are "
            'needed: such as {"dose": [10, 20, 15]}'
        )
    for name in moderators:
        if formula is None and not str(name).isidentifier():
            raise EvidenceError(
                f"moderators need names without spaces or signs, to be told apart: rename {name!r}"
            )
    side_by_side = " + ".join(moderators) + ("" if intercept else " - 1")
    parsed = parse(side_by_side if formula is None else formula)
    used = dict.fromkeys(name for term in parsed.terms for factor in term for name in factor.names)
    for name in used:
        if name not in moderators:
            raise EvidenceError(unknown("moderator", name, moderators))
    given = {name: _column(name, moderators[name], k) for name in used}
    levels = {name: _levels(name, values, labels) for name, values in given.items()}
    for name, known in levels.items():
        _varies(name, given[name], known, intercept=parsed.intercept)
    factors = {
        factor.words: _factor_levels(factor, given, levels)
        for term in parsed.terms
        for factor in term
    }
    matrix, names, terms = _columns(parsed, given, factors, k, labels)
    return Design(matrix, names, terms, parsed, levels, factors)


def columns_for(design: Design, moderators: Mapping[str, object]) -> Array:
    """Return the columns of new studies, `(m, p)`.

    Args:
        design: of the fit.
        moderators: name to `(m,)` values, or to one value.

    Raises:
        EvidenceError: for moderators that are missing, or levels that the fit does not know.
    """
    if not design.levels:
        return np.ones((1, 1))
    missing = [name for name in design.levels if name not in moderators]
    if missing:
        raise EvidenceError(f"new values are missing for {', '.join(missing)}: give one each")
    given = {name: _several(moderators[name]) for name in design.levels}
    sizes = {name: len(values) for name, values in given.items()}
    m = next(iter(sizes.values()))
    if len(set(sizes.values())) > 1:
        raise EvidenceError(f"new values of different length {sizes}: give one a study in each")
    if m == 0:
        raise EvidenceError("the new values are empty: give at least one")
    for name, known in design.levels.items():
        _known(name, given[name], known)
    labels = tuple(map(str, range(1, m + 1)))
    matrix, _, _ = _columns(design.formula, given, design.factors, m, labels)
    return matrix


def _several(values: object) -> Sequence[object]:
    """Return one value as a list of one."""
    if isinstance(values, str) or not hasattr(values, "__len__"):
        return [values]
    return list(cast("Sequence[object]", values))


def _known(name: str, values: Sequence[object], known: Levels) -> None:
    """Refuse new values that are not what the fit knows."""
    if known.names:
        for level in map(str, values):
            if level not in known.names:
                raise EvidenceError(unknown(f"level of {name}", level, known.names))
        return
    labels = tuple(map(str, range(1, len(values) + 1)))
    if _levels(name, values, labels).names:
        raise EvidenceError(f"{name} is {values[0]!r}, a number is needed: it was one in the fit")


def _column(name: str, values: Sequence[object] | NDArray[np.generic], k: int) -> list[object]:
    if not hasattr(values, "__len__") or any(map(_is_nested, values)):
        raise EvidenceError(f"{name} has not one value a study: give {k} numbers or texts")
    if len(values) != k:
        raise EvidenceError(f"{len(values)} values of {name} for {k} studies: give one a study")
    return list(values)


def _is_nested(value: object) -> bool:
    return hasattr(value, "__len__") and not isinstance(value, str)


def _levels(name: str, values: Sequence[object], labels: tuple[str, ...]) -> Levels:
    numeric = np.array([isinstance(value, _NUMBERS) for value in values])
    if numeric.all():
        _check.finite(name, np.asarray(values, dtype=np.float64), labels)
        return Levels(())
    _check.refuse_where(
        np.array([value is None or value != value for value in values]),  # noqa: PLR0124 - NaN
        labels,
        lambda _: f"{name} is missing: leave the study out or fill it in",
    )
    if numeric.any():
        _check.refuse_where(
            ~numeric,
            labels,
            lambda i: (
                f"{name} is {values[i]!r} where others are numbers: mend it, or give all as texts "
                "for a comparison of groups"
            ),
        )
    return Levels(_in_order(values))


def _in_order(values: Sequence[object]) -> tuple[str, ...]:
    """Return the levels: numbers by size, texts by the alphabet, small letters first."""
    if all(isinstance(value, _NUMBERS) for value in values):
        return tuple(map(_text, sorted(set(cast("Sequence[float]", values)))))
    return tuple(sorted(set(map(str, values)), key=lambda text: (text.casefold(), text.swapcase())))


def _text(value: object) -> str:
    """Return a level as R writes it: 2 for 2.0."""
    return f"{value:.15g}" if isinstance(value, _NUMBERS) else str(value)


def _factor_levels(
    factor: Factor, given: Mapping[str, Sequence[object]], levels: Mapping[str, Levels]
) -> Levels:
    """Return the levels of a factor of the formula, the one to compare with first."""
    if not factor.plain:
        for name in factor.names:
            if levels[name].names:
                raise EvidenceError(
                    f"{factor.words}: {name} has levels, not numbers: there is no arithmetic "
                    "with it"
                )
        return Levels(())
    (name,) = factor.names
    if not factor.groups:
        return levels[name]
    found = _in_order(given[name])
    if factor.first is None:
        return Levels(found)
    if factor.first not in found:
        raise EvidenceError(unknown(f"level of {name}", factor.first, found))
    return Levels((factor.first, *(level for level in found if level != factor.first)))


def _varies(name: str, values: Sequence[object], known: Levels, *, intercept: bool) -> None:
    """Refuse a moderator that is the same in all studies."""
    k = len(values)
    if len(known.names) == 1:
        raise EvidenceError(
            f"{name} is {known.names[0]!r} in all {k} studies, at least 2 levels are needed: "
            "there is nothing to compare, leave it out"
        )
    if not known.names and intercept and k > 1:
        numbers = np.asarray(values, dtype=np.float64)
        if (numbers == numbers[0]).all():
            raise EvidenceError(
                f"{name} is {numbers[0]:g} in all {k} studies: there is nothing to compare, "
                "leave it out"
            )


def _columns(
    parsed: Formula,
    moderators: Mapping[str, Sequence[object]],
    factors: Mapping[str, Levels],
    k: int,
    labels: tuple[str, ...],
) -> tuple[Array, tuple[str, ...], tuple[int, ...]]:
    found = [("intercept", np.ones(k), -1)] if parsed.intercept else []
    whole = _whole(parsed, factors)
    for place, term in enumerate(parsed.terms):
        parts = [("", np.ones(k))]
        for factor in term:
            known = factors[factor.words].names
            if known:
                shown = known if (term, factor) in whole else known[1:]
                own = _indicators(factor, moderators[factor.names[0]], known, shown)
            else:
                own = [(factor.words, _numbers(factor, moderators, labels))]
            parts = [
                (f"{name}:{more}" if name else more, column * values)
                for more, values in own
                for name, column in parts
            ]
        found += [(name, column, place) for name, column in parts]
    if not found:
        raise EvidenceError("the formula has neither intercept nor moderators: give one")
    return (
        np.column_stack([column for _, column, _ in found]),
        tuple(name for name, _, _ in found),
        tuple(place for _, _, place in found),
    )


def _whole(
    parsed: Formula, factors: Mapping[str, Levels]
) -> set[tuple[tuple[Factor, ...], Factor]]:
    """Return which factors of which terms have a column for every level.

    As in R: those whose term without them is not in the model (x:group beside x leaves one level
    out, alone it does not); without an intercept, the first that stands alone.
    """
    present = {frozenset(term) for term in parsed.terms}
    alone = [term for term in parsed.terms if len(term) == 1 and factors[term[0].words].names]
    found = {
        (term, factor)
        for term in parsed.terms
        for factor in term
        if len(term) > 1 and frozenset(term) - {factor} not in present
    }
    if not parsed.intercept and alone:
        found.add((alone[0], alone[0][0]))
    return found


def _numbers(
    factor: Factor, moderators: Mapping[str, Sequence[object]], labels: tuple[str, ...]
) -> Array:
    columns = {name: np.asarray(moderators[name], dtype=np.float64) for name in factor.names}
    node = tree(factor.words)
    if node is None:
        raise EvidenceError(f"{factor.words!r} is not understood")
    with np.errstate(all="ignore"):
        found = np.broadcast_to(value_of(node, columns), (len(labels),)).astype(np.float64)
    _check.refuse_where(
        ~np.isfinite(found),
        labels,
        lambda i: (
            f"{factor.words} is {found[i]:g} where "
            + ", ".join(f"{name} is {column[i]:g}" for name, column in columns.items())
            + ", a finite number is needed: leave the study out or take another scale"
        ),
    )
    return found


def _indicators(
    factor: Factor, values: Sequence[object], known: tuple[str, ...], shown: tuple[str, ...]
) -> list[tuple[str, Array]]:
    texts = list(map(_text, values))
    for text in texts:
        if text not in known:
            raise EvidenceError(unknown(f"level of {factor.names[0]}", text, known))
    return [
        (f"{factor.words}={level}", np.array([float(text == level) for text in texts]))
        for level in shown
    ]
