"""Deletions, orders, many at once: identities with `pool`, and refusals."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filiform import evidence as ev
from filiform.errors import EvidenceError

METHODS = ("REML", "ML", "DL", "PM", "PMM", "SJ", "HE", "HS", "HSk", "common")

_studies = st.lists(
    st.tuples(st.floats(-5.0, 5.0, allow_subnormal=False), st.floats(1e-3, 10.0)),
    min_size=3,
    max_size=12,
)


@pytest.mark.parametrize("interval", ["HK_adhoc", "HK", "t", "z"])
@pytest.mark.parametrize("tau2", METHODS)
@given(studies=_studies)
@settings(max_examples=25)
def test_each_row_of_many_is_what_pool_gives(
    tau2: str, interval: str, studies: list[tuple[float, float]]
) -> None:
    y, v = (np.array(column) for column in zip(*studies, strict=True))
    one = ev.pool(y, v, tau2=tau2, interval=interval)
    more = np.full((3, y.size), np.nan), np.full((3, y.size), np.nan)
    more[0][0], more[1][0] = y, v
    more[0][1], more[1][1] = 2.0**10 * y, 2.0**20 * v
    more[0][2, :2], more[1][2, :2] = y[:2], v[:2]
    many = ev.pool_many(*more, tau2=tau2, interval=interval)
    two = ev.pool(y[:2], v[:2], tau2=tau2, interval=interval)
    assert one.tau2 is not None
    assert many.tau2[0] == pytest.approx(one.tau2, rel=1e-8, abs=1e-12)
    assert many.tau2[1] == pytest.approx(2.0**20 * one.tau2, rel=1e-8, abs=1e-6)
    assert many.tau2[2] == pytest.approx(two.tau2, rel=1e-8, abs=1e-12)
    assert many.estimate[0] == pytest.approx(one.estimate, rel=1e-8, abs=1e-9)
    assert many.ci_low[0] == pytest.approx(one.ci_low, rel=1e-7, abs=1e-8)
    assert many.q[0] == pytest.approx(one.q, rel=1e-9, abs=1e-12)
    assert many.i2[0] == pytest.approx(one.i2, rel=1e-6, abs=1e-8)


@pytest.mark.parametrize("tau2", METHODS)
@given(studies=_studies)
@settings(max_examples=40)
def test_leaving_one_out_is_pooling_the_others(
    tau2: str, studies: list[tuple[float, float]]
) -> None:
    y, v = (np.array(column) for column in zip(*studies, strict=True))
    fits = ev.leave_one_out(y, v, tau2=tau2).fits
    for i in range(y.size):
        rest = ev.pool(np.delete(y, i), np.delete(v, i), tau2=tau2)
        expected = 0.0 if rest.tau2 is None else rest.tau2
        assert fits.tau2[i] == pytest.approx(expected, rel=1e-7, abs=1e-10)
        assert fits.estimate[i] == pytest.approx(rest.estimate, rel=1e-7, abs=1e-8)
        assert fits.ci_high[i] == pytest.approx(rest.ci_high, rel=1e-6, abs=1e-7)


@given(studies=_studies)
@settings(max_examples=40)
def test_the_last_of_a_cumulative_series_is_the_whole(
    studies: list[tuple[float, float]],
) -> None:
    y, v = (np.array(column) for column in zip(*studies, strict=True))
    series = ev.cumulative(y, v)
    whole = ev.pool(y, v)
    assert series.fits.estimate[-1] == pytest.approx(whole.estimate, rel=1e-8, abs=1e-9)
    assert series.fits.estimate[0] == pytest.approx(y[0], rel=1e-12)
    assert series.fits.tau2[0] == 0.0


def test_many_meta_analyses_of_several_peaks_are_those_of_pool() -> None:
    rng = np.random.default_rng(2)
    v = np.exp(rng.normal(0.0, 3.0, (400, 4)))
    y = rng.normal(0.0, 1.0, (400, 4)) * np.sqrt(v + 0.3)
    many = ev.pool_many(y, v)
    single = [ev.pool(a, b, tau2_interval="none").tau2 for a, b in zip(y, v, strict=True)]
    assert many.tau2 == pytest.approx(single, rel=1e-8, abs=1e-9)
    assert many.converged.all()


def test_influence_of_an_intercept_alone_is_what_leaving_out_shows() -> None:
    y, v = np.array([0.1, 0.5, -0.2, 0.9, 0.3]), np.array([0.02, 0.05, 0.01, 0.03, 0.02])
    found, rest = ev.influence(y, v, interval="z"), ev.leave_one_out(y, v, interval="z").fits
    assert found.tau2_deleted == pytest.approx(rest.tau2)
    assert found.q_deleted == pytest.approx(rest.q)
    assert found.hat.sum() == pytest.approx(1.0)
    assert "rstudent" in found.summary()
    assert len(found.to_frame()) == 5


def test_series_become_tables() -> None:
    series = ev.leave_one_out([0.1, 0.5, 0.2], [0.02, 0.05, 0.01], labels=["A", "B", "C"])
    assert list(series.to_frame()["label"]) == ["A", "B", "C"]
    assert "each study left out" in series.summary()


REFUSALS: list[tuple[Any, tuple[Any, ...], dict[str, Any], str]] = [
    (ev.pool_many, ([[1.0]], [[1.0, 2.0]]), {}, "two arrays of the same meta-analyses × studies"),
    (ev.pool_many, ([["a"]], [[1.0]]), {}, "must be numbers in rows"),
    (ev.pool_many, ([[1.0, 2.0]], [[1.0, 0.0]]), {}, "row 1, study 2: estimate 2.0 with variance"),
    (ev.pool_many, ([[math.nan]], [[math.nan]]), {}, "row 1 has no study"),
    (ev.pool_many, ([[1.0]], [[1.0]]), {"tau2": "GENQ"}, "GENQ is not available for many at once"),
    (ev.pool_many, ([[1.0]], [[1.0]]), {"interval": "KR"}, "the Kenward-Roger interval is not"),
    (ev.leave_one_out, ([1.0], [1.0]), {}, "one study cannot be left out of itself"),
    (ev.leave_one_out_tables, ([1], [9], [2], [9]), {}, "one study cannot be left out of itself"),
    (ev.cumulative, ([1.0, 2.0], [1.0, 1.0]), {"order": [1]}, "an order of 1 for 2 studies"),
    (ev.influence, ([1.0, 2.0], [1.0, 1.0]), {}, "leave nothing when one study is taken away"),
]


@pytest.mark.parametrize(("function", "given", "options", "message"), REFUSALS)
def test_what_cannot_be_done_is_refused_with_the_reason(
    function: Any, given: tuple[Any, ...], options: dict[str, Any], message: str
) -> None:
    with pytest.raises(EvidenceError, match=re.escape(message)):
        function(*given, **options)


def test_a_study_without_which_moderators_cannot_be_told_apart_is_named() -> None:
    with pytest.raises(EvidenceError, match="without study 'D': group=b is a combination"):
        ev.influence(
            [0.1, 0.5, 0.2, 0.9], [0.02, 0.05, 0.01, 0.03], {"group": ["a", "a", "a", "b"]},
            labels="ABCD",
        )  # fmt: skip
