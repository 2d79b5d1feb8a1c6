"""Funnel, radial, Baujat, L'Abbé, bubble, cumulative, leave-one-out and influence plots."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from matplotlib.figure import Figure
from tests.evidence.plots import drawn
from tests.evidence.reference import cases

from filiform.errors import EvidenceError
from filiform.evidence import plots
from filiform.evidence.plots import influence as influence_panel
from filiform.evidence.plots.influence import PANELS
from filiform.evidence.pooling.mantel_haenszel import mantel_haenszel
from filiform.evidence.pooling.pool import pool
from filiform.evidence.regression.meta_regression import meta_regression
from filiform.evidence.robustness.baujat import Baujat, baujat
from filiform.evidence.robustness.cumulative import cumulative
from filiform.evidence.robustness.influence import influence
from filiform.evidence.robustness.leave_one_out import leave_one_out
from filiform.evidence.small_study.trim_and_fill import trim_and_fill

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.evidence.plots.conftest import Bcg

Z = 1.959963984540054


def _expected(name: str) -> dict[str, list[float]]:
    return next(case.expected for case in cases("influence") if case.name == name)


def test_a_funnel_shows_effects_against_standard_errors_most_precise_on_top(bcg: Bcg) -> None:
    axes = plots.funnel(bcg.fit, measure="RR")
    found = drawn.points(axes, "studies")
    np.testing.assert_allclose(found, np.stack((bcg.effects.yi, np.sqrt(bcg.effects.vi)), 1))
    bottom, top = axes.get_ylim()
    assert bottom > top == 0.0
    x, y = drawn.line(axes, "funnel")
    half = Z * bottom
    np.testing.assert_allclose(x, bcg.fit.estimate + np.array([-half, 0.0, half]))
    np.testing.assert_allclose(y, [bottom, 0.0, bottom])
    assert axes.get_xlabel() == "Risk ratio, log scale"
    assert axes.get_ylabel() == "Standard error of the log"


def test_contours_are_where_a_study_has_that_p_value(bcg: Bcg) -> None:
    axes = plots.funnel(bcg.fit, measure="RR", contours=(0.90, 0.95, 0.99))
    assert "funnel" not in drawn.names(axes)
    bottom = axes.get_ylim()[0]
    for n, z in enumerate((1.6448536269514722, Z, 2.5758293035489004)):
        shape = drawn.artist(axes, f"contour-{n + 1}-high").get_xy()  # type: ignore[attr-defined]
        assert shape[1, 0] == pytest.approx(z * bottom)
        assert shape[0].tolist() == [0.0, 0.0]
    legend = axes.get_legend()
    assert legend is not None
    words = [text.get_text() for text in legend.get_texts()]
    assert words[:4] == ["p > 0.1", "p 0.05 to 0.1", "p 0.01 to 0.05", "p < 0.01"]


def test_filled_in_studies_are_hollow(bcg: Bcg) -> None:
    found = trim_and_fill(bcg.effects.yi, bcg.effects.vi, tau2="common", estimator="Q0")
    assert found.missing > 0
    axes = plots.funnel(bcg.fit, filled=found)
    added = (found.filled_estimates, np.sqrt(found.filled_variances))
    np.testing.assert_allclose(drawn.points(axes, "filled"), np.stack(added, 1))
    faces = drawn.artist(axes, "filled").get_facecolor()  # type: ignore[attr-defined]
    assert faces.tolist() == [[1.0, 1.0, 1.0, 1.0]]
    assert plots.describe(axes).endswith(f"Trim and fill adds {found.missing}.")


def test_a_funnel_refuses_levels_that_are_none(bcg: Bcg) -> None:
    with pytest.raises(EvidenceError, match="level 95 is not strictly between 0 and 1"):
        plots.funnel(bcg.fit, contours=(95,))
    with pytest.raises(EvidenceError, match="4 contours, 3 greys can be told apart"):
        plots.funnel(bcg.fit, contours=(0.8, 0.9, 0.95, 0.99))


def test_a_radial_plot_has_the_points_of_metafor(bcg: Bcg) -> None:
    fit = pool(bcg.effects.yi, bcg.effects.vi, tau2="common")
    axes = plots.radial(fit, measure="RR")
    expected = _expected("bcg-RR-radial-EE")
    np.testing.assert_allclose(drawn.points(axes, "studies")[:, 0], expected["x"], rtol=1e-6)
    np.testing.assert_allclose(drawn.points(axes, "studies")[:, 1], expected["y"], rtol=1e-6)
    x, y = drawn.line(axes, "pooled")
    assert y[1] / x[1] == pytest.approx(fit.estimate)


def test_the_right_axis_of_a_radial_plot_reads_slopes_as_effects(bcg: Bcg) -> None:
    axes = plots.radial(bcg.fit, measure="RR", unit="of tuberculosis")
    (right,) = axes.child_axes
    assert right.get_ylabel() == "Risk ratio, log scale (of tuberculosis)"
    ratios = [float(text.get_text()) for text in right.get_yticklabels()]
    np.testing.assert_allclose(np.log(ratios), right.get_yticks())
    end = axes.get_xlim()[1]
    figure = axes.get_figure(root=True)
    assert figure is not None
    figure.draw_without_rendering()
    np.testing.assert_allclose(np.array(right.get_ylim()) * end, axes.get_ylim())


def test_a_baujat_plot_has_the_points_of_metafor(bcg: Bcg) -> None:
    found = baujat(bcg.effects.yi, bcg.effects.vi, tau2="common", labels=bcg.effects.labels)
    axes = plots.baujat(found)
    expected = _expected("bcg-RR-baujat-EE")
    at = drawn.points(axes, "studies")
    np.testing.assert_allclose(at[:, 0], expected["x"], rtol=1e-6)
    np.testing.assert_allclose(at[:, 1], expected["y"], rtol=1e-6)
    assert "TPT Madras 1980" in drawn.texts(axes)
    assert "Most heterogeneity comes from Hart & Sutherland 1977" in plots.describe(axes)


def test_names_in_a_baujat_plot_do_not_hide_one_another() -> None:
    close = [Baujat(f"study {i}", 1.0, 1.0 + i / 1000.0) for i in range(9)]
    axes = plots.baujat([*close, Baujat("far", 0.0, 0.0)])
    assert drawn.texts(axes) == ["study 8"]


def test_a_baujat_plot_refuses_what_has_no_place() -> None:
    with pytest.raises(EvidenceError, match="there is no study to draw"):
        plots.baujat([])
    with pytest.raises(EvidenceError, match=r"study 'A': nan and 1.0 have no place in a plot"):
        plots.baujat([Baujat("A", math.nan, 1.0)])


def test_a_labbe_plot_shows_the_risk_of_one_group_against_the_other(bcg: Bcg) -> None:
    tables = (bcg.events1, bcg.n1, bcg.events2, bcg.n2)
    axes = plots.labbe(*tables, result=bcg.fit, measure="RR", groups=("BCG", "controls"))
    at = drawn.points(axes, "studies")
    np.testing.assert_allclose(at[:, 0], 100.0 * bcg.events2 / bcg.n2)
    np.testing.assert_allclose(at[:, 1], 100.0 * bcg.events1 / bcg.n1)
    x, y = drawn.line(axes, "pooled")
    np.testing.assert_allclose(y, x * math.exp(bcg.fit.estimate))
    assert (axes.get_xlabel(), axes.get_ylabel()) == (
        "Risk in the controls (%)",
        "Risk in the BCG (%)",
    )


def test_a_labbe_plot_of_rare_events_has_log_axes_as_metafor(bcg: Bcg) -> None:
    tables = (bcg.events1, bcg.n1, bcg.events2, bcg.n2)
    axes = plots.labbe(*tables, logarithmic=True)
    expected = _expected("bcg-RR-labbe")
    at = np.log(drawn.points(axes, "studies") / 100.0)
    np.testing.assert_allclose(at[:, 0], expected["x"], rtol=1e-6)
    np.testing.assert_allclose(at[:, 1], expected["y"], rtol=1e-6)
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")


@pytest.mark.parametrize("measure", ["OR", "RD"])
def test_the_pooled_curve_is_that_of_its_measure(bcg: Bcg, measure: str) -> None:
    tables = (bcg.events1, bcg.n1, bcg.events2, bcg.n2)
    result = mantel_haenszel(*tables, measure=measure)
    x, y = (share / 100.0 for share in drawn.line(plots.labbe(*tables, result=result), "pooled"))
    if measure == "RD":
        np.testing.assert_allclose(y - x, result.estimate)
    else:
        odds = (y / (1.0 - y))[1:] / (x / (1.0 - x))[1:]
        np.testing.assert_allclose(odds, math.exp(result.estimate))


def test_a_labbe_plot_refuses_impossible_counts(bcg: Bcg) -> None:
    with pytest.raises(EvidenceError, match="study 'A': events1 5 exceeds n1 4"):
        plots.labbe([5], [4], [1], [4], labels=["A"])
    with pytest.raises(EvidenceError, match="study 'B': a risk of 0 has no place on a logarithm"):
        plots.labbe([1, 0], [4, 4], [1, 1], [4, 4], labels=["A", "B"], logarithmic=True)
    with pytest.raises(EvidenceError, match="does not say what it measures: give measure='RR'"):
        plots.labbe([1], [4], [1], [4], result=bcg.fit)
    with pytest.raises(EvidenceError, match="unknown measure of a L'Abbé plot 'MD'"):
        plots.labbe([1], [4], [1], [4], result=bcg.fit, measure="MD")


def test_a_bubble_plot_shows_studies_and_the_fitted_line_with_its_band(bcg: Bcg) -> None:
    fit = meta_regression(bcg.effects.yi, bcg.effects.vi, {"latitude": bcg.latitude})
    axes = plots.bubble(fit, "latitude", measure="RR", moderator_unit="degrees")
    expected = np.stack((np.array(bcg.latitude, dtype=float), bcg.effects.yi), 1)
    np.testing.assert_allclose(drawn.points(axes, "studies"), expected)
    areas = drawn.sizes(axes, "studies")
    np.testing.assert_allclose(areas / areas.sum() * 100.0, fit.weights)
    x, y = drawn.line(axes, "line")
    predicted = fit.predict({"latitude": x.tolist()})
    np.testing.assert_allclose(y, [one.estimate for one in predicted])
    np.testing.assert_allclose(drawn.line(axes, "pi_low")[1], [one.pi_low for one in predicted])
    band = drawn.artist(axes, "band").get_paths()[0].vertices  # type: ignore[attr-defined]
    lowest = min(one.ci_low for one in predicted)
    assert band[:, 1].min() == pytest.approx(lowest)
    assert axes.get_xlabel() == "latitude (degrees)"


def test_other_moderators_are_held_at_their_mean_or_where_told(bcg: Bcg) -> None:
    moderators = {"latitude": bcg.latitude, "year": bcg.year}
    fit = meta_regression(bcg.effects.yi, bcg.effects.vi, moderators)
    mean = float(np.mean(bcg.year))
    for at, year in ((None, mean), ({"year": 1950}, 1950.0)):
        x, y = drawn.line(plots.bubble(fit, "latitude", at=at), "line")
        predicted = fit.predict({"latitude": x[:1].tolist(), "year": [year]})
        assert y[0] == pytest.approx(predicted[0].estimate)


def test_a_bubble_plot_refuses_moderators_it_cannot_draw(bcg: Bcg) -> None:
    moderators: dict[str, Sequence[object]] = {
        "latitude": bcg.latitude,
        "allocation": bcg.allocation,
    }
    fit = meta_regression(bcg.effects.yi, bcg.effects.vi, moderators)
    with pytest.raises(EvidenceError, match="'allocation' has levels, not numbers: draw a forest"):
        plots.bubble(fit, "allocation")
    with pytest.raises(EvidenceError, match="'lattitude': did you mean 'latitude'"):
        plots.bubble(fit, "lattitude")
    with pytest.raises(EvidenceError, match=r"at=\{'allocation': …\}, one of alternate, random"):
        plots.bubble(fit, "latitude")
    with pytest.raises(EvidenceError, match="unknown other moderator of the model 'allocaton'"):
        plots.bubble(fit, "latitude", at={"allocaton": "random"})


def test_a_cumulative_plot_shows_each_step(bcg: Bcg) -> None:
    series = cumulative(bcg.effects.yi, bcg.effects.vi, order=bcg.year, labels=bcg.effects.labels)
    axes = plots.cumulative(series, measure="RR")
    np.testing.assert_allclose(drawn.points(axes, "studies")[:, 0], series.fits.estimate)
    assert "+ TPT Madras 1980" in drawn.texts(axes)
    assert plots.describe(axes).endswith("after TPT Madras 1980 0.49 (0.33 to 0.73).")


def test_a_leave_one_out_plot_shows_each_fit_without(bcg: Bcg) -> None:
    series = leave_one_out(bcg.effects.yi, bcg.effects.vi, labels=bcg.effects.labels)
    axes = plots.leave_one_out(series, measure="RR", favours=("BCG", "no vaccine"))
    lines = drawn.segments(axes, "intervals")
    np.testing.assert_allclose(lines[:, 0, 0], series.fits.ci_low)
    np.testing.assert_allclose(lines[:, 1, 0], series.fits.ci_high)
    assert "− Aronson 1948" in drawn.texts(axes)


def test_the_influence_panel_shows_every_diagnostic(bcg: Bcg) -> None:
    found = influence([0.1, 0.2, 0.15, 0.1, 1.9], [0.05] * 5, labels="ABCDE")
    drawn_axes = plots.influence(found)
    assert len(drawn_axes) == len(PANELS) == 8
    for panel, axes in zip(PANELS, drawn_axes, strict=True):
        values = getattr(found, panel.field)
        np.testing.assert_allclose(drawn.points(axes, "studies")[:, 1], values[:4])
        np.testing.assert_allclose(drawn.points(axes, "influential"), [(5.0, values[4])])
        assert axes.get_ylabel() == panel.words
    assert plots.describe(drawn_axes[-1]).endswith("Influential: E.")
    calm = influence(bcg.effects.yi, bcg.effects.vi)
    assert plots.describe(plots.influence(calm)[-1]).endswith("No study is influential.")


def test_the_influence_panel_takes_eight_axes() -> None:
    found = influence([0.1, 0.2, 0.15, 0.1, 1.9], [0.05] * 5)
    axes = [Figure().add_subplot() for _ in PANELS]
    assert plots.influence(found, axes=axes) == tuple(axes)
    with pytest.raises(EvidenceError, match="1 axes for 8 diagnostics: give 8, or none"):
        influence_panel(found, axes=axes[:1])
