"""Effect sizes: identities, zero cells, bias corrections, refusals."""

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

_MEANS = {"mean1": 55.0, "sd1": 47.0, "n1": 155, "mean2": 75.0, "sd2": 64.0, "n2": 156}
_CHANGE = {"mean1": 30.0, "sd1": 15.0, "mean2": 24.0, "sd2": 16.0, "n": 53, "correlation": 0.77}
_TABLE = {"events1": 7, "n1": 20, "events2": 3, "n2": 25}

_INPUTS: dict[str, Any] = {
    "mean1": 55.0, "sd1": 47.0, "n1": 155, "mean2": 75.0, "sd2": 64.0, "n2": 156, "events1": 7,
    "events2": 3, "time1": 120.0, "time2": 140.0, "mean": 30.0, "sd": 15.0, "n": 53, "events": 9,
    "time": 200.0, "correlation": 0.4, "both": 5, "only1": 8, "only2": 3, "neither": 9,
    "t_statistic": 2.5, "predictors": 3, "r_squared": 0.4, "alpha": 0.8, "items": 10,
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(ev.MEASURES))
def test_every_measure_gives_a_finite_effect_and_a_variance_above_zero(name: str) -> None:
    measure = ev.MEASURES[name]
    given = {key: _INPUTS[key] for key in measure.inputs}
    for formula in measure.variances:
        effects = ev.effect_size(name, variance=formula, **given)
        assert math.isfinite(float(effects.yi[0]))
        assert float(effects.vi[0]) > 0.0
        assert effects.words == measure.words


@pytest.mark.parametrize(
    "name", ["MD", "SMD", "SMDH", "ROM", "VR", "CVR", "RR", "OR", "RD", "PETO", "AS", "PHI", "PBIT"]
)
def test_swapping_the_groups_turns_the_sign_and_keeps_the_variance(name: str) -> None:
    given = {key: _INPUTS[key] for key in ev.MEASURES[name].inputs}
    swapped = {key[:-1] + ("2" if key[-1] == "1" else "1"): value for key, value in given.items()}
    one, other = ev.effect_size(name, **given), ev.effect_size(name, **swapped)
    assert float(other.yi[0]) == pytest.approx(-float(one.yi[0]))
    assert float(other.vi[0]) == pytest.approx(float(one.vi[0]))


@given(a=st.integers(1, 50), b=st.integers(1, 50), c=st.integers(1, 50), d=st.integers(1, 50))
def test_the_odds_ratio_of_no_event_is_the_inverse(a: int, b: int, c: int, d: int) -> None:
    one = ev.effect_size("OR", events1=a, n1=a + b, events2=c, n2=c + d)
    other = ev.effect_size("OR", events1=b, n1=a + b, events2=d, n2=c + d)
    assert float(other.yi[0]) == pytest.approx(-float(one.yi[0]))
    assert float(other.vi[0]) == pytest.approx(float(one.vi[0]))


@given(factor=st.floats(0.01, 100.0))
def test_the_unit_of_the_scale_does_not_matter_to_a_standardised_difference(
    factor: float,
) -> None:
    scaled = {
        key: value * factor if key.startswith(("mean", "sd")) else value
        for key, value in _MEANS.items()
    }
    one, other = ev.effect_size("SMD", **_MEANS), ev.effect_size("SMD", **scaled)  # type: ignore[arg-type]
    assert float(other.yi[0]) == pytest.approx(float(one.yi[0]))
    assert float(other.vi[0]) == pytest.approx(float(one.vi[0]))


def test_hedges_variance_is_metafors_default() -> None:
    effects = ev.effect_size("SMD", **_MEANS)  # type: ignore[arg-type]
    g = float(effects.yi[0])
    assert float(effects.vi[0]) == pytest.approx(1 / 155 + 1 / 156 + g**2 / (2 * 311), rel=1e-14)


def test_the_unbiased_variance_is_unbiased() -> None:
    # Hedges 1983: the mean of UB variances over many samples is the variance of g.
    rng = np.random.default_rng(5)
    n, delta, runs = 8, 0.8, 40_000
    first = rng.normal(delta, 1.0, (runs, n))
    second = rng.normal(0.0, 1.0, (runs, n))
    effects = ev.effect_size(
        "SMD", mean1=first.mean(1), sd1=first.std(1, ddof=1), n1=n,
        mean2=second.mean(1), sd2=second.std(1, ddof=1), n2=n, variance="UB",
    )  # fmt: skip
    assert effects.yi.mean() == pytest.approx(delta, abs=0.01)
    assert effects.vi.mean() == pytest.approx(effects.yi.var(), rel=0.03)


def test_the_bias_correction_can_be_left_out() -> None:
    plain = ev.effect_size("SMD", bias_correction=False, **_MEANS)  # type: ignore[arg-type]
    pooled = math.sqrt((154 * 47.0**2 + 155 * 64.0**2) / 309)
    assert float(plain.yi[0]) == pytest.approx(-20.0 / pooled)


