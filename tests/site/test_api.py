"""REST: the same answers as Python and as the terminal, and one sentence for each fault."""

from __future__ import annotations

import json
import logging
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema
import pytest
from django.test import Client
from django.utils import timezone

from filiform.guidance import Person, guide, screen
from filiform.knowledge import library
from filiform.review import Question, Synthesis, find, headline, published
from filiform.site.api import tables

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Response

PEOPLE: dict[str, dict[str, object]] = {
    "nothing answered": {},
    "a muscle pain in New York": {
        "age": 46,
        "sex": "female",
        "duration_days": 120,
        "pain_0_10": 6,
        "disability_percent": 34,
        "absent": ["fever"],
        "condition": "myofascial",
        "pain_regions": ["upper_shoulder"],
        "jurisdiction": "US-NY",
    },
    "a fever with a stiff neck": {"findings": ["fever", "cannot_touch_chin_to_chest"]},
    "a blood thinner": {"age": 71, "medicines": ["warfarin"], "condition": "nonspecific"},
}
UNTOLD = "an answer that stays secret"
FILIFORM = Path(sys.executable).with_name("filiform")


def terminal(*words: str) -> object:
    done = subprocess.run([FILIFORM, *words], capture_output=True, check=True)
    return json.loads(done.stdout)


def post(address: str, body: object) -> Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    # Without a token against forgery, as a program sends it.
    client = Client(enforce_csrf_checks=True)
    return client.post(address, content, content_type="application/json")


def refused(response: Response, status: int) -> str:
    assert response.status_code == status
    assert response.headers["Cache-Control"] == "no-store"
    answer: dict[str, str] = json.loads(response.content)
    assert list(answer) == ["error"]
    return answer["error"]


# --- One answer, three faces


@pytest.mark.parametrize("given", PEOPLE.values(), ids=PEOPLE)
def test_screening_is_the_same_over_rest_in_python_and_at_the_terminal(
    given: dict[str, object], tmp_path: Path
) -> None:
    (tmp_path / "person.json").write_text(json.dumps(given))
    answer = json.loads(post("/api/screen", given).content)
    assert answer == screen(Person.from_mapping(given, library()), library()).to_dict()
    assert answer == terminal("screen", str(tmp_path / "person.json"), "--json")


@pytest.mark.parametrize("given", PEOPLE.values(), ids=PEOPLE)
def test_the_aid_is_the_same_over_rest_in_python_and_at_the_terminal(
    given: dict[str, object], tmp_path: Path
) -> None:
    (tmp_path / "person.json").write_text(json.dumps(given))
    today = timezone.localdate()
    person = Person.from_mapping(given, library())
    aid = guide(person, library=library(), review=published(), today=today).to_dict()
    answer = json.loads(post("/api/guide", given).content)
    words = ("guide", str(tmp_path / "person.json"), "--json", "--today", today.isoformat())
    assert answer == json.loads(json.dumps(aid))
    assert answer == terminal(*words)


QUESTIONS: tuple[dict[str, str], ...] = (
    {"against": "sham", "outcome": "pain_intensity", "weeks": "short"},
    {"against": "sham", "outcome": "pain_intensity", "weeks": "short", "condition": "radicular"},
    {"against": "traction", "outcome": "disability", "weeks": "long"},
    {"against": "sham"},
    {"region": "shoulder", "measure": "MD"},
    {},
)


@pytest.mark.parametrize("asked", QUESTIONS, ids=lambda asked: " ".join(asked.values()) or "all")
def test_evidence_is_the_same_over_rest_in_python_and_at_the_terminal(
    client: Client, asked: dict[str, str]
) -> None:
    answer = client.get("/api/evidence", {"therapy": "dry needling", **asked}).json()
    found = find(
        published(),
        "dry_needling",
        **{"window" if name == "weeks" else name: word for name, word in asked.items()},
    )
    here = found.to_dict() if isinstance(found, Synthesis) else [headline(each) for each in found]
    options = [part for name, word in asked.items() for part in (f"--{name}", word)]
    assert answer == json.loads(json.dumps(here))
    assert answer == terminal("evidence", "dry_needling", "--json", *options)


def test_findings_are_the_same_at_the_terminal(client: Client) -> None:
    assert client.get("/api/findings").json() == terminal("findings", "--json")


def test_a_headline_leads_to_its_page(client: Client) -> None:
    rows = client.get("/api/evidence", {"therapy": "acupuncture", "against": "sham"}).json()
    assert rows
    for row in rows:
        assert client.get(row["link"]).status_code == 200


def test_a_question_that_no_trial_asked_is_answered_so(client: Client) -> None:
    asked = {"therapy": "cupping", "against": "sham", "outcome": "disability", "weeks": "long"}
    answer = client.get("/api/evidence", asked).json()
    assert (answer["estimate"], answer["trials"]) == (None, 0)
    assert answer["certainty"]["level"] == "none"


