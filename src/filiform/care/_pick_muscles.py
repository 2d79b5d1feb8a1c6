"""From a pain drawing to the muscles that explain it (D2).

A muscle explains a place in which its trigger points are felt, and, where a knot was found, the
place in which it lies. Each step takes the muscle that explains most of what no earlier one
explains; of equals the one that more trials needled, then one with no danger beneath. Never over
both lungs in one session.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from filiform.care import _rows as rows
from filiform.care._picks import Pick, Picks, sides_of
from filiform.care._prescription_rules import prescription_rules
from filiform.care._rules import care_rules
from filiform.care._trial_use import use_reasons
from filiform.care.needles import Needle
from filiform.care.prescribed import LeftOut, Reason
from filiform.care.sites import site_of
from filiform.guidance import words
from filiform.guidance.texts import sources

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from filiform.care._picks import Pain
    from filiform.care._trial_use import SiteUse, Trials
    from filiform.care.needles import Side
    from filiform.knowledge import Library, Muscle


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A muscle on one side.

    Attributes:
        felt: the pains in whose places its trigger points are felt, by number.
        here: the pains in whose place it lies.
        knot: whether a tender knot was found.
    """

    muscle: Muscle
    side: Side | None
    felt: frozenset[int]
    here: frozenset[int]
    knot: bool
    use: SiteUse

    @property
    def explains(self) -> frozenset[int]:
        """The pains that it counts for."""
        return self.felt | self.here if self.knot else self.felt

    def rank(self, left: float) -> tuple[object, ...]:
        """Return the smaller, the sooner it is taken; `left` is what only it would explain."""
        dangerous = bool(self.muscle.danger)
        return -left, self.use.rank, dangerous, self.muscle.muscle, self.side or ""


def pick_muscles(
    pains: Sequence[Pain],
    trials: Trials,
    *,
    library: Library,
    condition: str | None,
    findings: Collection[str],
    tired: Collection[str],
    last_side: Side | None,
    one_side: bool,
) -> Picks:
    """Return the muscles that explain the pains.

    Args:
        pains: as `pains_of` gives them; none: the muscles that trials used most.
        trials: of the therapy.
        library: the facts.
        condition: the person's kind of pain.
        findings: what is so of the person.
        tired: muscles that had no response often enough.
        last_side: the side over the lung that the last session needled.
        one_side: whether both sides over the lungs are barred in one session.
    """
    knot = prescription_rules().knot in findings
    found = [
        each
        for each in _candidates(pains, trials, library, condition, knot=knot)
        if each.muscle.muscle not in tired
    ]
    if not pains:
        return _most_used(found, trials, library)
    most = trials.most(lambda _: True)
    free = _cover(found, pains, most)
    barred = _other_side(free, pains, last_side, library) if one_side else None
    kept = [
        each
        for each in found
        if barred is None or each.side != barred or not _over_lung(each, library)
    ]
    chosen = _cover(kept, pains, most)
    lost = [each for each in free if each not in kept]
    explained = frozenset[int]().union(*(each.explains for each in found))
    return Picks(
        chosen=tuple(_pick(each, pains, library) for each in chosen),
        others=tuple(
            _pick(each, pains, library)
            for each in sorted(kept, key=lambda each: each.rank(_weight(each.explains, pains)))
            if each not in chosen
        ),
        left_out=tuple(_another_time(each, library) for each in lost),
        unexplained=tuple(
            dict.fromkeys(pain.area for number, pain in enumerate(pains) if number not in explained)
        ),
    )


def _candidates(
    pains: Sequence[Pain],
    trials: Trials,
    library: Library,
    condition: str | None,
    *,
    knot: bool,
) -> list[_Candidate]:
    found = []
    for muscle in library.muscles.values():
        use = trials.use_of(muscle.muscle, condition)
        for side in sides_of(pains):
            near = [(number, pain) for number, pain in enumerate(pains) if pain.on(side)]
            felt = frozenset(number for number, pain in near if pain.area in muscle.regions)
            here = frozenset(n for n, pain in near if pain.area == region_of(muscle.muscle))
            if felt or (here and knot) or (use.named and (here or not pains)):
                found.append(_Candidate(muscle, side, felt, here, knot, use))
    return found


