"""Mantel-Haenszel of rates, and Q where something is added to the cells."""

from __future__ import annotations

import pytest

from filiform import evidence as ev
from filiform.errors import EvidenceError

# metafor's dat.nielweise2008: infections of catheters, and days.
X1 = [7, 8, 3, 6, 1, 1, 17, 3, 2]
T1 = [1344, 1600, 12012, 1536, 370, 729, 6760, 1107, 320]
X2 = [11, 8, 14, 10, 1, 8, 15, 7, 3]
T2 = [1988, 1461, 10962, 1503, 483, 913, 6840, 1015, 440]


def test_rates_are_pooled_as_metafor_does() -> None:
    """Metafor 3.8.1: rma.mh(measure="IRR", x1i, t1i, x2i, t2i, data=dat.nielweise2008[1:2, ])."""
    two = ev.mantel_haenszel_rates(X1[:2], T1[:2], X2[:2], T2[:2])
    assert two.estimate == pytest.approx(-0.07512921503892, rel=1e-11)
    assert two.standard_error == pytest.approx(0.34756298324202, rel=1e-11)
    assert two.tests[0].statistic == pytest.approx(0.00184084189025, rel=1e-9)
    assert two.q == pytest.approx(0.00190738450798, rel=1e-9)


def test_the_difference_of_rates_does_not_depend_on_the_order_of_groups() -> None:
    one = ev.mantel_haenszel_rates(X1, T1, X2, T2, measure="IRD")
    other = ev.mantel_haenszel_rates(X2, T2, X1, T1, measure="IRD")
    assert one.estimate == pytest.approx(-other.estimate, rel=1e-12)
    assert one.standard_error == pytest.approx(other.standard_error, rel=1e-12)
    assert one.q == pytest.approx(other.q, rel=1e-12)


def test_studies_without_events_say_nothing_about_a_ratio_of_rates() -> None:
    more = ev.mantel_haenszel_rates([*X1, 0], [*T1, 50], [*X2, 0], [*T2, 60])
    same = ev.mantel_haenszel_rates(X1, T1, X2, T2)
    assert more.estimate == pytest.approx(same.estimate, rel=1e-12)
    assert more.q == pytest.approx(same.q, rel=1e-12)
    assert "1 of 10 studies" in more.warnings[0]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (([0, 0], [10, 20], [1, 2], [10, 20]), "one group has no events in any study"),
        (([1, 2], [10, 0], [1, 2], [10, 20]), "study '2': time1 is 0"),
    ],
)
def test_rates_that_cannot_be_pooled_are_refused(
    given: tuple[list[int], ...], message: str
) -> None:
    with pytest.raises(EvidenceError, match=message):
        ev.mantel_haenszel_rates(*given)
    with pytest.raises(EvidenceError, match="unknown measure 'OR'"):
        ev.mantel_haenszel_rates(X1, T1, X2, T2, measure="OR")


def test_q_takes_the_studies_own_effects_whatever_is_added_to_the_pooled_cells() -> None:
    """Metafor 3.8.1: add=c(.5, .5), to=c("only0", "if0all"): Q is of escalc's effects."""
    tables = ([0, 1, 2, 5], [116, 44, 208, 151], [3, 3, 9, 6], [117, 35, 195, 157])
    plain, added = (
        ev.mantel_haenszel(*tables, measure="OR", zero_cells=rule) for rule in ("none", "if_any")
    )
    a, n1, c, n2 = tables
    own = ev.effect_size("OR", events1=a, n1=n1, events2=c, n2=n2)
    for fit in (plain, added):
        assert fit.q == pytest.approx(float(((own.yi - fit.estimate) ** 2 / own.vi).sum()))


def test_beggs_test_gives_kendalls_correlation_with_ties() -> None:
    y, v = [0.1, 0.4, 0.2, 0.9, 0.5], [0.1, 0.1, 0.2, 0.3, 0.2]
    found = ev.begg(y, v)
    pairs = 10.0
    ties = 2.0
    assert found.rank_correlation == pytest.approx(found.bias / (pairs * (pairs - ties)) ** 0.5)
