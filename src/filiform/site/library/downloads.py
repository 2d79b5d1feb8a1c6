"""All published tables as files: each as CSV, all in one ZIP, all in one SQLite database."""

from __future__ import annotations

import csv
import io
import sqlite3
import zipfile
from dataclasses import dataclass
from functools import cache, partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from filiform.knowledge import DATA_VERSION, TABLES, data_digest, published_rows
from filiform.site.library.load import PREFIX

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LICENCE = "CC-BY-4.0"
LICENCE_PAGE = "https://creativecommons.org/licenses/by/4.0/"

# The oldest date that a ZIP can hold: the same data give the same bytes on any day.
_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


@cache
def table_csv(name: str) -> bytes:
    """Return one table as it is published.

    Raises:
        KnowledgeError: For a table that there is not.
    """
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, tuple(TABLES[name].columns), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(published_rows(name))
    return text.getvalue().encode()


@cache
def everything_zip() -> bytes:
    """Return all tables and a note on where they come from, in one ZIP."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        _add(archive, "README.txt", _note().encode())
        for name, table in TABLES.items():
            _add(archive, table.file, table_csv(name))
    return content.getvalue()


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(f"filiform-{DATA_VERSION}/{name}", _ZIP_EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, content)


def _note() -> str:
    tables = "\n".join(f"{table.file}: {table.about}" for table in TABLES.values())
    return (
        f"The library of Filiform, data {DATA_VERSION}\nSHA-256 {data_digest()}\n"
        f"Licence {LICENCE}, {LICENCE_PAGE}\nAn empty cell is: not reported.\n\n{tables}\n"
    )


@cache
def everything_sqlite() -> bytes:
    """Return all tables in one SQLite database, each cell as the text that is published."""
    with sqlite3.connect(":memory:") as database:
        for name, table in TABLES.items():
            _copy(database, PREFIX + name, tuple(table.columns), name)
        database.execute("CREATE TABLE library_release (version text, sha256 text, licence text)")
        release = (DATA_VERSION, data_digest(), LICENCE)
        database.execute("INSERT INTO library_release VALUES (?, ?, ?)", release)
        database.commit()
        content = database.serialize()
    database.close()
    return content


def _copy(database: sqlite3.Connection, table: str, columns: tuple[str, ...], name: str) -> None:
    declared = ", ".join(f'"{column}" text NOT NULL' for column in columns)
    places = ", ".join("?" * len(columns))
    rows = [[row[column] for column in columns] for row in published_rows(name)]
    database.execute(f'CREATE TABLE "{table}" ({declared})')
    # The names are our own tables' names, and the values are parameters.
    database.executemany(f'INSERT INTO "{table}" VALUES ({places})', rows)  # noqa: S608


@dataclass(frozen=True, slots=True)
class Download:
    """A file: its media type, what it holds, and how its content is made."""

    kind: str
    about: str
    content: Callable[[], bytes]


_CSV = "text/csv; charset=utf-8"

WHOLE: Mapping[str, Download] = MappingProxyType(
    {
        "filiform.zip": Download("application/zip", "all tables in one ZIP", everything_zip),
        "filiform.sqlite3": Download(
            "application/vnd.sqlite3", "all tables in one SQLite database", everything_sqlite
        ),
    }
)
"""The files that hold everything."""

FILES: Mapping[str, Download] = MappingProxyType(
    {
        **WHOLE,
        **{
            table.file: Download(_CSV, table.about, partial(table_csv, name))
            for name, table in TABLES.items()
        },
    }
)
"""Every file by its name."""
