"""Forest plots of pooled effects in a row: studies added one by one, or left out in turn."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from filiform.errors import EvidenceError
from filiform.evidence.plots._canvas import attach
from filiform.evidence.plots._columns import Column, shortened
from filiform.evidence.plots._drawing import draw
from filiform.evidence.plots._rows import Row
from filiform.evidence.plots._table import Table
from filiform.evidence.plots.scale import decimals_for, scale_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from filiform.evidence.plots.scale import Scale
    from filiform.evidence.robustness.leave_one_out import Series


def cumulative(
    series: Series,
    *,
    measure: str | None = None,
    favours: tuple[str, str] | None = None,
    unit: str | None = None,
    limits: tuple[float, float] | None = None,
    axes: Axes | None = None,
) -> Axes:
    """Draw the pooled effect after each study and return the axes.

    Args:
        series: of `filiform.evidence.cumulative`.
        measure: what was pooled, such as "RR"; ratios get a log axis.
        favours: words below the axis for effects below and above no effect.
        unit: of the effect.
        limits: of the axis, on the scale that is read.
        axes: to draw into; a new figure where None.

    Raises:
        EvidenceError: for unknown words, a fit without an interval, or axes too narrow.

    *Source: Lau et al. 1992, New England Journal of Medicine 327:248,
    doi:10.1056/NEJM199207233270406.*
    """
    words = _Words("Studies added", "+ ", "Cumulative forest plot", "after")
    table = _table(series, words, scale_of(measure))
    table = replace(table, unit=unit, favours=favours, limits=limits)
    return attach(draw(table, axes), _description(series, words, table))


def leave_one_out(
    series: Series,
    *,
    measure: str | None = None,
    favours: tuple[str, str] | None = None,
    unit: str | None = None,
    limits: tuple[float, float] | None = None,
    axes: Axes | None = None,
) -> Axes:
    """Draw the pooled effect without each study and return the axes.

    Args:
        series: of `filiform.evidence.leave_one_out`.
        measure: what was pooled, such as "RR"; ratios get a log axis.
        favours: words below the axis for effects below and above no effect.
        unit: of the effect.
        limits: of the axis, on the scale that is read.
        axes: to draw into; a new figure where None.

    Raises:
        EvidenceError: for unknown words, a fit without an interval, or axes too narrow.

    *Source: Viechtbauer and Cheung 2010, Research Synthesis Methods 1:112, doi:10.1002/jrsm.11.*
    """
    words = _Words("Study left out", "− ", "Leave-one-out forest plot", "without")
    table = _table(series, words, scale_of(measure))
    table = replace(table, unit=unit, favours=favours, limits=limits)
    return attach(draw(table, axes), _description(series, words, table))


class _Words(NamedTuple):
    """What tells the two plots apart."""

    header: str
    sign: str
    title: str
    link: str


def _table(series: Series, words: _Words, scale: Scale) -> Table:
    fits = series.fits
    rows = _rows(series, words.sign)
    digits = decimals_for(scale, fits.ci_low, fits.ci_high)
    left = (
        Column(words.header, tuple(row.label for row in rows), "left"),
        Column("Studies", tuple(str(k) for k in fits.k.tolist())),
        Column("I² %", tuple(f"{x:.0f}" for x in fits.i2.tolist())),
    )
    cells = tuple(_text(row, scale, digits) for row in rows)
    return Table(rows, left, (Column(f"{scale.short} ({100 * fits.level:g} % CI)", cells),), scale)


def _description(series: Series, words: _Words, table: Table) -> str:
    listed = "; ".join(
        f"{words.link} {label} {cell}"
        for label, cell in zip(series.labels, table.right[0].cells, strict=True)
    )
    return f"{words.title}, {table.scale.words}. Pooled effect {listed}."


def _rows(series: Series, sign: str) -> tuple[Row, ...]:
    fits = series.fits
    found = []
    for label, estimate, low, high in zip(
        series.labels,
        fits.estimate.tolist(),
        fits.ci_low.tolist(),
        fits.ci_high.tolist(),
        strict=True,
    ):
        if not low <= estimate <= high:
            raise EvidenceError(
                f"study {label!r}: the fit has no interval to draw: choose another estimator"
            )
        found.append(Row("study", sign + shortened(label), estimate, low, high))
    return tuple(found)


def _text(row: Row, scale: Scale, digits: int) -> str:
    if row.estimate is None or row.low is None or row.high is None:
        return ""
    middle, low, high = (scale.text(x, digits) for x in (row.estimate, row.low, row.high))
    return f"{middle} ({low} to {high})"
