"""Points by where it hurts, by symptom, and by how often trials used them (A5).

Local points: each place that hurts takes its best point in turn, the worst place first, until as
many are taken as the trials' arms usually name. Distal points: of the limbs, those that trials
used most, then those on a channel that runs through the place that hurts.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from filiform.care import _rows as rows
from filiform.care._picks import Pick, Picks, sides_of
from filiform.care._prescription_rules import prescription_rules
from filiform.care._trial_use import use_reasons
from filiform.care.prescribed import LeftOut, Reason
from filiform.guidance import words
from filiform.guidance.texts import sources

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from filiform.care._picks import Pain
    from filiform.care._trial_use import SiteUse, Trials
    from filiform.care.needles import Side
    from filiform.knowledge import Library, Point

_MIDLINE_CHANNELS = frozenset({"governing_vessel", "conception_vessel"})


@dataclass(frozen=True, slots=True)
class _Context:
    """What points are picked for.

    Attributes:
        areas: the places that hurt, the worst first.
    """

    pains: tuple[Pain, ...]
    trials: Trials
    library: Library
    condition: str | None
    findings: frozenset[str]
    tired: frozenset[str]
    areas: tuple[str, ...]

    def use(self, point: Point) -> SiteUse:
        return self.trials.use_of(point.code, self.condition)

    def is_distal(self, point: Point) -> bool:
        return point.region in prescription_rules().limb and point.region not in self.areas

    def served(self, point: Point) -> tuple[str, ...]:
        """Return the painful places in which a point lies, else those beside which it lies."""
        inside = tuple(area for area in self.areas if area == point.region)
        return inside or tuple(
            area for area in self.areas if point.region in prescription_rules().beside.get(area, ())
        )


def pick_points(
    pains: Sequence[Pain],
    trials: Trials,
    *,
    library: Library,
    condition: str | None,
    findings: Collection[str],
    tired: Collection[str],
) -> Picks:
    """Return the points for the pains.

    Args:
        pains: as `pains_of` gives them; none: the points that trials used most.
        trials: of the therapy.
        library: the facts.
        condition: the person's kind of pain.
        findings: what is so of the person.
        tired: points that had no response often enough.
    """
    about = _Context(
        pains=tuple(pains),
        trials=trials,
        library=library,
        condition=condition,
        findings=frozenset(findings),
        tired=frozenset(tired),
        areas=tuple(dict.fromkeys(pain.area for pain in pains)),
    )
    special = prescription_rules().special_points
    usable = [
        point
        for code, point in library.points.items()
        if code not in special and code not in about.tired and point.region != _ANYWHERE
    ]
    local, more_local = _local([p for p in usable if not about.is_distal(p)], about)
    distal, more_distal = _distal([p for p in usable if about.is_distal(p)], about)
    called = [library.points[code] for code in _called(about)]
    return Picks(
        chosen=tuple(_picks([*local, *called, *distal], about)),
        others=tuple(_picks([*more_local, *more_distal], about)),
        left_out=tuple(
            _special(library.points[code], library)
            for code in sorted(special)
            if code in library.points and about.served(library.points[code])
        ),
    )


def _local(points: Sequence[Point], about: _Context) -> tuple[list[Point], list[Point]]:
    """Return the points to propose, and the further ones, each in order."""
    limb = prescription_rules().limb
    aim = about.trials.usual(lambda code: _region(about, code) not in limb | {None})
    if not about.pains:
        ranked = sorted((p for p in points if about.use(p).named), key=lambda p: _rank(p, about))
        return ranked[:aim], ranked[aim:]
    order = _in_turn([_queue(points, area, about) for area in about.areas])
    return order[:aim], order[aim:]


def _in_turn(queues: Iterable[Iterable[Point]]) -> list[Point]:
    """Return each queue's first, then each one's second, and so on, every point once."""
    waiting = [deque(queue) for queue in queues]
    order: dict[str, Point] = {}
    while any(waiting):
        for queue in waiting:
            while queue and queue[0].code in order:
                queue.popleft()
            if queue:
                point = queue.popleft()
                order[point.code] = point
    return list(order.values())


def _queue(points: Sequence[Point], area: str, about: _Context) -> list[Point]:
    """Return the points for a place: used by trials first, then in the place, then by count."""

    def rank(point: Point) -> tuple[object, ...]:
        return not about.use(point).named, point.region != area, *_rank(point, about)

    return sorted((point for point in points if area in about.served(point)), key=rank)


def _distal(points: Sequence[Point], about: _Context) -> tuple[list[Point], list[Point]]:
    limb = prescription_rules().limb
    aim = about.trials.usual(lambda code: _region(about, code) in limb)
    fit = [p for p in points if about.use(p).named or _channel_areas(p, about)]
    ranked = sorted(fit, key=lambda p: (about.use(p).rank, not _channel_areas(p, about), p.code))
    return ranked[:aim], ranked[aim:]


def _rank(point: Point, about: _Context) -> tuple[object, ...]:
    return about.use(point).rank, point.code


def _region(about: _Context, code: str) -> str | None:
    """Return where a point of the trials lies; None for one that points.csv does not hold."""
    point = about.library.points.get(code)
    return point.region if point else None


def _channel_areas(point: Point, about: _Context) -> tuple[str, ...]:
    """Return the painful places in which the point's channel has a point of the table."""
    through = {each.region for each in about.library.points.values() if _same(each, point)}
    return tuple(area for area in about.areas if area in through)


