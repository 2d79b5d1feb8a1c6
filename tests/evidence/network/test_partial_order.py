"""Partial orders of treatments over outcomes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.evidence.network.networks import network_of

from filiform import evidence as ev
from filiform.errors import EvidenceError


def ranking(scores: dict[str, float]) -> ev.Ranking:
    values = np.array(list(scores.values()))
    return ev.Ranking(tuple(scores), values, "desirable", "random", ())


def test_what_is_better_in_every_outcome_is_above_and_nothing_else() -> None:
    found = ev.partial_order(
        {
            "pain": ranking({"needle": 0.9, "sham": 0.5, "exercise": 0.7, "wait": 0.1}),
            "harm": ranking({"needle": 0.6, "sham": 0.6, "exercise": 0.8, "wait": 0.5}),
        }
    )
    assert set(found.hasse) == {("needle", "sham"), ("exercise", "sham"), ("sham", "wait")}
    assert found.best == ("needle", "exercise")
    assert "needle is better than sham" in found.summary()
    assert found.to_frame().shape == (3, 2)
    assert found.to_dict()["left_out"] == []


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=2, max_size=7))
def test_the_lines_of_the_diagram_give_the_whole_order_back(
    rows: list[tuple[float, float]],
) -> None:
    columns = zip(*rows, strict=True)
    given_ = {
        f"o{n}": ranking({f"t{i}": x for i, x in enumerate(c)}) for n, c in enumerate(columns)
    }
    found = ev.partial_order(given_)
    reach = np.zeros_like(found.better)
    for better, worse in found.hasse:
        reach[found.treatments.index(better), found.treatments.index(worse)] = True
    for _ in rows:
        reach |= (reach.astype(int) @ reach.astype(int)) > 0
    np.testing.assert_array_equal(reach, found.better)
    assert not (found.better & found.better.T).any()


def test_a_network_of_one_outcome_in_both_models_is_ordered_by_either_score() -> None:
    net = network_of("senn2013")
    found = ev.partial_order(
        {"common": ev.p_scores(net, model="common"), "random": ev.p_scores(net)}
    )
    by_sucra = ev.partial_order({"p": ev.p_scores(net), "s": ev.rank_probabilities(net)})
    assert found.better[found.treatments.index("rosiglitazone"), found.treatments.index("placebo")]
    assert by_sucra.outcomes == ("p", "s")


def test_what_cannot_be_ordered_is_refused() -> None:
    one = ranking({"a": 0.2, "b": 0.8})
    with pytest.raises(EvidenceError, match="1 outcome has a full order of its own"):
        ev.partial_order({"pain": one})
    with pytest.raises(EvidenceError, match="share 1 treatments, 2 or more are needed"):
        ev.partial_order({"pain": one, "harm": ranking({"b": 0.3, "c": 0.7})})
    wide = ranking({"a": 0.2, "b": 0.8, "c": 0.4})
    assert ev.partial_order({"pain": one, "harm": wide}).left_out == ("c",)
