"""Forest plot: every study with its interval and weight, the pooled effect, a new study."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from filiform.errors import EvidenceError, unknown
from filiform.evidence._text import shown
from filiform.evidence.plots._canvas import attach
from filiform.evidence.plots._columns import Column, shortened
from filiform.evidence.plots._drawing import draw
from filiform.evidence.plots._rows import ORDERS, Row, rows_of, studies_of
from filiform.evidence.plots._table import Table
from filiform.evidence.plots.risk_of_bias import judgements, legend
from filiform.evidence.plots.scale import Scale, decimals_for, scale_of
from filiform.evidence.pooling.pooled import Pooled
from filiform.evidence.pooling.subgroups import Subgroups

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes

    from filiform.evidence.effects.result import Effects
    from filiform.evidence.plots._rows import Result, Studies


def forest(
    result: Result,
    *,
    measure: str | None = None,
    effects: Effects | None = None,
    axes: Axes | None = None,
    columns: Mapping[str, Sequence[object]] | None = None,
    risk_of_bias: Mapping[str, Sequence[str]] | None = None,
    favours: tuple[str, str] | None = None,
    unit: str | None = None,
    limits: tuple[float, float] | None = None,
    order: str = "given",
    decimals: int | None = None,
) -> Axes:
    """Draw a forest plot and return its axes.

    A square's area is the study's weight; its line is the study's normal interval and ends in an
    arrow where it goes on beyond the axis. The diamond is the pooled effect with its interval, the
    bar below it the prediction interval. Positions are on the pooled scale; ratios have a log axis
    whose ticks are ratios.

    Args:
        result: of `pool`, `subgroups`, `mantel_haenszel` or `peto`.
        measure: what was pooled, such as "RR" or "MD", or a transformation such as "exp".
        effects: the studies' effects, for Mantel-Haenszel and Peto, whose results lack them.
        axes: to draw into: they shrink so that the columns fit; a new figure where None.
        columns: header to `(k,)` texts or numbers, shown left of the plot.
        risk_of_bias: domain to `(k,)` judgements (low, some_concerns, high …), "" for none.
        favours: words below the axis for effects below and above no effect.
        unit: of the effect, such as "points of 100".
        limits: of the axis, on the scale that is read; chosen from the estimates where None.
        order: of the studies: "given", "estimate" or "weight".
        decimals: of the numbers; chosen from the intervals where None.

    Raises:
        EvidenceError: for unknown words, columns of another length than the studies, limits that
            no axis has, more than 2,000 rows, or axes too narrow.

    >>> from filiform.evidence import pool
    >>> fit = pool([-0.889, -1.585, -1.348], [0.326, 0.195, 0.415], labels=["A", "B", "C"])
    >>> from filiform.evidence.plots import describe
    >>> print(describe(forest(fit, measure="RR")))
    Forest plot of 3 studies, Risk ratio, log scale. The studies' effects run from 0.20 to 0.41.
    Pooled: 0.26 (95 % interval 0.07 to 0.99). A new study is expected between 0.07 and 0.99.

    *Source: Lewis and Clarke 2001, BMJ 322:1479, doi:10.1136/bmj.322.7300.1479 (the plot);
    Riley, Higgins and Deeks 2011, BMJ 342:d549, doi:10.1136/bmj.d549 (the prediction interval).*
    """
    if order not in ORDERS:
        raise EvidenceError(unknown("order of studies", order, ORDERS))
    scale = scale_of(measure or (effects.measure if effects is not None else None))
    studies = studies_of(result, effects)
    rows = rows_of(result, effects, order)
    signs = judgements(risk_of_bias or {}, studies.labels)
    if signs:
        rows += [Row("note", text) for text in legend(signs)]
    digits = _decimals(scale, studies) if decimals is None else decimals
    table = Table(
        tuple(rows),
        (_labels(rows), *_extra(columns or {}, rows, studies.labels)),
        (_numbers(rows, scale, digits, result), _weights(rows)),
        scale,
        signs,
        unit,
        favours,
        limits,
    )
    return attach(draw(table, axes), _description(result, studies, scale, digits))


def _decimals(scale: Scale, studies: Studies) -> int:
    half = np.sqrt(studies.variances)
    return decimals_for(scale, studies.estimates - half, studies.estimates + half)


def _labels(rows: Sequence[Row]) -> Column:
    cells = tuple("" if row.kind == "note" else shortened(row.label) for row in rows)
    return Column("Study", cells, "left")


def _extra(
    columns: Mapping[str, Sequence[object]], rows: Sequence[Row], labels: Sequence[str]
) -> list[Column]:
    found = []
    for header, values in columns.items():
        if len(values) != len(labels):
            raise EvidenceError(
                f"column {header!r} has {len(values)} values for {len(labels)} studies: give one a "
                "study, '' where there is none"
            )
        cells = tuple("" if row.study is None else _cell(values[row.study]) for row in rows)
        found.append(Column(header, cells))
    return found


def _cell(value: object) -> str:
    if isinstance(value, (float, np.floating)):
        return f"{value:g}".replace("-", "−")
    return shortened(str(value))


def _numbers(rows: Sequence[Row], scale: Scale, digits: int, result: Result) -> Column:
    level = result.overall.level if isinstance(result, Subgroups) else result.level
    cells = tuple(_interval(row, scale, digits) for row in rows)
    return Column(f"{scale.short} ({100 * level:g} % CI)", cells)


def _interval(row: Row, scale: Scale, digits: int) -> str:
    if row.low is None or row.high is None:
        return ""
    low, high = (scale.text(x, digits) for x in (row.low, row.high))
    if row.estimate is None:
        return f"({low} to {high})"
    return f"{scale.text(row.estimate, digits)} ({low} to {high})"


def _weights(rows: Sequence[Row]) -> Column:
    return Column(
        "Weight", tuple("" if row.weight is None else f"{row.weight:.1f} %" for row in rows)
    )


def _description(result: Result, studies: Studies, scale: Scale, digits: int) -> str:
    k = len(studies.labels)
    read = [scale.text(float(x), digits) for x in np.sort(studies.estimates)]
    sentences = [
        f"Forest plot of {k} {'study' if k == 1 else 'studies'}, {scale.words}.",
        f"The studies' effects run from {read[0]} to {read[-1]}.",
    ]
    overall = result.overall if isinstance(result, Subgroups) else result
    row = Row("summary", "", overall.estimate, overall.ci_low, overall.ci_high)
    percent = f"{100 * overall.level:g} %"
    sentences.append(
        f"Pooled: {_interval(row, scale, digits).replace('(', f'({percent} interval ')}."
    )
    if isinstance(overall, Pooled) and overall.pi_low is not None and overall.pi_high is not None:
        low, high = (scale.text(x, digits) for x in (overall.pi_low, overall.pi_high))
        sentences.append(f"A new study is expected between {low} and {high}.")
    if isinstance(result, Subgroups):
        groups = "; ".join(
            f"{name} {scale.text(fit.estimate, digits)}"
            for name, fit in zip(result.names, result.groups, strict=True)
        )
        sentences.append(f"Subgroups: {groups}; p between them {shown(result.p_between, 2)}.")
    return " ".join(sentences)
