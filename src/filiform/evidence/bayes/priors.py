"""What is believed of the heterogeneity before the studies are seen."""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

from filiform.errors import EvidenceError, unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

_RHODES_DF = 5.0


@dataclass(frozen=True, slots=True)
class TauPrior:
    """A proper prior distribution of τ, the standard deviation between studies.

    Attributes:
        kind: "half-normal", "half-Cauchy", "uniform", "log-normal" or "log-t".
        location: of ln τ² (log-normal, log-t), else 0.
        scale: of τ, or of ln τ² (log-normal, log-t); the upper limit of the uniform.
        df: degrees of freedom of the log-t, else infinite.
        words: what it is and where it comes from.
        reference: the paper it is taken from, or that argues for it.
    """

    kind: str
    location: float
    scale: float
    df: float
    words: str
    reference: str

    @property
    def upper(self) -> float:
        """The largest τ that is possible."""
        return self.scale if self.kind == "uniform" else math.inf

    @property
    def tail(self) -> float:
        """The power of 1/τ that P(τ > t) falls with; infinite where it falls faster."""
        return {"half-Cauchy": 1.0, "log-t": 0.0}.get(self.kind, math.inf)

    @property
    def typical(self) -> float:
        """A value of τ in the middle of the distribution."""
        return math.exp(0.5 * self.location) if self.kind.startswith("log-") else self.scale

    def log_density(self, tau: Array) -> Array:
        """Return the logarithm of the density at τ > 0."""
        s = self.scale
        if self.kind == "half-normal":
            return np.asarray(0.5 * math.log(2.0 / math.pi) - math.log(s) - 0.5 * (tau / s) ** 2)
        if self.kind == "half-Cauchy":
            return np.asarray(math.log(2.0 / math.pi / s) - np.log1p((tau / s) ** 2))
        if self.kind == "uniform":
            return np.where(tau <= s, -math.log(s), -np.inf)
        log_tau = np.log(tau)
        z = (2.0 * log_tau - self.location) / s
        change = math.log(2.0 / s) - log_tau
        if self.kind == "log-normal":
            return np.asarray(change - 0.5 * math.log(2.0 * math.pi) - 0.5 * z * z)
        nu = self.df
        constant = math.lgamma(0.5 * (nu + 1.0)) - math.lgamma(0.5 * nu)
        constant -= 0.5 * math.log(nu * math.pi)
        return np.asarray(change + constant - 0.5 * (nu + 1.0) * np.log1p(z * z / nu))

    def below(self, tau: float) -> float:
        """Return the probability of a smaller τ."""
        if self.kind == "half-normal":
            return math.erf(tau / self.scale / math.sqrt(2.0))
        if self.kind == "half-Cauchy":
            return 2.0 / math.pi * math.atan(tau / self.scale)
        if self.kind == "uniform":
            return min(1.0, tau / self.scale)
        z = (2.0 * math.log(tau) - self.location) / self.scale
        if self.kind == "log-normal":
            return 0.5 * math.erfc(-z / math.sqrt(2.0))
        from scipy.special import stdtr  # noqa: PLC0415 - start-up: see `_distributions`

        return float(stdtr(self.df, z))


def half_normal(scale: float) -> TauPrior:
    """Return the half-normal prior: τ = |N(0, scale²)|.

    Args:
        scale: above 0; 0.5 or 1 are usual for log odds ratios.

    *Source: Rover, Bender, Dias, Schmid, Schmidli, Sturtz, Weber and Friede 2021, Research
    Synthesis Methods 12:448, doi:10.1002/jrsm.1475.*

    >>> round(half_normal(0.5).below(0.98), 3)
    0.95
    """
    return TauPrior(
        "half-normal", 0.0, _positive(scale), math.inf, f"half-normal({scale:g})", _ROVER
    )


def half_cauchy(scale: float) -> TauPrior:
    """Return the half-Cauchy prior, whose median is its scale.

    Args:
        scale: above 0.

    *Source: Gelman 2006, Bayesian Analysis 1:515, doi:10.1214/06-BA117A.*
    """
    return TauPrior(
        "half-Cauchy", 0.0, _positive(scale), math.inf, f"half-Cauchy({scale:g})", _GELMAN
    )


def uniform(upper: float) -> TauPrior:
    """Return the uniform prior of τ from 0 to an upper limit.

    Args:
        upper: above 0.

    *Source: Gelman 2006, Bayesian Analysis 1:515, doi:10.1214/06-BA117A.*
    """
    return TauPrior("uniform", 0.0, _positive(upper), math.inf, f"uniform(0, {upper:g})", _GELMAN)


def log_normal(location: float, scale: float) -> TauPrior:
    """Return the prior under which ln τ² is normal.

    Args:
        location: mean of ln τ².
        scale: standard deviation of ln τ², above 0.
    """
    words = f"log-normal({location:g}, {scale:g}²) of tau²"
    return TauPrior("log-normal", _finite(location), _positive(scale), math.inf, words, _TURNER)


