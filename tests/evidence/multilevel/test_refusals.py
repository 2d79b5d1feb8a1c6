"""What a multilevel model or a robust variance refuses, and in which words."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from filiform.errors import EvidenceError
from filiform.evidence import pool
from filiform.evidence.multilevel import (
    Multilevel,
    multilevel,
    nested,
    random_intercept,
    random_structure,
    three_level,
    working_covariance,
)
from filiform.evidence.robust import robust

Y = [0.1, 0.4, 0.2, 0.9, 0.3, 0.6]
V = [0.02, 0.03, 0.02, 0.05, 0.04, 0.03]
G = ["A", "A", "B", "B", "C", "C"]


def fit() -> Multilevel:
    return three_level(Y, V, cluster=G)


def test_a_study_without_variance_is_named() -> None:
    with pytest.raises(EvidenceError, match="study 'two': the variance is 0, above 0 is needed"):
        three_level(Y, [0.02, 0.0, *V[2:]], cluster=G, labels=["one", "two", *"3456"])


def test_a_missing_effect_is_named() -> None:
    with pytest.raises(EvidenceError, match="study '2': the estimate is nan"):
        three_level([0.1, math.nan, *Y[2:]], V, cluster=G)


def test_a_study_without_group_is_named() -> None:
    with pytest.raises(EvidenceError, match="cluster: row 2 is missing: every study needs a group"):
        three_level(Y, V, cluster=["A", None, *G[2:]])


def test_groups_and_studies_must_be_as_many() -> None:
    with pytest.raises(EvidenceError, match="g: groups: 2 for 6 studies: give one a study"):
        multilevel(Y, V, random=random_intercept("g", ["A", "B"]))
    with pytest.raises(EvidenceError, match="h has 1 groups, the level above it 2"):
        nested({"g": [1, 2], "h": [1]})
    with pytest.raises(EvidenceError, match="nested groups are empty"):
        nested({})


def test_one_group_has_no_variance_between_groups() -> None:
    with pytest.raises(EvidenceError, match="g has one group, at least 2 are needed"):
        multilevel(Y, V, random=random_intercept("g", ["A"] * 6))


def test_no_random_term_is_refused() -> None:
    with pytest.raises(EvidenceError, match=r"at least one random term: see ev\.nested"):
        multilevel(Y, V, random=())


def test_two_terms_that_group_alike_are_named() -> None:
    terms = [random_intercept("trial", G), random_intercept("author", "aabbcc")]
    with pytest.raises(EvidenceError, match="trial and author put the same studies together"):
        multilevel(Y, V, random=terms)


def test_terms_that_the_data_cannot_tell_apart_are_named() -> None:
    terms = [
        random_intercept("effect", range(6)),
        random_structure("i | g", inner=[1, 2] * 3, outer=G, structure="ID"),
    ]
    with pytest.raises(EvidenceError, match=r"do not tell effect and i \| g tau2 apart"):
        multilevel([-1.0, 2.0, 0.5, -2.0, 1.5, 3.0], V, random=terms)


def test_more_components_than_data_are_refused() -> None:
    term = random_structure("i | g", inner=[1, 2, 3, 1, 2, 3], outer="aaabbb", structure="UN")
    with pytest.raises(EvidenceError, match="6 studies cannot carry 6 variance components"):
        multilevel(Y, V, random=term)


def test_a_structure_needs_levels_that_meet() -> None:
    lone = random_structure("i | g", inner=[1, 1, 2, 2, 1, 2], outer=range(6), structure="CS")
    with pytest.raises(EvidenceError, match="no group has two inner levels"):
        multilevel(Y, V, random=lone)
    inner, outer = [1, 2, 1, 2, 1, 3] * 3, [i // 2 for i in range(18)]
    apart = random_structure("i | g", inner=inner, outer=outer, structure="UN")
    with pytest.raises(EvidenceError, match="no group has both '2' and '3'"):
        multilevel(Y * 3, V * 3, random=apart)
    one = random_structure("i | g", inner=[1] * 6, outer=G)
    with pytest.raises(EvidenceError, match=r"i \| g has one inner level"):
        multilevel(Y, V, random=one)


def test_times_must_be_numbers_and_whole_for_ar() -> None:
    words = random_structure("t | g", inner=["a", "b"] * 3, outer=G, structure="AR")
    with pytest.raises(EvidenceError, match="AR needs times that are numbers"):
        multilevel(Y, V, random=words)
    halves = random_structure("t | g", inner=[0.5, 1.0] * 3, outer=G, structure="AR")
    with pytest.raises(EvidenceError, match="AR needs times that are whole numbers: use CAR"):
        multilevel(Y, V, random=halves)


def test_an_unknown_structure_names_the_nearest() -> None:
    with pytest.raises(EvidenceError, match="unknown structure 'diagnal': did you mean 'DIAG'"):
        random_structure("i | g", inner=[1, 2], outer=[1, 1], structure="diagnal")


def test_collinear_moderators_are_named() -> None:
    x = np.arange(6.0)
    with pytest.raises(EvidenceError, match="moderator twice says nothing that the columns before"):
        multilevel(
            Y, V, random=random_intercept("g", G), moderators={"once": x, "twice": 2.0 * x + 1.0}
        )
    with pytest.raises(EvidenceError, match="no intercept and no moderators"):
        multilevel(Y, V, random=random_intercept("g", G), intercept=False)
    with pytest.raises(EvidenceError, match="2 values of x for 6 studies: give one a study"):
        multilevel(Y, V, random=random_intercept("g", G), moderators={"x": [1.0, 2.0]})
    with pytest.raises(EvidenceError, match="two columns are called 'intercept'"):
        multilevel(Y, V, random=random_intercept("g", G), moderators={"intercept": x})
    with pytest.raises(EvidenceError, match="2 studies and 2 coefficients leave no residual"):
        multilevel(Y[:2], V[:2], random=random_intercept("g", "ab"), moderators={"x": [1.0, 2.0]})


def test_covariances_must_be_those_of_some_effects() -> None:
    term = random_intercept("g", G)
    wide = np.zeros((6, 5))
    with pytest.raises(EvidenceError, match="6 by 5, a square matrix is needed"):
        multilevel(Y, wide, random=term)
    crooked = np.diag(V)
    crooked[0, 1] = 0.01
    with pytest.raises(EvidenceError, match=r"'1' and '2' is 0\.01 in one place and 0 in"):
        multilevel(Y, crooked, random=term)
    impossible = np.diag(V)
    impossible[0, 1] = impossible[1, 0] = 0.1
    with pytest.raises(EvidenceError, match="covariances of studies '1', '2' are not those of any"):
        multilevel(Y, impossible, random=term)
    missing = np.diag(V)
    missing[0, 1] = missing[1, 0] = math.nan
    with pytest.raises(EvidenceError, match="covariance of studies '1' and '2' is nan"):
        multilevel(Y, missing, random=term)


def test_a_working_correlation_must_be_possible() -> None:
    with pytest.raises(EvidenceError, match=r"rho is 1\.0, between -1 and 1"):
        working_covariance(V, G, 1.0)
    with pytest.raises(EvidenceError, match=r"rho is -0.6, between -0.5 and 1 .* with 3 effects"):
        working_covariance(V, "aaabbb", -0.6)


def test_prediction_needs_the_moderators_and_a_known_level() -> None:
    with pytest.raises(EvidenceError, match="moderators given: x; needed: none"):
        fit().predict({"x": 1.0})
    with pytest.raises(EvidenceError, match="unknown inner level 'PD': admissible: none"):
        fit().predict(inner="PD")


def test_a_robust_variance_needs_clusters() -> None:
    with pytest.raises(EvidenceError, match="all 6 studies are in cluster 'A', at least 2"):
        robust(fit(), ["A"] * 6)
    with pytest.raises(EvidenceError, match="clusters: 2 for 6 studies"):
        robust(fit(), ["A", "B"])
    with pytest.raises(EvidenceError, match="unknown correction 'CR3'"):
        robust(fit(), G, correction="CR3")
    slope = multilevel(
        Y, V, random=random_intercept("e", range(6)), moderators={"x": np.arange(6.0)}
    )
    with pytest.raises(EvidenceError, match="2 clusters and 2 coefficients leave no degrees"):
        robust(slope, "aaabbb")
    with pytest.raises(EvidenceError, match="one study has no robust variance"):
        robust(pool([0.1], [0.2]), ["A"])
    with pytest.raises(EvidenceError, match="its weights are not the inverse variances"):
        robust(pool(Y, V, interval="z", weights=[1, 2, 3, 4, 5, 6]), G)


def test_cr2_refuses_random_effects_that_reach_across_clusters() -> None:
    with pytest.raises(EvidenceError, match="CR2 needs clusters that random effects"):
        robust(three_level([0.1, 0.2, 1.4, 1.6, -1.0, -1.2], V, cluster=G), ["A", "B"] * 3)


def test_results_are_readable_and_travel_as_json() -> None:
    result = fit()
    text = result.summary()
    assert "6 effects: multilevel model, REML" in text
    assert "cluster/effect" in text
    assert json.loads(json.dumps(result.to_dict()))["k"] == 6
    assert result.to_frame()["name"].tolist() == ["intercept"]
    corrected = robust(result, G)
    assert "CR2" in corrected.summary()
    assert json.loads(json.dumps(corrected.to_dict()))["clusters"] == 3
    assert corrected.to_frame()["estimate"].tolist() == [result.mean.estimate]
    assert any("Konstantopoulos" in paper for paper in result.references())


def test_a_prediction_for_one_level_uses_its_own_variance() -> None:
    rng = np.random.default_rng(1)
    y = rng.normal(0.0, [0.2, 1.5] * 12)
    term = random_structure(
        "o | t", inner=["PD", "AL"] * 12, outer=[i // 2 for i in range(24)], structure="DIAG"
    )
    model = multilevel(y, np.full(24, 0.05), random=term)
    assert model.pi_low is None
    assert model.predict().pi_low is None
    narrow, wide = model.predict(inner="PD"), model.predict(inner="AL")
    assert narrow.pi_high is not None
    assert wide.pi_high is not None
    assert wide.pi_high > narrow.pi_high
