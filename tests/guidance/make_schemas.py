"""Write the JSON Schemas of guidance from the code and the data that they describe.

    python -m tests.guidance.make_schemas

A test compares the files in src/filiform/guidance/schema with what this module makes.
"""

from __future__ import annotations

import json
import types
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Literal, Union, get_args, get_origin, get_type_hints

from filiform.guidance import (
    aid,
    cautions,
    cited,
    costs,
    course,
    cover,
    dangers,
    doses,
    effects,
    expected,
    harms,
    option,
    practitioners,
    suitability,
    texts,
)
from filiform.guidance._guidebook import guidebook
from filiform.guidance._rulebook import NEEDLINGS, URGENCIES
from filiform.guidance.person import history_ids
from filiform.knowledge import library

Schema = dict[str, object]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
FOLDER = Path(__file__).parents[2] / "src" / "filiform" / "guidance" / "schema"

_MODULES = (
    *(aid, cautions, cited, costs, course, cover, dangers, doses, effects),
    *(expected, harms, option, practitioners, suitability, texts),
)
_NAMES = {name: value for module in _MODULES for name, value in vars(module).items()}
"""Where the names of annotations are looked up: modules import some only for typing."""

_TEXT: Schema = {"type": "string"}
_SIMPLE: dict[object, Schema] = {
    str: _TEXT,
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
}
_WORDS: dict[tuple[str, str], tuple[str, ...]] = {
    ("Option", "fits"): ("yes", "maybe", "unknown", "not_before_a_doctor", "no"),
    ("Suitability", "fits"): ("yes", "maybe", "unknown"),
    ("Effect", "weeks"): ("immediate", "short", "mid", "long"),
    ("Effect", "measure"): ("MD", "RR", "OR"),
    ("Effect", "certainty"): ("high", "moderate", "low", "very_low", "none"),
    ("Practitioner", "status"): ("allowed", "prohibited", "silent", "unclear"),
    ("Harm", "unit"): ("people", "treatments", "needles", "reports"),
}


def made() -> dict[str, Schema]:
    """Return the schemas by name."""
    return {"person": person(), "screening": screening(), "aid": whole_aid()}


# --- The person


def person() -> Schema:
    """Return the schema of person.toml and person.json."""
    facts, rules = library(), guidebook().answers
    offered = [row.id for row in facts.therapies.values() if row.offered]
    return {
        "$schema": DIALECT,
        "$id": "urn:filiform:person:1",
        "title": "Person",
        "description": "One person's answers, as person.toml or person.json. Everything may be "
        "left out; what is left out was not asked. A finding stands in findings or in absent, "
        "never in both.",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "age": _range("age", "Years. Under 18 the guide sends to a doctor first.", "integer"),
            "sex": {"enum": list(rules.sexes)},
            "duration_days": _range("duration_days", "How long the pain has lasted, in days."),
            "pain_0_10": _range("pain_0_10", "0 is no pain, 10 the worst pain."),
            "disability_percent": _range(
                "disability_percent",
                "How much the neck hinders daily life, as the Neck Disability Index in percent.",
            ),
            "findings": _ids(facts.findings, "What is so: ids listed by `filiform findings`."),
            "absent": _ids(facts.findings, "What was asked and is not so."),
            "condition": {
                "enum": sorted(facts.conditions),
                "description": "The kind of neck pain, when it is known.",
            },
            "region": {"enum": list(rules.regions), "default": "neck"},
            "pain_regions": _ids(facts.areas, "Where it hurts."),
            "jurisdiction": {
                "enum": sorted(facts.jurisdictions),
                "description": "Country or state whose law is looked up, ISO 3166.",
            },
            "insurance": {**_line(), "description": "The insurer, in free words."},
            "medicines": {
                "type": "array",
                "items": _line(),
                "uniqueItems": True,
                "maxItems": rules.list_items,
                "description": f"Names or classes ({', '.join(guidebook().medicines)}). A name "
                "that we do not know is listed in the aid under not_recognised.",
            },
            "history": _ids(
                history_ids(facts), "Findings of the groups history and medicine, and further ids."
            ),
            "preferences": {
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    "fear_of_needles": {"type": "boolean"},
                    "avoid": _ids(offered, "Therapies to leave out."),
                    "drives_after": {
                        "type": "boolean",
                        "description": "Drives or runs machines after the session.",
                    },
                },
            },
        },
    }


def _range(key: str, description: str, kind: str = "number") -> Schema:
    allowed = guidebook().answers.ranges[key]
    return {
        "type": kind,
        "minimum": allowed.low,
        "maximum": allowed.high,
        "description": description,
    }


def _line() -> Schema:
    return {"type": "string", "minLength": 1, "maxLength": guidebook().answers.text_characters}


def _ids(words: object, description: str) -> Schema:
    return {
        "type": "array",
        "items": {"enum": sorted(words)},  # type: ignore[call-overload]  # ids are texts
        "uniqueItems": True,
        "maxItems": guidebook().answers.list_items,
        "description": description,
    }


# --- The screening


