"""What no model can use is refused, naming study or moderator; nothing is NaN in silence."""

from __future__ import annotations

import dataclasses
import math
import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from filiform import evidence as ev
from filiform.errors import EvidenceError

if TYPE_CHECKING:
    from collections.abc import Callable

K = 12
Y = [0.1, 0.5, -0.2, 0.9, 0.3, 0.7, 0.4, 0.2, 0.6, -0.1, 0.8, 0.35]
V = [0.02, 0.05, 0.01, 0.03, 0.02, 0.06, 0.04, 0.05, 0.02, 0.03, 0.06, 0.01]
TRIAL = [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6]
DOSE = [1.0, 3.0, 0.5, 4.0, 2.0, 3.5, 2.5, 1.5, 3.2, 0.7, 2.2, 2.8]
GROUP = ["a", "b", "a", "b", "a", "b", "b", "a", "b", "a", "b", "a"]
EVENTS1 = [1, 3, 2, 5, 4, 2, 6, 3, 1, 2, 4, 3]
EVENTS2 = [3, 2, 4, 3, 5, 6, 4, 2, 3, 4, 1, 6]
N = [30.0] * K
LABELS = [f"Trial {i}" for i in range(1, K + 1)]


def regression(y: Any = Y, v: Any = V, **options: Any) -> ev.MetaRegression:
    return ev.meta_regression(y, v, **{"moderators": {"dose": DOSE}, "labels": LABELS, **options})


def levels(y: Any = Y, v: Any = V, **options: Any) -> ev.Multilevel:
    return ev.multilevel(
        y,
        v,
        **{"random": ev.random_intercept("trial", TRIAL), "labels": LABELS, **options},
    )


def selected(y: Any = Y, v: Any = V, **options: Any) -> ev.Selection:
    return ev.selection(y, v, **{"labels": LABELS, "steps": [0.05], **options})


def three(y: Any = Y, v: Any = V, **options: Any) -> ev.Multilevel:
    return ev.three_level(y, v, **{"cluster": TRIAL, "labels": LABELS, **options})


def odds(e: Any = EVENTS1, n: Any = N, **options: Any) -> ev.Glmm:
    given = {"events1": e, "n1": n, "events2": EVENTS2, "n2": N, "labels": LABELS}
    return ev.glmm("OR", **{**given, **options})


MODELS: dict[str, Callable[..., Any]] = {
    "meta_regression": regression,
    "multilevel": levels,
    "selection": selected,
    "glmm": odds,
    "three_level": three,
}
WITH_EFFECTS = {name: model for name, model in MODELS.items() if name != "glmm"}


def changed(values: list[Any], place: int, value: object) -> list[Any]:
    return [*values[:place], value, *values[place + 1 :]]


MODERATORS: list[tuple[str, Any, str]] = [
    ("NaN", {"dose": changed(DOSE, 4, math.nan)}, "study 'Trial 5': dose is nan"),
    ("infinite", {"dose": changed(DOSE, 4, math.inf)}, "study 'Trial 5': dose is inf"),
    ("text among numbers", {"dose": changed(DOSE, 4, "2 mg")},
     "study 'Trial 5': dose is '2 mg' where others are numbers"),
    ("missing text", {"group": changed(GROUP, 2, None)}, "study 'Trial 3': group is missing"),
    ("missing number", {"dose": changed(DOSE, 2, None)}, "study 'Trial 3': dose is missing"),
    ("too short", {"dose": DOSE[:5]}, "5 values of dose for 12 studies: give one a study"),
    ("empty", {"dose": []}, "0 values of dose for 12 studies"),
    ("one number", {"dose": 3.0}, "dose has not one value a study: give 12 numbers or texts"),
    ("two dimensions", {"dose": [[x] for x in DOSE]}, "dose has not one value a study"),
    ("one level", {"group": ["a"] * K}, "group is 'a' in all 12 studies, at least 2 levels"),
    ("constant", {"dose": [2.0] * K}, "dose is 2 in all 12 studies: there is nothing to compare"),
    ("no mapping", [DOSE], "moderators are a list, names with one value a study are needed"),
    ("name with spaces", {"my dose": DOSE}, "rename 'my dose'"),
    ("too many", {f"x{i}": np.cos(np.arange(K) * (i + 1.3)).tolist() for i in range(K)},
     "12 studies and 13 "),
]  # fmt: skip


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(("moderators", "message"), [m[1:] for m in MODERATORS],
                         ids=[m[0] for m in MODERATORS])  # fmt: skip
def test_moderators_that_cannot_be_used_are_named(
    model: str, moderators: Any, message: str
) -> None:
    with pytest.raises(EvidenceError, match=re.escape(message)):
        MODELS[model](moderators=moderators)


