"""The forest plot draws the numbers of the result, in columns that line up."""

from __future__ import annotations

import re
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Annotation
from tests.evidence.plots import drawn

from filiform.errors import EvidenceError
from filiform.evidence.effects.effect_size import effect_size
from filiform.evidence.plots import describe, forest, save
from filiform.evidence.pooling.mantel_haenszel import mantel_haenszel
from filiform.evidence.pooling.pool import pool
from filiform.evidence.pooling.subgroups import subgroups

if TYPE_CHECKING:
    from pathlib import Path

    from tests.evidence.plots.conftest import Bcg


def test_squares_stand_at_the_effects_and_lines_at_their_intervals(bcg: Bcg) -> None:
    axes = forest(bcg.fit, measure="RR")
    low, high = bcg.effects.interval()
    np.testing.assert_allclose(drawn.points(axes, "studies")[:, 0], bcg.effects.yi)
    np.testing.assert_allclose(drawn.points(axes, "studies")[:, 1], range(13))
    lines = drawn.segments(axes, "intervals")
    np.testing.assert_allclose(lines[:, 0, 0], low)
    np.testing.assert_allclose(lines[:, 1, 0], high)


def test_the_area_of_a_square_is_the_weight_of_its_study(bcg: Bcg) -> None:
    areas = drawn.sizes(forest(bcg.fit), "studies")
    np.testing.assert_allclose(areas / areas.sum() * 100.0, bcg.fit.weights, rtol=1e-9)


def test_the_diamond_and_the_bar_are_the_two_intervals(bcg: Bcg) -> None:
    axes = forest(bcg.fit, measure="RR")
    (diamond,), (bar,) = drawn.outlines(axes, "summary"), drawn.outlines(axes, "prediction")
    assert diamond[:, 0].tolist() == [
        bcg.fit.ci_low,
        bcg.fit.estimate,
        bcg.fit.ci_high,
        bcg.fit.estimate,
    ]
    assert (bar[:, 0].min(), bar[:, 0].max()) == (bcg.fit.pi_low, bcg.fit.pi_high)
    assert bar[:, 1].min() > diamond[:, 1].max()


def test_ratios_have_a_log_axis_whose_ticks_are_ratios(bcg: Bcg) -> None:
    axes = forest(bcg.fit, measure="RR")
    ratios = [float(label) for label in drawn.tick_labels(axes)]
    np.testing.assert_allclose(np.log(ratios), axes.get_xticks())
    assert 1.0 in ratios
    assert axes.get_xlabel() == "Risk ratio, log scale"
    assert drawn.line(axes, "null")[0].tolist() == [0.0, 0.0]


def test_a_proportion_has_no_line_of_no_effect_and_ticks_within_0_and_1() -> None:
    effects = effect_size("PLO", events=[3, 9, 20], n=[30, 40, 50])
    axes = forest(pool(effects.yi, effects.vi), measure="PLO")
    assert "null" not in drawn.names(axes)
    shares = np.array([float(label) for label in drawn.tick_labels(axes)])
    assert ((shares > 0.0) & (shares < 1.0)).all()
    np.testing.assert_allclose(np.log(shares / (1.0 - shares)), axes.get_xticks())


def test_the_unit_and_the_two_directions_stand_below_the_axis() -> None:
    fit = pool([-8.0, -3.0], [4.0, 9.0])
    axes = forest(fit, measure="MD", unit="points of 100", favours=("needling", "sham"))
    assert axes.get_xlabel() == "Mean difference (points of 100)"
    assert {"←  needling", "sham  →"} <= set(drawn.texts(axes))


def test_numbers_in_the_columns_are_those_of_the_result(bcg: Bcg) -> None:
    shown = drawn.texts(forest(bcg.fit, measure="RR"))
    # Aronson 1948: RR 0.41 (0.13 to 1.26), Colditz 1994, table 1.
    assert {"Aronson 1948", "0.41 (0.13 to 1.26)", "RR (95 % CI)", "5.1 %"} <= set(shown)
    assert "0.49 (0.33 to 0.73)" in shown


def test_extra_columns_stand_in_the_rows_of_their_studies(bcg: Bcg) -> None:
    years = [f"in {year:g}" for year in bcg.year]
    axes = forest(bcg.fit, columns={"Year": years, "Latitude": bcg.latitude}, order="weight")
    heights = {text.get_text(): text.xy[1] for text in axes.texts if isinstance(text, Annotation)}
    places = np.argsort(-np.array(bcg.fit.weights), kind="stable")
    for row, place in enumerate(places):
        assert heights[bcg.fit.labels[place]] == row
    assert heights["Year"] == heights["Study"] == heights["Weight"] < 0.0


@pytest.mark.parametrize("order", ["estimate", "weight"])
def test_studies_are_sorted_on_request(bcg: Bcg, order: str) -> None:
    x = drawn.points(forest(bcg.fit, order=order), "studies")[:, 0]
    weights = dict(zip(bcg.fit.estimates, bcg.fit.weights, strict=True))
    found = x if order == "estimate" else np.array([-weights[value] for value in x])
    assert (np.diff(found) >= 0.0).all()


