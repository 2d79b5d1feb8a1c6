"""Which studies share a random effect: the terms of a multilevel model."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from filiform.errors import EvidenceError
from filiform.evidence._options import choose

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

INTERCEPT: Final = "intercept"

STRUCTURES: Final[Mapping[str, str]] = MappingProxyType(
    {
        word: canonical
        for canonical, words in {
            "ID": ("identity",),
            "CS": ("compound_symmetry",),
            "DIAG": ("diagonal",),
            "HCS": ("heterogeneous_compound_symmetry",),
            "UN": ("unstructured",),
            "AR": ("autoregressive", "ar1"),
            "HAR": ("heterogeneous_autoregressive",),
            "CAR": ("continuous_autoregressive",),
        }.items()
        for word in (canonical, canonical.casefold(), *words)
    }
)


@dataclass(frozen=True, slots=True)
class Random:
    """One term: studies with the same `outer` are correlated as their `inner` say.

    Attributes:
        name: of the term, such as "district/school" or "outcome | trial".
        outer: `(k,)` the group of each study.
        inner: `(k,)` what tells the studies of a group apart; None for a plain random intercept.
        structure: "intercept", or a canonical word of `STRUCTURES`.
    """

    name: str
    outer: tuple[object, ...]
    inner: tuple[object, ...] | None = None
    structure: str = INTERCEPT


def random_intercept(name: str, groups: Iterable[object]) -> Random:
    """Return the term `~ 1 | groups`: the studies of a group share one deviation.

    Args:
        name: of the groups, such as "trial".
        groups: `(k,)` the group of each study.

    Raises:
        EvidenceError: if a study has no group.

    >>> random_intercept("trial", ["A", "A", "B"]).name
    'trial'
    """
    return Random(name, _column(name, groups))


def nested(groups: Mapping[str, Iterable[object]]) -> tuple[Random, ...]:
    """Return the terms `~ 1 | first/second/…`, one a level, outermost first.

    Args:
        groups: name to `(k,)` groups, outermost first; inner names need only be unique within.

    Raises:
        EvidenceError: if nothing is given, or columns differ in length.

    >>> [term.name for term in nested({"district": [1, 1, 2], "school": [1, 2, 1]})]
    ['district', 'district/school']
    """
    if not groups:
        raise EvidenceError("nested groups are empty: give at least one column of groups")
    terms: list[Random] = []
    path: tuple[object, ...] | None = None
    for name, values in groups.items():
        column = _column(name, values)
        if path is not None and len(path) != len(column):
            raise EvidenceError(
                f"{name} has {len(column)} groups, the level above it {len(path)}: "
                "give one group a study in each"
            )
        path = column if path is None else tuple(zip(path, column, strict=True))
        terms.append(Random("/".join([*(list(groups)[: len(terms)]), name]), path))
    return tuple(terms)


def random_structure(
    name: str, *, inner: Iterable[object], outer: Iterable[object], structure: str = "CS"
) -> Random:
    """Return the term `~ inner | outer`: correlated deviations of the inner levels of a group.

        ID    τ² each, uncorrelated               CS    τ² each, one correlation ρ
        DIAG  τ²ⱼ, uncorrelated                   HCS   τ²ⱼ, one correlation ρ
        UN    τ²ⱼ, a correlation for each pair    AR    τ² each, ρ to the power of the distance
        HAR   τ²ⱼ, otherwise as AR                CAR   as AR, distances need not be whole numbers

    Args:
        name: of the term, such as "outcome | trial".
        inner: `(k,)` levels within a group: outcomes, arms, or times (numbers, for AR, HAR, CAR).
        outer: `(k,)` the group of each study; groups are independent.
        structure: one of the words above, or written out.

    Raises:
        EvidenceError: for an unknown structure, a study without level, or times that are no
            numbers.

    >>> random_structure("o | t", inner=["PD", "AL"], outer=[1, 1], structure="unstructured")
    Random(name='o | t', outer=(1, 1), inner=('PD', 'AL'), structure='UN')
    """
    return Random(
        name,
        _column(f"the outer groups of {name}", outer),
        _column(f"the inner levels of {name}", inner),
        choose("structure", structure, STRUCTURES),
    )


def _column(name: str, values: Iterable[object]) -> tuple[object, ...]:
    column = tuple(
        value.item() if hasattr(value, "item") and callable(value.item) else value
        for value in values
    )
    for i, value in enumerate(column, start=1):
        if value is None or value == "" or value != value:  # noqa: PLR0124 - NaN differs from itself
            raise EvidenceError(f"{name}: row {i} is missing: every study needs a group")
    return column
