from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from tests.guidance.make_schemas import made
from tests.guidance.strategies import answers, persons
from tests.guidance.test_guidance_cases import CASES as AID_CASES
from tests.guidance.test_guidance_cases import aid_of
from tests.guidance.test_person import REFUSED
from tests.guidance.test_screening_cases import CASES

from filiform.guidance._guidebook import guidebook
from filiform.guidance._rulebook import NEEDLINGS, URGENCIES
from filiform.guidance.person import KEYS, Person, history_ids
from filiform.guidance.screening import screen
from filiform.knowledge import library


def schema(name: str) -> dict[str, Any]:
    text = files("filiform.guidance").joinpath("schema", f"{name}.schema.json").read_text("utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


NAMES = ("person", "screening", "aid")
TOGETHER: Registry[Any] = Registry().with_resources(
    [(schema(name)["$id"], Resource.from_contents(schema(name))) for name in NAMES]
)
PERSON, SCREENING, AID = (Draft202012Validator(schema(n), registry=TOGETHER) for n in NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_each_schema_is_a_schema(name: str) -> None:
    Draft202012Validator.check_schema(schema(name))


@pytest.mark.parametrize("name", NAMES)
def test_each_schema_is_what_the_code_and_data_make_today(name: str) -> None:
    assert schema(name) == made()[name], "run: python -m tests.guidance.make_schemas"


@pytest.mark.parametrize("case", AID_CASES, ids=[case["sentence"] for case in AID_CASES])
def test_every_aid_fits_its_schema_and_is_json(case: dict[str, Any]) -> None:
    aid = aid_of(case["input"]).to_dict()
    AID.validate(aid)
    assert json.loads(json.dumps(aid, allow_nan=False)) == aid


@settings(max_examples=20, deadline=None)
@given(persons())
def test_the_aid_of_any_person_fits_its_schema(person: Person) -> None:
    AID.validate(aid_of(person.to_dict()).to_dict())


def test_the_schema_of_a_person_knows_the_same_words_as_the_library() -> None:
    keys = schema("person")["properties"]
    assert tuple(keys) == KEYS
    assert keys["findings"]["items"]["enum"] == sorted(library().findings)
    assert keys["absent"]["items"]["enum"] == sorted(library().findings)
    assert keys["condition"]["enum"] == sorted(library().conditions)
    assert keys["pain_regions"]["items"]["enum"] == sorted(library().areas)
    assert keys["jurisdiction"]["enum"] == sorted(library().jurisdictions)
    assert keys["history"]["items"]["enum"] == sorted(history_ids(library()))
    assert keys["region"]["enum"] == list(guidebook().answers.regions)
    offered = [row.id for row in library().therapies.values() if row.offered]
    assert keys["preferences"]["properties"]["avoid"]["items"]["enum"] == sorted(offered)


@pytest.mark.parametrize("key", ["age", "duration_days", "pain_0_10", "disability_percent"])
def test_the_schema_of_a_person_has_the_same_limits_as_the_reader(key: str) -> None:
    limits, allowed = schema("person")["properties"][key], guidebook().answers.ranges[key]
    assert (limits["minimum"], limits["maximum"]) == (allowed.low, allowed.high)


def test_the_schema_of_screening_knows_the_same_words() -> None:
    keys = schema("screening")["properties"]
    assert keys["urgency"]["enum"] == list(URGENCIES)
    assert keys["needling"]["enum"] == list(NEEDLINGS)


@pytest.mark.parametrize("case", CASES, ids=[case["sentence"] for case in CASES])
def test_every_case_and_its_screening_fit_their_schemas(case: dict[str, Any]) -> None:
    PERSON.validate(case["input"])
    SCREENING.validate(screen(Person.from_mapping(case["input"], library()), library()).to_dict())


@settings(max_examples=100, deadline=None)
@given(answers())
def test_what_the_reader_takes_fits_the_schema(given_answers: dict[str, object]) -> None:
    PERSON.validate(given_answers)
    PERSON.validate(Person.from_mapping(given_answers, library()).to_dict())


@settings(max_examples=100, deadline=None)
@given(persons())
def test_any_screening_fits_its_schema_and_is_json(person: Person) -> None:
    result = screen(person, library()).to_dict()
    SCREENING.validate(result)
    assert json.loads(json.dumps(result, allow_nan=False)) == result


NOT_IN_A_SCHEMA = (
    "both as present",
    "very large",
    "medicine 'warfarine'",
    "nan",
    "cannot be printed",
    "empty text",
)


@pytest.mark.parametrize(
    "given_answers",
    [given for given, message in REFUSED if not any(word in message for word in NOT_IN_A_SCHEMA)],
    ids=[message for _, message in REFUSED if not any(word in message for word in NOT_IN_A_SCHEMA)],
)
def test_what_the_reader_refuses_the_schema_refuses(given_answers: dict[str, object]) -> None:
    assert not PERSON.is_valid(given_answers)
