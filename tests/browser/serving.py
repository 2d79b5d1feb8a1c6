"""The site as ./serve starts it, from a data directory and a database of a test's own."""

from __future__ import annotations

import socket
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.reliability import ground

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def environment_of(data: Path) -> dict[str, str]:
    """Return the environment in which a data directory is prepared and served."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return {
        **ground.environment(data),
        "FILIFORM_PORT": str(port),
        "FILIFORM_WORKERS": "1",
        "PYTHONWARNINGS": "default",
    }


def prepare(environment: dict[str, str]) -> None:
    """Make the database and load the library."""
    command = [sys.executable, "-m", "filiform.site", "prepare"]
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)


@contextmanager
def serving(environment: dict[str, str]) -> Iterator[str]:
    """Serve a prepared data directory; the address."""
    address = f"http://127.0.0.1:{environment['FILIFORM_PORT']}"
    command = [sys.executable, "-m", "gunicorn", "--config", "python:filiform.site.server"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        said = server.stdout.readline()
        assert said.startswith(f"Filiform is ready at {address}"), said
        yield address
        server.terminate()
