"""A data directory and a database of their own for programs that are run, raced and killed."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg

if TYPE_CHECKING:
    from pathlib import Path


def environment(directory: Path) -> dict[str, str]:
    """Return variables for a fresh site: SQLite in the directory, or a database of its own there.

    Where FILIFORM_DATABASE_URL names a PostgreSQL server, a new database is made on it.
    """
    made = {**os.environ, "FILIFORM_DATA": str(directory)}
    given = os.environ.get("FILIFORM_DATABASE_URL")
    if given:
        name = f"own_{uuid4().hex}"
        with psycopg.connect(given, autocommit=True) as server:
            server.execute(f'CREATE DATABASE "{name}"')
        made["FILIFORM_DATABASE_URL"] = urlunsplit(urlsplit(given)._replace(path=f"/{name}"))
    return made


def run(*words: str, variables: dict[str, str]) -> str:
    """Run Python with these variables; what it printed. A failure raises with what it said."""
    done = subprocess.run(
        [sys.executable, *words], env=variables, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{words} failed: {done.stdout}{done.stderr}")
    return done.stdout


def filiform(*words: str, variables: dict[str, str]) -> str:
    """Run the terminal program."""
    return run("-c", "from filiform.cli import main; main()", *words, variables=variables)