def test_subgroups_have_a_heading_a_diamond_and_their_own_studies(bcg: Bcg) -> None:
    groups = subgroups(bcg.effects.yi, bcg.effects.vi, bcg.allocation, labels=bcg.effects.labels)
    axes = forest(groups, measure="RR")
    diamonds = drawn.outlines(axes, "summary")
    fits = (*groups.groups, groups.overall)
    assert [float(one[:, 0].min()) for one in diamonds] == [fit.ci_low for fit in fits]
    shown = drawn.texts(axes)
    assert [text for text in shown if text in groups.names] == list(groups.names)
    assert any("Subgroup differences: Q 1.85 on 2 df, p 0.397" in text for text in shown)
    x = drawn.points(axes, "studies")[:, 0]
    np.testing.assert_allclose(x, [y for fit in groups.groups for y in fit.estimates])


def test_judgements_are_signs_in_discs_that_need_no_colour(bcg: Bcg) -> None:
    given = {"randomisation": ["low"] * 6 + ["high"] * 6 + [""], "blinding": ["unclear"] * 13}
    axes = forest(bcg.fit, risk_of_bias=given)
    assert len(drawn.points(axes, "risk-of-bias-randomisation")) == 12
    shown = drawn.texts(axes)
    assert (shown.count("+"), shown.count("×"), shown.count("?")) == (6, 6, 13)
    assert "Risk of bias: A randomisation, B blinding" in shown
    assert "Signs: + low, ? unclear, no information, × high, serious" in shown


def test_an_interval_beyond_the_axis_ends_in_an_arrow(bcg: Bcg) -> None:
    axes = forest(bcg.fit, measure="RR", limits=(0.2, 2.0))
    np.testing.assert_allclose(axes.get_xlim(), np.log([0.2, 2.0]))
    low, high = bcg.effects.interval()
    assert bcg.fit.pi_low is not None
    below = [*np.flatnonzero(low < np.log(0.2)), 15]
    assert drawn.points(axes, "beyond-low")[:, 1].tolist() == below
    assert drawn.points(axes, "beyond-low")[:, 0].tolist() == [axes.get_xlim()[0]] * len(below)
    assert drawn.points(axes, "beyond-high")[:, 1].tolist() == [
        np.flatnonzero(high > np.log(2.0))[0]
    ]
    ends = drawn.segments(axes, "intervals")[:, :, 0]
    assert (ends.min(), ends.max()) == axes.get_xlim()


def test_one_huge_interval_does_not_squeeze_the_others() -> None:
    fit = pool([0.1, 0.2, 0.15], [0.01, 0.01, 400.0], tau2="common")
    low, high = forest(fit).get_xlim()
    assert high - low < 5.0


def test_no_two_texts_of_a_row_overlap(bcg: Bcg) -> None:
    domains = {"randomisation": ["low"] * 13, "blinding": ["high"] * 13}
    axes = forest(bcg.fit, measure="RR", columns={"Year": bcg.year}, risk_of_bias=domains)
    rows: dict[float, list[tuple[float, float]]] = {}
    for text in axes.texts:
        if isinstance(text, Annotation) and text.xyann[1] == 0.0:
            box = text.get_window_extent()
            rows.setdefault(text.xy[1], []).append((box.x0, box.x1))
    for spans in rows.values():
        assert all(a[1] <= b[0] or b[1] <= a[0] for a, b in combinations(spans, 2))


def test_names_are_meant_literally_and_stand_in_one_line(tmp_path: Path) -> None:
    labels = ["cost $\\alpha$ of $5$", "Kim\n2012", "x" * 200]
    axes = forest(pool([0.1, 0.2, 0.3], [0.1, 0.1, 0.1], labels=labels), unit="$ a $ day")
    text = save(axes, tmp_path / "a.svg").read_text(encoding="utf-8")
    for part in (">cost $\\alpha$ of $5$<", ">Kim 2012<", f">{'x' * 59}…<", ">Effect ($ a $ day)<"):
        assert part in text


def test_columns_line_up(bcg: Bcg) -> None:
    axes = forest(bcg.fit, measure="RR")
    ends = {
        round(text.get_window_extent().x1, 3)
        for text in axes.texts
        if re.fullmatch(r"\d\.\d\d \(.* to .*\)", text.get_text())
    }
    assert len(ends) == 1


def test_given_axes_shrink_so_that_everything_stays_in_their_place(bcg: Bcg) -> None:
    figure = Figure(figsize=(12, 8))
    axes = figure.add_axes((0.3, 0.2, 0.65, 0.7))
    before = axes.get_position()
    assert forest(bcg.fit, measure="RR", axes=axes) is axes
    places = [text.get_window_extent() for text in axes.texts if text.get_visible()]
    inside = before.transformed(figure.transFigure)
    assert min(box.x0 for box in places) >= inside.x0 - 1.0
    assert max(box.x1 for box in places) <= inside.x1 + 1.0


