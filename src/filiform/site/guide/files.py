"""Answers as a file: person.toml to keep, and one that was kept before."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import PurePath
from typing import TYPE_CHECKING

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from filiform.errors import GuidanceError
from filiform.guidance import Person
from filiform.guidance.person import KEYS, PREFERENCE_KEYS
from filiform.guidance.person_file import parse_mapping
from filiform.site.guide import form
from filiform.site.guide.questions import questions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from filiform.knowledge import Library

LARGEST_BYTES = 64 * 1024
_LONGEST_ECHO = 60


def to_toml(person: Person) -> str:
    """Return a person as person.toml, which `filiform guide` and this site read.

    >>> print(to_toml(Person(age=46, findings=frozenset({"fever"}))))
    age = 46
    findings = ["fever"]
    region = "neck"
    """
    given = person.to_dict()
    preferences = given.pop("preferences", None)
    lines = _lines(given)
    if isinstance(preferences, dict):
        lines += ["", "[preferences]", *_lines(preferences)]
    return "\n".join(lines) + "\n"


def _lines(given: Mapping[str, object]) -> list[str]:
    # Texts are printable characters only, and for those JSON and TOML write the same.
    return [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in given.items()]


def to_person(name: str, content: bytes, library: Library) -> Person:
    """Return the person of a file that was sent.

    Args:
        name: its name, for the suffix alone.
        content: its bytes, or more than 64 KB of them.
        library: where words are looked up.

    Raises:
        GuidanceError: the file or an answer in it cannot be read, in the sentence of the page.
    """
    faults = questions().faults
    if len(content) > LARGEST_BYTES:
        raise GuidanceError(faults["file_too_long"])
    suffix = PurePath(name).suffix.casefold()
    try:
        given = parse_mapping("the file", content, suffix=suffix, most_bytes=LARGEST_BYTES)
    except GuidanceError:
        raise GuidanceError(faults["file_unreadable"]) from None
    try:
        return Person.from_mapping(given, library)
    except GuidanceError:
        raise GuidanceError(_fault(given, library)) from None


def _fault(given: Mapping[str, object], library: Library) -> str:
    """Return the first fault of answers in plain words: each of them is tried for itself."""
    for key, value in given.items():
        inner = value if key == "preferences" and isinstance(value, dict) else {"": value}
        for name, each in inner.items():
            fault = _fault_of(key, name, each, library)
            if fault:
                return fault
    return questions().faults["file_both"].format(asked=_contradicted(given))


def _fault_of(key: str, inner: str, value: object, library: Library) -> str:
    """Return the fault of one answer, and of a list of words the first that is not known."""
    faults = questions().faults
    called = inner or key
    if key not in KEYS or (inner and inner not in PREFERENCE_KEYS):
        return faults["file_key"].format(given=called[:_LONGEST_ECHO])
    error = _error(key, inner, value, library)
    if error is None:
        return ""
    words = value if isinstance(value, list) else [value]
    word = next((each for each in words if _error(key, inner, [each], library)), None)
    field = questions().field(f"{key}.{inner}" if inner else key)
    if isinstance(word, str) and (field is None or not field.fault):
        return faults["file_word"].format(given=word[:_LONGEST_ECHO])
    asked = questions().told(f"{key}.{inner}" if inner else key)
    said = form.refused(field, error) if field and field.fault else faults["file_mend"]
    return faults["file_answer"].format(asked=asked, fault=said)


def _error(key: str, inner: str, value: object, library: Library) -> GuidanceError | None:
    try:
        Person.from_mapping({key: {inner: value} if inner else value}, library)
    except GuidanceError as error:
        return error
    return None


def _contradicted(given: Mapping[str, object]) -> str:
    """Return what was answered with yes and with no."""
    said = {key: set(_listed(given.get(key))) for key in ("findings", "history", "absent")}
    both = (said["findings"] | said["history"]) & said["absent"]
    return questions().told(min(both))


def _listed(value: object) -> list[str]:
    listed = value if isinstance(value, list) else []
    return [each.strip() for each in listed if isinstance(each, str)]


class InMemory(FileUploadHandler):
    """Keeps a file of answers in memory, and of a longer one no more than shows that it is."""

    def new_file(  # noqa: PLR0917  (the parameters that Django passes)
        self,
        field_name: str,
        file_name: str,
        content_type: str,
        content_length: int | None,
        charset: str | None = None,
        content_type_extra: dict[str, bytes] | None = None,
    ) -> None:
        """Begin a file."""
        super().new_file(
            field_name, file_name, content_type, content_length, charset, content_type_extra
        )
        self._content = bytearray()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep a piece while the file may still be one of answers."""
        del start
        self._content += raw_data[: LARGEST_BYTES + 1 - len(self._content)]

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        """Hand over what was kept."""
        del file_size
        return InMemoryUploadedFile(
            BytesIO(bytes(self._content)),
            self.field_name,
            self.file_name,
            self.content_type,
            len(self._content),
            self.charset,
        )
