"""What must not change when a network is written down differently."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.evidence.network.networks import DATASETS, arms, contrasts

from filiform.errors import EvidenceError
from filiform.evidence.network import (
    Network,
    contributions,
    fit_network,
    hat_matrix,
    net_heat,
    network_arms,
    network_contrasts,
    node_split,
    p_scores,
    q_decomposition,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Table(NamedTuple):
    """A network as arms: trials of two to four of five treatments, all in one part."""

    studies: list[int]
    treatments: list[str]
    means: list[float]
    sds: list[float]
    n: list[int]


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """A chain of two-arm trials that joins all treatments, and more trials of any size."""
    names = "ABCDE"
    designs = [[0, 1], [1, 2], [2, 3], [3, 4]]
    more = st.lists(st.integers(0, 4), min_size=2, max_size=4, unique=True)
    designs += draw(st.lists(more, min_size=2, max_size=8))
    table = Table([], [], [], [], [])
    for study, design in enumerate(designs):
        for node in design:
            table.studies.append(study)
            table.treatments.append(names[node])
            table.means.append(draw(st.integers(-30, 30)) / 10)
            table.sds.append(draw(st.integers(5, 30)) / 10)
            table.n.append(draw(st.integers(5, 90)))
    return table


def fitted(table: Table, scale: float = 1.0, tau2: str = "REML") -> Network:
    data = network_arms(
        "MD",
        table.studies,
        table.treatments,
        means=np.multiply(table.means, scale),
        sds=np.multiply(table.sds, abs(scale)),
        n=table.n,
    )
    return fit_network(data, tau2=tau2)


def test_arms_and_contrasts_of_a_data_set_are_the_same_network() -> None:
    for name in DATASETS:
        one, two = fit_network(arms(name)), fit_network(contrasts(name))
        assert one.treatments == two.treatments
        assert np.allclose(one.random.effects, two.random.effects, rtol=1e-9, atol=1e-12)
        assert np.allclose(one.random.standard_errors, two.random.standard_errors, rtol=1e-9)


@given(tables())
@settings(max_examples=40)
def test_multi_arm_trials_as_arms_and_as_contrasts_are_the_same(table: Table) -> None:
    one = fitted(table)
    data = one.data
    again = network_contrasts(
        data.effects,
        np.sqrt(data.variances),
        [data.treatments[i] for i in data.first],
        [data.treatments[i] for i in data.second],
        [data.studies[i] for i in data.study],
    )
    two = fit_network(again)
    assert np.allclose(one.random.effects, two.random.effects, atol=1e-9)
    assert one.tau2 == pytest.approx(two.tau2, rel=1e-6, abs=1e-9)


@given(tables(), st.randoms(use_true_random=False))
@settings(max_examples=40)
def test_the_order_of_the_rows_does_not_matter(table: Table, random: object) -> None:
    order = list(range(len(table.studies)))
    random.shuffle(order)  # type: ignore[attr-defined]
    shuffled = Table(
        [table.studies[i] for i in order],
        [table.treatments[i] for i in order],
        [table.means[i] for i in order],
        [table.sds[i] for i in order],
        [table.n[i] for i in order],
    )
    one, two = fitted(table), fitted(shuffled)
    assert np.allclose(one.random.effects, two.random.effects, atol=1e-8)
    assert np.allclose(one.random.standard_errors, two.random.standard_errors, atol=1e-8)
    assert one.q == pytest.approx(two.q, rel=1e-9, abs=1e-9)


@given(tables(), st.permutations("ABCDE"))
@settings(max_examples=40)
def test_the_names_of_the_treatments_do_not_matter(table: Table, names: list[str]) -> None:
    new = dict(zip("ABCDE", names, strict=True))
    renamed = table._replace(treatments=[new[name] for name in table.treatments])
    one, two = fitted(table), fitted(renamed)
    assert one.tau2 == pytest.approx(two.tau2, rel=1e-7, abs=1e-10)
    order = [two.treatments.index(new[name]) for name in one.treatments]
    assert np.allclose(one.random.effects, two.random.effects[np.ix_(order, order)], atol=1e-8)


@given(tables(), st.sampled_from([-1.0, 1e-6, 1e6]))
@settings(max_examples=40)
def test_the_unit_of_the_effects_does_not_matter(table: Table, scale: float) -> None:
    one, two = fitted(table), fitted(table, scale)
    assert np.allclose(one.random.effects, two.random.effects / scale, rtol=1e-7, atol=1e-9)
    assert one.q == pytest.approx(two.q, rel=1e-9, abs=1e-9)
    if one.tau2 is not None and two.tau2 is not None:
        assert two.tau2 == pytest.approx(one.tau2 * scale**2, rel=1e-7, abs=1e-9 * scale**2)


@given(tables())
@settings(max_examples=40)
def test_heterogeneity_and_inconsistency_are_all_of_q(table: Table) -> None:
    parts = q_decomposition(fitted(table))
    assert parts.total.q == pytest.approx(parts.within.q + parts.between.q, abs=1e-8)
    assert parts.total.df == parts.within.df + parts.between.df
    assert sum(d.within.q for d in parts.designs) == pytest.approx(parts.within.q, abs=1e-9)
    assert sum(d.within.df for d in parts.designs) == parts.within.df
    heat = net_heat(fitted(table, tau2="common"))
    assert heat.inconsistency.sum() == pytest.approx(parts.between.q, abs=1e-7)


@given(tables())
@settings(max_examples=25)
def test_detaching_a_design_leaves_what_the_others_say(table: Table) -> None:
    net = fitted(table)
    for design in q_decomposition(net).designs:
        sets = {s: {i for i, own in zip(table.treatments, table.studies, strict=True) if own == s}
                for s in set(table.studies)}  # fmt: skip
        dropped = np.array([sets[int(s)] == set(design.treatments) for s in net.data.studies])
        rest = net.data.without(dropped)
        if design.detached is None:
            with pytest.raises(EvidenceError, match="falls into"):
                fit_network(rest)
        else:
            between = q_decomposition(fit_network(rest, tau2="common")).between
            assert design.detached.q == pytest.approx(between.q, abs=1e-7)
            assert design.detached.df == between.df


@given(tables())
@settings(max_examples=25)
def test_every_row_of_every_contribution_matrix_sums_to_one(table: Table) -> None:
    net = fitted(table, tau2="DL")
    for method in ("shortest_path", "random_walk", "pseudoinverse"):
        for by in ("comparison", "study"):
            shares = contributions(net, method=method, by=by).matrix
            assert np.allclose(shares.sum(axis=1), 1.0, atol=1e-8)


@given(tables())
@settings(max_examples=25)
def test_the_hat_matrix_takes_direct_to_network_effects(table: Table) -> None:
    net = fitted(table, tau2="common")
    hat = hat_matrix(net, kind="trials").matrix
    fits = hat @ net.data.effects
    expected = net.common.effects[net.data.first, net.data.second]
    assert np.allclose(fits, expected, atol=1e-8)
    assert np.trace(hat) == pytest.approx(len(net.treatments) - 1)


@given(tables())
@settings(max_examples=25)
def test_direct_and_indirect_evidence_average_to_the_network(table: Table) -> None:
    for split in node_split(fitted(table)).random:
        assert 0.0 <= split.proportion <= 1.0
        if split.direct and split.indirect and split.studies:
            p = split.proportion
            mean = p * split.direct.estimate + (1 - p) * split.indirect.estimate
            assert mean == pytest.approx(split.network.estimate, abs=1e-8)


@given(tables())
@settings(max_examples=25)
def test_scores_average_a_half_and_turn_with_the_direction(table: Table) -> None:
    net = fitted(table)
    small, large = (p_scores(net, small_values=w).p_scores for w in ("desirable", "undesirable"))
    assert small.mean() == pytest.approx(0.5)
    assert np.allclose(small, 1.0 - large)


def test_a_part_that_no_trial_joins_is_named() -> None:
    data = network_contrasts(
        [0.1, 0.2, 0.3], [0.1] * 3, ["A", "B", "X"], ["B", "C", "Y"], [1, 2, 3]
    )
    with pytest.raises(EvidenceError, match=r"falls into 2 parts \(A, B, C; X, Y\)"):
        fit_network(data)


def exact_variances(edges: list[tuple[int, int, Fraction]], t: int) -> NDArray[np.float64]:
    """The variances of all effects in exact arithmetic, by Gauss and Jordan."""
    size = t - 1
    rows = [
        [Fraction(0)] * size + [Fraction(int(i == j)) for j in range(size)] for i in range(size)
    ]
    for i, j, v in edges:
        for a, b, sign in ((i, i, 1), (j, j, 1), (i, j, -1), (j, i, -1)):
            if a < size and b < size:
                rows[a][b] += sign / v
    for c in range(size):
        pivot = rows[c][c]
        rows[c] = [x / pivot for x in rows[c]]
        for r in range(size):
            if r != c:
                rows[r] = [x - rows[r][c] * y for x, y in zip(rows[r], rows[c], strict=True)]
    g = [[*row[size:], Fraction(0)] for row in rows] + [[Fraction(0)] * t]
    return np.array([[float(g[i][i] + g[j][j] - 2 * g[i][j]) for j in range(t)] for i in range(t)])


# Two tight loops of three treatments, joined by two loose comparisons.
LOOPS = [(0, 1, 0), (1, 2, 0), (0, 2, 0), (3, 4, 0), (4, 5, 0), (3, 5, 0), (2, 3, 1), (5, 0, 1)]


@pytest.mark.parametrize("ratio", [1e1, 1e2, 1e3, 1e4])
def test_loops_of_extreme_weights_are_right(ratio: float) -> None:
    errors = [ratio if loose else 1.0 for _, _, loose in LOOPS]
    net = fit_network(
        network_contrasts(
            [0.1] * 8,
            errors,
            ["ABCDEF"[i] for i, _, _ in LOOPS],
            ["ABCDEF"[j] for _, j, _ in LOOPS],
            range(8),
        ),
        tau2="common",
    )
    exact = exact_variances(
        [(i, j, Fraction(e) ** 2) for (i, j, _), e in zip(LOOPS, errors, strict=True)], 6
    )
    assert np.allclose(net.common.variances, exact, rtol=1e-6, atol=0.0)


@pytest.mark.parametrize("ratio", [1e6, 1e8, 1e12])
def test_loops_beyond_the_digits_of_a_double_are_refused(ratio: float) -> None:
    data = network_contrasts(
        [0.1] * 8,
        [ratio if loose else 1.0 for _, _, loose in LOOPS],
        ["ABCDEF"[i] for i, _, _ in LOOPS],
        ["ABCDEF"[j] for _, j, _ in LOOPS],
        [f"trial {n}" for n in range(8)],
    )
    with pytest.raises(EvidenceError, match=r"six digits: .* 1 in study 'trial 0' to .*'trial 6'"):
        fit_network(data)
