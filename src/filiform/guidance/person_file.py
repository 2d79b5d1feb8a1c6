"""A person's file: size, encoding and syntax first, then a mapping of answers."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import NoReturn

from filiform.errors import GuidanceError


def read_mapping(path: Path | str, *, most_bytes: int) -> dict[str, object]:
    """Return the answers of a .toml or .json file.

    Args:
        path: another suffix is read as JSON where it begins with `{`, else as TOML.
        most_bytes: a longer file is refused before it is read as text.

    Raises:
        GuidanceError: missing, a directory, too long, empty, not UTF-8, not TOML or JSON, nested
            too deeply, or not a table of answers.
    """
    content = _bytes(path, most_bytes)
    return parse_mapping(str(path), content, suffix=Path(path).suffix, most_bytes=most_bytes)


def parse_mapping(
    name: str, content: bytes, *, suffix: str = "", most_bytes: int
) -> dict[str, object]:
    """Return the answers of a file whose content is at hand, such as one that was uploaded.

    Args:
        name: what messages call it.
        content: the whole file.
        suffix: `.json` or `.toml`; else it is read as JSON where it begins with `{`.
        most_bytes: a longer one is refused before it is read as text.

    Raises:
        GuidanceError: as for `read_mapping`.

    >>> parse_mapping("the body", b'{"age": 46}', most_bytes=64)
    {'age': 46}
    """
    text = _text(name, content, most_bytes)
    suffix = suffix.casefold()
    is_json = suffix == ".json" or (suffix != ".toml" and text.lstrip().startswith("{"))
    kind = "JSON" if is_json else "TOML"
    try:
        data = _json(text) if is_json else tomllib.loads(text)
    except RecursionError:
        raise GuidanceError(
            f"{name} is nested too deeply: answers are one level deep, preferences two"
        ) from None
    except ValueError as error:
        raise GuidanceError(f"{name} is not {kind}: {_short(error)}. Mend it there.") from None
    if not isinstance(data, dict):
        raise GuidanceError(
            f"{name} holds {_kind(data)}, admissible is a table of answers such as "
            f'{{"age": 46}}: mend it'
        )
    return data


def _bytes(path: Path | str, most_bytes: int) -> bytes:
    try:
        with Path(path).open("rb") as file:
            return file.read(most_bytes + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a usable path"
        raise GuidanceError(
            f"{path} cannot be read ({reason}): name a .toml or .json file"
        ) from None


def _text(name: str, data: bytes, most_bytes: int) -> str:
    if len(data) > most_bytes:
        raise GuidanceError(
            f"{name} is longer than {most_bytes // 1024} KB: a person's answers are far shorter, "
            "name the right file"
        )
    return _decoded(name, data)


def _decoded(name: str, data: bytes) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise GuidanceError(
            f"{name} is not UTF-8 (byte {error.start + 1}): save it as UTF-8 text"
        ) from None
    if not text.strip():
        raise GuidanceError(
            f'{name} is empty: write at least one answer, such as age = 46, as JSON {{"age": 46}}'
        )
    return text


def _json(text: str) -> object:
    return json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the key {key[:60]!r} stands there twice")
        found[key] = value
    return found


def _no_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number")


def _short(error: ValueError) -> str:
    return str(error).splitlines()[0][:160]


def _kind(data: object) -> str:
    return {list: "a list", str: "a text", type(None): "null"}.get(type(data), "a single value")