def test_the_ratio_of_means_is_corrected_as_metafor_5_does() -> None:
    plain = ev.effect_size("ROM", bias_correction=False, **_MEANS)  # type: ignore[arg-type]
    corrected = ev.effect_size("ROM", **_MEANS)  # type: ignore[arg-type]
    shift = 0.5 * (47.0**2 / (155 * 55.0**2) - 64.0**2 / (156 * 75.0**2))
    assert float(plain.yi[0]) == pytest.approx(math.log(55 / 75))
    assert float(corrected.yi[0] - plain.yi[0]) == pytest.approx(shift)


def test_a_change_is_the_difference_with_the_variance_of_paired_values() -> None:
    effects = ev.effect_size("MC", **_CHANGE)  # type: ignore[arg-type]
    sd = ev.change_sd(15.0, 16.0, 0.77)
    assert float(effects.yi[0]) == 6.0
    assert float(effects.vi[0]) == pytest.approx(sd**2 / 53)


def test_zero_cells_are_treated_by_the_rule_asked_for() -> None:
    given = {"events1": [0, 7], "n1": [20, 20], "events2": [3, 3], "n2": [25, 25]}
    only = ev.effect_size("OR", **given)  # type: ignore[arg-type]
    every = ev.effect_size("OR", zero_cells="if_any", **given)  # type: ignore[arg-type]
    assert only.adjusted == ("1",)
    assert every.adjusted == ("1", "2")
    assert float(only.yi[0]) == pytest.approx(math.log(0.5 * 22.5 / (20.5 * 3.5)))
    assert float(only.yi[1]) == pytest.approx(math.log(7 * 22 / (13 * 3)))
    assert float(every.yi[1]) == pytest.approx(math.log(7.5 * 22.5 / (13.5 * 3.5)))
    with pytest.raises(EvidenceError, match="study '1': a table with a zero has no log odds ratio"):
        ev.effect_size("OR", zero_cells="none", **given)  # type: ignore[arg-type]


def test_studies_without_events_can_be_left_out_by_name() -> None:
    effects = ev.effect_size(
        "RR", events1=[0, 7], n1=20, events2=[0, 3], n2=25, labels=["Ho", "Li"],
        drop_without_events=True,
    )  # fmt: skip
    assert (effects.labels, effects.dropped) == (("Li",), ("Ho",))
    with pytest.raises(EvidenceError, match="nothing is left"):
        ev.effect_size("RR", events1=0, n1=20, events2=0, n2=25, drop_without_events=True)


def test_the_arcsine_difference_needs_no_correction() -> None:
    effects = ev.effect_size("AS", events1=0, n1=20, events2=3, n2=25)
    assert effects.adjusted == ()
    assert float(effects.vi[0]) == pytest.approx(1 / 80 + 1 / 100)


@given(x=st.integers(0, 60), more=st.integers(0, 60))
def test_freeman_tukey_goes_back_to_the_proportion(x: int, more: int) -> None:
    n = x + more
    if n == 0:
        return
    effects = ev.effect_size("PFT", events=x, n=n)
    assert ev.freeman_tukey_proportion(float(effects.yi[0]), n) == pytest.approx(x / n, abs=1e-7)


@pytest.mark.parametrize(
    ("name", "proportion"), [("PLN", 0.3), ("PLO", 0.3), ("PAS", 0.3), ("IRS", 0.3), ("PR", 0.3)]
)
def test_back_transformation_undoes_the_transformation(name: str, proportion: float) -> None:
    given = {"events": 30, "n": 100} if name.startswith("P") else {"events": 30, "time": 100}
    effects = ev.effect_size(name, **given)  # type: ignore[arg-type]
    assert ev.back_transform(name, float(effects.yi[0])) == pytest.approx(proportion)


def test_a_correlations_fisher_z_goes_back() -> None:
    effects = ev.effect_size("ZCOR", correlation=0.4, n=50)
    assert ev.back_transform("ZCOR", float(effects.yi[0])) == pytest.approx(0.4)


def test_probit_and_cox_snell_differences_are_near_the_difference_that_made_the_risks() -> None:
    # Two normal groups half a deviation apart, cut at 0: 69.15 % against 50 %.
    given = {"events1": 69_146, "n1": 100_000, "events2": 50_000, "n2": 100_000}
    for name, tolerance in (("PBIT", 1e-4), ("OR2DN", 0.02), ("OR2DL", 0.06)):
        effects = ev.effect_size(name, **given)  # type: ignore[arg-type]
        assert float(effects.yi[0]) == pytest.approx(0.5, abs=tolerance)


