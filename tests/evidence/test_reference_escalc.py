from __future__ import annotations

import math

import pytest
from tests.evidence.reference import Case, cases, compare

from filiform import evidence as ev
from filiform.evidence.effects.tetrachoric import bivariate_normal

CASES = cases("escalc")

# metafor finds the tetrachoric correlation by golden-section search to about 2e-5 (see
# validation/divergences.md); its numbers are compared that far, and ours with the equation.
_METAFOR_TETRACHORIC_DIGITS = 3e-5


def test_no_case_is_left_out() -> None:
    assert len(CASES) == 13


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_effect_sizes_are_metafors(case: Case) -> None:
    effects = ev.effect_size(case.measure, **case.inputs())  # type: ignore[arg-type]
    ours = {"yi": effects.yi.tolist(), "vi": effects.vi.tolist()}
    if case.measure == "RTET":
        assert ours["yi"] == pytest.approx(case.expected["yi"], abs=_METAFOR_TETRACHORIC_DIGITS)
        assert ours["vi"] == pytest.approx(case.expected["vi"], rel=4e-5)
        return
    assert compare(case, ours, max(map(abs, case.expected["yi"]))) == []


def test_the_tetrachoric_correlation_solves_its_equation() -> None:
    from scipy.special import ndtri  # noqa: PLC0415

    case = next(case for case in CASES if case.measure == "RTET")
    given = case.inputs()
    effects = ev.effect_size("RTET", **given)  # type: ignore[arg-type]
    columns = zip(*given.values(), effects.yi.tolist(), strict=True)
    for a, n1, c, n2, r in columns:
        n = n1 + n2
        h, k = float(ndtri(n1 / n)), float(ndtri((a + c) / n))
        assert bivariate_normal(h, k, math.asin(r)) == pytest.approx(a / n, abs=1e-15)