@pytest.mark.parametrize("model", MODELS)
def test_collinear_moderators_are_named(model: str) -> None:
    twice = {"dose": DOSE, "milligrams": [1000.0 * x for x in DOSE]}
    with pytest.raises(EvidenceError, match=r"milligrams (is a combination|says nothing)"):
        MODELS[model](moderators=twice)


@pytest.mark.parametrize("model", MODELS)
def test_a_formula_that_cannot_be_read_is_refused(model: str) -> None:
    for formula, message in (
        ("~ dos", "unknown moderator 'dos': did you mean 'dose'?"),
        ("~ poly(dose, 2)", "'poly(dose, 2)' is not understood"),
        ("~", "the formula is empty"),
        ("~ 0", "the formula has neither intercept nor moderators"),
    ):
        with pytest.raises(EvidenceError, match=re.escape(message)):
            MODELS[model](moderators={"dose": DOSE}, formula=formula)


@pytest.mark.parametrize("model", WITH_EFFECTS)
@pytest.mark.parametrize(
    ("y", "v", "message"),
    [
        (changed(Y, 3, math.nan), V, "study 'Trial 4': the estimate is nan"),
        (changed(Y, 3, -math.inf), V, "study 'Trial 4': the estimate is -inf"),
        (changed(Y, 3, "0.9 (sic)"), V, "estimates holds something that is not a number"),
        (Y, changed(V, 3, 0.0), "study 'Trial 4': the variance is 0, above 0 is needed"),
        (Y, changed(V, 3, -0.1), "study 'Trial 4': the variance is -0.1, above 0 is needed"),
        (Y, V[:4], "columns of different length (estimates 12, variances 4)"),
        ([], [], "estimates is empty"),
    ],
)
def test_effects_that_cannot_be_used_are_named(model: str, y: Any, v: Any, message: str) -> None:
    with pytest.raises(EvidenceError, match=re.escape(message)):
        WITH_EFFECTS[model](y, v)


@pytest.mark.parametrize(
    ("events", "n", "message"),
    [
        (changed(EVENTS1, 3, 2.5), N, "study 'Trial 4': events is 2.5, a whole number"),
        (changed(EVENTS1, 3, 40), N, "study 'Trial 4': events1 40 exceeds n1 30"),
        (changed(EVENTS1, 3, -1), N, "study 'Trial 4': events1 is -1"),
        (changed(EVENTS1, 3, math.nan), N, "study 'Trial 4': events1 is nan"),
        (changed(EVENTS1, 3, "two"), N, "events1 holds something that is not a number"),
        (EVENTS1, changed(N, 3, 0), "study 'Trial 4': n1 is 0"),
        (EVENTS1[:4], N, "columns of different length"),
    ],
)
def test_counts_that_cannot_be_used_are_named(events: Any, n: Any, message: str) -> None:
    with pytest.raises(EvidenceError, match=re.escape(message)):
        odds(events, n)


UNKNOWN: list[tuple[Callable[[], object], str]] = [
    (lambda: regression(tau2="REMML"), "'REMML': did you mean 'REML'?"),
    (lambda: regression(interval="hartung"), "did you mean 'hartung_knapp"),
    (lambda: levels(method="REM"), "unknown method 'REM': did you mean 'REML'?"),
    (lambda: levels(interval="containn"), "unknown interval 'containn': did you mean 't_contain'?"),
    (lambda: selected(function="betta"), "did you mean 'beta'?"),
    (lambda: selected(alternative="greter"), "did you mean 'greater'?"),
    (lambda: odds(model="CM.EE"), "unknown model for OR 'CM.EE': did you mean 'CM.EL'?"),
    (lambda: ev.glmm("ORR", events1=EVENTS1), "unknown measure 'ORR': did you mean 'OR'?"),
    (lambda: ev.robust(levels(), TRIAL, correction="CR3"), "unknown correction 'CR3'"),
    (lambda: ev.random_structure("t", inner=GROUP, outer=TRIAL, structure="unstructurd"),
     "unknown structure 'unstructurd': did you mean 'UN'?"),
    (lambda: levels(level=95), "level 95 is not strictly between 0 and 1"),
]  # fmt: skip


@pytest.mark.parametrize(("action", "message"), UNKNOWN, ids=[m for _, m in UNKNOWN])
def test_unknown_words_offer_the_nearest(action: Callable[[], object], message: str) -> None:
    with pytest.raises(EvidenceError, match=re.escape(message)):
        action()


