"""Answers as a file: person.toml to keep, and one that was kept before."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import PurePath
from typing import TYPE_CHECKING

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from filiform.guidance import Person
from filiform.guidance._person_file import parse_mapping

if TYPE_CHECKING:
    from collections.abc import Mapping

    from filiform.knowledge import Library

LARGEST_BYTES = 64 * 1024


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
        GuidanceError: the file or an answer in it cannot be read.
    """
    suffix = PurePath(name).suffix.casefold()
    called = f"file{suffix}" if suffix in {".toml", ".json"} else "file"
    return Person.from_mapping(parse_mapping(called, content, most_bytes=LARGEST_BYTES), library)


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
