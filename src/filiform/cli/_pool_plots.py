"""The plot that `filiform pool` writes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from filiform.errors import EvidenceError, unknown
from filiform.evidence import plots
from filiform.evidence.pooling.common_effect import CommonEffect
from filiform.evidence.pooling.pooled import Pooled
from filiform.evidence.pooling.subgroups import Subgroups
from filiform.evidence.regression.result import MetaRegression
from filiform.evidence.robustness.baujat import baujat
from filiform.evidence.robustness.influence import influence

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from matplotlib.axes import Axes

    from filiform.cli._pool_read import Studies
    from filiform.cli._sheet import Sheet
    from filiform.evidence.robustness.leave_one_out import Series

    Result = Pooled | Subgroups | MetaRegression | CommonEffect

_CONTOURS: Final = (0.90, 0.95, 0.99)


@dataclass(frozen=True, slots=True)
class Drawing:
    """What the command line says of the plot.

    Attributes:
        path: where it goes; None for no plot.
        kind: a word of `KINDS`; chosen from the analysis where None.
        show: columns shown beside a forest plot.
        risk_of_bias: columns of judgements.
        favours: words for effects below and above no effect.
        unit: of the effect.
    """

    path: Path | None
    kind: str | None
    show: tuple[str, ...]
    risk_of_bias: tuple[str, ...]
    favours: tuple[str, str] | None
    unit: str | None


@dataclass(frozen=True, slots=True)
class Shown:
    """Everything a plot may show: the analysis, its studies and their table."""

    drawing: Drawing
    result: Result
    series: Mapping[str, Series]
    studies: Studies
    sheet: Sheet


def kind_of_plot(drawing: Drawing, default: str) -> str | None:
    """Return which plot to draw, before any work is done; None for none.

    Raises:
        EvidenceError: for an unknown kind, a kind without a file, or another kind of file.
    """
    if drawing.path is None:
        if drawing.kind is not None:
            raise EvidenceError("--plot-kind says what --plot FILE draws: give the file as well")
        return None
    if drawing.path.suffix.lower() not in {".svg", ".png", ".pdf"}:
        raise EvidenceError(
            f"the plot {drawing.path.name!r} does not end in .svg, .png or .pdf: name it so"
        )
    kind = (drawing.kind or default).casefold().replace("-", "_")
    if kind not in _KINDS:
        raise EvidenceError(unknown("kind of plot", drawing.kind, KINDS, listed_by="--help"))
    return kind


def draw(kind: str, given: Shown) -> Axes:
    """Draw a plot and return its axes.

    Raises:
        EvidenceError: for a plot that this analysis does not have.
    """
    return _KINDS[kind](given)


def _forest(given: Shown) -> Axes:
    if isinstance(given.result, MetaRegression):
        raise EvidenceError("a meta-regression has no forest plot: draw --plot-kind bubble")
    drawing, sheet = given.drawing, given.sheet
    return plots.forest(
        given.result,
        measure=given.studies.measure,
        effects=given.studies.effects if isinstance(given.result, CommonEffect) else None,
        columns={name: sheet.texts(name, needed=False) for name in drawing.show},
        risk_of_bias={name: sheet.texts(name, needed=False) for name in drawing.risk_of_bias},
        favours=drawing.favours,
        unit=drawing.unit,
    )


def _pooled(given: Shown, name: str) -> Pooled:
    if isinstance(given.result, Subgroups):
        return given.result.overall
    if not isinstance(given.result, Pooled):
        raise EvidenceError(
            f"a {name} plot shows pooled studies: leave --moderator and --method out"
        )
    return given.result


def _funnel(given: Shown) -> Axes:
    fit = _pooled(given, "funnel")
    return plots.funnel(fit, measure=given.studies.measure, unit=given.drawing.unit)


def _contour_funnel(given: Shown) -> Axes:
    fit = _pooled(given, "funnel")
    return plots.funnel(
        fit, measure=given.studies.measure, unit=given.drawing.unit, contours=_CONTOURS
    )


def _radial(given: Shown) -> Axes:
    fit = _pooled(given, "radial")
    return plots.radial(fit, measure=given.studies.measure, unit=given.drawing.unit)


def _baujat(given: Shown) -> Axes:
    fit = _pooled(given, "Baujat")
    if fit.tau2_method == "given":
        raise EvidenceError(
            "a Baujat plot estimates tau2 without each study: give --tau2 as a word"
        )
    return plots.baujat(
        baujat(fit.estimates, fit.variances, tau2=fit.tau2_method, labels=fit.labels)
    )


def _influence(given: Shown) -> Axes:
    fit = _pooled(given, "influence")
    if fit.k == 1:
        raise EvidenceError("one study has no influence on others: give at least two")
    found = influence(
        fit.estimates,
        fit.variances,
        tau2=(fit.tau2 or 0.0) if fit.tau2_method == "given" else fit.tau2_method,
        interval=fit.interval,
        labels=fit.labels,
    )
    return plots.influence(found)[0]


def _labbe(given: Shown) -> Axes:
    studies = given.studies
    if set(studies.inputs) != {"events1", "n1", "events2", "n2"}:
        raise EvidenceError(
            "a L'Abbé plot shows the risks of two groups: give columns for events1, n1, events2 "
            "and n2, and --measure RR, OR or RD"
        )
    fit = given.result
    if isinstance(fit, (Subgroups, MetaRegression)):
        fit = _pooled(given, "L'Abbé")
    counts = (studies.inputs[role] for role in ("events1", "n1", "events2", "n2"))
    return plots.labbe(*counts, result=fit, measure=studies.measure, labels=studies.labels)


def _bubble(given: Shown) -> Axes:
    if not isinstance(given.result, MetaRegression):
        raise EvidenceError("a bubble plot shows a meta-regression: give --moderator COLUMN")
    numeric = [name for name in given.result.design.names if name in given.sheet.columns]
    if not numeric:
        raise EvidenceError(
            "a bubble plot needs a moderator of numbers: draw a forest plot with --subgroup instead"
        )
    return plots.bubble(
        given.result, numeric[0], measure=given.studies.measure, unit=given.drawing.unit
    )


def _cumulative(given: Shown) -> Axes:
    return _in_a_row(given, "cumulative", plots.cumulative)


def _leave_one_out(given: Shown) -> Axes:
    return _in_a_row(given, "leave_one_out", plots.leave_one_out)


def _in_a_row(given: Shown, name: str, plot: Callable[..., Axes]) -> Axes:
    if name not in given.series:
        raise EvidenceError(f"give --{name.replace('_', '-')} to have its plot drawn")
    return plot(
        given.series[name],
        measure=given.studies.measure,
        favours=given.drawing.favours,
        unit=given.drawing.unit,
    )


_KINDS: Final[Mapping[str, Callable[[Shown], Axes]]] = {
    "forest": _forest,
    "funnel": _funnel,
    "contour_funnel": _contour_funnel,
    "radial": _radial,
    "baujat": _baujat,
    "influence": _influence,
    "labbe": _labbe,
    "bubble": _bubble,
    "cumulative": _cumulative,
    "leave_one_out": _leave_one_out,
}
KINDS: Final = tuple(_KINDS)