def _same(one: Point, other: Point) -> bool:
    return one.channel == other.channel != "extra"


def _called(about: _Context) -> Iterable[str]:
    calls = prescription_rules().calls_for
    return dict.fromkeys(
        code
        for finding, codes in calls.items()
        if finding in about.findings
        for code in codes
        if code in about.library.points and code not in about.tired
    )


def _picks(points: Iterable[Point], about: _Context) -> Iterable[Pick]:
    for point in points:
        use = about.use(point)
        reasons = (*_why(point, about), *use_reasons(about.library, use, "points"))
        region = _where(point, about)
        for side in _sides(point, about):
            yield Pick("point", point.code, side, region, use, reasons)


def _where(point: Point, about: _Context) -> str:
    """Return where a point is reached: one without a place of its own, where it hurts most."""
    return about.areas[0] if point.region == _ANYWHERE and about.areas else point.region


_ANYWHERE = "any"


def _sides(point: Point, about: _Context) -> tuple[Side | None, ...]:
    if point.channel in _MIDLINE_CHANNELS:
        return ("midline",)
    served = about.areas[:1] if point.region == _ANYWHERE else about.served(point)
    pains = [pain for pain in about.pains if not served or pain.area in served]
    in_the_middle = bool(pains) and all(pain.side == "midline" for pain in pains)
    return ("left", "right") if in_the_middle else sides_of(pains)


def _why(point: Point, about: _Context) -> Iterable[Reason]:
    cited = sources(about.library, point.source)
    for text in _sentences(point, about):
        yield Reason(text, point.source, cited)


def _sentences(point: Point, about: _Context) -> Iterable[str]:
    names = about.library.areas
    for finding, codes in prescription_rules().calls_for.items():
        if point.code in codes and finding in about.findings:
            yield f"Called for by this finding: {about.library.findings[finding].meaning}."
    served = about.served(point)
    if served:
        told = words.joined([names[area].name for area in served])
        where = "in" if point.region in served else "beside"
        yield f"It lies {where} a place that hurts: {told}."
    elif about.is_distal(point) and (areas := _channel_areas(point, about)):
        told = words.joined([names[area].name for area in areas])
        channel = point.channel.replace("_", " ")
        yield f"Its channel, {channel}, runs through a place that hurts: {told}."


def _special(point: Point, library: Library) -> LeftOut:
    row = rows.contraindication(library, prescription_rules().special_row)
    return LeftOut(
        kind="point",
        site=point.code,
        name=f"{point.code} {point.pinyin}",
        side=None,
        row=row.id,
        because=(),
        sentence=f"{words.sentence(point.cautions or row.action)}.",
        source=row.source,
        sources=sources(library, row.source),
    )
