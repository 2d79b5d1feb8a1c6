"""What a formula may say, held to columns made by hand and to R."""

from __future__ import annotations

import math
import re

import pytest

from filiform import evidence as ev
from filiform.errors import EvidenceError

Y = [0.10, 0.25, 0.52, 0.31, 0.94, 0.42, 0.77, 0.15]
V = [0.10, 0.21, 0.13, 0.20, 0.31, 0.12, 0.08, 0.17]
YEAR = [1991, 1995, 1999, 2003, 2010, 2012, 2015, 2021]
GRADE = [1, 2, 3, 1, 2, 3, 10, 10]
SITE = ["neck", "Back", "neck", "Back", "arm", "arm", "neck", "Back"]
ALL: dict[str, list[object]] = {"year": [*YEAR], "grade": [*GRADE], "site": [*SITE]}


def fit(formula: str) -> ev.MetaRegression:
    return ev.meta_regression(Y, V, ALL, formula=formula, tau2="DL", interval="z")


def names(formula: str) -> list[str]:
    return [one.name for one in fit(formula).coefficients]


@pytest.mark.parametrize(
    ("formula", "name", "column"),
    [
        ("~ I(year-1990)", "I(year - 1990)", [year - 1990.0 for year in YEAR]),
        (
            "~ I((year - 1990) / 10)",
            "I((year - 1990)/10)",
            [(year - 1990.0) / 10.0 for year in YEAR],
        ),
        ("~ log(year)", "log(year)", [math.log(year) for year in YEAR]),
        ("~ I(log2(grade) - 1)", "I(log2(grade) - 1)", [math.log2(grade) - 1.0 for grade in GRADE]),
        ("~ sqrt(grade)", "sqrt(grade)", [math.sqrt(grade) for grade in GRADE]),
        ("~ I(-grade^2)", "I(-grade^2)", [-float(grade**2) for grade in GRADE]),
        (
            "~ I(year * grade)",
            "I(year * grade)",
            [float(y * g) for y, g in zip(YEAR, GRADE, strict=True)],
        ),
    ],
)
def test_arithmetic_in_a_formula_is_the_column_made_by_hand(
    formula: str, name: str, column: list[float]
) -> None:
    found = fit(formula)
    by_hand = ev.meta_regression(Y, V, {"x": column}, tau2="DL", interval="z")
    assert found.coefficients[1].name == name
    for ours, own in zip(found.coefficients, by_hand.coefficients, strict=True):
        assert ours.estimate == pytest.approx(own.estimate, rel=1e-9)
        assert ours.standard_error == pytest.approx(own.standard_error, rel=1e-9)


def test_numbers_can_be_groups_in_the_order_of_size() -> None:
    assert names("~ factor(grade)") == [
        "intercept", "factor(grade)=2", "factor(grade)=3", "factor(grade)=10",
    ]  # fmt: skip
    assert names("~ factor(grade) - 1")[0] == "factor(grade)=1"
    assert names("~ year + as.factor(grade)")[2] == "as.factor(grade)=2"


def test_another_group_can_be_the_one_to_compare_with() -> None:
    assert names('~ relevel(site, ref="neck")') == [
        "intercept", 'relevel(site, ref = "neck")=arm', 'relevel(site, ref = "neck")=Back',
    ]  # fmt: skip
    assert names('~ relevel(factor(grade), ref="3")')[1] == 'relevel(factor(grade), ref = "3")=1'
    with pytest.raises(EvidenceError, match="unknown level of site 'knee'"):
        fit('~ relevel(site, ref="knee")')


def test_levels_follow_the_alphabet_whatever_the_case_of_their_letters() -> None:
    assert names("~ site") == ["intercept", "site=Back", "site=neck"]


def test_new_studies_are_transformed_as_those_of_the_fit() -> None:
    (one,) = fit("~ I(year - 1990) + factor(grade)").predict({"year": 2000, "grade": 2})
    data: dict[str, list[object]] = {"x": [year - 1990.0 for year in YEAR], "g": [*"abcabcdd"]}
    by_hand = ev.meta_regression(Y, V, data, formula="~ x + g", tau2="DL", interval="z")
    (own,) = by_hand.predict({"x": 10, "g": "b"})
    assert one.estimate == pytest.approx(own.estimate, rel=1e-8)
    assert one.standard_error == pytest.approx(own.standard_error, rel=1e-8)
    with pytest.raises(EvidenceError, match="unknown level of grade '4'"):
        fit("~ factor(grade)").predict({"grade": 4})


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        ("~ log(grade - 1)", "study '1': log(grade - 1) is -inf where grade is 1"),
        ("~ log(site)", "log(site): site has levels, not numbers"),
        ("~ scale(year)", "'scale(year)' is not understood"),
        ("~ __import__('os')", "is not understood"),
        ("~ year^2", "'year^2' is not understood"),
        ("~ I(year", "is not understood"),
        ("~ I(yaer - 1990)", "unknown moderator 'yaer': did you mean 'year'?"),
        ("~ relevel(site)", "'relevel(site)' is not understood"),
    ],
)
def test_what_a_formula_cannot_say_is_refused(formula: str, message: str) -> None:
    with pytest.raises(EvidenceError, match=re.escape(message)):
        fit(formula)


def test_names_may_have_dots_and_be_words_of_python() -> None:
    data = {"class": GRADE, "scale.rn": YEAR}
    found = ev.meta_regression(
        Y, V, data, formula="~ class + I(scale.rn - 1990)", tau2="DL", interval="z"
    )
    assert [one.name for one in found.coefficients][1:] == ["class", "I(scale.rn - 1990)"]
