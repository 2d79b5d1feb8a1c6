"""The page on coverage shows what the simulation gives."""

from __future__ import annotations

import math

import numpy as np
import pytest
from validation.coverage import PAGE, RATIOS, SEED, Scenario, coverage, scenarios, simulate
from validation.coverage_page import COLUMNS, read

from filiform import evidence as ev

SHOWN = read(PAGE.read_text(encoding="utf-8"))
REPLICATIONS, OF_THE_PAGE = 2_000, 10_000
# 7 numbers in 6 scenarios: by chance one of 10,000 such tests would be further apart.
STANDARD_ERRORS = 4.5
# The page shows one decimal.
ROUNDED = 0.05

SLICE = (
    Scenario("MD", "equal", 5, 1.0),
    Scenario("MD", "unequal", 2, 3.0),
    Scenario("SMD", "equal", 3, 0.0),
    Scenario("SMD", "unequal", 10, 1.0),
    Scenario("OR", "equal", 10, 9.0),
    Scenario("OR", "unequal", 5, RATIOS[1]),
)


def shown(scenario: Scenario) -> dict[str, float]:
    return SHOWN[scenario.measure, scenario.sizes, scenario.k, f"{scenario.ratio:.3g}"]


def test_the_page_shows_every_scenario() -> None:
    assert len(SHOWN) == len(scenarios()) == 180
    assert all(set(shown(s)) == set(COLUMNS) - ({"PI_HTS"} if s.k == 2 else set())
               for s in scenarios())  # fmt: skip


@pytest.mark.parametrize("scenario", SLICE)
def test_a_part_run_again_with_another_seed_agrees(scenario: Scenario) -> None:
    again = coverage(scenario, REPLICATIONS, seed=SEED + 1)
    for name, value in shown(scenario).items():
        share = min(max(value / 100.0, 0.001), 0.999)
        error = 100.0 * math.sqrt(share * (1 - share) * (1 / REPLICATIONS + 1 / OF_THE_PAGE))
        assert abs(again[name] - value) <= STANDARD_ERRORS * error + ROUNDED, name


@pytest.mark.parametrize("ratio", [0.0, 1.0])
def test_the_coverage_of_q_profile_is_that_of_pools_interval(ratio: float) -> None:
    from validation.coverage import _q_profile_holds  # noqa: PLC0415

    effects = simulate(Scenario("MD", "unequal", 5, ratio), 200, np.random.default_rng(3))
    held = []
    for y, v in zip(effects.estimates, effects.variances, strict=True):
        fit = ev.pool(y, v)
        assert fit.tau2_ci_low is not None
        assert fit.tau2_ci_high is not None
        held.append(fit.tau2_ci_low <= effects.tau2 <= fit.tau2_ci_high)
    assert held == _q_profile_holds(effects).tolist()


def test_the_claims_of_the_page_are_in_its_table() -> None:
    many = {key: row for key, row in SHOWN.items() if key[2] >= 5}
    assert all(93.0 <= row["HK"] <= 97.0 for key, row in SHOWN.items() if key[1] == "equal")
    assert all(93.0 <= row["HK"] <= 97.0 for key, row in many.items() if key[2] >= 20)
    assert min(row["HK"] for row in many.values()) > 90.0
    assert min(row["HK_adhoc"] for row in many.values()) == 92.9
    assert 84.0 <= min(row["normal"] for row in many.values()) < 85.0
    assert 80.0 <= min(row["PI_HK"] for row in many.values()) < 81.0
    little = [row["PI_HK"] for key, row in SHOWN.items() if key[2] >= 10 and key[3] == "0.333"]
    assert 80.0 <= min(little) <= max(little) <= 89.0
    for k in (2, 3):
        assert min(row["HK"] for key, row in SHOWN.items() if key[2] == k) < 90.0
