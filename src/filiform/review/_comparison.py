"""Two arms of a trial as a comparison: what one had and the other had not, and what both had."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from filiform.knowledge import Arm, Comparator, Therapy

SHAM = "sham"
NEEDLE_SHAM = "sham_needle"
USUAL_CARE = "usual_care"
SAME_CARE = "same_care_without_it"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two arms of one trial, read in one direction.

    Attributes:
        intervention: What arm a alone had: ids joined with `+`.
        control: What arm b alone had, or where it had nothing of its own, `usual_care` (when
            both had that) or `same_care_without_it`.
        background: What both arms had.
    """

    trial_id: str
    arm_a: str
    arm_b: str
    intervention: str
    control: str
    background: tuple[str, ...]

    @property
    def same_therapy(self) -> bool:
        """Whether the arms differ only in dose or technique."""
        return not self.intervention


@dataclass(frozen=True, slots=True)
class Nodes:
    """The therapies and their groups, as the matching needs them.

    Attributes:
        groups: Each therapy with the groups that it is a member of (`sham_needle` → `sham`).
        comparators: Therapies that are never asked about for their own sake.
    """

    groups: Mapping[str, tuple[str, ...]]
    comparators: frozenset[str]

    @classmethod
    def of(cls, therapies: Mapping[str, Therapy], comparators: Mapping[str, Comparator]) -> Nodes:
        """Take them from the word tables."""
        grouped = {
            therapy: tuple(
                group.id
                for group in comparators.values()
                if therapy in group.members and len(group.members) > 1
            )
            for therapy in therapies
        }
        return cls(grouped, frozenset(t.id for t in therapies.values() if t.kind == "comparator"))

    def names_of(self, side: str) -> tuple[str, ...]:
        """Return the ids under which a side is asked for, the one it is listed under first."""
        return (*self.groups.get(side, ()), side)


def compare(a: Arm, b: Arm, nodes: Nodes) -> tuple[Comparison, ...]:
    """Return how two arms of a trial may be read: one direction, both, or as the same therapy.

    Two active therapies may be asked about either way. A sham, usual care or no treatment is
    the control, in that order: a sham is asked about only against the two others.
    """
    only_a = frozenset(a.interventions) - frozenset(b.interventions)
    only_b = frozenset(b.interventions) - frozenset(a.interventions)
    if not only_a and not only_b:
        return (_read(a, b, frozenset(), frozenset()),)
    forward, backward = _read(a, b, only_a, only_b), _read(b, a, only_b, only_a)
    rank_a, rank_b = _rank(only_a, nodes), _rank(only_b, nodes)
    if rank_a == rank_b:
        return (forward, backward)
    return (forward,) if rank_a < rank_b else (backward,)


def _read(a: Arm, b: Arm, only_a: frozenset[str], only_b: frozenset[str]) -> Comparison:
    background = tuple(sorted(frozenset(a.interventions) & frozenset(b.interventions)))
    control = "+".join(sorted(only_b))
    if not control and only_a:
        control = USUAL_CARE if USUAL_CARE in background else SAME_CARE
    intervention = "+".join(sorted(only_a))
    return Comparison(a.trial_id, a.arm_id, b.arm_id, intervention, control, background)


def _rank(side: frozenset[str], nodes: Nodes) -> int:
    """Rank a side: 0 active, then shams, usual care, no treatment; nothing of its own is last."""
    if not side:
        return len(_ORDER)
    return max((_place(part) for part in side if part in nodes.comparators), default=0)


_ORDER = ("active", SHAM, USUAL_CARE, "no_treatment", "nothing")


def _place(comparator: str) -> int:
    return _ORDER.index(comparator) if comparator in _ORDER else _ORDER.index(SHAM)
