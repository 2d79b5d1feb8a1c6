"""The questions: which there are, in which order and in which words (texts/questions.toml)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import TYPE_CHECKING, Literal, cast, get_args

from filiform.errors import KnowledgeError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

Kind = Literal["signs", "several", "one", "yes_no", "number", "duration", "place", "text", "lines"]
NONE = "none"
"""What the form sends for "None of these"."""

_FILE = "questions.toml"
_PAGE_KEYS = frozenset({"id", "title", "short", "hint", "field"})
_FIELD_KEYS = frozenset({"kind", "key", "label", "short", "hint", "unit", "fault", "options"})
_FAULTS = frozenset(
    {
        *("both", "medicine", "no_unit", "not_a_choice", "not_asked", "too_long", "twice"),
        *("file_answer", "file_both", "file_key", "file_mend", "file_missing"),
        *("file_too_long", "file_unreadable", "file_word"),
    }
)
_CHOSEN = frozenset({"signs", "several", "one", "yes_no", "place"})
"""The kinds of field in which nothing is written, so that only a choice can be at fault."""


@dataclass(frozen=True, slots=True)
class Option:
    """A choice: what is stored, and its words."""

    id: str
    text: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """What one page asks once: its key in person.toml (dotted inside a table) and its choices."""

    kind: Kind
    key: str
    label: str
    short: str
    hint: str
    unit: str
    fault: str
    options: tuple[Option, ...]

    @property
    def name(self) -> str:
        """The name in the form."""
        return self.key.rpartition(".")[2] or self.kind

    @property
    def unit_name(self) -> str:
        """The name in the form of a duration's unit."""
        return f"{self.name}_unit"

    @property
    def ids(self) -> tuple[str, ...]:
        """What may be chosen, without "None of these"."""
        return tuple(option.id for option in self.options)

    @property
    def many(self) -> bool:
        """Whether several choices may be ticked, and "None of these"."""
        return self.kind in {"signs", "several"}


@dataclass(frozen=True, slots=True)
class Page:
    """A question: one page."""

    id: str
    title: str
    short: str
    hint: str
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Questions:
    """All questions in their order, and the words that they share."""

    pages: tuple[Page, ...]
    none: str
    signs_hint: str
    several_hint: str
    faults: Mapping[str, str]

    def number(self, page: Page) -> int:
        """Return the place of a page, counted from one."""
        return self.pages.index(page) + 1

    def page(self, page_id: str) -> Page | None:
        """Return a page by its id."""
        return next((page for page in self.pages if page.id == page_id), None)

    def before(self, page: Page) -> Page | None:
        """Return the page before, or nothing before the first."""
        place = self.pages.index(page)
        return self.pages[place - 1] if place else None

    def after(self, page: Page) -> Page | None:
        """Return the page after, or nothing after the last."""
        return next(iter(self.pages[self.number(page) :]), None)

    def asking(self, key: str) -> Page | None:
        """Return the page that asks for a finding or for a key of person.toml."""
        return self._by_what_they_ask.get(key)

    @cached_property
    def _by_what_they_ask(self) -> dict[str, Page]:
        found: dict[str, Page] = {}
        for page in self.pages:
            for field in page.fields:
                for key in field.ids if field.kind == "signs" else (field.key,):
                    found.setdefault(key, page)
        return found

    def field(self, key: str) -> Field | None:
        """Return the field that asks for a key of person.toml."""
        fields = (field for page in self.pages for field in page.fields)
        return next((field for field in fields if field.key == key), None)

    def told(self, key: str) -> str:
        """Return in words what an answer was about: a finding, or a key of person.toml."""
        for page in self.pages:
            for field in page.fields:
                if field.key == key:
                    return field.short or page.short
                for option in field.options if field.kind == "signs" else ():
                    if option.id == key:
                        return f"{page.short}: {option.text}"
        return key


@cache
def questions() -> Questions:
    """Return the questions, read once.

    >>> questions().pages[0].title
    'About you'
    """
    data = files("filiform.knowledge").joinpath("data", "texts", _FILE).read_bytes()
    return parse(tomllib.loads(data.decode()))


def parse(data: Mapping[str, object]) -> Questions:
    """Return the questions of a parsed file.

    Args:
        data: as in questions.toml.

    Raises:
        KnowledgeError: a key is not known, or a value is not of its kind.
    """
    return Questions(
        pages=tuple(_page(row) for row in _rows(data, "page", _FILE)),
        none=_text(data, "none", _FILE),
        signs_hint=_text(data, "signs_hint", _FILE),
        several_hint=_text(data, "several_hint", _FILE),
        faults=_faults(data.get("faults")),
    )


def _faults(given: object) -> Mapping[str, str]:
    if not isinstance(given, dict):
        raise _wrong("faults", "faults", given, "a table")
    _only(given, _FAULTS, "faults")
    return {name: _text(given, name, "faults") for name in sorted(_FAULTS)}


def _page(row: Mapping[str, object]) -> Page:
    where = f"page {row.get('id')}"
    _only(row, _PAGE_KEYS, where)
    return Page(
        id=_text(row, "id", where),
        title=_text(row, "title", where),
        short=_text(row, "short", where),
        hint=_text(row, "hint", where, default=""),
        fields=tuple(_field(each, where) for each in _rows(row, "field", where)),
    )


def _field(row: Mapping[str, object], where: str) -> Field:
    _only(row, _FIELD_KEYS, where)
    kind = _text(row, "kind", where)
    if kind not in get_args(Kind):
        raise _wrong(where, "kind", kind, ", ".join(get_args(Kind)))
    return Field(
        kind=cast("Kind", kind),
        key=_text(row, "key", where, default="" if kind == "signs" else None),
        label=_text(row, "label", where, default=""),
        short=_text(row, "short", where, default=""),
        hint=_text(row, "hint", where, default=""),
        unit=_text(row, "unit", where, default=""),
        fault=_text(row, "fault", where, default="" if kind in _CHOSEN else None),
        options=_options(row.get("options", {}), where),
    )


def _options(given: object, where: str) -> tuple[Option, ...]:
    if not isinstance(given, dict):
        raise _wrong(where, "options", given, "a table")
    return tuple(_option(id_, words, where) for id_, words in given.items())


def _option(id_: str, words: object, where: str) -> Option:
    parts = words if isinstance(words, list) else [words]
    if len(parts) not in {1, 2} or not all(isinstance(part, str) for part in parts):
        raise _wrong(where, id_, words, "words, or words and a hint")
    return Option(id_, *parts)


def _rows(data: Mapping[str, object], key: str, where: str) -> list[Mapping[str, object]]:
    rows = data.get(key)
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise _wrong(where, key, rows, "a list of tables")
    return rows


def _text(data: Mapping[str, object], key: str, where: str, *, default: str | None = None) -> str:
    value = data.get(key, default)
    if not isinstance(value, str):
        raise _wrong(where, key, value, "a text")
    return value


def _only(row: Mapping[str, object], admissible: Collection[str], where: str) -> None:
    for key in row:
        if key not in admissible:
            raise _wrong(where, "key", key, ", ".join(sorted(admissible)))


def _wrong(where: str, what: str, found: object, admissible: str) -> KnowledgeError:
    return KnowledgeError(
        f"{_FILE}: {where}: {what} is {found!r}, admissible is {admissible}: mend the file"
    )
