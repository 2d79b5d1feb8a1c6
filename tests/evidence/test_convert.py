"""From what papers report to what effect sizes need."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from filiform import evidence as ev
from filiform.errors import EvidenceError

if TYPE_CHECKING:
    from collections.abc import Callable


@given(sd=st.floats(0.1, 50.0), n=st.integers(2, 500))
def test_a_deviation_comes_back_from_the_interval_it_makes(sd: float, n: int) -> None:
    from scipy.special import stdtrit  # noqa: PLC0415

    half = float(stdtrit(n - 1, 0.975)) * sd / math.sqrt(n)
    assert ev.sd_from_interval(-half, half, n) == pytest.approx(sd)
    assert ev.sd_from_se(sd / math.sqrt(n), n) == pytest.approx(sd)


@given(estimate=st.floats(-3.0, 3.0), error=st.floats(0.01, 2.0))
def test_an_effect_comes_back_from_the_interval_it_makes(estimate: float, error: float) -> None:
    z = 1.959963984540054
    low, high = math.exp(estimate - z * error), math.exp(estimate + z * error)
    found = ev.effect_from_interval(low, high, log=True)
    assert found.estimate == pytest.approx(estimate, abs=1e-9)
    assert found.variance == pytest.approx(error**2)


@given(estimate=st.floats(-3.0, 3.0), variance=st.floats(0.0, 2.0), sd=st.floats(0.1, 50.0))
def test_scales_lead_there_and_back(estimate: float, variance: float, sd: float) -> None:
    there = ev.log_odds_ratio_from_smd(estimate, variance)
    back = ev.smd_from_log_odds_ratio(there.estimate, there.variance)
    assert (back.estimate, back.variance) == pytest.approx((estimate, variance))
    there = ev.mean_difference_from_smd(estimate, variance, sd=sd)
    back = ev.smd_from_mean_difference(there.estimate, there.variance, sd=sd)
    assert (back.estimate, back.variance) == pytest.approx((estimate, variance))


@pytest.mark.parametrize("method", ["luo_shi", "wan"])
@pytest.mark.parametrize("scenario", ["range", "quartiles", "five"])
def test_quantiles_of_normal_samples_give_their_mean_and_deviation(
    method: str, scenario: str
) -> None:
    rng = np.random.default_rng(9)
    n = 80
    samples = rng.normal(50.0, 10.0, (3000, n))
    low, q1, median, q3, high = np.quantile(samples, [0, 0.25, 0.5, 0.75, 1], axis=1)
    found = [
        ev.mean_sd_from_quantiles(
            n,
            float(median[i]),
            minimum=float(low[i]) if scenario != "quartiles" else None,
            maximum=float(high[i]) if scenario != "quartiles" else None,
            quartile1=float(q1[i]) if scenario != "range" else None,
            quartile3=float(q3[i]) if scenario != "range" else None,
            method=method,
        )
        for i in range(samples.shape[0])
    ]
    assert np.mean([one.mean for one in found]) == pytest.approx(50.0, abs=0.2)
    assert np.mean([one.sd for one in found]) == pytest.approx(10.0, abs=0.25)


def test_one_group_combined_with_nothing_is_itself() -> None:
    one = ev.combine_groups([ev.Group(12, 5.0, 2.0)])
    assert (one.n, one.mean, one.sd) == pytest.approx((12, 5.0, 2.0))


REFUSALS: list[tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any], str]] = [
    (ev.sd_from_se, (-1.0, 5), {}, "standard error -1.0 is not admissible: 0 or above"),
    (ev.sd_from_interval, (2.0, 1.0, 5), {}, "an upper bound not below the lower"),
    (ev.sd_from_interval, (1.0, 2.0, 1), {}, "n 1 is not admissible: 2 or more"),
    (ev.sd_from_interval, (1.0, 2.0, 5), {"distribution": "f"}, '"t" or "normal" is needed'),
    (ev.sd_from_t, (1.0, 0.0, 5, 5), {}, "a t of 0 says nothing about the spread"),
    (ev.sd_from_p, (1.0, 0.0, 5, 5), {}, "p-value 0.0 is not admissible: between 0 and 1"),
    (ev.change_sd, (1.0, 1.0, 2.0), {}, "correlation 2.0 is not admissible: from −1 to 1"),
    (ev.correlation_from_change, (1.0, 2.0, 9.0), {}, "from 1 to 3 is needed"),
    (ev.mean_sd_from_quantiles, (1, 5.0), {}, "n 1 is not admissible: above 1"),
    (ev.mean_sd_from_quantiles, (9, 5.0), {}, "give minimum and maximum, or both quartiles"),
    (ev.mean_sd_from_quantiles, (9, 5.0), {"method": "x"}, '"luo_shi" and "wan" are admissible'),
    (ev.mean_sd_from_quantiles, (9, 5.0), {"minimum": 6.0, "maximum": 7.0}, "are out of order"),
    (ev.combine_groups, ([],), {}, "no group given"),
    (ev.combine_groups, ([ev.Group(0, 1.0, 1.0)],), {}, "group 1 has n 0"),
    (ev.combine_groups, ([ev.Group(1, 1.0, 0.0)],), {}, "one person has no standard deviation"),
    (ev.effect_from_interval, (2.0, 1.0), {}, "the upper bound must be above"),
    (ev.effect_from_interval, (0.0, 1.0), {"log": True}, "lower bound 0.0 of a ratio"),
    (ev.variance_from_p, (0.0, 0.5), {}, "an effect other than 0"),
    (ev.smd_from_log_odds_ratio, (0.5, -1.0), {}, "with variance -1.0: 0 or above"),
    (ev.mean_difference_from_smd, (0.5, 1.0), {"sd": 0.0}, "a finite number above 0 is needed"),
    (ev.back_transform, ("RRR", 1.0), {}, "unknown measure or transformation 'RRR'"),
]


@pytest.mark.parametrize(("function", "given", "options", "message"), REFUSALS)
def test_what_cannot_be_converted_is_refused_with_the_reason(
    function: Callable[..., Any], given: tuple[Any, ...], options: dict[str, Any], message: str
) -> None:
    with pytest.raises(EvidenceError, match=re.escape(message)):
        function(*given, **options)
