"""What was proposed is kept with the plan and read back as it was."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

import pytest

from filiform.care.prescribed_file import prescription_from_mapping
from filiform.care.prescription import Prescription, propose
from filiform.errors import CareError
from filiform.guidance.person import Person
from filiform.knowledge import library
from filiform.review import published

LIB = library()


@cache
def proposal(therapy: str, *history: str) -> Prescription:
    return propose(
        Person(condition="myofascial", sex="male", history=frozenset(history)),
        therapy=therapy,
        library=LIB,
        review=published(),
        pain_areas={"posterior_neck": {"left": 6, "right": 2}, "temple": 3, "vertex": 1},
    )


@pytest.mark.parametrize(
    ("therapy", "history"),
    [
        ("acupuncture", ("pregnant",)),
        ("electroacupuncture", ("metal_implant", "thin_or_curved_back")),
        ("electroacupuncture", ("pacemaker_or_implant",)),
        ("dry_needling", ("anticoagulant", "frail")),
        ("dry_needling_electrical", ()),
    ],
)
def test_a_prescription_comes_back_from_json_field_for_field(
    therapy: str, history: tuple[str, ...]
) -> None:
    found = proposal(therapy, *history)
    assert prescription_from_mapping(json.loads(json.dumps(found.to_dict()))) == found


def kept() -> dict[str, Any]:
    told: dict[str, Any] = json.loads(json.dumps(proposal("acupuncture").to_dict()))
    return told


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("side", "up", "prescription.sites.0.side: unknown side 'up'"),
        ("kind", "other", "prescription.sites.0.kind: unknown kind of site 'other'"),
        ("depth_mm_high", 400, "prescription.sites.0.depth_mm_high is 400, admissible is a number"),
        ("colour", "red", "unknown field of prescription.sites.0 'colour'"),
    ],
)
def test_a_prescription_that_was_tampered_with_is_refused(
    key: str, value: object, said: str
) -> None:
    told = kept()
    told["sites"][0][key] = value
    with pytest.raises(CareError, match=re.escape(said)):
        prescription_from_mapping(told)


def test_a_prescription_that_lacks_a_part_is_refused() -> None:
    told = kept()
    del told["barred"]
    with pytest.raises(CareError, match="prescription has no barred: add it"):
        prescription_from_mapping(told)