def screening() -> Schema:
    """Return the schema of `filiform screen --json`."""
    reason: Schema = {"$ref": "#/$defs/reason"}
    return {
        "$schema": DIALECT,
        "$id": "urn:filiform:screening:1",
        "title": "Screening",
        "description": "How soon a doctor must see this person first, and why. Expert rules "
        "graded by their source, not a validated test.",
        **_object(
            {
                "urgency": {"enum": list(URGENCIES)},
                "reasons": {"type": "array", "items": reason},
                "needling": {"enum": list(NEEDLINGS)},
                "not_asked": {"type": "array", "items": _TEXT, "uniqueItems": True},
                "not_given": {
                    "type": "array",
                    "items": {"enum": ["age", "duration_days", "pain_0_10"]},
                    "uniqueItems": True,
                },
                "assumed": {
                    "type": "array",
                    "items": _object({"finding": _TEXT, "because": _TEXT}),
                },
                "asked": {"type": "integer", "minimum": 0},
                "alone": {
                    "type": "boolean",
                    "description": "True for emergency and same_day: no option is shown.",
                },
                "title": _TEXT,
                "action": _TEXT,
                "needling_sentence": _TEXT,
                "summary": {"type": "array", "items": _TEXT, "minItems": 2},
            }
        ),
        "$defs": {"reason": _reason(reason)},
    }


def _reason(itself: Schema) -> Schema:
    some = {"type": "array", "items": _TEXT, "minItems": 1}
    return _object(
        {
            "finding": _TEXT,
            "suspected": _TEXT,
            "source": {"type": "string", "minLength": 1},
            "rule": _TEXT,
            "findings": some,
            "urgency": {"enum": list(URGENCIES)},
            "needling": {"enum": list(NEEDLINGS)},
            "sentence": _TEXT,
            "rows": some,
            "sources": {"type": "array", "items": _TEXT},
            "grade": {"enum": ["A", "B", "C", "editor", None]},
            "also": {"type": "array", "items": itself},
        }
    )


def _object(properties: dict[str, Schema]) -> Schema:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(properties),
        "properties": properties,
    }


# --- The aid, from its records


def whole_aid() -> Schema:
    """Return the schema of `filiform guide --json`."""
    defs: dict[str, Schema] = {}
    text, note = _record(texts.Text, defs), _record(aid.MedicineNote, defs)
    parts: dict[str, Schema] = {
        "format": {"const": aid.FORMAT},
        "as_of": {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"},
        "data": _object({"version": _TEXT, "digest": _TEXT}),
        "person": {"$ref": "urn:filiform:person:1"},
        "screening": {"$ref": "urn:filiform:screening:1"},
        "notes": {"type": "array", "items": _TEXT},
        "doctor_first": {"type": "array", "items": text},
        "first_line": {"type": "array", "items": text},
        "options": {"type": "array", "items": _record(option.Option, defs)},
        "background": {"anyOf": [_record(aid.Background, defs), {"type": "null"}]},
        "medicines": {"type": "array", "items": note},
        "not_recognised": {"type": "array", "items": note},
        "sources": {"type": "array", "items": _record(cited.CitedSource, defs)},
    }
    return {
        "$schema": DIALECT,
        "$id": "urn:filiform:aid:1",
        "title": "Aid",
        "description": "One person's decision aid. With an emergency or a doctor today, options "
        "and first_line are empty and background is null.",
        **_object(parts),
        "$defs": dict(sorted(defs.items())),
    }


def _record(record: type, defs: dict[str, Schema]) -> Schema:
    name = record.__name__
    if name not in defs:
        defs[name] = {}
        hints = get_type_hints(record, localns=_NAMES)
        defs[name] = _object(
            {field.name: _field(record, field.name, hints, defs) for field in _fields(record)}
        )
    return {"$ref": f"#/$defs/{name}"}


def _fields(record: type) -> list[types.SimpleNamespace]:
    return [types.SimpleNamespace(name=field.name) for field in fields(record)]


def _field(record: type, name: str, hints: dict[str, object], defs: dict[str, Schema]) -> Schema:
    words = _WORDS.get((record.__name__, name))
    return {"enum": list(words)} if words else _hint(hints[name], defs)


def _hint(hint: object, defs: dict[str, Schema]) -> Schema:
    if hint in _SIMPLE:
        return _SIMPLE[hint]
    if isinstance(hint, type) and is_dataclass(hint):
        return _record(hint, defs)
    origin, parts = get_origin(hint), get_args(hint)
    if origin is Literal:
        return {"enum": list(parts)}
    if origin in (types.UnionType, Union):
        return {"anyOf": [_hint(part, defs) for part in parts]}
    return {"type": "null"} if hint is type(None) else _list(hint, defs)


def _list(hint: object, defs: dict[str, Schema]) -> Schema:
    parts = get_args(hint)
    if get_origin(hint) is not tuple:
        raise TypeError(f"no schema for {hint!r}")
    if parts[1:] == (...,):
        return {"type": "array", "items": _hint(parts[0], defs)}
    items = [_hint(part, defs) for part in parts]
    return {"type": "array", "prefixItems": items, "minItems": len(items), "items": False}


def as_text(schema: Schema) -> str:
    """Return a schema as its file holds it."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for name, schema in made().items():
        (FOLDER / f"{name}.schema.json").write_text(as_text(schema), encoding="utf-8")
