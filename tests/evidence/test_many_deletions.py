"""Leaving one of many studies out: the series of sums against fits of their own."""

from __future__ import annotations

import numpy as np
import pytest

from filiform import evidence as ev

_K = 400


def _studies(scale: float, weight: float) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(7)
    v = random.uniform(0.02, 0.3, _K)
    y = random.normal(0.3, np.sqrt(v + 0.1))
    v[3] /= weight
    y[5] = 9.0
    return y * scale, v * scale**2


@pytest.mark.parametrize("tau2", ["REML", "ML", "PM", "DL", "SJ", "HE", "common"])
@pytest.mark.parametrize(("scale", "weight"), [(1.0, 1.0), (1e-6, 1.0), (1e6, 1.0), (1.0, 1e8)])
def test_each_deletion_is_the_fit_of_the_others(tau2: str, scale: float, weight: float) -> None:
    y, v = _studies(scale, weight)
    found = ev.leave_one_out(y, v, tau2=tau2).fits
    for i in (0, 3, 5, 200):
        keep = np.arange(_K) != i
        fit = ev.pool(y[keep], v[keep], tau2=tau2)
        assert found.estimate[i] == pytest.approx(fit.estimate, rel=1e-11)
        assert found.standard_error[i] == pytest.approx(fit.standard_error, rel=1e-10)
        assert found.tau2[i] == pytest.approx(fit.tau2 or 0.0, rel=1e-10)
        assert found.q[i] == pytest.approx(fit.q, rel=1e-10)


def test_four_hundred_alike_studies_lose_nothing() -> None:
    found = ev.leave_one_out([0.4] * _K, np.linspace(0.1, 0.5, _K)).fits
    assert found.tau2.tolist() == [0.0] * _K
    assert found.estimate.tolist() == pytest.approx([0.4] * _K)