def test_letters_shrink_in_narrow_axes_before_these_are_refused(bcg: Bcg) -> None:
    axes = forest(bcg.fit, measure="RR", axes=Figure(figsize=(6, 8)).add_subplot())
    sizes = {float(text.get_fontsize()) for text in axes.texts if text.get_visible()}
    assert 4.0 < min(sizes) <= max(sizes) < 9.0
    assert axes.get_position().width * 6.0 >= 0.8


def test_many_studies_get_a_taller_plot_or_smaller_letters() -> None:
    rng = np.random.default_rng(1)
    fit = pool(rng.normal(0.0, 0.3, 300), rng.uniform(0.01, 0.1, 300))
    free = forest(fit).get_figure(root=True)
    assert free is not None
    assert free.get_size_inches()[1] > 60.0
    given = Figure(figsize=(10, 20)).add_subplot()
    forest(fit, axes=given)
    assert max(float(text.get_fontsize()) for text in given.texts if text.get_visible()) < 4.0


def test_mantel_haenszel_is_drawn_with_the_effects_of_its_studies(bcg: Bcg) -> None:
    labels = bcg.effects.labels
    result = mantel_haenszel(bcg.events1, bcg.n1, bcg.events2, bcg.n2, measure="RR", labels=labels)
    axes = forest(result, effects=bcg.effects)
    assert axes.get_xlabel() == "Risk ratio, log scale"
    assert "prediction" not in drawn.names(axes)
    assert drawn.outlines(axes, "summary")[0][1, 0] == result.estimate
    with pytest.raises(EvidenceError, match=r"does not hold the effects .*: give effects="):
        forest(result)
    with pytest.raises(EvidenceError, match="effects are of 1 studies and the result of 13"):
        forest(result, effects=effect_size("RR", events1=4, n1=123, events2=11, n2=139))


def test_one_study_has_no_prediction_interval() -> None:
    axes = forest(pool([0.5], [0.1]))
    assert "prediction" not in drawn.names(axes)
    assert describe(axes).startswith("Forest plot of 1 study, Effect.")


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
def test_numbers_of_any_size_are_told_apart(scale: float) -> None:
    axes = forest(pool([scale, 1.5 * scale], [0.01 * scale**2, 0.02 * scale**2]))
    shown = [text for text in drawn.texts(axes) if " to " in text and text[0].isdigit()]
    assert len(set(shown)) == len(shown) == 3
    assert len(set(drawn.tick_labels(axes))) == len(axes.get_xticks()) > 2


def test_the_description_says_what_the_plot_shows(bcg: Bcg) -> None:
    assert describe(forest(bcg.fit, measure="RR")) == (
        "Forest plot of 13 studies, Risk ratio, log scale. The studies' effects run from 0.20 to "
        "1.56. Pooled: 0.49 (95 % interval 0.33 to 0.73). A new study is expected between 0.14 "
        "and 1.76."
    )
    groups = subgroups(bcg.effects.yi, bcg.effects.vi, bcg.allocation)
    assert "Subgroups: random 0.38; alternate 0.58; systematic 0.65; p between them 0.4." in (
        describe(forest(groups, measure="RR"))
    )


def test_refusals_name_what_is_at_fault(bcg: Bcg) -> None:
    fit = bcg.fit
    with pytest.raises(EvidenceError, match="unknown order of studies 'wieght': did you mean 'we"):
        forest(fit, order="wieght")
    with pytest.raises(EvidenceError, match="unknown measure or transformation 'RRR'"):
        forest(fit, measure="RRR")
    with pytest.raises(EvidenceError, match="column 'Year' has 2 values for 13 studies"):
        forest(fit, columns={"Year": [1, 2]})
    with pytest.raises(EvidenceError, match="'blinding': 1 judgements for 13 studies"):
        forest(fit, risk_of_bias={"blinding": ["low"]})
    with pytest.raises(EvidenceError, match=r"study 'Aronson 1948', 'x': .* did you mean 'low'"):
        forest(fit, risk_of_bias={"x": ["lwo"] * 13})
    with pytest.raises(EvidenceError, match=r"limits \(2.0, 0.5\) are not in order"):
        forest(fit, measure="RR", limits=(2.0, 0.5))
    with pytest.raises(EvidenceError, match=r"-1 has no place on the axis of Risk ratio.*above 0"):
        forest(fit, measure="RR", limits=(-1.0, 0.5))
    with pytest.raises(
        EvidenceError, match=r"axes are 2\.3 inches wide: give at least .* or fewer"
    ):
        forest(fit, measure="RR", axes=Figure(figsize=(3, 3)).add_subplot())


def test_more_rows_than_an_image_holds_are_refused() -> None:
    fit = pool(np.linspace(0.0, 1.0, 2_001), np.full(2_001, 0.1), tau2="DL")
    with pytest.raises(EvidenceError, match="do not fit a forest plot, 2000 do: draw a funnel"):
        forest(fit)
