"""The tables in a directory of one's own: beside each other, or in folders as we publish them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FOLDERS = ("evidence", "knowledge", "texts")
"""The folders of the published tables; other folders of a directory are not read."""


def csv_files(path: Path) -> list[Path]:
    """Return the CSV files of a directory and of its folders of tables, or one such file."""
    inside = _entries(path) if path.is_dir() else iter([path] if path.is_file() else [])
    return sorted(entry for entry in inside if entry.suffix.casefold() == ".csv")


def own_file(directory: Path, name: str) -> Path | None:
    """Return where a table stands in a directory, or None where it is not there."""
    places = (directory, *(directory / folder for folder in FOLDERS))
    return next((place / name for place in places if (place / name).is_file()), None)


def _entries(directory: Path) -> Iterator[Path]:
    yield from directory.iterdir()
    for folder in FOLDERS:
        if (directory / folder).is_dir():
            yield from (directory / folder).iterdir()
