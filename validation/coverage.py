"""How often the intervals hold the truth: a simulation, written to docs/methods/coverage.md.

Run it from the root of the repository, in the project's environment (two minutes):
`.venv/bin/python -m validation.coverage`. Every scenario has a seed of its own, so that a part can
be run again alone.
"""

from __future__ import annotations

import argparse
import itertools
import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from scipy.special import chdtri, ndtr, stdtrit

from filiform import evidence as ev
from validation import coverage_page

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

PAGE: Final = Path(__file__).parents[1] / "docs" / "methods" / "coverage.md"
SEED: Final = 20261121
REPLICATIONS: Final = 10_000

MEASURES: Final = ("MD", "SMD", "OR")
SIZES: Final = ("equal", "unequal")
STUDIES: Final = (2, 3, 5, 10, 20, 50)
# τ² in units of the typical sampling variance: I² of 0, 25, 50, 75 and 90 %.
RATIOS: Final = (0.0, 1 / 3, 1.0, 3.0, 9.0)

EQUAL_ARM: Final = 30
SMALLEST_ARM: Final = 10
LARGEST_ARM: Final = 300
TRUE_EFFECT: Final = 0.5
RISK_OF_CONTROLS: Final = 0.3

INTERVALS: Final = ("normal", "t", "HK", "HK_adhoc")


class Scenario(NamedTuple):
    """What is simulated: measure, how the studies' sizes differ, how many, τ² over variance."""

    measure: str
    sizes: str
    k: int
    ratio: float


class Effects(NamedTuple):
    """Simulated meta-analyses, `(m, k)` each, and the truth behind them."""

    estimates: Array
    variances: Array
    tau2: float


def scenarios() -> list[Scenario]:
    """Return all scenarios in the order of the page."""
    return [Scenario(*given) for given in itertools.product(MEASURES, SIZES, STUDIES, RATIOS)]


def arms(sizes: str, k: int) -> NDArray[np.int64]:
    """Return the people in each arm of each study, `(k,)`; unequal ones grow geometrically."""
    if sizes == "equal":
        return np.full(k, EQUAL_ARM)
    return np.rint(np.geomspace(SMALLEST_ARM, LARGEST_ARM, k)).astype(np.int64)


def expected_variances(measure: str, n: NDArray[np.int64]) -> Array:
    """Return the sampling variances at the mean effect, `(k,)`, for the typical variance."""
    if measure == "MD":
        return 2.0 / n
    if measure == "SMD":
        return 2.0 / n + TRUE_EFFECT**2 / (4.0 * n)
    treated = _treated_risk(np.array(TRUE_EFFECT))
    return (1.0 / (treated * (1.0 - treated)) + 1.0 / _binomial(RISK_OF_CONTROLS)) / n


def typical_variance(variances: Array) -> float:
    """Return (k − 1)Σw/((Σw)² − Σw²), w = 1/v (Higgins and Thompson 2002, equation 9)."""
    w = 1.0 / variances
    return float((w.size - 1) * w.sum() / (w.sum() ** 2 - w @ w))


def simulate(scenario: Scenario, replications: int, rng: np.random.Generator) -> Effects:
    """Return the effects and variances that a reviewer would have of simulated trials."""
    n = arms(scenario.sizes, scenario.k)
    tau2 = scenario.ratio * typical_variance(expected_variances(scenario.measure, n))
    truth = rng.normal(TRUE_EFFECT, math.sqrt(tau2), (replications, scenario.k))
    if scenario.measure == "OR":
        yi, vi = _odds(truth, n, rng)
    else:
        yi, vi = _means(scenario.measure, truth, n, rng)
    return Effects(yi, vi, tau2)


def _binomial(risk: float) -> float:
    return risk * (1.0 - risk)


def _treated_risk(log_odds_ratio: Array) -> Array:
    odds = RISK_OF_CONTROLS / (1.0 - RISK_OF_CONTROLS) * np.exp(log_odds_ratio)
    return np.asarray(odds / (1.0 + odds))


