"""Bad input and edges for every function of studies: the right answer, or a clear refusal."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from filiform import evidence as ev
from filiform.errors import EvidenceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_Y = [0.10, 0.30, 0.35, 0.65, 0.45, 0.15, 0.80, 0.95]
_V = [0.03, 0.03, 0.05, 0.01, 0.05, 0.02, 0.10, 0.20]
_NAMES = list("ABCDEFGH")


def _subgroups(y: Any, v: Any, **options: Any) -> ev.Subgroups:
    halves = ["one" if i % 2 else "two" for i in range(len(y))]
    return ev.subgroups(y, v, halves, **options)


def _sequential(y: Any, v: Any, **options: Any) -> ev.Sequential:
    return ev.sequential(y, v, smallest_effect=0.5, **options)


def _bayes(y: Any, v: Any, **options: Any) -> ev.Bayes:
    return ev.bayes(y, v, prior=ev.half_normal(0.5), **options)


def _bootstrap(y: Any, v: Any, **options: Any) -> ev.Bootstrap:
    return ev.bootstrap(y, v, random=np.random.default_rng(1), draws=100, **options)


_STUDIES: dict[str, Callable[..., Any]] = {
    "pool": ev.pool,
    "henmi_copas": ev.henmi_copas,
    "subgroups": _subgroups,
    "leave_one_out": ev.leave_one_out,
    "cumulative": ev.cumulative,
    "influence": ev.influence,
    "baujat": ev.baujat,
    "radial_points": ev.radial_points,
    "bootstrap": _bootstrap,
    "egger": ev.egger,
    "begg": ev.begg,
    "thompson_sharp": ev.thompson_sharp,
    "pet_peese": ev.pet_peese,
    "trim_and_fill": ev.trim_and_fill,
    "fail_safe_n": ev.fail_safe_n,
    "excess_significance": ev.excess_significance,
    "lfk_index": ev.lfk_index,
    "limit_meta_analysis": ev.limit_meta_analysis,
    "sequential": _sequential,
    "bayes": _bayes,
}
_TABLES: dict[str, Callable[..., Any]] = {
    "mantel_haenszel": ev.mantel_haenszel,
    "peto": ev.peto,
    "revman5": ev.revman5,
    "leave_one_out_tables": ev.leave_one_out_tables,
    "labbe_points": ev.labbe_points,
    "harbord": ev.harbord,
    "peters": ev.peters,
    "deeks": ev.deeks,
    "schwarzer": ev.schwarzer,
}
_COUNTS = {
    "events1": [4, 6, 3, 62, 33], "n1": [123, 306, 231, 13598, 5069],
    "events2": [11, 29, 11, 248, 47], "n2": [139, 303, 220, 12867, 5808],
}  # fmt: skip


def _spoilt(values: list[float], value: Any, place: int = 2) -> list[Any]:
    found: list[Any] = list(values)
    found[place] = value
    return found


_FAULTS: dict[str, tuple[list[Any], list[Any], str]] = {
    "nan": (_spoilt(_Y, math.nan), _V, "study 'C': the estimate is nan"),
    "infinite": (_spoilt(_Y, -math.inf), _V, "study 'C': the estimate is -inf"),
    "nan variance": (_Y, _spoilt(_V, math.nan), "study 'C': the variance is nan"),
    "infinite variance": (_Y, _spoilt(_V, math.inf), "study 'C': the variance is inf"),
    "negative variance": (_Y, _spoilt(_V, -0.1), "study 'C': the variance is -0.1, above 0"),
    "no variance": (_Y, _spoilt(_V, 0.0), "study 'C': the variance is 0, above 0"),
    "text": (
        _spoilt(_Y, "n.s."),
        _V,
        "estimates holds something that is not a number: 'n.s.' for study 3",
    ),
    "text variance": (_Y, _spoilt(_V, "?"), "variances holds .*: '\\?' for study 3"),
    "missing": (_spoilt(_Y, None), _V, "'C'|estimates"),
    "lengths": (_Y, _V[:-1], "estimates 8, variances 7"),
    "nothing": ([], [], "empty: give at least one study"),
    "table": ([_Y, _Y], _V, "2 dimensions"),
}


@pytest.mark.parametrize("fault", sorted(_FAULTS))
@pytest.mark.parametrize("name", sorted(_STUDIES))
def test_a_fault_is_refused_with_the_study_that_has_it(name: str, fault: str) -> None:
    y, v, message = _FAULTS[fault]
    with pytest.raises(EvidenceError, match=message):
        _STUDIES[name](y, v, **({} if fault in {"nothing", "table"} else {"labels": _NAMES}))


@pytest.mark.parametrize("name", sorted(_STUDIES))
def test_labels_of_another_number_are_refused(name: str) -> None:
    with pytest.raises(EvidenceError, match="2 labels for 8 studies: give one label a study"):
        _STUDIES[name](_Y, _V, labels=["A", "B"])


_COUNT_FAULTS: dict[str, tuple[str, Any, str]] = {
    "more events than people": ("events1", 400, "study 'C'.*(exceeds|of 231)"),
    "negative": ("events2", -1, "study 'C'"),
    "nan": ("events1", math.nan, "study 'C'"),
    "infinite": ("n1", math.inf, "study 'C'"),
    "nobody": ("n2", 0, "study 'C'"),
    "text": ("n1", "many", "'many'"),
}


@pytest.mark.parametrize("fault", sorted(_COUNT_FAULTS))
@pytest.mark.parametrize("name", sorted(_TABLES))
def test_a_count_that_cannot_be_is_refused_with_the_study(name: str, fault: str) -> None:
    column, value, message = _COUNT_FAULTS[fault]
    counts = {**_COUNTS, column: _spoilt(list(map(float, _COUNTS[column])), value)}
    with pytest.raises(EvidenceError, match=message):
        _TABLES[name](**counts, labels=list("ABCDE"))


@pytest.mark.parametrize("name", sorted(_TABLES))
def test_columns_of_counts_that_differ_in_length_are_refused(name: str) -> None:
    with pytest.raises(EvidenceError, match="different length"):
        _TABLES[name](**{**_COUNTS, "n1": _COUNTS["n1"][:-1]})


_WORDS = [
    (lambda: ev.pool(_Y, _V, tau2="REMI"), "unknown tau2 estimator 'REMI': did you mean 'REML'"),
    (lambda: ev.pool(_Y, _V, interval="hartung"), "did you mean 'hartung_knapp'"),
    (lambda: ev.pool(_Y, _V, prediction="HTX"), "unknown prediction interval 'HTX'"),
    (lambda: ev.pool(_Y, _V, tau2_interval="qprofile"), "did you mean 'q_profile'|did you mean"),
    (lambda: ev.pool_many([_Y], [_V], tau2="PN"), "unknown tau2 estimator 'PN'"),
    (lambda: ev.leave_one_out(_Y, _V, tau2="DI"), "unknown tau2 estimator 'DI'"),
    (lambda: ev.cumulative(_Y, _V, interval="norm"), "did you mean 'normal'"),
    (lambda: ev.trim_and_fill(_Y, _V, estimator="L1"), "'L1': Admissible: L0, Q0, R0"),
    (lambda: ev.fail_safe_n(_Y, _V, kind="Rosental"), "did you mean 'Rosenthal'"),
    (lambda: ev.limit_meta_analysis(_Y, _V, method="beta"), "did you mean 'beta0'"),
    (lambda: ev.mantel_haenszel([1], [9], [2], [9], measure="RQ"), "unknown measure 'RQ'"),
    (lambda: ev.effect_size("SMDX"), "unknown measure 'SMDX': did you mean 'SMDH'|did you mean"),
    (lambda: ev.labbe_points(**_COUNTS, scale="PLX"), "unknown measure 'PLX'"),
    (lambda: ev.sequential(_Y, _V, smallest_effect=0.5, spending="pocok"), "did you mean 'pocock'"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "message"), _WORDS)
def test_an_unknown_word_is_refused_with_the_nearest(
    call: Callable[[], object], message: str
) -> None:
    with pytest.raises(EvidenceError, match=message):
        call()


_K = 10_000
_MANY = np.random.default_rng(5)
_MANY_V = _MANY.uniform(0.02, 0.3, _K)
_EDGES: dict[str, tuple[list[float], list[float]]] = {
    "one study": ([0.4], [0.1]),
    "two studies": ([0.4, 0.1], [0.1, 0.2]),
    "three studies": ([0.4, 0.1, 0.3], [0.1, 0.2, 0.05]),
    "the same effect": ([0.3] * 6, [0.1, 0.2, 0.05, 0.4, 0.1, 0.3]),
    "the same effect and variance": ([0.3] * 6, [0.1] * 6),
    "no effect at all": ([0.0] * 6, [0.1, 0.2, 0.05, 0.4, 0.1, 0.3]),
    "the same variance": (_Y, [0.1] * 8),
    "no heterogeneity": ([0.30, 0.31, 0.29, 0.30, 0.32], [0.1, 0.2, 0.05, 0.4, 0.1]),
    "all of the weight": (_Y, [1e-10, *_V[1:]]),
    "tiny": ([y * 1e-6 for y in _Y], [v * 1e-12 for v in _V]),
    "huge": ([y * 1e6 for y in _Y], [v * 1e12 for v in _V]),
    "an outlier": ([*_Y[:-1], 50.0], _V),
    "both ways": ([-y for y in _Y[:4]] + _Y[4:], _V),
}


@pytest.mark.parametrize("edge", sorted(_EDGES))
@pytest.mark.parametrize("name", sorted(_STUDIES))
def test_an_edge_gives_an_answer_without_nan_or_a_refusal(name: str, edge: str) -> None:
    y, v = _EDGES[edge]
    try:
        found = _STUDIES[name](y, v)
    except EvidenceError:
        # A refusal is the other right answer, but not of studies that are only small or large.
        if edge in {"tiny", "huge", "both ways", "an outlier"}:
            raise
        return
    assert [path for path, value in _numbers(found.to_dict(), "") if math.isnan(value)] == []
    assert found.summary()
    assert "nan" not in found.summary().split()


def _numbers(value: object, path: str) -> Iterator[tuple[str, float]]:
    if isinstance(value, dict):
        for name, part in value.items():
            yield from _numbers(part, f"{path}.{name}")
    elif isinstance(value, (list, tuple)):
        for i, part in enumerate(value):
            yield from _numbers(part, f"{path}[{i}]")
    elif isinstance(value, float):
        yield path, value


@pytest.mark.parametrize("scale", [1e-6, 1e6])
@pytest.mark.parametrize(
    "name", ["pool", "henmi_copas", "subgroups", "leave_one_out", "cumulative", "influence",
             "trim_and_fill", "egger", "limit_meta_analysis", "pet_peese", "begg"]
)  # fmt: skip
def test_the_unit_of_the_effects_does_not_matter(name: str, scale: float) -> None:
    y, v = np.array(_Y), np.array(_V)
    one = dict(_numbers(_STUDIES[name](y, v).to_dict(), ""))
    other = dict(_numbers(_STUDIES[name](y * scale, v * scale**2).to_dict(), ""))
    assert one.keys() == other.keys()
    for path, value in one.items():
        if math.isinf(value):
            assert other[path] == value, path
            continue
        free = any(
            abs(other[path] - value * scale**power) <= 1e-8 * abs(value * scale**power) + 1e-300
            for power in (0, 1, 2, -1, -2)
        )
        assert free or abs(value) < 1e-9, path


# Left out: what pools anew for each study, ten thousand times, and what compares all pairs.
_AGAIN_AND_AGAIN = {"influence", "cumulative", "sequential", "begg"}


@pytest.mark.parametrize("name", sorted(set(_STUDIES) - _AGAIN_AND_AGAIN))
def test_ten_thousand_studies_are_no_edge(name: str) -> None:
    y = np.random.default_rng(6).normal(0.3, np.sqrt(_MANY_V + 0.1))
    found = _STUDIES[name](y, _MANY_V)
    assert not any(math.isnan(value) for _, value in _numbers(found.to_dict(), ""))


_SINGLE: dict[str, tuple[Callable[..., object], tuple[float, ...]]] = {
    "sd_from_se": (ev.sd_from_se, (2.0, 20)),
    "sd_from_interval": (ev.sd_from_interval, (1.0, 3.0, 20)),
    "sd_from_t": (ev.sd_from_t, (2.0, 3.0, 20, 20)),
    "sd_from_p": (ev.sd_from_p, (2.0, 0.03, 20, 20)),
    "change_sd": (ev.change_sd, (5.0, 6.0, 0.5)),
    "correlation_from_change": (ev.correlation_from_change, (5.0, 6.0, 4.0)),
    "mean_sd_from_quantiles": (
        lambda n, median, low, high: ev.mean_sd_from_quantiles(
            n, median, quartile1=low, quartile3=high
        ),
        (60, 5.0, 3.0, 8.0),
    ),
    "combine_groups": (lambda *one: ev.combine_groups([ev.Group(*one)]), (9, 5.0, 2.0)),
    "effect_from_interval": (ev.effect_from_interval, (0.1, 0.5)),
    "variance_from_p": (ev.variance_from_p, (0.5, 0.03)),
    "log_odds_ratio_from_smd": (ev.log_odds_ratio_from_smd, (0.5, 0.1)),
    "smd_from_log_odds_ratio": (ev.smd_from_log_odds_ratio, (0.5, 0.1)),
    "mean_difference_from_smd": (
        lambda d, v, sd: ev.mean_difference_from_smd(d, v, sd=sd),
        (0.5, 0.1, 3.0),
    ),
    "smd_from_mean_difference": (
        lambda d, v, sd: ev.smd_from_mean_difference(d, v, sd=sd),
        (0.5, 0.1, 3.0),
    ),
    "heterogeneity_from_q": (ev.heterogeneity_from_q, (20.0, 8)),
    "freeman_tukey_proportion": (ev.freeman_tukey_proportion, (0.4, 20)),
}


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, "n.s."], ids=str)
@pytest.mark.parametrize("name", sorted(_SINGLE))
def test_a_single_number_that_is_none_is_refused(name: str, value: Any) -> None:
    function, given = _SINGLE[name]
    function(*given)
    for place in range(len(given)):
        spoilt = [*given[:place], value, *given[place + 1 :]]
        with pytest.raises(EvidenceError, match=r"is (nan|-?inf), a finite|is 'n\.s\.', a number"):
            function(*spoilt)


def test_nothing_is_transformed_back_and_coefficient_alpha_leads_there_and_back() -> None:
    with pytest.raises(EvidenceError, match="there is no value to transform"):
        ev.back_transform("RR", math.nan)
    for measure in ("AHW", "ABT"):
        there = ev.effect_size(measure, alpha=0.83, items=7, n=40).yi[0]
        assert ev.back_transform(measure, float(there)) == pytest.approx(0.83)


def test_every_measure_but_the_double_arcsines_can_be_transformed_back() -> None:
    for name in set(ev.MEASURES) - {"PFT", "IRFT"}:
        assert math.isfinite(ev.back_transform(name, 0.3))