def test_effects_become_tables_and_plain_data() -> None:
    effects = ev.effect_size("OR", **_TABLE)  # type: ignore[arg-type]
    assert effects.k == 1
    assert list(effects.to_frame()["label"]) == ["1"]
    assert effects.to_dict()["measure"] == "OR"
    assert effects.summary().startswith("log odds ratio")
    with pytest.raises(ValueError, match="read-only"):
        effects.yi[0] = 1.0


REFUSALS: list[tuple[str, dict[str, Any], str]] = [
    ("SMDD", {}, "unknown measure 'SMDD': did you mean 'SMD'?"),
    ("MD", {"sd2": None}, "MD needs mean1, sd1, n1, mean2, sd2, n2: sd2 not given"),
    ("MD", {"events": 3}, "MD needs mean1, sd1, n1, mean2, sd2, n2 and has no use for events"),
    ("MD", {"n1": 0}, "study '1': n1 is 0, a number of people above 0 is needed"),
    ("MD", {"sd1": -1.0}, "study '1': sd1 is -1, a standard deviation of 0 or above is needed"),
    ("MD", {"mean1": math.nan}, "study '1': mean1 is nan, a finite number is needed"),
    ("MD", {"mean1": [1.0, 2.0], "sd1": [1.0, 2.0, 3.0]}, "columns of different length"),
    ("MD", {"variance": "XX"}, "unknown variance of MD 'XX'"),
    ("SMD", {"sd1": 0.0, "sd2": 0.0}, "the standard deviation to divide by is 0"),
    ("SMD", {"n1": 1, "n2": 1}, "a standardised difference needs 4 people or more"),
    ("SMDH", {"n1": 1}, "each group needs 2 people or more"),
    ("ROM", {"mean1": -1.0}, "a ratio needs two means of the same sign"),
    ("CVR", {"mean1": -1.0}, "a coefficient of variation needs means above 0"),
]


@pytest.mark.parametrize(("name", "change", "message"), REFUSALS)
def test_what_cannot_be_computed_is_refused_with_the_reason(
    name: str, change: dict[str, Any], message: str
) -> None:
    with pytest.raises(EvidenceError, match=re.escape(message)):
        ev.effect_size(name, **(_MEANS | change))


TABLE_REFUSALS: list[tuple[str, dict[str, Any], str]] = [
    ("OR", {"events1": 21}, "study '1': events1 21 exceeds n1 20: check the two numbers"),
    ("OR", {"events1": -1}, "study '1': events1 is -1, a count of 0 or above is needed"),
    ("OR", {"zero_cells": "onlyzero"}, "unknown zero-cell rule 'onlyzero': did you mean"),
    ("OR", {"added": -1.0}, "added is -1.0, 0 or a finite number above is needed"),
    ("RR", {"events1": 0, "zero_cells": "none"}, "a group without events has no log risk ratio"),
    ("PETO", {"events1": 0, "events2": 0, "added": 0.0}, "Peto's ratio has no variance"),
    ("PHI", {"events1": 0, "events2": 0}, "a margin of the table is 0"),
    ("RTET", {"events1": 0}, "a table with a zero has no tetrachoric correlation"),
    ("YUQ", {"events1": 0, "added": 0.0}, "a table with a zero has no variance"),
    ("PBIT", {"events1": 0, "added": 0.0}, "a risk of 0 or 1 has no probit"),
]


@pytest.mark.parametrize(("name", "change", "message"), TABLE_REFUSALS)
def test_tables_that_cannot_be_are_refused_with_the_reason(
    name: str, change: dict[str, Any], message: str
) -> None:
    with pytest.raises(EvidenceError, match=re.escape(message)):
        ev.effect_size(name, **(_TABLE | change))


def test_single_groups_that_have_no_effect_are_refused() -> None:
    for name, inputs, message in (
        ("PLO", {"events": 0, "n": 9, "zero_cells": "none"}, "a proportion of 0 or 1 has no logit"),
        ("PLN", {"events": 0, "n": 9, "zero_cells": "none"}, "has no log proportion"),
        ("IRLN", {"events": 0, "time": 9, "zero_cells": "none"}, "has no log rate"),
        ("MNLN", {"mean": -1, "sd": 1, "n": 9}, "a mean of 0 or below has no logarithm"),
        ("SDLN", {"sd": 0, "n": 9}, "a standard deviation of 0 has no logarithm"),
        ("SMN", {"mean": 1, "sd": 1, "n": 2}, "needs 3 people or more"),
        ("ZCOR", {"correlation": 1.0, "n": 9}, "has no Fisher z"),
        ("UCOR", {"correlation": 0.5, "n": 4}, "needs 5 people or more"),
        ("COR", {"correlation": 1.5, "n": 9}, "a correlation from −1 to 1 is needed"),
    ):
        with pytest.raises(EvidenceError, match=re.escape(message)):
            ev.effect_size(name, **inputs)
    with pytest.raises(EvidenceError, match="n is 0"):
        ev.freeman_tukey_proportion(0.3, 0.0)