def _odds(truth: Array, n: NDArray[np.int64], rng: np.random.Generator) -> tuple[Array, Array]:
    everyone = np.broadcast_to(n, truth.shape)
    events1 = rng.binomial(everyone, _treated_risk(truth))
    events2 = rng.binomial(everyone, RISK_OF_CONTROLS)
    found = ev.effect_size(
        "OR",
        events1=events1.ravel(),
        n1=everyone.ravel(),
        events2=events2.ravel(),
        n2=everyone.ravel(),
    )
    return found.yi.reshape(truth.shape), found.vi.reshape(truth.shape)


def _means(
    measure: str, truth: Array, n: NDArray[np.int64], rng: np.random.Generator
) -> tuple[Array, Array]:
    """Draw means and standard deviations of normal data with variance 1."""
    error = np.sqrt(1.0 / n)
    mean1, mean2 = rng.normal(truth, error), rng.normal(0.0, error, truth.shape)
    sd1, sd2 = (np.sqrt(rng.chisquare(n - 1, truth.shape) / (n - 1)) for _ in range(2))
    everyone = np.broadcast_to(n, truth.shape).ravel()
    found = ev.effect_size(
        measure,
        mean1=mean1.ravel(),
        sd1=sd1.ravel(),
        n1=everyone,
        mean2=mean2.ravel(),
        sd2=sd2.ravel(),
        n2=everyone,
    )
    return found.yi.reshape(truth.shape), found.vi.reshape(truth.shape)


def coverage(scenario: Scenario, replications: int, seed: int = SEED) -> dict[str, float]:
    """Return the percent of simulated meta-analyses whose 95 % intervals hold the truth."""
    place = scenarios().index(scenario)
    rng = np.random.default_rng([seed, place])
    effects = simulate(scenario, replications, rng)
    fits = {
        name: ev.pool_many(effects.estimates, effects.variances, interval=name)
        for name in INTERVALS
    }
    found = {
        name: float(((fit.ci_low <= TRUE_EFFECT) & (fit.ci_high >= TRUE_EFFECT)).mean())
        for name, fit in fits.items()
    }
    found["Q_profile"] = float(_q_profile_holds(effects).mean())
    found["PI_HK"] = _prediction(fits["HK_adhoc"], effects.tau2, scenario.k - 1)
    if scenario.k > 2:  # noqa: PLR2004 - HTS has k - 2 degrees of freedom
        found["PI_HTS"] = _prediction(fits["normal"], effects.tau2, scenario.k - 2)
    return {name: 100.0 * share for name, share in found.items()}


def _q_profile_holds(effects: Effects) -> NDArray[np.bool_]:
    """Whether the Q-profile interval holds the true τ².

    Its bounds are where Q(τ²), which falls in τ², equals two quantiles of chi-squared: it holds
    the truth where Q(truth) lies between them. A bound below 0 is 0, so 0 is never below it.
    """
    w = 1.0 / (effects.variances + effects.tau2)
    mean = (w * effects.estimates).sum(axis=1, keepdims=True) / w.sum(axis=1, keepdims=True)
    q = (w * (effects.estimates - mean) ** 2).sum(axis=1)
    df = effects.estimates.shape[1] - 1
    low = float(chdtri(df, 0.975)) if effects.tau2 > 0.0 else 0.0
    return np.asarray((q >= low) & (q <= float(chdtri(df, 0.025))))


def _prediction(fit: ev.PooledMany, tau2: float, df: int) -> float:
    """Return the mean chance that a new study's true effect lies in the prediction interval."""
    half = float(stdtrit(df, 0.975)) * np.hypot(fit.standard_error, np.sqrt(fit.tau2))
    low, high = fit.estimate - half - TRUE_EFFECT, fit.estimate + half - TRUE_EFFECT
    if tau2 == 0.0:
        return float(((low <= 0.0) & (high >= 0.0)).mean())
    tau = math.sqrt(tau2)
    return float((ndtr(high / tau) - ndtr(low / tau)).mean())


def main(arguments: list[str] | None = None) -> None:
    """Run all scenarios and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replications", type=int, default=REPLICATIONS)
    parser.add_argument("--page", type=Path, default=PAGE)
    given = parser.parse_args(arguments)
    rows = []
    for place, scenario in enumerate(scenarios(), start=1):
        rows.append((scenario, coverage(scenario, given.replications)))
        print(f"\r{place} of {len(scenarios())}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    page = coverage_page.render(rows, given.replications, SEED)
    given.page.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
