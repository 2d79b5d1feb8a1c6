"""Network graph, network forest, rankogram and net heat show the numbers of Senn's network."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.evidence.plots import drawn

from filiform.errors import EvidenceError
from filiform.evidence import plots
from filiform.evidence.network.data import network_contrasts
from filiform.evidence.network.fit_network import fit_network
from filiform.evidence.network.funnel import comparison_adjusted_funnel
from filiform.evidence.network.net_heat import net_heat
from filiform.evidence.network.ranking import rank_probabilities

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from matplotlib.axes import Axes

    from filiform.evidence.network.fit_network import Network


def test_lines_are_as_wide_as_they_have_trials(senn: Network) -> None:
    axes = plots.network_graph(senn.data)
    widths = drawn.artist(axes, "comparisons").get_linewidths()  # type: ignore[attr-defined]
    numbers = [int(text) for text in drawn.texts(axes) if text.isdigit()]
    np.testing.assert_allclose(np.array(widths) / widths[0], np.array(numbers) / numbers[0])
    # Senn 2013 has 26 trials, one of them with three arms: 28 comparisons of 15 pairs.
    assert (len(numbers), sum(numbers)) == (15, 28)


def test_lines_join_the_treatments_that_were_compared(senn: Network) -> None:
    axes = plots.network_graph(senn.data)
    nodes = drawn.points(axes, "treatments")
    np.testing.assert_allclose(np.hypot(*nodes.T), 1.0)
    data = senn.data
    pairs = sorted(set(zip(data.first.tolist(), data.second.tolist(), strict=True)))
    expected = [(nodes[a], nodes[b]) for a, b in pairs]
    np.testing.assert_allclose(drawn.segments(axes, "comparisons"), expected)
    assert set(data.treatments) <= set(drawn.texts(axes))


def test_areas_are_participants_where_they_are_given(senn: Network) -> None:
    people = {name: 1000.0 + 100.0 * i for i, name in enumerate(senn.treatments)}
    axes = plots.network_graph(senn.data, participants=people)
    areas = drawn.sizes(axes, "treatments")
    np.testing.assert_allclose(areas / areas[0], np.array(list(people.values())) / 1000.0)
    assert "Line: number of trials. Area: number of participants." in drawn.texts(axes)


def test_areas_are_trials_where_participants_are_not_given(senn: Network) -> None:
    areas = drawn.sizes(plots.network_graph(senn.data), "treatments")
    rows = zip(senn.data.study, senn.data.first, senn.data.second, strict=True)
    pairs = {(study, place) for study, a, b in rows for place in (a, b)}
    trials = [sum(place == i for _, place in pairs) for i in range(len(senn.treatments))]
    expected = np.maximum(900.0 * np.array(trials) / max(trials), 40.0)
    np.testing.assert_allclose(areas, expected)


def test_a_graph_refuses_participants_of_strangers(senn: Network) -> None:
    with pytest.raises(EvidenceError, match="unknown treatment 'placbo': did you mean 'placebo'"):
        plots.network_graph(senn.data, participants={"placbo": 3})
    with pytest.raises(EvidenceError, match="treatment 'placebo': -3 participants, above 0"):
        plots.network_graph(senn.data, participants={"placebo": -3})
    with pytest.raises(EvidenceError, match=r"of acarbose, .* are not given: give all"):
        plots.network_graph(senn.data, participants={"placebo": 3})


def test_the_network_forest_shows_every_treatment_against_the_reference(senn: Network) -> None:
    axes = plots.network_forest(senn, unit="% HbA1c", favours=("treatment", "placebo"))
    r = senn.random.position("placebo")
    others = [i for i in range(10) if i != r]
    expected = np.sort(senn.random.effects[others, r])
    np.testing.assert_allclose(drawn.points(axes, "studies")[:, 0], expected)
    lines = drawn.segments(axes, "intervals")
    np.testing.assert_allclose(np.sort(lines[:, 0, 0]), np.sort(senn.random.ci_low[others, r]))
    assert {"Against placebo", "New trial"} <= set(drawn.texts(axes))
    assert axes.get_xlabel() == "Mean difference (% HbA1c)"
    assert "rosiglitazone −1.23 (−1.48 to −0.99)" in plots.describe(axes)


def test_the_network_forest_takes_another_reference_and_model(senn: Network) -> None:
    axes = plots.network_forest(senn, reference="metformin", model="common")
    assert "Against metformin" in drawn.texts(axes)
    assert "New trial" not in drawn.texts(axes)
    with pytest.raises(EvidenceError, match="unknown treatment 'metformine': did you mean"):
        plots.network_forest(senn, reference="metformine")


def test_bars_of_a_rankogram_are_the_chances_of_the_ranks(senn: Network) -> None:
    ranking = rank_probabilities(senn)
    axes = plots.rankogram(ranking)
    order = np.argsort(-ranking.sucra, kind="stable")
    for row, place in enumerate(order.tolist()):
        bars = [bar for bar in axes.patches if bar.get_gid() == f"rank-{row}"]
        heights = np.array([-bar.get_height() for bar in bars])  # type: ignore[attr-defined]
        np.testing.assert_allclose(
            heights / heights.sum(), ranking.probabilities[place], atol=1e-12
        )
    names = [text.get_text() for text in axes.get_yticklabels()]
    assert names == [ranking.treatments[place] for place in order]
    assert names[-1] == "placebo"
    assert "rosiglitazone: SUCRA 0.90" in plots.describe(axes)


def test_the_net_heat_plot_says_every_number(senn: Network) -> None:
    heat = net_heat(senn)
    axes = plots.net_heat(heat)
    numbers = [float(text.replace("−", "-")) for text in drawn.texts(axes)]
    np.testing.assert_allclose(numbers, heat.heat.ravel(), atol=0.05 + 1e-9)
    squares = drawn.outlines(axes, "shares")
    areas = np.array([np.ptp(one[:, 0]) ** 2 for one in squares])
    np.testing.assert_allclose(areas, heat.shares.ravel() / heat.shares.max())
    assert [text.get_text() for text in axes.get_xticklabels()] == list(heat.columns)


def test_small_heats_are_told_from_zero(senn: Network) -> None:
    heat = net_heat(senn, model="random")
    numbers = [float(text.replace("−", "-")) for text in drawn.texts(plots.net_heat(heat))]
    np.testing.assert_allclose(numbers, heat.heat.ravel(), atol=0.005 + 1e-9)


def test_the_network_funnel_shows_every_contrast_about_its_comparison(senn: Network) -> None:
    funnel = comparison_adjusted_funnel(senn, order=senn.treatments)
    axes = plots.network_funnel(funnel, unit="% HbA1c")
    found = np.concatenate(
        [drawn.points(axes, name) for name in drawn.names(axes) if name.startswith("comparison")]
    )
    expected = [(one.adjusted, one.standard_error) for one in funnel.points]
    np.testing.assert_allclose(found[np.lexsort(found.T)], sorted(expected, key=lambda p: p[::-1]))
    shapes = {
        path.vertices.tobytes()
        for one in axes.collections
        for path in one.get_paths()
        if isinstance(path.vertices, np.ndarray)
    }
    legend = axes.get_legend()
    assert legend is not None
    assert len(legend.get_texts()) == 15
    assert len(shapes) == 12
    assert axes.get_xlabel() == "Effect minus that of its comparison (% HbA1c)"
    assert "28 contrasts of 15 comparisons" in plots.describe(axes)


def test_a_network_funnel_has_no_more_comparisons_than_signs() -> None:
    names = [f"T{i:02}" for i in range(26)]
    pairs = len(names) - 1
    data = network_contrasts([0.1] * pairs, [0.1] * pairs, [names[0]] * pairs, names[1:], names[1:])
    funnel = comparison_adjusted_funnel(fit_network(data), order=names)
    with pytest.raises(EvidenceError, match="25 comparisons, 24 signs can be told apart"):
        plots.network_funnel(funnel)


def test_a_network_without_loops_has_no_heat_to_draw() -> None:
    data = network_contrasts([0.1, 0.2], [0.1, 0.1], ["A", "B"], ["B", "C"], [1, 2])
    with pytest.raises(EvidenceError, match="no design can be detached from this network"):
        plots.net_heat(net_heat(fit_network(data)))


LONG = (
    "Electroacupuncture with usual physiotherapy and exercise at home",
    "Dry needling of trigger points",
    "Sham",
    "Usual care, a waiting list or no treatment at all",
)


def with_names(names: Sequence[str]) -> Network:
    """A ring of treatments, each compared with the next."""
    count = len(names)
    errors = [0.2 + 0.01 * i for i in range(count)]
    following = [*names[1:], names[0]]
    return fit_network(network_contrasts([0.1] * count, errors, names, following, range(count)))


@pytest.mark.parametrize("names", [LONG, tuple(f"treatment {i:02}" for i in range(24))])
@pytest.mark.parametrize("dpi", [72, 200])
@pytest.mark.parametrize(
    "draw",
    [
        lambda net: plots.network_graph(net.data),
        plots.network_forest,
        lambda net: plots.rankogram(rank_probabilities(net)),
        lambda net: plots.net_heat(net_heat(net, model="common")),
    ],
    ids=["graph", "forest", "rankogram", "heat"],
)
def test_every_word_is_on_the_paper(
    draw: Callable[[Network], Axes], dpi: int, names: tuple[str, ...]
) -> None:
    axes = draw(with_names(names))
    figure = axes.get_figure(root=True)
    assert figure is not None
    figure.set_dpi(dpi)
    figure.draw_without_rendering()
    paper = figure.bbox.padded(2.0)
    for text in drawn.written(axes):
        box = text.get_window_extent()
        assert paper.x0 <= box.x0 <= box.x1 <= paper.x1, text.get_text()
        assert paper.y0 <= box.y0 <= box.y1 <= paper.y1, text.get_text()


def test_names_of_many_treatments_do_not_hide_each_other() -> None:
    axes = plots.network_graph(with_names([f"treatment {i:02}" for i in range(40)]).data)
    figure = axes.get_figure(root=True)
    assert figure is not None
    figure.draw_without_rendering()
    tilted = [text for text in axes.texts if text.get_text().startswith("treatment")]
    ends = [tuple(map(float, text.get_position())) for text in tilted]
    gaps = [math.dist(a, b) for a, b in zip(ends, [*ends[1:], ends[0]], strict=True)]
    assert len(tilted) == 40
    # In inches, beside the height of a letter of 9 points.
    assert min(gaps) * 2.0 > 9.0 / 72.0
    assert all(a != b for a, b in pairwise(text.get_rotation() for text in tilted))


def test_a_line_of_one_trial_has_no_number_in_a_crowd() -> None:
    axes = plots.network_graph(with_names([f"treatment {i:02}" for i in range(40)]).data)
    assert not [text for text in drawn.texts(axes) if text.isdigit()]
    assert any("A line without a number: one trial." in text for text in drawn.texts(axes))