def log_t(location: float, scale: float, df: float = _RHODES_DF) -> TauPrior:
    """Return the prior under which ln τ² has a t distribution.

    Args:
        location: centre of ln τ².
        scale: of ln τ², above 0.
        df: degrees of freedom, above 0.
    """
    words = f"log-t({location:g}, {scale:g}², {df:g}) of tau²"
    return TauPrior("log-t", _finite(location), _positive(scale), _positive(df), words, _RHODES)


def turner_2015(outcome: str = "any", comparison: str = "any") -> TauPrior:
    """Return the published prior of τ² for log odds ratios of a kind of outcome and comparison.

    Args:
        outcome: such as "pain" or "subjective"; "any" with comparison "any" for all together.
        comparison: such as "non_pharmacological_vs_placebo".

    Raises:
        EvidenceError: for words that the table does not have.

    *Source: Turner, Jackson, Wei, Thompson and Higgins 2015, Statistics in Medicine 34:984,
    Table IV, doi:10.1002/sim.6381.*

    >>> turner_2015("pain", "non_pharmacological_vs_placebo").words
    'log-normal(-2.05, 1.71²) of tau² (Turner 2015)'
    """
    location, scale = _published("turner_2015", outcome, comparison)
    words = f"log-normal({location:g}, {scale:g}²) of tau² (Turner 2015)"
    return TauPrior("log-normal", location, scale, math.inf, words, _TURNER)


def rhodes_2015(outcome: str = "any", comparison: str = "any") -> TauPrior:
    """Return the published prior of τ² for standardised mean differences.

    Args:
        outcome: such as "health_pain_quality_of_life"; "any" with "any" for all together.
        comparison: "pharmacological_vs_placebo", "pharmacological_vs_pharmacological" or
            "non_pharmacological".

    Raises:
        EvidenceError: for words that the table does not have.

    *Source: Rhodes, Turner and Higgins 2015, Journal of Clinical Epidemiology 68:52, Table 3 (other
    fields than cancer and respiratory disease), doi:10.1016/j.jclinepi.2014.08.012.*

    >>> rhodes_2015("health_pain_quality_of_life", "non_pharmacological").words
    'log-t(-3.02, 2.27², 5) of tau² (Rhodes 2015)'
    """
    location, scale = _published("rhodes_2015", outcome, comparison)
    words = f"log-t({location:g}, {scale:g}², {_RHODES_DF:g}) of tau² (Rhodes 2015)"
    return TauPrior("log-t", location, scale, _RHODES_DF, words, _RHODES)


@cache
def _table(name: str) -> Mapping[tuple[str, str], tuple[float, float]]:
    text = (files("filiform.evidence.bayes") / "data" / f"{name}.csv").read_text("utf-8")
    return {
        (row["outcome"], row["comparison"]): (float(row["location"]), float(row["scale"]))
        for row in csv.DictReader(text.splitlines())
    }


def _published(name: str, outcome: str, comparison: str) -> tuple[float, float]:
    table = _table(name)
    outcomes = dict.fromkeys(key[0] for key in table)
    if outcome not in outcomes:
        raise EvidenceError(
            unknown("outcome", outcome, outcomes, listed_by=f"evidence/bayes/data/{name}.csv")
        )
    found = table.get((outcome, comparison))
    if found is None:
        raise EvidenceError(
            unknown(
                f"comparison for {outcome}",
                comparison,
                [key[1] for key in table if key[0] == outcome],
            )
        )
    return found


def _positive(scale: float) -> float:
    if math.isfinite(scale) and scale > 0.0:
        return float(scale)
    raise EvidenceError(f"the scale of the prior is {scale!r}, a number above 0 is needed")


def _finite(location: float) -> float:
    if math.isfinite(location):
        return float(location)
    raise EvidenceError(f"the location of the prior is {location!r}, a finite number is needed")


_ROVER = (
    "Rover C, Bender R, Dias S, Schmid CH, Schmidli H, Sturtz S, Weber S, Friede T. On weakly "
    "informative prior distributions for the heterogeneity parameter in Bayesian random-effects "
    "meta-analysis. Research Synthesis Methods 2021;12:448-474. doi:10.1002/jrsm.1475"
)
_GELMAN = (
    "Gelman A. Prior distributions for variance parameters in hierarchical models. Bayesian "
    "Analysis 2006;1:515-534. doi:10.1214/06-BA117A"
)
_TURNER = (
    "Turner RM, Jackson D, Wei Y, Thompson SG, Higgins JPT. Predictive distributions for "
    "between-study heterogeneity and simple methods for their application in Bayesian "
    "meta-analysis. Statistics in Medicine 2015;34:984-998. doi:10.1002/sim.6381"
)
_RHODES = (
    "Rhodes KM, Turner RM, Higgins JPT. Predictive distributions were developed for the extent of "
    "heterogeneity in meta-analyses of continuous outcome data. Journal of Clinical Epidemiology "
    "2015;68:52-60. doi:10.1016/j.jclinepi.2014.08.012"
)
