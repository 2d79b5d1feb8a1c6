"""Networks that cannot be used are refused, naming trial and arm."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.evidence.network.networks import contrasts, network_of

from filiform.errors import EvidenceError
from filiform.evidence.network import (
    comparison_adjusted_funnel,
    component_network,
    contributions,
    fit_network,
    flow_measures,
    hat_matrix,
    hypergeometric_network,
    league_table,
    mantel_haenszel_network,
    net_heat,
    network_arms,
    network_contrasts,
    network_regression,
    node_split,
    p_scores,
    q_decomposition,
    rank_probabilities,
    study_impact,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from filiform.evidence._result import Result


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (([0.5], [0.0], ["A"], ["B"], ["Ho"]), "study 'Ho': the standard error is 0, above 0"),
        (([0.5], [-1.0], ["A"], ["B"], ["Ho"]), "study 'Ho': the standard error is -1"),
        (([0.5], [0.2], ["A"], ["A"], ["Ho"]), "study 'Ho': 'A' is compared with itself"),
        (([float("nan")], [0.2], ["A"], ["B"], ["Ho"]), "study 'Ho': the estimate is nan"),
        (([0.5], [float("inf")], ["A"], ["B"], ["Ho"]), "study 'Ho': the standard error is inf"),
        ((["x"], [0.2], ["A"], ["B"], ["Ho"]), "estimates holds something that is not a number"),
        (([0.5], [0.2, 0.1], ["A"], ["B"], ["Ho"]), "columns of different length"),
        (([0.5], [0.2], [""], ["B"], ["Ho"]), "treatments1 has no name in row 1"),
        (([0.5], [0.2], ["A"], [None], ["Ho"]), "treatments2 has no name in row 1"),
        (([0.5], [0.2], ["A"], ["B"], [float("nan")]), "studies has no name in row 1"),
        (([], [], [], [], []), "estimates is empty"),
        (([0.5], [0.2], [], ["B"], ["Ho"]), "treatments1 is empty"),
        (([1, 1], [1, 1], ["A", "B"], ["B", "A"], ["Ho"] * 2), "'A' against 'B' is given more"),
        (([1, 1], [1, 1], ["A", "A"], ["B", "C"], ["Ho"] * 2),
         "study 'Ho': 3 arms need 3 comparisons, 2 are given: add 'B' against 'C'"),
        (([1, 1, 1], [1, 1, 1], ["A", "A", "C"], ["B", "B", "D"], ["Ho"] * 3),
         "study 'Ho': 'A' against 'B' is given more than once"),
        (([0.5, 0.4, 0.7], [1, 1, 1], ["A", "A", "B"], ["B", "C", "C"], ["Ho"] * 3),
         r"study 'Ho' of 3 arms \(A, B, C\): its effects contradict each other by 0.267"),
        (([0.5, 0.4, -0.1], [0.2, 0.2, 0.6], ["A", "A", "B"], ["B", "C", "C"], ["Ho"] * 3),
         r"study 'Ho' of 3 arms \(A, B, C\): its standard errors leave the arm 'A' a"),
        (([0] * 6, [2.2, 1, 1, 1, 1, 2.2], [*"AAABBC"], [*"BCDCDD"], ["Ho"] * 6),
         r"study 'Ho' of 4 arms \(A, B, C, D\): no covariance of its arms gives these standard"),
        (([0.5], [1e60], ["A"], ["B"], ["Ho"]), "study 'Ho': the effect 0.5 with standard error"),
        (([0.5], [1e-60], ["A"], ["B"], ["Ho"]), "beyond 1e-50 to 1e.50: write the effects in an"),
        (([-1e60], [1], ["A"], ["B"], ["Ho"]), "study 'Ho': the effect -1e.60"),
        (([0.5], [0.2], "A", ["B"], ["Ho"]), "treatments1 is one text, 'A': give a list"),
        (([0.5], [0.2], ["A"], ["B"], ["  "]), "studies has no name in row 1"),
        (([0.5], [0.2], ["A"], [" A "], ["Ho"]), "study 'Ho': 'A' is compared with itself"),
    ],
)  # fmt: skip
def test_comparisons_that_cannot_be_used_are_refused(columns: Any, message: str) -> None:
    with pytest.raises(EvidenceError, match=message):
        network_contrasts(*columns)


@pytest.mark.parametrize(
    ("measure", "arms", "given", "message"),
    [
        ("OR", "AB", {"events": [5, 60], "n": [50, 50]}, "arm 'B': 60 events in 50 persons"),
        ("OR", "AB", {"events": [-1, 6], "n": [50, 50]}, "arm 'A': events is -1, 0 or more"),
        ("OR", "AB", {"events": [0, 0], "n": [0, 50]}, "arm 'A': n is 0, 1 or more is needed"),
        ("OR", "AA", {"events": [5, 6], "n": [50, 50]}, "arm 'A': is given more than once"),
        ("OR", "A", {"events": [5], "n": [50]}, "arm 'A': is the only arm"),
        ("OR", "AB", {"events": [5, 6]}, "OR needs events, n: n is not given"),
        ("OR", "AB", {"events": [0, 0], "n": [9, 9], "keep_empty": False}, "nothing to compare"),
        ("OR", "AB", {"events": [0, 5], "n": [9, 9], "zero_cells": "none"}, "no finite effect"),
        ("RR", "AB", {"events": [9, 9], "n": [9, 9]}, "no finite effect with a variance above 0"),
        ("RD", "AB", {"events": [0, 0], "n": [9, 9], "increment": 0.0}, "no finite effect"),
        ("MD", "AB", {"means": [1, 2], "sds": [0, 1], "n": [9, 9]}, "sds is 0, above 0 is needed"),
        ("MD", "AB", {"means": [1, float("nan")], "sds": [1, 1], "n": [9, 9]}, "means is nan"),
        ("SMD", "AB", {"means": [1, 2], "sds": [1, 1], "n": [1, 1]}, "one person an arm has no SD"),
        ("ROM", "AB", {"means": [-1, 2], "sds": [1, 1], "n": [9, 9]}, "the mean is -1, a ratio"),
        ("IRR", "AB", {"events": [1, 2], "times": [0, 9]}, "times is 0, above 0 is needed"),
        ("ODDS", "AB", {"events": [1, 2], "n": [9, 9]}, "unknown measure 'ODDS'"),
        ("OR", "AB", {"events": [1, 2], "n": [9]}, "columns of different length"),
        ("OR", "AB", {"events": [1, 2], "n": [9, 9], "zero_cells": "al"}, "did you mean 'all'"),
        ("OR", "AB", {"events": [0, 2], "n": [9, 9], "increment": -1}, "increment -1 is no number"),
        ("OR", "AB", {"events": [0, 2], "n": [9, 9], "sds": [1, 1]}, "leave sds out, or choose"),
        ("OR", "AB", {"events": ["two", 2], "n": [9, 9]}, "events holds something that is not a"),
        ("MD", "AB", {"means": [1, 2], "sds": [1, 1], "n": [0, 9]}, "arm 'A': n is 0, 1 or more"),
    ],
)
def test_arms_that_cannot_be_used_are_refused(
    measure: str, arms: str, given: dict[str, Any], message: str
) -> None:
    with pytest.raises(EvidenceError, match=message):
        network_arms(measure, ["Ho"] * len(arms), list(arms), **given)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"tau2": "REMLL"}, "unknown tau2 estimator 'REMLL': did you mean 'REML'"),
        ({"tau2": -0.1}, "tau2 -0.1 is not a variance"),
        ({"tau2": float("inf")}, "tau2 inf is not a variance"),
        ({"reference": "placebos"}, "unknown treatment 'placebos': did you mean 'placebo'"),
        ({"small_values": "nice"}, "unknown small_values 'nice'"),
        ({"level": 95.0}, "level 95.0 is not strictly between 0 and 1"),
    ],
)
def test_options_that_do_not_exist_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(EvidenceError, match=message):
        fit_network(contrasts("senn2013"), **options)


def test_a_tolerance_that_is_none_is_refused() -> None:
    with pytest.raises(EvidenceError, match="tolerance -1 is no distance"):
        network_contrasts([0.5], [0.2], ["A"], ["B"], ["Ho"], tolerance=-1)


_PARTS = network_contrasts([0.1, 0.2], [0.1, 0.1], ["A", "C"], ["B", "D"], [1, 2])


@pytest.mark.parametrize(
    "ask",
    [
        lambda: fit_network(_PARTS),
        lambda: network_regression(_PARTS, {"year": [1, 2]}, reference="A"),
        lambda: mantel_haenszel_network([1, 1, 2, 2], [*"ABCD"], [1, 2, 3, 4], [9] * 4),
        lambda: hypergeometric_network([1, 1, 2, 2], [*"ABCD"], [1, 2, 3, 4], [9] * 4),
    ],
    ids=["fit", "regression", "Mantel-Haenszel", "hypergeometric"],
)
def test_parts_that_no_trial_joins_are_named(ask: Callable[[], object]) -> None:
    with pytest.raises(EvidenceError, match=r"\(A, B; C, D\)"):
        ask()


def test_components_say_what_parts_cannot_tell() -> None:
    apart = component_network(_PARTS)
    assert apart.compare("A", "C").estimate is None
    assert apart.compare("A", "B").estimate == pytest.approx(0.1)


@pytest.mark.parametrize("method", [mantel_haenszel_network, hypergeometric_network])
@pytest.mark.parametrize(
    ("events", "n", "message"),
    [
        ([10, 2], [9, 9], "study 'Ho', arm 'A': 10 events in 9 persons"),
        ([0, 2], [0, 9], "study 'Ho', arm 'A': n is 0, 1 or more is needed"),
        ([float("nan"), 2], [9, 9], "study 'Ho', arm 'A': events is nan"),
        (["x", 2], [9, 9], "events holds something that is not a number"),
        ([1], [9, 9], "columns of different length"),
    ],
)
def test_tables_of_rare_events_that_cannot_be_used_are_refused(
    method: Callable[..., object], events: list[Any], n: list[float], message: str
) -> None:
    with pytest.raises(EvidenceError, match=message):
        method(["Ho", "Ho"], ["A", "B"], events, n)


@pytest.mark.parametrize(
    "ask",
    [
        contributions, flow_measures, hat_matrix, league_table, net_heat, p_scores,
        rank_probabilities, study_impact,
    ],
)  # fmt: skip
def test_every_question_knows_its_models(ask: Callable[..., object]) -> None:
    with pytest.raises(EvidenceError, match="unknown model 'randm': did you mean 'random'"):
        ask(network_of("dong2013"), model="randm")


@pytest.mark.parametrize(
    "ask",
    [
        contributions, flow_measures, hat_matrix, league_table, net_heat, node_split, p_scores,
        q_decomposition, rank_probabilities, study_impact,
    ],
)  # fmt: skip
def test_every_question_has_an_answer_for_one_trial(ask: Callable[..., Result]) -> None:
    net = fit_network(network_contrasts([0.5], [0.2], ["A"], ["B"], ["only"]))
    assert "nan" not in ask(net).summary()


def test_words_that_no_question_knows_are_refused() -> None:
    net = network_of("dong2013")
    with pytest.raises(EvidenceError, match="unknown method 'walks'"):
        contributions(net, method="walks")
    with pytest.raises(EvidenceError, match="unknown model 'fixd': did you mean"):
        net.effects("fixd")
    with pytest.raises(EvidenceError, match="unknown by 'arm'"):
        contributions(net, by="arm")
    with pytest.raises(EvidenceError, match="unknown kind 'broad'"):
        hat_matrix(net, kind="broad")
    with pytest.raises(EvidenceError, match="unknown method 'SIDES'"):
        node_split(net, method="SIDES")
    with pytest.raises(EvidenceError, match="order names 1 treatments of 6"):
        league_table(net, order=["ICS"])
    with pytest.raises(EvidenceError, match="unknown treatment 'IC'"):
        comparison_adjusted_funnel(net, order=["IC"])
    with pytest.raises(EvidenceError, match="has no measure to transform"):
        league_table(net, transform=True)
