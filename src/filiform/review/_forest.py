"""A forest plot as SVG: made for a telephone, without a plotting library."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from filiform.review import _svg
from filiform.review._axis import Axis
from filiform.review._svg import Words
from filiform.review._text import effect_text, interval, people_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from filiform.review._effect import StudyEffect
    from filiform.review._question import Measure
    from filiform.review._synthesis import Result, Synthesis

WIDTH = 390.0
_EDGE = 14.0
_STRIP = (_EDGE + 4, WIDTH - _EDGE - 4)
_BAND = 22.0
_LINE = 17.0
_TITLE, _BODY, _SMALL = 15.0, 13.0, 12.0


@dataclass(frozen=True, slots=True)
class Block:
    """Some lines of text, and below them a band of the plot where there is a mark.

    Attributes:
        right: A text at the right end of the first line.
        mark: Draws into the band whose middle is at a height.
    """

    lines: tuple[Words, ...]
    right: Words | None = None
    mark: Callable[[Axis, float], str] | None = None


def forest_svg(synthesis: Synthesis) -> str:
    """Return the forest plot of a synthesis as an SVG drawing.

    Each trial with its interval and, by the size of its square, its weight; the pooled effect as
    a diamond, the prediction interval as a bar, no effect as a line; the number of people and the
    flags in words. An interval that does not fit ends in an arrow.

    Args:
        synthesis: Any synthesis; one without a trial says so.

    >>> from filiform.review import Question, published
    >>> svg = forest_svg(published().synthesis(Question.parse("acupuncture", "sham")))
    >>> svg.startswith("<svg ") and "white-2004" in svg
    True
    """
    blocks = list(_blocks(synthesis))
    body, height = (
        _drawn(blocks, _axis(synthesis), synthesis) if synthesis.effects else _text(blocks)
    )
    name = "forest-" + re.sub(r"[^a-z0-9]+", "-", synthesis.question.key.casefold())
    return _svg.document(name, _title(synthesis), _about(synthesis), (WIDTH, height), body)


# --- What is said


def _title(synthesis: Synthesis) -> str:
    return f"Forest plot. {synthesis.title}"


def _about(synthesis: Synthesis) -> str:
    """Return the plot in words."""
    if synthesis.estimate is None:
        return "No trial with a usable number was found."
    measure = synthesis.question.measure
    trials = "; ".join(
        f"{e.trial_id} {effect_text(e.estimate, (e.ci_low, e.ci_high), measure)}"
        for e in synthesis.effects
    )
    left, right = _favoured(synthesis)
    result = _result_text(synthesis.result, measure)
    return f"{result}. Left favours {left}, right favours {right}. Trials: {trials}."


def _result_text(result: Result, measure: Measure) -> str:
    shown = effect_text(result.estimate, result.ci, measure)
    return f"One trial: {shown}" if result.trials == 1 else f"{result.trials} trials: {shown}"


def _favoured(synthesis: Synthesis) -> tuple[str, str]:
    """Return what the left and the right side favour."""
    sides = (synthesis.intervention_name, synthesis.against_name)
    return sides if synthesis.favours[0] else sides[::-1]


# --- The blocks


def _blocks(synthesis: Synthesis) -> Iterator[Block]:
    yield Block(_many(synthesis.title, _TITLE, weight="700"))
    if synthesis.estimate is None:
        yield Block(_many("No trial with a usable number was found.", _BODY))
        return
    yield Block(_many(f"Unit: {synthesis.unit}", _SMALL, fill=_svg.MUTED))
    for effect, weight in zip(synthesis.effects, synthesis.result.weights, strict=True):
        yield _trial(effect, weight)
    yield from _summary(synthesis)


def _ratio(synthesis: Synthesis) -> bool:
    return synthesis.question.measure != "MD"


def _trial(effect: StudyEffect, weight: float) -> Block:
    people = "people not reported" if effect.n is None else f"{effect.n} people"
    facts = f"week {effect.weeks:g} · {people} · weight {weight:.0f} %"
    if effect.flags:
        facts += " · flags: " + ", ".join(flag.replace("_", " ") for flag in effect.flags)
    shown = effect_text(effect.estimate, (effect.ci_low, effect.ci_high), effect.measure)
    side = 4 + 10 * math.sqrt(weight / 100)
    ends = (effect.ci_low, effect.ci_high)
    return _headed(
        effect.trial_id,
        shown,
        lambda axis, y: (
            _whisker(axis, y, ends) + _svg.square(axis.place(effect.estimate), y, side, _svg.BLUE)
        ),
        facts,
    )


def _summary(synthesis: Synthesis) -> Iterator[Block]:
    result, measure = synthesis.result, synthesis.question.measure
    if result.trials > 1:
        shown = effect_text(result.estimate, result.ci, measure)
        facts = people_text(synthesis)
        yield _headed(f"All {result.trials} trials", shown, _diamond(result, _svg.INK), facts)
    else:
        yield Block(_many(f"One trial alone; {people_text(synthesis)}.", _SMALL, fill=_svg.MUTED))
    if result.pi is not None:
        ends = result.pi
        yield _headed(
            "A new trial may find", interval(ends, measure), lambda axis, y: _bar(axis, y, ends)
        )
    sensitivity = synthesis.sensitivity
    if sensitivity is not None and sensitivity.result.estimate is not None:
        rest = sensitivity.result
        shown = effect_text(rest.estimate, rest.ci, measure)
        yield _headed("Without doubtful trials", shown, _diamond(rest, _svg.MUTED))
    level = synthesis.certainty.level.replace("_", " ")
    yield Block(_many(f"Certainty: {level} (provisional, by rules)", _BODY, weight="700"))


def _headed(name: str, shown: str, mark: Callable[[Axis, float], str], facts: str = "") -> Block:
    """Return a block with a name at the left, a number at the right and a mark below."""
    right = Words(shown.replace("-", "−"), _BODY, weight="600", anchor="end")
    left = Words(name, _BODY, weight="600")
    fits = left.width + right.width < WIDTH - 2 * _EDGE
    small = _many(facts, _SMALL, fill=_svg.MUTED) if facts else ()
    if fits:
        return Block((left, *small), right, mark)
    names = _many(name, _BODY, weight="600")
    return Block((*names, Words(right.text, _BODY, weight="600"), *small), None, mark)


def _many(
    text: str, size: float, *, fill: str = _svg.INK, weight: str = "400"
) -> tuple[Words, ...]:
    lines = _svg.wrapped(text, WIDTH - 2 * _EDGE, _svg.letter_width(size, weight))
    return tuple(Words(words, size, fill, weight) for words in lines)


# --- The marks


def _whisker(axis: Axis, y: float, ends: tuple[float, float]) -> str:
    low, high = (axis.place(end) for end in ends)
    return _svg.line((low, y), (high, y), _svg.BLUE, 2) + _arrows(axis, y, ends, _svg.BLUE)


def _arrows(axis: Axis, y: float, ends: tuple[float, float], fill: str) -> str:
    """Return an arrowhead at each end of the strip that an interval goes beyond."""
    heads = []
    for end in ends:
        side = axis.beyond(end)
        if side:
            x = axis.place(end)
            back = x - _ARROW * side
            heads.append(_svg.polygon(((x, y), (back, y - 5), (back, y + 5)), fill))
    return "".join(heads)


_ARROW = 8.0
_HALF = 8.0


def _diamond(result: Result, fill: str) -> Callable[[Axis, float], str]:
    """Return what draws a diamond; a tip beyond the strip ends in an arrow."""

    def draw(axis: Axis, y: float) -> str:
        if result.estimate is None or result.ci is None:
            return ""
        low, high = (axis.place(end) for end in result.ci)
        middle = axis.place(result.estimate)
        tips = ((low, y), (middle, y - _HALF), (high, y), (middle, y + _HALF))
        return _svg.polygon(tips, fill) + _arrows(axis, y, result.ci, fill)

    return draw


def _bar(axis: Axis, y: float, ends: tuple[float, float]) -> str:
    low, high = (axis.place(end) for end in ends)
    bar = _svg.line((low, y), (high, y), _svg.PALE, 8)
    return bar + _arrows(axis, y, ends, _svg.BLUE)


# --- The page


def _axis(synthesis: Synthesis) -> Axis:
    """Return an axis that shows every trial's interval, the result and no effect.

    The pooled and the prediction interval may be far wider than any trial: they are cut off.
    """
    numbers = [synthesis.no_effect, synthesis.estimate or synthesis.no_effect]
    for effect in synthesis.effects:
        numbers += [effect.ci_low, effect.ci_high]
    return Axis.about(numbers, _STRIP, ratio=_ratio(synthesis))


def _text(blocks: list[Block]) -> tuple[str, float]:
    parts, y = [], _EDGE
    for block in blocks:
        drawn, y = _lines(block, y)
        parts += drawn
    return "\n".join(parts), y + _EDGE


def _drawn(blocks: list[Block], axis: Axis, synthesis: Synthesis) -> tuple[str, float]:
    parts, y = [], _EDGE
    zero = axis.place(synthesis.no_effect)
    for block in blocks:
        drawn, y = _lines(block, y)
        parts += drawn
        if block.mark is not None:
            parts.append(_svg.line((zero, y + 2), (zero, y + _BAND), _svg.RULE, 1))
            parts.append(block.mark(axis, y + _BAND / 2 + 1))
            y += _BAND
        y += 8
    scale, y = _scale(axis, synthesis, y)
    return "\n".join([*parts, *scale]), y + _EDGE


def _lines(block: Block, y: float) -> tuple[list[str], float]:
    parts = []
    for place, words in enumerate(block.lines):
        y += _LINE
        parts.append(words.at(_EDGE, y - 4))
        if place == 0 and block.right is not None:
            parts.append(block.right.at(WIDTH - _EDGE, y - 4))
    return parts, y


def _scale(axis: Axis, synthesis: Synthesis, y: float) -> tuple[list[str], float]:
    """Return the axis with its marks and the words that say which side favours what."""
    parts = [_svg.line((axis.left, y), (axis.right, y), _svg.RULE, 1)]
    for mark in axis.marks():
        x = axis.place(mark)
        parts.append(_svg.line((x, y), (x, y + 5), _svg.RULE, 1))
        words = Words(f"{mark:g}".replace("-", "−"), _SMALL, _svg.MUTED, anchor="middle")
        parts.append(words.at(x, y + 18))
    y += 22
    left, right = _favoured(synthesis)
    half = (WIDTH - 2 * _EDGE) / 2 - 6
    columns = (
        (_EDGE, "start", _svg.wrapped(f"←\u00a0favours {left}", half, _svg.letter_width(_SMALL))),
        (
            WIDTH - _EDGE,
            "end",
            _svg.wrapped(f"favours {right}\u00a0→", half, _svg.letter_width(_SMALL)),
        ),
    )
    for x, anchor, lines in columns:
        for place, text in enumerate(lines):
            words = Words(text, _SMALL, _svg.INK, anchor=anchor)
            parts.append(words.at(x, y + (place + 1) * 15))
    return parts, y + 15 * max(len(lines) for _, _, lines in columns)
