"""Networks are what plain dense matrices give, whatever the design, the scale and the weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy.special import ndtr
from tests.evidence.network.dense import (
    Arm,
    Dense,
    dersimonian_laird,
    gls,
    highest,
    written_down,
)

from filiform.errors import EvidenceError
from filiform.evidence.network import (
    NetworkData,
    component_network,
    fit_network,
    net_heat,
    network_contrasts,
    network_regression,
    node_split,
    p_scores,
    q_decomposition,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

# Relative; both programs lose the digits that the weights differ by.
EXACT = 1e-9
NAMES = "ABCDEFGH"


def drawn(seed: int) -> tuple[list[Arm], int]:
    """A random connected network with trials of two to four arms, its scale and its weights."""
    rng = np.random.default_rng(seed)
    t = int(rng.integers(3, 8))
    trials = int(rng.integers(t + 2, 20))
    scale, unlike = 10.0 ** rng.integers(-6, 7), 10.0 ** rng.choice([0.1, 0.5, 1.0])
    arms = []
    for trial in range(trials):
        size = int(rng.choice([2, 2, 2, 3, min(4, t)]))
        nodes = rng.choice(t, size, replace=False).tolist()
        if trial < t - 1:
            nodes = [trial, trial + 1]
        own = scale * unlike ** rng.uniform(-1.0, 1.0)
        for node in nodes:
            value = scale * (0.1 * node + 0.3 * rng.normal())
            arms.append(Arm(trial, node, value, float((own * rng.uniform(0.2, 0.5)) ** 2)))
    return arms, t


def read(arms: list[Arm]) -> NetworkData:
    """The same network as a user gives it: every pair of every trial."""
    rows = [
        (one.value - two.value, (one.variance + two.variance) ** 0.5, one, two)
        for n, one in enumerate(arms)
        for two in arms[n + 1 :]
        if one.study == two.study
    ]
    return network_contrasts(
        [row[0] for row in rows],
        [row[1] for row in rows],
        [NAMES[row[2].treatment] for row in rows],
        [NAMES[row[3].treatment] for row in rows],
        [row[2].study for row in rows],
        # Differences of large numbers close up to rounding only.
        tolerance=1e-6 * max(abs(row[0]) for row in rows),
    )


def against_first(matrix: Array) -> Array:
    """The effects against the first treatment."""
    return np.asarray(matrix[1:, 0])


SEEDS = range(24)


@pytest.mark.parametrize("method", ["common", "DL", "REML", "ML"])
@pytest.mark.parametrize("seed", SEEDS)
def test_effects_errors_variance_and_q(seed: int, method: str) -> None:
    arms, t = drawn(seed)
    dense = written_down(arms, t)
    net = fit_network(read(arms), tau2=method)
    unit = float(np.diag(dense.v).mean())
    if method == "common":
        expected = 0.0
    elif method == "DL":
        expected = dersimonian_laird(dense)
    else:
        expected = highest(dense, restricted=method == "REML")
    assert net.tau2 == pytest.approx(expected, rel=EXACT, abs=EXACT * unit)
    plain, at_tau2 = (
        gls(dense.y, dense.x, dense.v),
        gls(dense.y, dense.x, dense.v + expected * dense.s),
    )
    errors = np.sqrt(np.diag(at_tau2.covariance))
    assert net.q == pytest.approx(plain.q, rel=EXACT)
    assert net.q_df == dense.x.shape[0] - dense.x.shape[1]
    assert np.allclose(
        against_first(net.random.effects), at_tau2.beta, rtol=EXACT, atol=EXACT * errors.max()
    )
    assert np.allclose(against_first(net.random.standard_errors), errors, rtol=EXACT, atol=0.0)


def q_of(dense: Dense, parts: list[object], tau2: float = 0.0) -> float:
    """Q when the contrasts of each part have effects of their own."""
    columns = [
        np.where(np.array([one == part for one in parts])[:, None], dense.x, 0.0)
        for part in sorted(set(parts), key=str)
    ]
    root = np.linalg.inv(np.linalg.cholesky(dense.v + tau2 * dense.s))
    x, y = root @ np.column_stack(columns), root @ dense.y
    r = y - x @ np.linalg.lstsq(x, y, rcond=1e-11)[0]
    return float(r @ r)


@pytest.mark.parametrize("seed", SEEDS)
def test_heterogeneity_and_inconsistency(seed: int) -> None:
    arms, t = drawn(seed)
    dense = written_down(arms, t)
    net = fit_network(read(arms))
    parts = q_decomposition(net)
    own = q_of(dense, list(dense.design))
    assert parts.within.q == pytest.approx(own, rel=1e-8, abs=1e-8)
    assert parts.between.q == pytest.approx(
        q_of(dense, [0] * len(dense.y)) - own, rel=1e-8, abs=1e-8
    )
    heat = net_heat(net, model="common")
    assert heat.inconsistency.sum() == pytest.approx(parts.between.q, rel=1e-8, abs=1e-8)
    cooled = dict(zip(heat.columns, heat.heat.sum(axis=0).tolist(), strict=True))
    names = {":".join(NAMES[n] for n in design): design for design in dense.design}
    assert {part.design for part in parts.designs} == set(names)
    for part in parts.designs:
        here = [design == names[part.design] for design in dense.design]
        assert (part.detached is not None) == (
            np.linalg.matrix_rank(dense.x[~np.array(here)]) == t - 1
        )
        if part.detached is not None:
            expected = q_of(dense, list(here)) - own
            assert part.detached.q == pytest.approx(expected, rel=1e-7, abs=1e-7)
            # What detaching a design takes from all effects is what it takes from Q.
            assert cooled[part.design] == pytest.approx(
                parts.between.q - expected, rel=1e-7, abs=1e-7
            )


@pytest.mark.parametrize("seed", SEEDS)
def test_every_cell_of_the_net_heat_is_a_fit_without_the_design(seed: int) -> None:
    arms, t = drawn(seed)
    two = [arm for arm in arms if sum(other.study == arm.study for other in arms) == 2]
    dense = written_down(two, t)
    heat = net_heat(fit_network(read(two)), model="common")
    # The designs pooled by hand: Krahn, Binder and König 2013, section "Net heat plot".
    pairs = sorted(set(dense.design))
    w = 1.0 / np.diag(dense.v)
    sign = np.array([_sign(dense, n) for n in range(len(w))])
    at = np.array([pairs.index(design) for design in dense.design])
    precision = np.bincount(at, w)
    direct = np.bincount(at, w * sign * dense.y) / precision
    x = np.zeros((len(pairs), t))
    for row, (i, j) in enumerate(pairs):
        x[row, i], x[row, j] = 1.0, -1.0
    x = x[:, 1:]
    before = direct - x @ gls(direct, x, np.diag(1.0 / precision)).beta
    for column, name in enumerate(heat.columns):
        detached = [":".join(NAMES[n] for n in pair) for pair in pairs].index(name)
        kept = np.arange(len(pairs)) != detached
        beta = gls(direct[kept], x[kept], np.diag(1.0 / precision[kept])).beta
        after = np.where(kept, direct - x @ beta, 0.0)
        expected = precision * (before**2 - after**2)
        rows = [heat.rows.index(":".join(NAMES[n] for n in pair)) for pair in pairs]
        assert np.allclose(heat.heat[rows, column], expected, rtol=1e-7, atol=1e-7)


def _sign(dense: Dense, row: int) -> float:
    """1 where a contrast is of the design's first treatment against its second."""
    first = dense.design[row][0]
    column = dense.x[row, first - 1] if first else -dense.x[row, dense.design[row][1] - 1]
    return float(column)


