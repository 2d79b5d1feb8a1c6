"""Mantel-Haenszel and hypergeometric networks."""

from __future__ import annotations

import numpy as np
import pytest
from tests.evidence.network.networks import CASES, columns

from filiform.errors import EvidenceError
from filiform.evidence import mantel_haenszel
from filiform.evidence.network import hypergeometric_network, mantel_haenszel_network
from filiform.evidence.network._rare import read_rare
from filiform.evidence.network.hypergeometric import _derivatives, _log_likelihood

# Three trials of two arms; made up, small enough to follow.
STUDIES = [1, 1, 2, 2, 3, 3]
ARMS = ["new", "old"] * 3
EVENTS = [3, 6, 1, 4, 5, 5]
N = [50, 48, 60, 61, 100, 52]


def test_two_treatments_are_the_classical_mantel_haenszel_odds_ratio() -> None:
    net = mantel_haenszel_network(STUDIES, ARMS, EVENTS, N)
    classical = mantel_haenszel(EVENTS[::2], N[::2], EVENTS[1::2], N[1::2], measure="OR")
    found = net.common.effect("new", "old")
    assert found == pytest.approx((classical.estimate, classical.standard_error), rel=1e-10)
    assert (net.q_df, net.q_p) == (0, None)


def test_our_maximum_is_higher_than_the_one_of_netmeta() -> None:
    arms = columns("dong2013", "arms")
    given = arms["id"], arms["treatment"], arms["death"], arms["randomized"]
    rare, ours = read_rare(*given), hypergeometric_network(*given)
    case = next(case for case in CASES if case.name == "dong2013-netmetabin-NCH")
    rows = case.expected["common"]["effects"]["rows"]
    order = [rows.index(name) for name in rare.treatments]
    theirs = np.array(case.expected["common"]["effects"]["values"])[order, order[0]]
    theta = ours.common.theta
    assert np.abs(_derivatives(rare, theta)[0]).max() < 1e-9
    assert np.abs(_derivatives(rare, theirs)[0]).max() > 1e-4
    assert _log_likelihood(rare, theta) > _log_likelihood(rare, theirs)


def test_what_is_left_out_is_told() -> None:
    net = mantel_haenszel_network(
        [*STUDIES, 4, 4, 5, 5],
        [*ARMS, "new", "old", "newest", "old"],
        [*EVENTS, 0, 0, 0, 2],
        [*N, 9, 9, 30, 30],
    )
    assert net.treatments == ("new", "old")
    assert net.studies == ("1", "2", "3")
    assert net.warnings == (
        "study '4' has no events, or events only: left out",
        "arm 'newest' of design newest:old has no events, or events only: left out",
        "design newest:old has fewer than two arms left: left out",
        "treatments without information: newest",
    )


@pytest.mark.parametrize("method", [mantel_haenszel_network, hypergeometric_network])
def test_the_direction_and_order_do_not_matter(method: type) -> None:
    one = method(STUDIES, ARMS, EVENTS, N)
    two = method(STUDIES[::-1], ARMS[::-1], EVENTS[::-1], N[::-1])
    assert np.allclose(one.common.effects, two.common.effects, atol=1e-9)


def test_parts_are_named() -> None:
    with pytest.raises(EvidenceError, match=r"falls into parts \(A, B; C, D\)"):
        mantel_haenszel_network([1, 1, 2, 2], ["A", "B", "C", "D"], [1, 2, 3, 4], [9] * 4)


def test_trials_without_any_event_leave_nothing() -> None:
    with pytest.raises(EvidenceError, match="nothing to pool"):
        hypergeometric_network([1, 1], ["A", "B"], [0, 0], [9, 9])


def test_half_an_event_is_refused_with_trial_and_arm() -> None:
    with pytest.raises(EvidenceError, match=r"study '1', arm 'B': 2\.5 events, a whole number"):
        mantel_haenszel_network([1, 1], ["A", "B"], [1, 2.5], [9, 9])


def test_arms_whose_events_never_meet_are_refused() -> None:
    with pytest.raises(EvidenceError, match="two arms never have events and persons without"):
        mantel_haenszel_network([1, 1, 2, 2], ["A", "B", "A", "B"], [5, 9, 0, 3], [9, 9, 9, 9])


def test_there_is_no_random_effects_model() -> None:
    with pytest.raises(EvidenceError, match="unknown model 'random'"):
        hypergeometric_network(STUDIES, ARMS, EVENTS, N).effects("random")
