"""A synthesis as a table for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from filiform.review._question import Measure
    from filiform.review._synthesis import Interval, Result, Sensitivity, Synthesis


def synthesis_text(synthesis: Synthesis) -> str:
    """Return a synthesis as lines: what was asked, the trials, the result, how sure."""
    blocks = (
        [synthesis.title, f"Unit: {synthesis.unit}. {direction_text(synthesis)}"],
        _trials(synthesis),
        _result(synthesis),
        _certainty(synthesis),
        _left_out(synthesis),
    )
    return "\n\n".join("\n".join(block) for block in blocks if block)


def direction_text(synthesis: Synthesis) -> str:
    """Say which numbers favour the therapy."""
    ratio = synthesis.question.measure != "MD"
    side = "below" if synthesis.favours[0] else "above"
    return f"Numbers {side} {1 if ratio else 0} favour the therapy."


def number(value: float, measure: Measure = "MD") -> str:
    """Return a difference with one digit after the point, a ratio with two.

    >>> number(-6.347), number(1.247, "RR"), number(-0.0)
    ('-6.3', '1.25', '0.0')
    """
    places = 1 if measure == "MD" else 2
    return f"{round(value, places) + 0.0:.{places}f}"


def interval(ends: Interval | None, measure: Measure = "MD") -> str:
    """Return an interval as text.

    >>> interval((-11.3, -1.4)), interval(None)
    ('-11.3 to -1.4', '')
    """
    return f"{number(ends[0], measure)} to {number(ends[1], measure)}" if ends else ""


def effect_text(estimate: float | None, ends: Interval | None, measure: Measure) -> str:
    """Return an estimate with its interval as text.

    >>> effect_text(2.2, (1.04, 4.2), "RR")
    '2.20 (1.04 to 4.20)'
    """
    return "" if estimate is None else f"{number(estimate, measure)} ({interval(ends, measure)})"


def _trials(synthesis: Synthesis) -> list[str]:
    if not synthesis.effects:
        return []
    head = ("trial", "week", "people", "effect", "95 % interval", "weight", "flags")
    rows = [
        (
            effect.trial_id,
            f"{effect.weeks:g}",
            "?" if effect.n is None else str(effect.n),
            number(effect.estimate, effect.measure),
            interval((effect.ci_low, effect.ci_high), effect.measure),
            f"{weight:.0f} %",
            ", ".join(effect.flags),
        )
        for effect, weight in zip(synthesis.effects, synthesis.result.weights, strict=True)
    ]
    return table((head, *rows))


def table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return rows of text in columns.

    >>> table([("a", "b"), ("long", "c")])
    ['a     b', 'long  c']
    """
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]


def _result(synthesis: Synthesis) -> list[str]:
    result = synthesis.result
    if result.estimate is None:
        return ["No trial with a usable number was found."]
    measure = synthesis.question.measure
    shown = f"{number(result.estimate, measure)} (95 % interval {interval(result.ci, measure)})"
    lines = [
        f"{_how_many(result.trials)}: {shown}; {people_text(synthesis)}.",
        *_spread(result, measure),
    ]
    if synthesis.absolute:
        treated, without = synthesis.absolute
        lines.append(f"Of 100 people about {treated:.0f} with it, {without:.0f} without it.")
    if synthesis.sensitivity:
        lines.append(_sensitivity(synthesis.sensitivity, measure))
    if synthesis.reference_sd:
        sd = synthesis.reference_sd
        arms = f"{len(sd.arms)} arms" if len(sd.arms) > 1 else "1 arm"
        lines.append(f"One SD was taken as {number(sd.value)} points (from {arms}).")
    return lines


def _how_many(trials: int) -> str:
    return "One trial" if trials == 1 else f"{trials} trials pooled"


def people_text(synthesis: Synthesis) -> str:
    """Say how many people were compared; a whole trial is more than the groups compared."""
    silent = [effect.n_trial for effect in synthesis.effects if effect.n is None]
    told = f"{synthesis.participants:,} people" if len(silent) < synthesis.trials else ""
    return "; ".join(part for part in (told, _untold(silent, synthesis.trials)) if part)


def _untold(sizes: Sequence[int | None], trials: int) -> str:
    if not sizes:
        return ""
    known = [f"{size:,}" for size in sizes if size is not None]
    whole = " and ".join(known) if len(known) == len(sizes) else ""
    if trials == 1:
        groups = "how many were in these two groups is not told"
        return f"{whole} people in all; {groups}" if whole else "number of people not told"
    which = f"{len(sizes)} trial{'s' if len(sizes) > 1 else ''}"
    which += f" of {whole} people" if whole else ""
    return f"{which} {'do' if len(sizes) > 1 else 'does'} not tell how many were in these groups"


def _spread(result: Result, measure: Measure) -> list[str]:
    fit = result.pooled
    if fit is None or fit.i2 is None or fit.tau2 is None:
        return []
    parts = [f"I² {fit.i2:.0f} %", f"τ² {fit.tau2:.3g}"]
    if result.pi:
        parts.insert(0, f"Prediction interval {interval(result.pi, measure)}")
    return ["; ".join(parts) + "."]


def _sensitivity(sensitivity: Sensitivity, measure: Measure) -> str:
    result, names = sensitivity.result, ", ".join(sensitivity.without)
    if result.estimate is None:
        return f"Without doubtful trials ({names}) none is left."
    shown = effect_text(result.estimate, result.ci, measure)
    return f"Without doubtful trials ({names}): {shown}, {_how_many(result.trials).lower()}."


def _certainty(synthesis: Synthesis) -> list[str]:
    certainty = synthesis.certainty
    if not certainty.domains:
        return []
    level = certainty.level.replace("_", " ")
    rows = [
        (f"-{d.downgrade}" if d.downgrade else " 0", d.domain.replace("_", " "), d.reason)
        for d in certainty.domains
    ]
    return [f"Certainty: {level} (provisional, by rules)", *table(rows)]


def _left_out(synthesis: Synthesis) -> list[str]:
    if not synthesis.left_out:
        return []
    rows = [(entry.trial_id, entry.reason) for entry in synthesis.left_out]
    return ["Left out:", *table(rows)]