@pytest.mark.parametrize("seed", SEEDS)
def test_indirect_evidence_is_a_fit_without_the_direct_trials(seed: int) -> None:
    arms, t = drawn(seed)
    two = [arm for arm in arms if sum(other.study == arm.study for other in arms) == 2]
    data = read(two)
    tau2 = 0.1 * float(data.variances.mean())
    net = fit_network(data, tau2=tau2)
    compared = 0
    for split in node_split(net).random:
        if split.direct is None or split.indirect is None:
            continue
        i, j = (NAMES.index(name) for name in (split.treatment1, split.treatment2))
        rest = [arm for arm in two if {o.treatment for o in two if o.study == arm.study} != {i, j}]
        dense = written_down(rest, t)
        fit = gls(dense.y, dense.x, dense.v + tau2 * dense.s)
        contrast = np.eye(t)[i, 1:] - np.eye(t)[j, 1:]
        error = float(contrast @ fit.covariance @ contrast) ** 0.5
        assert split.indirect.estimate == pytest.approx(
            float(contrast @ fit.beta), rel=1e-7, abs=1e-7 * error
        )
        assert split.indirect.standard_error == pytest.approx(error, rel=1e-7)
        compared += 1
    assert compared == sum(
        split.indirect is not None and split.direct is not None for split in node_split(net).random
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_the_score_of_a_treatment_is_its_mean_chance_against_the_others(seed: int) -> None:
    arms, t = drawn(seed)
    dense = written_down(arms, t)
    net = fit_network(read(arms), tau2="common")
    fit = gls(dense.y, dense.x, dense.v)
    beta = np.append(0.0, fit.beta)
    covariance = np.zeros((t, t))
    covariance[1:, 1:] = fit.covariance
    variance = np.diag(covariance)[:, None] + np.diag(covariance) - 2.0 * covariance
    chance = ndtr((beta[:, None] - beta) / np.sqrt(variance + np.eye(t)))
    # Small values are undesirable: the higher the better.
    expected = (chance.sum(axis=1) - 0.5) / (t - 1)
    assert np.allclose(p_scores(net).p_scores, expected, rtol=1e-8, atol=1e-10)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_slope_is_a_column_of_a_regression(seed: int) -> None:
    arms, t = drawn(seed)
    dense = written_down(arms, t)
    data = read(arms)
    covariate = np.random.default_rng(seed).normal(size=len(data.studies))
    # A common slope: of every treatment against the reference.
    full = np.column_stack((-dense.x.sum(axis=1), dense.x))
    slope = -full[:, 0] * np.array([covariate[n] for n in dense.trial])
    wider = dense._replace(x=np.column_stack((dense.x, slope)))
    if np.linalg.matrix_rank(wider.x) < wider.x.shape[1]:
        # One trial of the reference only.
        with pytest.raises(EvidenceError, match="cannot tell x apart from the treatments"):
            network_regression(data, {"x": covariate}, reference="A")
        return
    fit = network_regression(data, {"x": covariate}, reference="A", tau2="REML")
    unit = float(np.diag(dense.v).mean())
    tau2 = highest(wider, restricted=True)
    assert fit.tau2 == pytest.approx(tau2, rel=1e-8, abs=1e-8 * unit)
    expected = gls(wider.y, wider.x, wider.v + tau2 * wider.s)
    errors = np.sqrt(np.diag(expected.covariance))
    found = {one.name: one for one in fit.coefficients}
    assert found["x"].estimate == pytest.approx(
        float(expected.beta[-1]), rel=1e-7, abs=1e-7 * errors[-1]
    )
    assert found["x"].standard_error == pytest.approx(float(errors[-1]), rel=1e-7)


@pytest.mark.parametrize("seed", SEEDS)
def test_components_are_a_regression_on_what_treatments_are_made_of(seed: int) -> None:
    arms, t = drawn(seed)
    made = ["usual", "x", "y", "x+y", "z", "x+z", "x+y+z"][:t]
    dense = written_down(arms, t)
    data = read(arms)
    renamed = network_contrasts(
        data.effects,
        np.sqrt(data.variances),
        [made[n] for n in data.first],
        [made[n] for n in data.second],
        [data.studies[n] for n in data.study],
        tolerance=1e-6 * float(np.abs(data.effects).max()),
    )
    fit = component_network(renamed, inactive="usual")
    parts = sorted({part for name in made[1:] for part in name.split("+")})
    made_of = np.array([[float(part in name.split("+")) for part in parts] for name in made[1:]])
    small = dense._replace(x=dense.x @ made_of)
    tau2 = highest(small, restricted=True)
    unit = float(np.diag(dense.v).mean())
    assert fit.tau2 == pytest.approx(tau2, rel=1e-8, abs=1e-8 * unit)
    expected = gls(small.y, small.x, small.v + tau2 * small.s)
    errors = np.sqrt(np.diag(expected.covariance))
    order = [fit.components.index(part) for part in parts]
    assert np.allclose(
        fit.random_fit.estimates[order], expected.beta, rtol=1e-8, atol=1e-8 * errors.max()
    )
    assert np.allclose(np.sqrt(np.diag(fit.random_fit.covariance))[order], errors, rtol=1e-8)
    assert fit.additive.q == pytest.approx(gls(small.y, small.x, small.v).q, rel=1e-9)