def test_the_therapies_name_those_that_the_guide_offers(client: Client) -> None:
    answer = client.get("/api/therapies").json()
    offered = {row["id"] for row in answer["therapies"] if row["offered"]}
    assert offered == {t.id for t in library().therapies.values() if t.offered}
    sham = next(row for row in answer["comparators"] if row["id"] == "sham")
    assert sham["members"] == ["sham_needle", "sham_other"]


def test_a_trial_comes_with_its_rows_and_its_syntheses(client: Client) -> None:
    answer = client.get("/api/trials/white-2004").json()
    assert answer["trial"]["n_randomised"] == library().trials["white-2004"].n_randomised
    assert len(answer["arms"]) == len(library().arms_of("white-2004"))
    used = {row["link"] for row in answer["syntheses"] if row["used"]}
    assert Question.parse("acupuncture", "sham").path in used


# --- What is kept, and what is not


@pytest.mark.parametrize("address", ["/api/screen", "/api/guide"])
def test_an_answer_about_a_person_is_stored_nowhere(address: str) -> None:
    response = post(address, {"age": 46})
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    assert "ETag" not in response.headers
    assert not response.cookies


def test_an_answer_for_everyone_may_be_kept(client: Client) -> None:
    first = client.get("/api/findings")
    assert first.headers["Cache-Control"] == "public, max-age=600"
    again = client.get("/api/findings", headers={"if-none-match": first.headers["ETag"]})
    assert again.status_code == 304


def test_no_log_holds_what_was_sent(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        post("/api/screen", {"findings": ["a secret finding"]})
        post("/api/guide", b'{"age": 461, "insurance": "a secret insurer"')
    assert "secret" not in caplog.text
    assert "461" not in caplog.text


# --- Faults


@pytest.mark.parametrize("address", ["/api/screen", "/api/guide"])
@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"age": 460}, "age is 460, admissible is a number from 0 to 120"),
        ({"findings": ["fevr"]}, "did you mean 'fever'?"),
        ({"findings": ["fever"], "absent": ["fever"]}, "both as present and as absent"),
        ({"aeg": 46}, "did you mean 'age'?"),
        ({"pain_0_10": 11}, "pain_0_10 is 11"),
        (b"{", "the body is not JSON"),
        (b"", "the body is empty"),
        (b"[]", "the body holds a list"),
        (b'{"age": NaN}', "NaN is no number"),
        (b'{"age": 46, "age": 47}', "stands there twice"),
        (b"\xff\xfe", "not UTF-8"),
        (b"[" * 20_000, "nested"),
        (b"age = 46", "the body is not JSON"),
    ],
)
def test_a_body_that_cannot_be_read_gets_one_sentence(
    address: str, body: object, says: str
) -> None:
    assert says in refused(post(address, body), 400)


def test_ten_megabytes_of_junk_are_too_large() -> None:
    assert "longer than 64 KB" in refused(post("/api/guide", b"7" * 10_000_000), 413)


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ({}, "therapy is missing"),
        ({"therapy": "acupunture"}, "did you mean 'acupuncture'?"),
        ({"therapy": "acupuncture", "against": "shm"}, "unknown comparator 'shm'"),
        ({"therapy": "acupuncture", "against": ""}, "unknown comparator ''"),
        ({"therapy": "acupuncture", "weeks": "soon"}, "unknown time window 'soon'"),
        ({"therapy": "acupuncture", "outcome": "pian"}, "unknown outcome 'pian'"),
        ({"therapy": "acupuncture", "region": "knee"}, "unknown region 'knee'"),
        ({"therapy": "acupuncture", "measure": "SMD"}, "unknown measure 'SMD'"),
        ({"therapy": "acupuncture", "agianst": "sham"}, "did you mean 'against'?"),
    ],
)
def test_an_unknown_word_gets_the_nearest(client: Client, query: dict[str, str], says: str) -> None:
    assert says in refused(client.get("/api/evidence", query), 400)


def test_an_unknown_trial_is_not_found(client: Client) -> None:
    assert "did you mean 'irnich-200" in refused(client.get("/api/trials/irnich-2003"), 404)


@pytest.mark.parametrize("address", ["/api/findings", "/api/therapies", "/api/trials/white-2004"])
def test_a_parameter_that_is_not_taken_is_refused(client: Client, address: str) -> None:
    assert "no parameter is taken" in refused(client.get(address, {"x": "1"}), 400)


@pytest.mark.parametrize("address", ["/api/screen", "/api/guide"])
def test_answers_about_a_person_are_not_asked_for_by_address(client: Client, address: str) -> None:
    response = client.get(address, {"age": "46"})
    assert response.headers["Allow"] == "POST"
    assert refused(response, 405) == f"GET is not taken by {address}, admissible is POST: use that"


