"""Worked examples from print."""

from __future__ import annotations

import numpy as np
import pytest

from filiform import evidence as ev

# Colditz et al. 1994 as in Viechtbauer 2010, Journal of Statistical Software 36(3), section 3.1:
# trials of BCG vaccine against tuberculosis.
_BCG = {
    "events1": [4, 6, 3, 62, 33, 180, 8, 505, 29, 17, 186, 5, 27],
    "n1": [123, 306, 231, 13598, 5069, 1541, 2545, 88391, 7499, 1716, 50634, 2498, 16913],
    "events2": [11, 29, 11, 248, 47, 372, 10, 499, 45, 65, 141, 3, 29],
    "n2": [139, 303, 220, 12867, 5808, 1451, 629, 88391, 7277, 1665, 27338, 2341, 17854],
}


def test_the_bcg_trials_give_the_table_of_the_journal_of_statistical_software() -> None:
    effects = ev.effect_size("RR", **_BCG)  # type: ignore[arg-type]
    fit = ev.pool(effects.yi, effects.vi, interval="z")
    # Viechtbauer 2010, page 12: estimate -0.7145, se 0.1798, interval -1.0669 to -0.3622,
    # tau^2 0.3132 (SE 0.1664), I^2 92.22 %, H^2 12.86, Q(df = 12) = 152.2330.
    assert round(fit.estimate, 4) == -0.7145
    assert round(fit.standard_error, 4) == 0.1798
    assert (round(fit.ci_low, 4), round(fit.ci_high, 4)) == (-1.0669, -0.3622)
    assert fit.tau2 is not None
    assert fit.i2 is not None
    assert fit.h2 is not None
    assert fit.tau2_standard_error is not None
    assert round(fit.tau2, 4) == 0.3132
    assert round(fit.tau2_standard_error, 4) == 0.1664
    assert (round(fit.i2, 2), round(fit.h2, 2)) == (92.22, 12.86)
    assert round(fit.q, 4) == 152.2330


def test_hedges_g_of_borenstein_2009_chapter_4() -> None:
    # Borenstein, Hedges, Higgins and Rothstein 2009, Introduction to Meta-Analysis, pages 27 to 28:
    # means 103 and 100, deviations 5.5 and 4.5, 50 a group: d 0.5970, J 0.9923, g 0.5924.
    one = ev.effect_size(
        "SMD", mean1=103, sd1=5.5, n1=50, mean2=100, sd2=4.5, n2=50, variance="LS2"
    )
    assert float(one.yi[0]) == pytest.approx(0.5924, abs=5e-5)
    assert float(one.vi[0]) == pytest.approx(0.0412, abs=1e-4)


def test_the_handbooks_deviation_from_a_p_value() -> None:
    # Cochrane Handbook, section 6.5.2.3: difference 3.8, p 0.008, 25 and 22 people: t 2.78,
    # standard error 1.37, standard deviation 4.69 (with those rounded steps).
    assert ev.sd_from_p(3.8, 0.008, 25, 22) == pytest.approx(4.69, abs=0.015)


def test_the_handbooks_correlation_from_change_scores() -> None:
    # Cochrane Handbook, section 6.5.2.8: deviations 6.4, 7.1 and 4.5 of the changes: 0.78.
    assert round(ev.correlation_from_change(6.4, 7.1, 4.5), 2) == 0.78


def test_the_handbooks_divisor_for_a_small_sample() -> None:
    # Cochrane Handbook, section 6.5.2.2: for 25 people the divisor 3.92 becomes 4.128.
    assert ev.sd_from_interval(0.0, 4.128, 25) == pytest.approx(5.0, abs=1e-3)


def test_combined_groups_are_what_the_people_give() -> None:
    first, second = np.array([1.0, 4.0, 7.0, 9.0]), np.array([2.0, 2.5, 8.0])
    groups = [ev.Group(part.size, part.mean(), part.std(ddof=1)) for part in (first, second)]
    together = ev.combine_groups(groups)
    people = np.concatenate([first, second])
    found = (together.n, together.mean, together.sd)
    assert found == pytest.approx((people.size, people.mean(), people.std(ddof=1)))
