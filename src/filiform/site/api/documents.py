"""What openapi.json says beyond what the endpoints' own signatures do."""

from __future__ import annotations

import json
from importlib.resources import files

ABOUT = (
    "Neck pain treated with needles: screening, the decision aid and the evidence behind it. "
    "It gives information and does not replace a doctor. Nothing that is sent is stored."
)

_SCHEMAS = files("filiform.guidance") / "schema"


Document = dict[str, object]


def _schema(name: str) -> Document:
    found: Document = json.loads((_SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
    return found


def _bundled(name: str, *others: str) -> Document:
    """Return a schema with those that it refers to by their `$id` among its definitions."""
    found = _schema(name)
    own = found.get("$defs", {})
    defined = own if isinstance(own, dict) else {}
    return {**found, "$defs": {**defined, **{f"{o}.schema": _schema(o) for o in others}}}


def _json(description: str, schema: Document) -> Document:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


_FAULT: Document = {
    "type": "object",
    "required": ["error"],
    "additionalProperties": False,
    "properties": {"error": {"type": "string", "description": "one sentence"}},
}
_LIST: Document = {"type": "array", "items": {"type": "object"}}
_OBJECT: Document = {"type": "object"}


def _post(answer: Document, description: str) -> Document:
    return {
        "requestBody": {"required": True, **_json("a person's answers", _schema("person"))},
        "responses": {
            200: _json(description, answer),
            400: _json("what was sent cannot be read", _FAULT),
            413: _json("what was sent is longer than 64 KB", _FAULT),
        },
    }


def _get(description: str, schema: Document) -> Document:
    return {
        "responses": {
            200: _json(description, schema),
            400: _json("a parameter is missing or unknown", _FAULT),
        }
    }


GET_EVIDENCE = _get("one synthesis, or a list of headlines", {"anyOf": [_OBJECT, _LIST]})
GET_FINDINGS = _get("the findings", _LIST)
GET_THERAPIES = _get("the therapies and comparators", _OBJECT)
GET_TRIAL: Document = {
    "responses": {
        200: _json("the trial", _OBJECT),
        400: _json("a parameter is given, but none is taken", _FAULT),
        404: _json("there is no such trial", _FAULT),
    }
}
POST_SCREEN = _post(_schema("screening"), "how soon a doctor must see this person")
POST_GUIDE = _post(_bundled("aid", "person", "screening"), "the decision aid")