def test_another_method_gets_the_one_that_is_taken() -> None:
    assert "admissible is GET" in refused(post("/api/findings", {}), 405)


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("/api/", "unknown address '/api/'"),
        ("/api/fndings", "did you mean '/api/findings'?"),
        ("/api/findings/", "did you mean '/api/findings'?"),
        ("/api/trials/a/b", "did you mean '/api/trials/<trial_id>'?"),
        ("/api/docs", "unknown address '/api/docs': "),
    ],
)
def test_an_unknown_address_gets_the_nearest(client: Client, address: str, says: str) -> None:
    assert says in refused(client.get(address), 404)
    assert says in refused(post(address, {}), 404)


def test_a_fault_of_ours_is_a_sentence_too_and_is_logged_without_its_words(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_library: object) -> object:
        raise ValueError(UNTOLD)

    monkeypatch.setattr(tables, "findings", broken)
    caplog.handler.setFormatter(logging.getLogger("django").handlers[0].formatter)
    with caplog.at_level(logging.ERROR):
        logging.getLogger("django").addHandler(caplog.handler)
        try:
            answer = refused(Client().get("/api/findings"), 500)
        finally:
            logging.getLogger("django").removeHandler(caplog.handler)
    assert answer == "the fault is ours: try again later"
    written = "\n".join(caplog.handler.format(record) for record in caplog.records)
    assert written.count("Internal Server Error: /api/findings") == 1
    assert UNTOLD not in written


# --- The description


def description() -> dict[str, object]:
    answer: dict[str, object] = Client().get("/api/openapi.json").json()
    return answer


def operations() -> list[tuple[str, str, dict[str, object]]]:
    paths = description()["paths"]
    assert isinstance(paths, dict)
    return [(path, verb, each) for path, verbs in paths.items() for verb, each in verbs.items()]


def schema_of(operation: dict[str, object], *steps: str) -> dict[str, object]:
    found: object = operation
    for step in (*steps, "content", "application/json", "schema"):
        assert isinstance(found, dict)
        found = found[step]
    assert isinstance(found, dict)
    return found


def test_the_description_names_every_address() -> None:
    assert {(verb, path) for path, verb, _ in operations()} == {
        ("post", "/api/screen"),
        ("post", "/api/guide"),
        ("get", "/api/evidence"),
        ("get", "/api/findings"),
        ("get", "/api/therapies"),
        ("get", "/api/trials/{trial_id}"),
    }


def test_the_description_is_openapi_3_1() -> None:
    told = description()
    assert told["openapi"] == "3.1.0"
    names = [operation["operationId"] for _, _, operation in operations()]
    assert len(names) == len(set(map(str, names)))
    for path, _, operation in operations():
        responses = operation["responses"]
        assert isinstance(responses, dict)
        assert {"200", "400"} <= set(responses)
        assert all(each["description"] for each in responses.values())
        parameters = operation.get("parameters", [])
        assert isinstance(parameters, list)
        in_path = {each["name"] for each in parameters if each["in"] == "path"}
        assert in_path == ({"trial_id"} if "{" in path else set())


def test_every_schema_of_the_description_is_a_schema() -> None:
    for _, verb, operation in operations():
        schemas = [schema_of(operation, "responses", "200")]
        schemas += [schema_of(operation, "requestBody")] if verb == "post" else []
        for schema in schemas:
            jsonschema.Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("given", PEOPLE.values(), ids=PEOPLE)
@pytest.mark.parametrize("address", ["/api/screen", "/api/guide"])
def test_what_is_sent_and_answered_is_as_described(address: str, given: dict[str, object]) -> None:
    operation = next(each for path, _, each in operations() if path == address)
    answer = json.loads(post(address, given).content)
    jsonschema.validate(given, schema_of(operation, "requestBody"))
    jsonschema.validate(answer, schema_of(operation, "responses", "200"))


def test_a_fault_is_described_as_one_sentence() -> None:
    for _, _, operation in operations():
        schema = schema_of(operation, "responses", "400")
        jsonschema.validate({"error": "one sentence"}, schema)
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({"detail": "Not Found"}, schema)


# --- docs/rest.md

REST_PAGE = (Path(__file__).parents[2] / "docs" / "rest.md").read_text(encoding="utf-8")
EXAMPLE = re.compile(
    r"`(GET|POST) (\S+)`(?: with `(.+?)`)? answers 400 with\n\n```json\n(.+?)\n```"
)


def test_the_examples_of_the_documentation_are_what_happens(client: Client) -> None:
    examples = EXAMPLE.findall(REST_PAGE)
    assert [verb for verb, *_ in examples] == ["POST", "GET"]
    for verb, address, body, answer in examples:
        response = post(address, body.encode()) if verb == "POST" else client.get(address)
        assert json.loads(response.content) == json.loads(answer)


def test_the_documentation_names_every_address() -> None:
    for path, verb, _ in operations():
        assert f"`{verb.upper()} {path}" in REST_PAGE
