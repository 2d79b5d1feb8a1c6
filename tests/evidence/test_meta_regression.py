"""Meta-regression: identities, formulas, permutation, refusals."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filiform import evidence as ev
from filiform.errors import EvidenceError
from filiform.evidence.regression._formula import parse

Y = [0.1, 0.5, -0.2, 0.9, 0.3, 0.7, 0.4]
V = [0.02, 0.05, 0.01, 0.03, 0.02, 0.06, 0.04]
DOSE = [1.0, 3.0, 0.5, 4.0, 2.0, 3.5, 2.5]
GROUP = ["a", "b", "a", "b", "a", "b", "b"]


@pytest.mark.parametrize("tau2", ["REML", "ML", "DL", "PM", "SJ", "HE", "HS", "common"])
def test_a_regression_on_nothing_is_pooling(tau2: str) -> None:
    one = ev.meta_regression(Y, V, {}, formula="~ 1", tau2=tau2)
    other = ev.pool(Y, V, tau2=tau2)
    assert one.tau2 == pytest.approx(other.tau2, rel=1e-10)
    assert one.coefficients[0].estimate == pytest.approx(other.estimate, rel=1e-12)
    assert one.coefficients[0].ci_low == pytest.approx(other.ci_low, rel=1e-10)
    assert one.fit_statistics().aicc == pytest.approx(other.fit_statistics().aicc)
    assert one.tau2_standard_error == pytest.approx(other.tau2_standard_error)


def test_a_factor_is_subgroups_that_share_tau2() -> None:
    fit = ev.meta_regression(Y, V, {"group": GROUP}, formula="~ group - 1", interval="z")
    groups = ev.subgroups(Y, V, GROUP, shared_tau2=True, interval="z")
    assert [one.estimate for one in fit.coefficients] == pytest.approx(
        [group.estimate for group in groups.groups]
    )
    between = ev.meta_regression(Y, V, {"group": GROUP}, interval="z")
    assert between.qm == pytest.approx(groups.q_between)


@given(shift=st.floats(-1e4, 1e4), scale=st.floats(0.01, 100.0))
@settings(max_examples=40)
def test_the_unit_and_origin_of_a_moderator_do_not_matter(shift: float, scale: float) -> None:
    one = ev.meta_regression(Y, V, {"dose": DOSE})
    other = ev.meta_regression(Y, V, {"dose": [shift + scale * x for x in DOSE]})
    assert other.tau2 == pytest.approx(one.tau2, rel=1e-6)
    assert other.coefficients[1].estimate * scale == pytest.approx(
        one.coefficients[1].estimate, rel=1e-6
    )
    assert other.qm == pytest.approx(one.qm, rel=1e-6)


def test_predictions_follow_the_formula() -> None:
    fit = ev.meta_regression(
        Y, V, {"dose": DOSE, "group": GROUP}, formula="~ dose * group + I(dose^2)"
    )
    assert [one.name for one in fit.coefficients] == [
        "intercept", "dose", "group=b", "I(dose^2)", "dose:group=b",
    ]  # fmt: skip
    again = fit.predict({"dose": DOSE, "group": GROUP})
    assert [one.estimate for one in again] == pytest.approx(list(fit.fitted))
    assert again[0].pi_low <= again[0].ci_low <= again[0].estimate


def test_a_formula_says_what_it_is_made_of() -> None:
    parsed = parse("a * b + I(c^3) + a:c - 1")
    words = [":".join(factor.words for factor in term) for term in parsed.terms]
    assert (words, parsed.intercept) == (["a", "b", "I(c^3)", "a:b", "a:c"], False)


def test_permutations_of_a_strong_moderator_seldom_do_as_well() -> None:
    fit = ev.meta_regression(Y, V, {"dose": DOSE})
    found = ev.permutation_test(fit, most=200, random=np.random.default_rng(1))
    assert found.permutations == 200
    assert not found.exact
    assert found.p_values[1] < 0.05
    assert found.omnibus_p == found.p_values[1]


def test_all_permutations_are_made_where_they_are_few() -> None:
    fit = ev.meta_regression(Y[:5], V[:5], {"dose": DOSE[:5]})
    found = ev.permutation_test(fit)
    assert (found.exact, found.permutations) == (True, 120)
    assert found.p_values[1] * 120 == pytest.approx(round(found.p_values[1] * 120))


def test_the_sign_test_of_a_mean_is_symmetric() -> None:
    one = ev.permutation_test(ev.pool(Y, V))
    other = ev.permutation_test(ev.pool([-y for y in Y], V))
    assert (one.exact, one.permutations) == (True, 128)
    assert one.omnibus_p == other.omnibus_p


def test_results_become_tables_and_plain_data() -> None:
    fit = ev.meta_regression(Y, V, {"dose": DOSE})
    assert list(fit.to_frame()["name"]) == ["intercept", "dose"]
    assert fit.to_dict()["design"]["names"] == ["intercept", "dose"]  # type: ignore[index]
    assert "moderators together" in fit.summary()
    assert any("fewer than 10 each" in warning for warning in fit.warnings)


REFUSALS: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({"dose": DOSE}, {"formula": "~ dos"}, "unknown moderator 'dos': did you mean 'dose'?"),
    ({"dose": DOSE[:3]}, {}, "3 values of dose for 7 studies: give one a study"),
    ({"dose": [*DOSE[:6], float("nan")]}, {}, "study '7': dose is nan"),
    ({"group": [*GROUP[:6], None]}, {}, "study '7': group is missing"),
    ({"a": DOSE, "b": DOSE}, {}, "b is a combination of the moderators before it"),
    ({f"x{i}": list(range(i, i + 7)) for i in range(7)}, {}, "7 studies and 8 coefficients leave"),
    ({"dose": DOSE}, {"formula": "~"}, "the formula is empty"),
    ({"dose": DOSE}, {"formula": "~ dose - dose"}, "only the intercept can be taken away"),
    ({"dose": DOSE}, {"formula": "~ poly(dose, 2)"}, "'poly(dose, 2)' is not understood"),
    ({"dose": DOSE}, {"formula": "~ 0"}, "the formula has neither intercept nor moderators"),
    ({"group": GROUP}, {"formula": "~ I(group^2)"}, "group has levels, not numbers"),
    ({"my dose": DOSE}, {}, "moderators need names without spaces"),
    ({"dose": DOSE}, {"interval": "KR"}, "the Kenward-Roger interval is not available"),
    ({"dose": DOSE}, {"tau2": "GENQ"}, "GENQ is not available for moderators"),
    ({"dose": DOSE}, {"tau2_interval": "genq"}, "the generalised Q interval is not available"),
]


@pytest.mark.parametrize(("moderators", "options", "message"), REFUSALS)
def test_what_cannot_be_fitted_is_refused_with_the_reason(
    moderators: dict[str, Any], options: dict[str, Any], message: str
) -> None:
    with pytest.raises(EvidenceError, match=re.escape(message)):
        ev.meta_regression(Y, V, moderators, **options)


def test_what_a_fit_cannot_tell_is_refused() -> None:
    fit = ev.meta_regression(Y, V, {"dose": DOSE, "group": GROUP})
    for action, message in (
        (lambda: fit.predict({"dose": [1.0]}), "new values are missing for group"),
        (lambda: fit.predict({"dose": [1.0], "group": ["c"]}), "unknown level of group 'c'"),
        (lambda: fit.predict({"dose": [1.0], "group": ["a", "b"]}), "of different length"),
        (lambda: fit.contrasts([[1.0]]), "a contrast needs 3 numbers a row"),
        (lambda: fit.test_of(["dos"]), "unknown coefficient 'dos': did you mean 'dose'?"),
        (lambda: fit.test_of_contrasts([[1, 0, 0], [2, 0, 0]]), "depend on one another"),
        (lambda: ev.likelihood_ratio(fit, fit), 'fit both with tau2="ML"'),
        (lambda: ev.likelihood_ratio(fit, ev.pool(Y[:3], V[:3])), "rest on other studies"),
        (lambda: ev.blups(ev.pool([1.0], [1.0])), "there is nothing to predict"),
        (lambda: ev.permutation_test(fit, most=5), "5 permutations are too few"),
        (lambda: ev.permutation_test(fit), "give random="),
        (lambda: ev.permutation_test(ev.pool([1.0], [1.0])), "cannot be permuted"),
    ):
        with pytest.raises(EvidenceError, match=re.escape(message)):
            action()


def test_models_must_be_nested_the_right_way_round() -> None:
    full = ev.meta_regression(Y, V, {"dose": DOSE}, tau2="ML")
    with pytest.raises(EvidenceError, match="no more parameters than the reduced"):
        ev.likelihood_ratio(full, full)
