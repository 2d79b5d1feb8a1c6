"""Exports that take longer than a page: asked for, made by a process of their own, fetched, gone.

What is known of one is a small file beside the database (exports/ID.json), and so is what it made
(exports/ID.zip). Nothing of it is in the database: the process that makes it reads one moment of
that, while this says how far it is; and it belongs to this machine. Who makes one holds a lock on
the directory, which the system takes back whatever becomes of the process.

    asked → making → ready → gone after a day
                   ↘ failed; or the process was killed: again, and then failed
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal
from uuid import UUID, uuid4

import orjson
from django.conf import settings

from filiform.site.copies import filing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

State = Literal["asked", "making", "ready", "failed"]
KEPT = timedelta(hours=24)
MOST_TRIES = 3
_RECORD, _FILE, _LOCK = ".json", ".zip", "lock"
_OWNER_ONLY = 0o700
INTERRUPTED = (
    f"It was interrupted {MOST_TRIES} times: see that this machine has memory and room, and stays "
    "on; then ask for it again."
)


@dataclass(frozen=True, slots=True)
class Job:
    """One export.

    Attributes:
        id: its name, which tells nothing.
        practice: whose.
        person: of whom; None for the whole practice.
        by: who asked for it.
        asked_at: when.
        state: where it stands.
        tries: how often it was begun.
        step: what is written now: rows, history or papers.
        done: how many of them.
        of: how many there are.
        size: of the file, in bytes, once it is ready.
        error: why it failed, and what to do, in one sentence.
        ended_at: when it was ready or failed.
    """

    id: UUID
    practice: UUID
    person: UUID | None
    by: str
    asked_at: datetime
    state: State = "asked"
    tries: int = 0
    step: str = ""
    done: int = 0
    of: int = 0
    size: int = 0
    error: str = ""
    ended_at: datetime | None = None

    @property
    def under_way(self) -> bool:
        """Whether it is still to become ready."""
        return self.state in {"asked", "making"}

    @property
    def until(self) -> datetime:
        """When its file is deleted."""
        return (self.ended_at or self.asked_at) + KEPT

    @property
    def path(self) -> Path:
        """Where its file is once it is ready."""
        return directory() / f"{self.id}{_FILE}"

    @property
    def record(self) -> Path:
        """Where this is kept."""
        return directory() / f"{self.id}{_RECORD}"


def directory() -> Path:
    """Return the directory of the exports, which is there once one was asked for."""
    here: Path = settings.DATA_DIR / "exports"
    return here


def ask(practice: UUID, person: UUID | None, *, by: str, now: datetime) -> Job:
    """Ask for an export; who asks twice gets the one that is under way or ready."""
    known = latest(practice, person)
    if known is not None and known.state != "failed":
        return known
    if known is not None:
        forget(known)
    directory().mkdir(mode=_OWNER_ONLY, exist_ok=True)
    job = Job(uuid4(), practice, person, by, now)
    keep(job)
    return job


def latest(practice: UUID, person: UUID | None) -> Job | None:
    """Return the export of a practice or of a person that was asked for last."""
    found = (job for job in _all() if (job.practice, job.person) == (practice, person))
    return max(found, key=lambda job: job.asked_at, default=None)


def keep(job: Job) -> None:
    """Keep what is known of an export, whole or as it was."""
    with filing.whole(job.record) as file:
        file.write(orjson.dumps(asdict(job)))


def read(job_id: UUID) -> Job | None:
    """Return what is known of an export, or None where it was deleted."""
    try:
        found = orjson.loads((directory() / f"{job_id}{_RECORD}").read_bytes())
    except FileNotFoundError:
        return None
    for name in ("id", "practice", "person"):
        found[name] = found[name] and UUID(found[name])
    for name in ("asked_at", "ended_at"):
        found[name] = found[name] and datetime.fromisoformat(found[name])
    return Job(**found)


def forget(job: Job) -> None:
    """Delete an export; who is making it finds that out and stops."""
    job.record.unlink(missing_ok=True)
    job.path.unlink(missing_ok=True)


def tend(now: datetime) -> subprocess.Popen[bytes] | None:
    """Do what is due, unless another process makes an export now.

    What is over is deleted. What was interrupted is begun again, or told as failed. The oldest that
    was asked for is begun.

    Returns:
        The process that makes it, which holds the lock until it ends; None where none was due.
    """
    if not directory().exists():
        return None
    with _alone() as lock:
        if lock is None:
            return None
        _sweep(now)
        for job in sorted(_all(), key=lambda job: job.asked_at):
            if job.state == "making" and job.tries >= MOST_TRIES:
                keep(replace(job, state="failed", error=INTERRUPTED, ended_at=now))
            elif job.under_way:
                keep(replace(job, state="making", tries=job.tries + 1, step="", done=0, of=0))
                return _begin(job, lock)
    return None


def _begin(job: Job, lock: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603  (our own program)
        [sys.executable, "-m", "filiform.site.copies", str(job.id)],
        env={**os.environ, "FILIFORM_DATA": str(settings.DATA_DIR)},
        stdin=subprocess.DEVNULL,
        pass_fds=[lock],
        start_new_session=True,
    )


@contextmanager
def _alone() -> Iterator[int | None]:
    """Give the lock, or None where another process has it; a child that inherits it keeps it."""
    lock = os.open(directory() / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        yield None
        return
    try:
        yield lock
    finally:
        os.close(lock)


def _all() -> Iterator[Job]:
    for path in directory().glob(f"*{_RECORD}"):
        job = read(UUID(path.stem))
        if job is not None:
            yield job


def _sweep(now: datetime) -> None:
    """Delete what is over, and what a process that was killed left."""
    for job in _all():
        if job.ended_at is not None and now >= job.until:
            forget(job)
    known = {job.path for job in _all()}
    for path in directory().iterdir():
        left = path.suffix == filing.PART and _age(path, now) > _OF_A_RECORD
        if left or (path.suffix == _FILE and path not in known):
            path.unlink(missing_ok=True)


# A record is written in an instant: what is older was left by a process that was killed.
_OF_A_RECORD = timedelta(minutes=1)


def _age(path: Path, now: datetime) -> timedelta:
    with suppress(FileNotFoundError):
        return now - datetime.fromtimestamp(path.stat().st_mtime, now.tzinfo)
    return timedelta()
