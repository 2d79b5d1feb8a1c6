"""The bootstrap against what is known of it exactly, and fail-safe N's general method."""

from __future__ import annotations

import math

import numpy as np
import pytest

from filiform import evidence as ev
from filiform.errors import EvidenceError

Y = [0.10, 0.30, 0.35, 0.65, 0.45, 0.15, 0.80, 0.95]
V = [0.03, 0.03, 0.05, 0.01, 0.05, 0.02, 0.10, 0.20]


def _random() -> np.random.Generator:
    return np.random.default_rng(20261121)


def test_the_parametric_bootstrap_of_a_common_effect_is_the_normal_interval() -> None:
    found = ev.bootstrap(Y, V, random=_random(), draws=20_000, tau2="common")
    fit = ev.pool(Y, V, tau2="common", interval="z")
    assert found.mean.observed == pytest.approx(fit.estimate)
    assert found.mean.standard_error == pytest.approx(fit.standard_error, rel=0.02)
    assert found.mean.ci_low == pytest.approx(fit.ci_low, abs=0.006)
    assert found.mean.ci_high == pytest.approx(fit.ci_high, abs=0.006)
    assert abs(found.mean.bias) < 4 * fit.standard_error / math.sqrt(20_000)


def test_the_nonparametric_bootstrap_of_a_plain_mean_has_its_standard_error() -> None:
    # Equal variances make the mean plain: its bootstrap error is √(Σ(y − ȳ)²)/k.
    found = ev.bootstrap(
        Y, [0.05] * 8, random=_random(), kind="nonparametric", draws=20_000, tau2="common"
    )
    exact = math.sqrt(float(np.var(Y)) / len(Y))
    assert found.mean.standard_error == pytest.approx(exact, rel=0.02)


def test_every_statistic_lies_in_its_interval_and_the_same_seed_gives_the_same() -> None:
    found, again = (ev.bootstrap(Y, V, random=_random(), labels="abcdefgh") for _ in range(2))
    fit = ev.pool(Y, V)
    assert (found.tau2.observed, found.i2.observed) == pytest.approx((fit.tau2, fit.i2))
    for one in (found.mean, found.tau2, found.i2):
        assert one.ci_low <= one.observed <= one.ci_high
        assert one.standard_error > 0.0
    assert found.mean == again.mean
    assert found.labels == tuple("abcdefgh")
    assert len(found.to_frame()) == 2000
    assert bool(found.samples.converged.all())


@pytest.mark.parametrize(
    ("y", "options", "message"),
    [
        (Y[:1], {}, "1 studies for a parametric bootstrap: give at least 2"),
        (Y[:4], {"kind": "nonparametric"}, "4 studies for a nonparametric bootstrap"),
        (Y, {"kind": "parametrik"}, "unknown bootstrap 'parametrik': did you mean 'parametric'"),
        (Y, {"draws": 10}, "10 samples are too few"),
        (Y, {"level": 2.0}, "level"),
        (Y, {"tau2": "GENQ"}, "not available for many at once"),
    ],
)
def test_what_cannot_be_bootstrapped_is_refused(
    y: list[float], options: dict[str, object], message: str
) -> None:
    with pytest.raises(EvidenceError, match=message):
        ev.bootstrap(y, V[: len(y)], random=_random(), **options)  # type: ignore[arg-type]


def test_the_general_fail_safe_n_of_a_common_effect_is_rosenbergs_and_orwins() -> None:
    general = ev.fail_safe_n(Y, V, kind="General", tau2="common")
    assert general.number == ev.fail_safe_n(Y, V, kind="Rosenberg").number
    towards = ev.fail_safe_n(Y, V, kind="General", tau2="common", target=0.1)
    assert towards.number == ev.fail_safe_n(Y, V, kind="Orwin", target=0.1).number


def test_the_general_fail_safe_n_is_the_first_that_undoes_the_result() -> None:
    fit = ev.pool(Y, V, interval="z")
    found = ev.fail_safe_n(Y, V, kind="General")
    assert found.average == fit.estimate
    y, v, k, mu, tau2 = np.array(Y), np.array(V), len(Y), fit.estimate, fit.tau2 or 0.0
    p_values = []
    for extra in (int(found.number) - 1, int(found.number)):
        m = k * mu / (k + extra)
        # Sum of squares about the new mean: within the found, within the added, between the two.
        squares = (k - 1) * tau2 + (extra - 1) * tau2 + k * (mu - m) ** 2 + extra * m**2
        t = squares / (k + extra - 1)
        u = k / float((1.0 / v).sum())
        w = np.concatenate([1.0 / (v + t), np.full(extra, 1.0 / (u + t))])
        z = float(w[:k] @ y) / math.sqrt(float(w.sum()))
        p_values.append(math.erfc(z / math.sqrt(2.0)))
    assert p_values[0] < 0.05 <= p_values[1]


def test_the_general_fail_safe_n_ends_where_there_is_nothing_or_no_end() -> None:
    assert ev.fail_safe_n(Y, V, kind="General", target=5.0).number == 0
    assert ev.fail_safe_n(Y, V, kind="General", target=0.0).number == math.inf
    assert ev.fail_safe_n(Y, V, kind="General", target=1e-9).number == math.inf
    with pytest.raises(EvidenceError, match="on the other side of 0"):
        ev.fail_safe_n(Y, V, kind="General", target=-0.1)
    with pytest.raises(EvidenceError, match="a finite number is needed"):
        ev.fail_safe_n(Y, V, kind="General", target=math.nan)
