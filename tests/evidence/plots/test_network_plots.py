"""Network graph, network forest, rankogram and net heat show the numbers of Senn's network."""

from __future__ import annotations

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
