"""Networks that cannot be used are refused, naming trial and arm."""

from __future__ import annotations

from typing import Any

import pytest
from tests.evidence.network.networks import contrasts, network_of

from filiform.errors import EvidenceError
from filiform.evidence.network import (
    comparison_adjusted_funnel,
    contributions,
    fit_network,
    hat_matrix,
    league_table,
    network_arms,
    network_contrasts,
    node_split,
)


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
         "study 'Ho': the effects of its 3 arms contradict each other by 0.267"),
        (([0.5, 0.4, -0.1], [0.2, 0.2, 0.6], ["A", "A", "B"], ["B", "C", "C"], ["Ho"] * 3),
         "study 'Ho': its standard errors leave the arm 'A' a variance of -0.14"),
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
