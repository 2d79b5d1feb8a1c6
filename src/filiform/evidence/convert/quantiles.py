"""Mean and standard deviation from median, quartiles, minimum and maximum."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from filiform.errors import EvidenceError
from filiform.evidence import _check
from filiform.evidence._result import Result

if TYPE_CHECKING:
    from collections.abc import Mapping


_CITED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Wan 2014": (
            "Wan X, Wang W, Liu J, Tong T. Estimating the sample mean and standard deviation from "
            "the sample size, median, range and/or interquartile range. BMC Medical Research "
            "Methodology 2014;14:135. doi:10.1186/1471-2288-14-135"
        ),
        "Luo 2018": (
            "Luo D, Wan X, Liu J, Tong T. Optimally estimating the sample mean from the sample "
            "size, median, mid-range, and/or mid-quartile range. Statistical Methods in Medical "
            "Research 2018;27:1785-1805. doi:10.1177/0962280216669183"
        ),
        "Shi 2020": (
            "Shi J, Luo D, Weng H, Zeng X-T, Lin L, Chu H, Tong T. Optimally estimating the sample "
            "standard deviation from the five-number summary. Research Synthesis Methods "
            "2020;11:641-654. doi:10.1002/jrsm.1429"
        ),
    }
)


@dataclass(frozen=True, slots=True)
class MeanSd(Result):
    """An estimated mean and standard deviation, how they were made, and by which papers."""

    mean: float
    sd: float
    method: str
    papers: tuple[str, ...] = field(repr=False)


def mean_sd_from_quantiles(
    n: float,
    median: float,
    *,
    minimum: float | None = None,
    quartile1: float | None = None,
    quartile3: float | None = None,
    maximum: float | None = None,
    method: str = "luo_shi",
) -> MeanSd:
    """Estimate mean and standard deviation of a roughly normal sample.

    With u = Φ⁻¹((n − 3/8)/(n + 1/4)) and w = Φ⁻¹((3n/4 − 1/8)/(n + 1/4)), "wan" gives

        range         (min + 2m + max)/4                   (max − min)/(2u)
        quartiles     (q1 + m + q3)/3                      (q3 − q1)/(2w)
        all five      (min + 2q1 + 2m + 2q3 + max)/8       (max − min)/(4u) + (q3 − q1)/(4w)

    and "luo_shi" Luo's optimal weights of the same for the mean and Shi's for the five-number
    standard deviation.

    Args:
        n: people in the sample, above 1.
        median: m.
        minimum: smallest value.
        quartile1: first quartile.
        quartile3: third quartile.
        maximum: largest value.
        method: "luo_shi" or "wan".

    Raises:
        EvidenceError: for numbers out of order, or neither range nor quartiles.

    *Source: Wan, Wang, Liu and Tong 2014, BMC Medical Research Methodology 14:135,
    doi:10.1186/1471-2288-14-135; Luo, Wan, Liu and Tong 2018, Statistical Methods in Medical
    Research 27:1785, doi:10.1177/0962280216669183; Shi et al. 2020, Research Synthesis Methods
    11:641, doi:10.1002/jrsm.1429.*

    >>> found = mean_sd_from_quantiles(60, 5.0, quartile1=3.0, quartile3=8.0, method="wan")
    >>> round(found.mean, 3), round(found.sd, 3)
    (5.333, 3.798)
    """
    if method not in {"luo_shi", "wan"}:
        raise EvidenceError(f'unknown method {method!r}: "luo_shi" and "wan" are admissible')
    n, median = _check.single(("n", n), ("median", median))
    if not n > 1.0:
        raise EvidenceError(f"n {n:g} is not admissible: above 1 is needed")
    five = (minimum, quartile1, median, quartile3, maximum)
    names = ("minimum", "first quartile", "median", "third quartile", "maximum")
    given = [(name, value) for name, value in zip(names, five, strict=True) if value is not None]
    present = list(_check.single(*given))
    if present != sorted(present):
        raise EvidenceError(f"minimum, quartiles, median and maximum {present} are out of order")
    optimal = method == "luo_shi"
    has_range = minimum is not None and maximum is not None
    has_quartiles = quartile1 is not None and quartile3 is not None
    if has_range and has_quartiles:
        return _five(n, five, optimal=optimal)  # type: ignore[arg-type]
    if quartile1 is not None and quartile3 is not None:
        return _quartiles(n, (quartile1, median, quartile3), optimal=optimal)
    if minimum is not None and maximum is not None:
        return _range(n, (minimum, median, maximum), optimal=optimal)
    raise EvidenceError("give minimum and maximum, or both quartiles, beside the median")


def _normal_scores(n: float) -> tuple[float, float]:
    from scipy.special import ndtri  # noqa: PLC0415 - slow to import, see _distributions

    return float(ndtri((n - 0.375) / (n + 0.25))), float(ndtri((0.75 * n - 0.125) / (n + 0.25)))


def _range(n: float, values: tuple[float, float, float], *, optimal: bool) -> MeanSd:
    low, median, high = values
    u, _ = _normal_scores(n)
    weight = 4.0 / (4.0 + n**0.75) if optimal else 0.5
    mean = weight * (low + high) / 2.0 + (1.0 - weight) * median
    return MeanSd(mean, (high - low) / (2.0 * u), *_named("range", optimal=optimal))


def _quartiles(n: float, values: tuple[float, float, float], *, optimal: bool) -> MeanSd:
    q1, median, q3 = values
    _, w = _normal_scores(n)
    weight = 0.7 + 0.39 / n if optimal else 2.0 / 3.0
    mean = weight * (q1 + q3) / 2.0 + (1.0 - weight) * median
    return MeanSd(mean, (q3 - q1) / (2.0 * w), *_named("quartiles", optimal=optimal))


def _five(n: float, values: tuple[float, float, float, float, float], *, optimal: bool) -> MeanSd:
    low, q1, median, q3, high = values
    u, w = _normal_scores(n)
    if not optimal:
        mean = (low + 2.0 * q1 + 2.0 * median + 2.0 * q3 + high) / 8.0
        sd = (high - low) / (4.0 * u) + (q3 - q1) / (4.0 * w)
        return MeanSd(mean, sd, *_named("five numbers", optimal=False))
    outer = 2.2 / (2.2 + n**0.75)
    inner = 0.7 - 0.72 / n**0.55
    mean = outer * (low + high) / 2.0 + inner * (q1 + q3) / 2.0 + (1.0 - outer - inner) * median
    sd = (high - low) / ((2.0 + 0.14 * n**0.6) * u)
    sd += (q3 - q1) / ((2.0 + 2.0 / (0.07 * n**0.6)) * w)
    return MeanSd(mean, sd, *_named("five numbers", optimal=True))


def _named(scenario: str, *, optimal: bool) -> tuple[str, tuple[str, ...]]:
    mean = "Luo 2018" if optimal else "Wan 2014"
    sd = "Shi 2020" if optimal and scenario == "five numbers" else "Wan 2014"
    papers = tuple(_CITED[name] for name in dict.fromkeys((mean, sd)))
    return f"{scenario}: mean by {mean}, standard deviation by {sd}", papers
