"""How long a copy and an export take, out and in, and how far that is from what the machine could.

    FILIFORM_DATA=DIR .venv/bin/python -m benchmarks.practice_copies

Each command runs in a process of its own; its start, about a second, is within the time. The limit
is what no program can leave away: to read the database's file once, to compress and decompress the
same bytes with the same library, and their SHA-256.
"""

from __future__ import annotations

import hashlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
import zlib
from pathlib import Path

_PIECE = 1 << 20
_KILO = 1024


def main() -> None:
    """Print one line a command, then the limit."""
    data = Path(os.environ["FILIFORM_DATA"])
    with tempfile.TemporaryDirectory(dir=data.parent) as directory:
        here = Path(directory)
        copy, export = here / "copy.zip", here / "export.zip"
        run("backup", copy, data=data)
        with zipfile.ZipFile(copy) as archive:
            tables = json.loads(archive.read("manifest.json"))["tables"]
        rows = sum(count for count, _ in tables.values())
        print(f"{rows:,} rows; {copy.stat().st_size / 1e6:,.1f} MB as a copy")
        run("restore", copy, data=here / "restored", rows=rows)
        run("verify", data=here / "restored", rows=rows)
        run("export", export, data=data, rows=rows)
        print(f"{export.stat().st_size / 1e6:,.1f} MB as an export")
        run("import", export, data=here / "imported", rows=rows)
        limit(data, copy)


def run(command: str, *files: Path, data: Path, rows: int = 0) -> None:
    """Run one command of the terminal program and print its times and its memory."""
    program = ["-c", "from filiform.cli import main; main()", command, *map(str, files)]
    started, before = time.perf_counter(), _of_processor()
    child = subprocess.Popen(
        [sys.executable, *program, "--data", str(data)], stdout=subprocess.DEVNULL
    )
    _, status, used = os.wait4(child.pid, 0)
    if status:
        sys.exit(f"filiform {command} failed")
    took, spent = time.perf_counter() - started, _of_processor() - before
    rate = f"{rows / spent:,.0f} rows a second" if rows else ""
    memory = used.ru_maxrss / _KILO
    print(f"{command:8} {took:7.1f} s, processor {spent:7.1f} s, {memory:5.0f} MB {rate}")


def _of_processor() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def limit(data: Path, copy: Path) -> None:
    """Print what reading, compressing and digesting alone take."""
    size, spent = 0, dict.fromkeys(("read", "inflate", "deflate", "SHA-256"), 0.0)
    began = time.process_time()
    with (data / "filiform.sqlite3").open("rb") as file:
        while file.read(_PIECE):
            pass
    spent["read"] = time.process_time() - began
    with zipfile.ZipFile(copy) as archive:
        for name in archive.namelist():
            packer, digest = zlib.compressobj(), hashlib.sha256()
            with archive.open(name) as part:
                while True:
                    began = time.process_time()
                    piece = part.read(_PIECE)
                    spent["inflate"] += time.process_time() - began
                    if not piece:
                        break
                    size += len(piece)
                    began = time.process_time()
                    packer.compress(piece)
                    spent["deflate"] += time.process_time() - began
                    began = time.process_time()
                    digest.update(piece)
                    spent["SHA-256"] += time.process_time() - began
    told = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in spent.items())
    print(f"limit, for {size / 1e6:,.0f} MB of lines: {told}")


if __name__ == "__main__":
    main()
