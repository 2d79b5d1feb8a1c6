"""A person's file: size, encoding and syntax first, then a mapping of answers."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import NoReturn

from filiform.errors import GuidanceError

_EXAMPLE = "see `filiform guide --help`"


def read_mapping(path: Path | str, *, most_bytes: int) -> dict[str, object]:
    """Return the answers of a .toml or .json file.

    Args:
        path: another suffix is read as JSON where it begins with `{`, else as TOML.
        most_bytes: a longer file is refused before it is read as text.

    Raises:
        GuidanceError: missing, a directory, too long, empty, not UTF-8, not TOML or JSON, nested
            too deeply, or not a table of answers.
    """
    return parse_mapping(path, _bytes(path, most_bytes), most_bytes=most_bytes)


def parse_mapping(path: Path | str, content: bytes, *, most_bytes: int) -> dict[str, object]:
    """Return the answers of a file whose content is at hand, such as one that was uploaded.

    Args:
        path: its name, for the suffix and for the message.
        content: the whole file.
        most_bytes: a longer one is refused before it is read as text.

    Raises:
        GuidanceError: as for `read_mapping`.
    """
    text = _text(path, content, most_bytes)
    suffix = Path(path).suffix.casefold()
    is_json = suffix == ".json" or (suffix != ".toml" and text.lstrip().startswith("{"))
    kind = "JSON" if is_json else "TOML"
    try:
        data = _json(text) if is_json else tomllib.loads(text)
    except RecursionError:
        raise GuidanceError(
            f"{path} is nested too deeply: answers are one level deep, preferences two"
        ) from None
    except ValueError as error:
        raise GuidanceError(f"{path} is not {kind}: {_short(error)}. Mend it there.") from None
    if not isinstance(data, dict):
        raise GuidanceError(
            f"{path} holds {_kind(data)}, admissible is a table of answers such as "
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


def _text(path: Path | str, data: bytes, most_bytes: int) -> str:
    if len(data) > most_bytes:
        raise GuidanceError(
            f"{path} is longer than {most_bytes // 1024} KB: a person's answers are far shorter, "
            "name the right file"
        )
    return _decoded(path, data)


def _decoded(path: Path | str, data: bytes) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise GuidanceError(
            f"{path} is not UTF-8 (byte {error.start + 1}): save it as UTF-8 text"
        ) from None
    if not text.strip():
        raise GuidanceError(
            f"{path} is empty: write at least one answer, such as age = 46 ({_EXAMPLE})"
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
