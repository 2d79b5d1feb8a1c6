"""Small-study effects: identities, edges, refusals."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from filiform import evidence as ev
from filiform.errors import EvidenceError
from filiform.evidence.small_study.kendall import kendall

Y = [0.05, 0.1, 0.12, 0.3, 0.5, 0.8, 1.1, 0.4]
V = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.09]
TABLES = ([4, 6, 3, 62], [123, 306, 231, 13598], [11, 29, 11, 248], [139, 303, 220, 12867])


def test_eggers_intercept_form_is_the_slope_form() -> None:
    # Egger et al. 1997 regress y/s on 1/s: their intercept is the slope on s with weights 1/v.
    y, s = np.array(Y), np.sqrt(np.array(V))
    found = ev.egger(Y, V)
    design = np.column_stack([np.ones_like(s), 1.0 / s])
    coefficients, *_ = np.linalg.lstsq(design, y / s, rcond=None)
    assert found.bias == pytest.approx(coefficients[0])
    assert found.limit == pytest.approx(coefficients[1])
    assert found.warnings
    assert "too little power" in found.summary()


def test_turning_the_sign_turns_the_side_of_trim_and_fill() -> None:
    one, other = ev.trim_and_fill(Y, V), ev.trim_and_fill([-y for y in Y], V)
    assert (one.side, other.side) == ("left", "right")
    assert one.missing == other.missing > 0
    assert other.pooled.estimate == pytest.approx(-one.pooled.estimate)
    assert sorted(other.filled_estimates) == pytest.approx(sorted(-y for y in one.filled_estimates))
    assert one.pooled.k == 8 + one.missing
    assert "missing on the left" in one.summary()


def test_filled_studies_mirror_the_trimmed_ones() -> None:
    found = ev.trim_and_fill(Y, V, side="left")
    trimmed = sorted(Y)[-found.missing :]
    centre = {round((a + b) / 2, 9) for a, b in zip(trimmed, found.filled_estimates, strict=True)}
    assert len(centre) == 1


@given(
    x=st.lists(st.integers(0, 6), min_size=4, max_size=9),
    y=st.permutations(list(range(9))),
)
def test_kendalls_tau_is_scipys(x: list[int], y: list[int]) -> None:
    from scipy.stats import kendalltau  # noqa: PLC0415

    if len(set(x)) < 2:
        return
    other = y[: len(x)]
    found = kendall(np.array(x, float), np.array(other, float))
    theirs = kendalltau(x, other)
    assert found.tau == pytest.approx(theirs.statistic, abs=1e-12)
    if len(set(x)) == len(x):
        assert found.p_value == pytest.approx(kendalltau(x, other, method="exact").pvalue)
    else:
        assert found.normal_p == pytest.approx(
            kendalltau(x, other, method="asymptotic").pvalue, rel=1e-6
        )


def test_as_many_null_studies_as_rosenthal_says_undo_the_result() -> None:
    y, v = [0.5, 0.6, 0.4], [0.04, 0.04, 0.04]
    number = int(ev.fail_safe_n(y, v).number)
    for more, undone in ((number - 1, False), (number, True)):
        z = sum(a / 0.2 for a in y) / math.sqrt(3 + more)
        assert (z <= 1.6448536269514722 + 1e-12) == undone


def test_orwins_mean_falls_to_the_target() -> None:
    found = ev.fail_safe_n([0.5, 0.6, 0.4], [0.04, 0.01, 0.04], kind="Orwin", weighted=False)
    assert found.average == pytest.approx(0.5)
    assert 0.5 * 3 / (3 + found.number) == pytest.approx(found.target)
    assert ev.fail_safe_n([0.5, 0.6], [0.1, 0.1], kind="Orwin", target=-0.1).number == math.inf


def test_pet_is_kept_where_it_finds_no_effect() -> None:
    found = ev.pet_peese([0.02, 0.21, 0.33, 0.52], [0.01, 0.04, 0.09, 0.25])
    assert found.chosen == "PET"
    assert found.estimate is found.pet
    assert "PET chosen" in found.summary()
    assert found.to_dict()["chosen"] == "PET"


def test_the_number_of_significant_studies_has_the_distribution_of_coins() -> None:
    # Equal studies have equal power: the Poisson binomial is the binomial.
    found = ev.excess_significance([0.5, 0.5, 0.5, 0.1], [0.04] * 4, effect=0.4)
    p = found.power[0]
    tail = sum(math.comb(4, j) * p**j * (1 - p) ** (4 - j) for j in (3, 4))
    assert found.observed == 3
    assert found.p_value == pytest.approx(tail)


def test_a_symmetric_doi_plot_has_an_index_near_zero() -> None:
    found = ev.lfk_index([-1.0, -0.5, 0.0, 0.5, 1.0], [0.2, 0.1, 0.05, 0.1, 0.2])
    assert abs(found.index) < 0.1
    assert found.words == "no asymmetry"


def test_limit_meta_analysis_without_heterogeneity_is_the_radial_line() -> None:
    y, v = [0.1, 0.11, 0.12, 0.1], [0.01, 0.04, 0.09, 0.25]
    found = ev.limit_meta_analysis(y, v)
    assert found.shrunken == pytest.approx([found.beta] * 4)
    assert "bias" in found.summary()


@pytest.mark.parametrize("name", ["harbord", "peters", "deeks", "schwarzer"])
def test_swapping_groups_turns_the_sign_of_the_bias(name: str) -> None:
    a, n1, c, n2 = TABLES
    one = getattr(ev, name)(a, n1, c, n2)
    other = getattr(ev, name)(c, n2, a, n1)
    assert other.bias == pytest.approx(-one.bias)
    assert other.p_value == pytest.approx(one.p_value)
    assert one.references()


REFUSALS: list[tuple[Any, tuple[Any, ...], dict[str, Any], str]] = [
    (ev.egger, (Y[:2], V[:2]), {}, "2 studies have no line with an error: give at least 3"),
    (ev.egger, (Y[:3], [0.1] * 3), {}, "all studies are equally precise"),
    (ev.egger, (Y, V), {"model": "lmm"}, "unknown model 'lmm': did you mean"),
    (ev.egger, (Y, V), {"predictor": "sizes"}, "unknown predictor 'sizes'"),
    (ev.egger, (Y, V), {"predictor": "size"}, "predictor size is made of the people"),
    (ev.egger, (Y, V), {"sizes": [9] * len(Y)}, "predictor standard_error has no use for sizes"),
    (ev.egger, (Y, V), {"predictor": "ninv", "sizes": [9, 9]}, "sizes 2): give one value"),
    (ev.egger, (Y[:3], V[:3]), {"predictor": "ni", "sizes": [9, 0, 3]}, "size is 0, above 0"),
    (ev.begg, (Y[:2], V[:2]), {}, "2 studies have no order to test"),
    (ev.begg, (Y[:3], [0.1] * 3), {}, "all studies are equally precise"),
    (ev.thompson_sharp, (Y[:3], [0.1] * 3), {}, "all studies are equally precise"),
    (ev.trim_and_fill, (Y[:2], V[:2]), {}, "2 studies have no funnel"),
    (ev.trim_and_fill, (Y[:3], [0.1] * 3), {}, "the side cannot be told: give side="),
    (
        ev.trim_and_fill,
        ([-3.0, 0.1, 0.2, 0.3, 0.4], [0.01, 0.3, 0.3, 0.3, 0.3]),
        {"estimator": "Q0", "side": "left", "tau2": "common"},
        "Q0 has no value here: the rank sum 14 of 5 studies is too large",
    ),
    (ev.trim_and_fill, (Y, V), {"estimator": "L1"}, "unknown estimator 'L1'"),
    (ev.fail_safe_n, (Y, V), {"kind": "Orwins"}, "unknown fail-safe N 'Orwins': did you mean"),
    (ev.fail_safe_n, (Y, V), {"alpha": 5}, "alpha 5 is not between 0 and 1"),
    (ev.fail_safe_n, (Y, V), {"target": 0.1}, "Rosenthal has no target"),
    (ev.limit_meta_analysis, (Y[:2], V[:2]), {}, "2 studies have no line with an error"),
    (ev.limit_meta_analysis, (Y[:3], [0.1] * 3), {}, "all studies are equally precise"),
    (ev.lfk_index, ([0.1, 0.1], [0.1, 0.2]), {}, "needs two studies with different effects"),
    (ev.harbord, ([0, 1, 2], [9] * 3, [0, 1, 2], [9] * 3), {}, "study '1': no events"),
    (ev.schwarzer, ([0.5, 1, 2], [9] * 3, [1, 1, 2], [9] * 3), {}, "counts must be whole"),
    (ev.schwarzer, ([1, 2], [9] * 2, [1, 2], [9] * 2), {}, "2 studies have no order to test"),
]


@pytest.mark.parametrize(("function", "given", "options", "message"), REFUSALS)
def test_what_cannot_be_tested_is_refused_with_the_reason(
    function: Any, given: tuple[Any, ...], options: dict[str, Any], message: str
) -> None:
    with pytest.raises(EvidenceError, match=re.escape(message)):
        function(*given, **options)
