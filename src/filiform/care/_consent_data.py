"""The files of consent texts: one folder a version, all kept."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING

from filiform.care import _reading as read
from filiform.errors import CareError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from importlib.resources.abc import Traversable

_NAMES = read.several(read.text)
_PARTS = ("what", "session", "benefit", "risks")


@dataclass(frozen=True, slots=True)
class ChoiceWords:
    """Something that is ticked."""

    id: str
    text: str
    required: bool


@dataclass(frozen=True, slots=True)
class ParagraphWords:
    """A paragraph of every therapy, before its sentences and counts are put in."""

    id: str
    heading: str
    text: str
    statements: tuple[str, ...]
    contraindications: tuple[str, ...]
    warning_signs: tuple[str, ...]
    from_therapy: bool
    risks: bool


@dataclass(frozen=True, slots=True)
class TherapyWords:
    """What one therapy adds: ids of statements for single paragraphs, and its own choices."""

    therapy: str
    statements: Mapping[str, tuple[str, ...]]
    choices: tuple[ChoiceWords, ...]
    leave_out: tuple[str, ...]
    leave_out_statements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Addition:
    """What the law of a place asks to be told."""

    id: str
    jurisdiction: str
    therapies: tuple[str, ...]
    heading: str
    text: str
    source: str
    choice: ChoiceWords | None


@dataclass(frozen=True, slots=True)
class ConsentWords:
    """One version of all consent texts."""

    version: str
    title: str
    paragraphs: tuple[ParagraphWords, ...]
    choices: tuple[ChoiceWords, ...]
    risks: Mapping[str, str]
    therapies: Mapping[str, TherapyWords]
    additions: tuple[Addition, ...]


def versions() -> tuple[str, ...]:
    """Return the versions that are shipped, the oldest first."""
    return tuple(sorted((each.name for each in _folder().iterdir() if each.is_dir()), key=_order))


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("-"))


@cache
def consent_words(version: str) -> ConsentWords:
    """Return one version, read once."""
    folder = _folder() / version
    general = _toml(folder / "general.toml")
    keys = ("version", "title", "paragraph", "choice", "risks")
    fields = read.Fields(general, keys, "general.toml")
    given = fields.take("version", read.text)
    if given != version:
        raise CareError(
            f"general.toml has version {given!r} in the folder {version}: make them one"
        )
    own = [
        _therapy(_toml(path), path.name)
        for path in sorted(folder.iterdir(), key=lambda each: each.name)
        if path.name not in {"general.toml", "places.toml"}
    ]
    places = read.mapping(_toml(folder / "places.toml"), "places.toml")
    return ConsentWords(
        version=version,
        title=fields.take("title", read.text),
        paragraphs=fields.take("paragraph", read.several(_paragraph)),
        choices=fields.take("choice", read.several(_choice)),
        risks=fields.take("risks", read.by_name(read.text)),
        therapies=MappingProxyType({each.therapy: each for each in own}),
        additions=read.several(_addition)(places["addition"], "places.toml: addition"),
    )


def _folder() -> Traversable:
    return files("filiform.knowledge") / "data" / "texts" / "consent"


def _toml(file: Traversable) -> Mapping[str, object]:
    return tomllib.loads(file.read_text("utf-8"))


def _paragraph(value: object, where: str) -> ParagraphWords:
    keys = (
        *("id", "heading", "text", "statements", "contraindications", "warning_signs"),
        *("from_therapy", "risks", "basis"),
    )
    fields, none = read.Fields(value, keys, where), tuple[str, ...]()
    return ParagraphWords(
        id=fields.take("id", read.text),
        heading=fields.take("heading", read.text),
        text=fields.get("text", read.text, ""),
        statements=fields.get("statements", _NAMES, none),
        contraindications=fields.get("contraindications", _NAMES, none),
        warning_signs=fields.get("warning_signs", _NAMES, none),
        from_therapy=fields.get("from_therapy", read.truth, default=False),
        risks=fields.get("risks", read.truth, default=False),
    )


def _choice(value: object, where: str) -> ChoiceWords:
    fields = read.Fields(value, ("id", "text", "required"), where)
    return ChoiceWords(
        id=fields.take("id", read.text),
        text=fields.take("text", read.text),
        required=fields.take("required", read.truth),
    )


def _therapy(value: object, where: str) -> TherapyWords:
    keys = ("therapy", *_PARTS, "choice", "leave_out", "leave_out_statements")
    fields, none = read.Fields(value, keys, where), tuple[str, ...]()
    return TherapyWords(
        therapy=fields.take("therapy", read.text),
        statements=MappingProxyType({part: fields.take(part, _NAMES) for part in _PARTS}),
        choices=fields.get("choice", read.several(_choice), ()),
        leave_out=fields.get("leave_out", _NAMES, none),
        leave_out_statements=fields.get("leave_out_statements", _NAMES, none),
    )


def _addition(value: object, where: str) -> Addition:
    keys = ("id", "jurisdiction", "therapies", "heading", "text", "source", "choice")
    fields = read.Fields(value, keys, where)
    return Addition(
        id=fields.take("id", read.text),
        jurisdiction=fields.take("jurisdiction", read.text),
        therapies=fields.take("therapies", _NAMES),
        heading=fields.take("heading", read.text),
        text=fields.take("text", read.text),
        source=fields.take("source", read.text),
        choice=fields.maybe("choice", _choice),
    )
