"""The terms of a model as indices of groups and levels, checked for what can be told apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from filiform.errors import EvidenceError
from filiform.evidence.multilevel.random import INTERCEPT, Random
from filiform.evidence.multilevel.structures import Scaled, Structure, Unstructured

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Term:
    """One random term.

    Attributes:
        name: as given.
        outer: `(k,)` index of the group of each study.
        groups: the names of the groups.
        inner: `(k,)` index of the level of each study.
        levels: the names of the inner levels.
        structure: how they vary together.
        kind: "intercept" or a canonical word of `STRUCTURES`.
    """

    name: str
    outer: NDArray[np.intp]
    groups: tuple[str, ...]
    inner: NDArray[np.intp]
    levels: tuple[str, ...]
    structure: Structure
    kind: str


def terms_of(random: Sequence[Random], k: int) -> tuple[Term, ...]:
    """Return the terms of a model of `k` studies.

    Raises:
        EvidenceError: for no term, columns of the wrong length, a grouping with one group, or two
            terms that group the studies alike.
    """
    if not random:
        raise EvidenceError("a multilevel model needs at least one random term: see ev.nested")
    terms = tuple(_term(term, k) for term in random)
    for i, term in enumerate(terms):
        for other in terms[:i]:
            if INTERCEPT == term.kind == other.kind and _alike(term.outer, other.outer):
                raise EvidenceError(
                    f"{other.name} and {term.name} put the same studies together: "
                    "their variances cannot be told apart, leave one out"
                )
    return terms


def _term(term: Random, k: int) -> Term:
    outer, groups = indexed(f"{term.name}: groups", term.outer, k)
    if term.inner is None:
        if len(groups) == 1:
            raise EvidenceError(
                f"{term.name} has one group, at least 2 are needed: "
                "the variance between groups cannot be seen, leave the term out"
            )
        structure = Scaled(("",), own=False, kind="none", single="sigma2")
        return Term(term.name, outer, groups, np.zeros(k, np.intp), ("",), structure, INTERCEPT)
    inner, levels = indexed(f"{term.name}: levels", term.inner, k)
    return Term(term.name, outer, groups, inner, levels, _structure(term, levels), term.structure)


def indexed(
    what: str, values: Sequence[object], k: int
) -> tuple[NDArray[np.intp], tuple[str, ...]]:
    """Return `(k,)` indices into the sorted distinct values, and their names.

    Raises:
        EvidenceError: if there is not one value a study.
    """
    if len(values) != k:
        raise EvidenceError(f"{what}: {len(values)} for {k} studies: give one a study")
    for i, value in enumerate(values, start=1):
        if value is None or value != value:  # noqa: PLR0124 - NaN
            raise EvidenceError(f"{what}: row {i} is missing: every study needs one")
    distinct = list(dict.fromkeys(values))
    distinct = _ordered(distinct)
    place = {value: i for i, value in enumerate(distinct)}
    names = tuple(_name(value) for value in distinct)
    return np.array([place[value] for value in values], dtype=np.intp), names


def _ordered(distinct: list[object]) -> list[object]:
    """Return numbers or texts sorted; what cannot be compared keeps its order."""
    numbers = [value for value in distinct if isinstance(value, int | float)]
    texts = [value for value in distinct if isinstance(value, str)]
    if len(numbers) == len(distinct):
        return [*sorted(numbers)]
    return [*sorted(texts)] if len(texts) == len(distinct) else distinct


def _name(value: object) -> str:
    return "/".join(map(_name, value)) if isinstance(value, tuple) else str(value)


def _structure(term: Random, levels: tuple[str, ...]) -> Structure:
    m, kind = len(levels), term.structure
    if m == 1:
        raise EvidenceError(
            f"{term.name} has one inner level: use a random intercept, or give what varies"
        )
    if kind == "UN" and m > 2:
        return Unstructured(levels)
    own = kind in {"DIAG", "HCS", "UN", "HAR"}
    if kind in {"ID", "DIAG"}:
        return Scaled(levels, own=own, kind="none")
    if kind in {"AR", "HAR", "CAR"}:
        times = _times(term)
        if kind != "CAR" and any(time != int(time) for time in times):
            raise EvidenceError(
                f"{term.name}: {kind} needs times that are whole numbers: use CAR for others"
            )
        floor = 0.0 if kind == "CAR" else -1.0
        return Scaled(levels, own=own, kind="power", times=times, floor=floor)
    floor = -1.0 if kind == "UN" else -1.0 / (m - 1)
    return Scaled(levels, own=own, kind="compound", floor=floor)


def _times(term: Random) -> tuple[float, ...]:
    distinct = sorted({value for value in term.inner or () if isinstance(value, int | float)})
    if len(distinct) != len(set(term.inner or ())):
        raise EvidenceError(
            f"{term.name}: {term.structure} needs times that are numbers: give them as numbers"
        )
    return tuple(map(float, distinct))


def _alike(one: NDArray[np.intp], other: NDArray[np.intp]) -> bool:
    pairs = set(zip(one.tolist(), other.tolist(), strict=True))
    return len(pairs) == len(set(one.tolist())) == len(set(other.tolist()))