def _most_used(found: list[_Candidate], trials: Trials, library: Library) -> Picks:
    ranked = [_pick(each, (), library) for each in sorted(found, key=lambda each: each.rank(0))]
    usual = trials.usual(lambda _: True)
    return Picks(tuple(ranked[:usual]), tuple(ranked[usual:]))


def _weight(numbers: Collection[int], pains: Sequence[Pain]) -> float:
    return sum(pains[number].weight for number in numbers)


def _cover(found: Sequence[_Candidate], pains: Sequence[Pain], most: int) -> list[_Candidate]:
    """Return candidates until nothing more can be explained or the names are as many as `most`."""
    chosen: list[_Candidate] = []
    open_ = frozenset(range(len(pains)))
    while open_:
        names = {each.muscle.muscle for each in chosen}
        admitted = [each for each in found if len(names | {each.muscle.muscle}) <= most]
        best = min(admitted, key=lambda each: _rank(each, open_, pains), default=None)
        if best is None or not best.explains & open_:
            break
        chosen.append(best)
        open_ -= best.explains
    return chosen


def _rank(each: _Candidate, open_: frozenset[int], pains: Sequence[Pain]) -> tuple[object, ...]:
    return each.rank(_weight(each.explains & open_, pains))


def _over_lung(each: _Candidate, library: Library) -> bool:
    needle = Needle("muscle", each.muscle.muscle, "left", region_of(each.muscle.muscle))
    return care_rules().both_sides.danger in site_of(needle, library).dangers


def _other_side(
    chosen: Sequence[_Candidate], pains: Sequence[Pain], last: Side | None, library: Library
) -> Side | None:
    """Return the side whose lung is spared today; None where one side alone would be needled.

    The side that the last session needled is spared, else the one that hurts less.
    """
    sides = {each.side for each in chosen if _over_lung(each, library)} - {None}
    if len(sides) < _TWO:
        return None
    if last in {"left", "right"}:
        return last
    left, right = (
        sum(pain.weight for pain in pains if pain.side == side) for side in ("left", "right")
    )
    return "right" if left >= right else "left"


_TWO = 2


def region_of(muscle: str) -> str:
    """Return where a muscle is reached: the region that its needles are counted in."""
    return prescription_rules().reached_at.get(muscle, "any")


def _pick(each: _Candidate, pains: Sequence[Pain], library: Library) -> Pick:
    name = each.muscle.muscle
    reasons = (*_why(each, pains, library), *use_reasons(library, each.use, "muscles"))
    return Pick("muscle", name, each.side, region_of(name), each.use, reasons)


def _why(each: _Candidate, pains: Sequence[Pain], library: Library) -> Iterator[Reason]:
    cited = sources(library, each.muscle.source)
    if each.felt:
        share = _weight(each.felt, pains) / _weight(range(len(pains)), pains)
        told = _names(each.felt, pains, library)
        text = f"Its trigger points are felt here: {told} ({share:.0%} of the pain)."
        yield Reason(text, each.muscle.source, cited)
    if each.here:
        told = _names(each.here, pains, library)
        if each.knot:
            statement = rows.statement(library, prescription_rules().knot_statement)
            text = f"A tender knot was found, and it lies where it hurts: {told}."
            yield Reason(text, statement.source, sources(library, statement.source))
        else:
            yield Reason(f"It lies where it hurts: {told}.", _ANATOMY)


_ANATOMY = "prescription.toml (reached_at: general anatomy)"


def _names(numbers: Collection[int], pains: Sequence[Pain], library: Library) -> str:
    areas = dict.fromkeys(pains[number].area for number in sorted(numbers))
    return words.joined([library.areas[area].name for area in areas])


def _another_time(each: _Candidate, library: Library) -> LeftOut:
    row = rows.contraindication(library, care_rules().both_sides.contraindication)
    return LeftOut(
        kind="muscle",
        site=each.muscle.muscle,
        name=each.muscle.muscle.replace("_", " "),
        side=each.side,
        row=row.id,
        because=(),
        sentence=prescription_rules().words["other_side"],
        source=row.source,
        sources=sources(library, row.source),
    )
