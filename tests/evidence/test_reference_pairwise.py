"""What other programs found with a loose search is held to the equation here."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from tests.evidence.reference import Case, cases

from filiform import evidence as ev

CASES = cases("pairwise")


def _effects(case: Case) -> ev.Effects:
    return ev.effect_size(case.measure, **case.inputs())  # type: ignore[arg-type]


def test_the_generalised_q_interval_is_where_the_statistic_leaves_its_quantiles() -> None:
    from scipy.integrate import quad  # noqa: PLC0415

    effects = _effects(next(case for case in CASES if case.name == "bcg-RR-GENQ"))
    y, v = effects.yi, effects.vi
    a = 1.0 / np.sqrt(v)
    fit = ev.pool(y, v, tau2="GENQ", interval="z", weights=a, tau2_interval="generalised_q")
    assert fit.tau2_ci_low is not None
    assert fit.tau2_ci_high is not None
    q = float(a @ (y - (a @ y) / a.sum()) ** 2)
    p_matrix = np.diag(a) - np.outer(a, a) / a.sum()
    for tau2, tail in ((fit.tau2_ci_low, 0.025), (fit.tau2_ci_high, 0.975)):
        root = np.diag(np.sqrt(v + tau2))
        eigenvalues = np.linalg.eigvalsh(root @ p_matrix @ root)[1:]

        def imhof(u: float, of: Any = eigenvalues) -> float:
            angle = 0.5 * np.arctan(of * u).sum() - 0.5 * q * u
            return float(np.sin(angle) / (u * np.prod((1.0 + (of * u) ** 2) ** 0.25)))

        integral, _ = quad(imhof, 0.0, np.inf, limit=2000, epsabs=1e-12)
        assert 0.5 + integral / math.pi == pytest.approx(tail, abs=1e-8)


def test_the_q_profile_interval_of_the_risk_difference_is_metafors() -> None:
    loose = next(case for case in CASES if case.name == "bcg-RD-meta-IV-REML-HK")
    tight = next(case for case in CASES if case.name == "bcg-RD-REML-knha")
    effects = _effects(loose)
    fit = ev.pool(effects.yi, effects.vi)
    assert [fit.tau2_ci_low, fit.tau2_ci_high] == pytest.approx(
        tight.expected["tau2_ci_qp"], rel=1e-8
    )
