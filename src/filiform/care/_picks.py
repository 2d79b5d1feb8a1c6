"""What is picked: a site on one side, with the reasons that speak for it here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from filiform.care._prescription_rules import prescription_rules

if TYPE_CHECKING:
    from collections.abc import Iterable

    from filiform.care._trial_use import SiteUse
    from filiform.care.drawing import PainDrawing
    from filiform.care.needles import Side
    from filiform.care.prescribed import LeftOut, PrescribedKind, Reason


@dataclass(frozen=True, slots=True)
class Pick:
    """A site on one side, and the region in which it is reached."""

    kind: PrescribedKind
    site: str
    side: Side | None
    region: str
    use: SiteUse
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Picks:
    """Sites to propose, further ones that fit, and those that a rule of the session leaves out."""

    chosen: tuple[Pick, ...]
    others: tuple[Pick, ...]
    left_out: tuple[LeftOut, ...] = ()
    unexplained: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pain:
    """One place that counts: drawn, or where a finding is felt.

    Attributes:
        because: the finding; None where it was drawn.
    """

    area: str
    side: Side | None
    weight: float
    because: str | None = None

    def on(self, side: Side | None) -> bool:
        """Tell whether a site on a side can be about it: a place without a side fits both."""
        return self.side is None or self.side == "midline" or side in (None, self.side)


def pains_of(drawing: PainDrawing, findings: Iterable[str]) -> tuple[Pain, ...]:
    """Return the places of a drawing, the worst first, then those that findings speak of."""
    drawn = [Pain(mark.area, mark.side, mark.weight) for mark in drawing.painful]
    drawn.sort(key=lambda pain: (-pain.weight, pain.area, pain.side or ""))
    areas, present = {pain.area for pain in drawn}, frozenset(findings)
    lowest = min((pain.weight for pain in drawn), default=1.0)
    felt = {
        area: Pain(area, None, min(1.0, lowest), rule.finding)
        for rule in prescription_rules().felt
        if rule.finding in present and not areas & set(rule.unless)
        for area in rule.areas
    }
    return (*drawn, *felt.values())


def sides_of(pains: Iterable[Pain]) -> tuple[Side | None, ...]:
    """Return the sides that hurt; None alone where no side was told."""
    told = {pain.side for pain in pains}
    found: tuple[Side | None, ...] = tuple(side for side in _BOTH if side in told)
    return found or (None,)


_BOTH: tuple[Side, Side] = ("left", "right")