CLUSTERS: list[tuple[Callable[[], object], str]] = [
    (lambda: ev.robust(levels(), ["one"] * K), "all 12 studies are in cluster 'one'"),
    (lambda: ev.robust(levels(), TRIAL[:3]), "clusters: 3 for 12 studies"),
    (lambda: ev.robust(regression(moderators={"dose": DOSE, "g": GROUP}), [1, 2] * 6),
     "2 clusters and 3 coefficients leave no degrees of freedom"),
    (lambda: ev.robust(levels(), changed(TRIAL, 2, None)), "clusters: row 3 is missing"),
    (lambda: ev.robust(levels(), changed(TRIAL, 2, math.nan)), "clusters: row 3 is missing"),
    (lambda: ev.working_covariance(V, changed(TRIAL, 2, None), 0.5), "clusters: row 3 is missing"),
    (lambda: three(cluster=["one"] * K), "cluster has one group, at least 2 are needed"),
    (lambda: three(cluster=TRIAL[:3]), "3 for 12 studies"),
    (lambda: levels(random=ev.random_intercept("trial", ["one"] * K)), "trial has one group"),
    (lambda: levels(random=[]), "needs at least one random term"),
    (lambda: ev.random_intercept("trial", changed(TRIAL, 2, None)), "trial: row 3 is missing"),
    (lambda: ev.nested({}), "nested groups are empty"),
    (lambda: ev.working_covariance(V, TRIAL, 1.5), "rho is 1.5"),
    (lambda: ev.working_covariance(V, TRIAL[:3], 0.5), "clusters: 3 for 12 studies"),
    (lambda: ev.permutation_test(regression(), most=3), "3 permutations are too few"),
]  # fmt: skip


@pytest.mark.parametrize(("action", "message"), CLUSTERS, ids=[m for _, m in CLUSTERS])
def test_groups_that_cannot_be_used_are_named(action: Callable[[], object], message: str) -> None:
    with pytest.raises(EvidenceError, match=re.escape(message)):
        action()


FITS: dict[str, Callable[[], Any]] = {
    "meta_regression": lambda: regression(moderators={"dose": DOSE, "group": GROUP}),
    "multilevel": lambda: levels(moderators={"dose": DOSE, "group": GROUP}),
    "selection": lambda: selected(moderators={"dose": DOSE, "group": GROUP}),
    "glmm": lambda: odds(moderators={"dose": DOSE, "group": GROUP}),
}


@pytest.mark.parametrize("model", FITS)
def test_predictions_refuse_what_the_fit_does_not_know(model: str) -> None:
    fit = FITS[model]()
    for at, message in (
        ({"dose": 1.0, "group": "c"}, "unknown level of group 'c'"),
        ({"dose": "high", "group": "a"}, "dose is 'high', a number is needed"),
        ({"dose": math.nan, "group": "a"}, "dose is nan, a finite number is needed"),
        ({"dose": [1.0, 2.0], "group": "a"}, "new values of different length"),
        ({"dose": [], "group": []}, "the new values are empty"),
    ):
        with pytest.raises(EvidenceError, match=re.escape(message)):
            fit.predict(at)


@pytest.mark.parametrize("model", ["meta_regression", "multilevel"])
def test_contrasts_that_say_nothing_are_refused(model: str) -> None:
    fit = FITS[model]()
    for rows, message in (
        (
            [[1.0, 0.0]],
            "a contrast needs 3 numbers a row, one for each of intercept, dose, group=b",
        ),
        ([[1.0, math.nan, 0.0]], "a contrast needs 3 numbers a row"),
        ([["a", "b", "c"]], "a contrast needs 3 numbers a row"),
        ([[0.0, 0.0, 0.0]], "a contrast is 0 throughout"),
    ):
        with pytest.raises(EvidenceError, match=re.escape(message)):
            fit.contrasts(rows)
    with pytest.raises(EvidenceError, match="the contrasts depend on one another"):
        fit.test_of_contrasts([[1.0, 0.0, 0.0], [2.0, 0.0, 0.0]])
    with pytest.raises(EvidenceError, match="unknown coefficient 'dos': did you mean 'dose'"):
        fit.test_of(["dos"])


@pytest.mark.parametrize("model", FITS)
def test_a_result_holds_no_nan(model: str) -> None:
    fit = FITS[model]()
    assert nothing_is_nan(fit)
    new = fit.predict({"dose": 2.0, "group": "b"})
    assert nothing_is_nan(new)


def nothing_is_nan(value: object) -> bool:
    if isinstance(value, float):
        return not math.isnan(value)
    if isinstance(value, tuple):
        return all(map(nothing_is_nan, value))
    if dataclasses.is_dataclass(value):
        names = [field.name for field in dataclasses.fields(value) if field.compare]
        return all(nothing_is_nan(getattr(value, name)) for name in names)
    return True


def test_a_level_with_events_on_one_side_only_is_named() -> None:
    none = [0 if group == "a" else events for group, events in zip(GROUP, EVENTS1, strict=True)]
    with pytest.raises(EvidenceError, match="study 'Trial 1': its expected effect runs to inf"):
        odds(none, moderators={"group": GROUP})
