"""An export that was asked for is made whole or not at all, whatever ends its process."""

from __future__ import annotations

import datetime as dt
import json
import os
import threading
import time
import zipfile
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from tests.site.copies.running import FILL, Site

from filiform.site import server
from filiform.site.copies import jobs, tending

if TYPE_CHECKING:
    from pathlib import Path

NOW = dt.datetime.now(tz=dt.UTC)


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return where the exports of a data directory are."""
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path)
    return tmp_path / "exports"


def asked(practice: UUID | None = None, at: dt.datetime = NOW) -> jobs.Job:
    return jobs.ask(practice or uuid4(), None, by="Ada <a@example.org>", now=at)


def kill_what_is_begun() -> None:
    child = jobs.tend(NOW)
    assert child is not None
    child.kill()
    child.wait()


def now(job: jobs.Job) -> jobs.Job:
    found = jobs.read(job.id)
    assert found is not None
    return found


def test_what_was_asked_is_made_by_another_process_one_at_a_time_and_gone_after_a_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = Site(tmp_path)
    site.does((FILL,), ("export", str(tmp_path / "terminal.zip")))
    with zipfile.ZipFile(tmp_path / "terminal.zip") as archive:
        practice = UUID(json.loads(archive.read("data/practice.practice.jsonl"))["id"])
        names = archive.namelist()
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path)
    for name, value in site.variables.items():
        monkeypatch.setenv(name, value)
    first, second = asked(practice), asked(at=NOW + dt.timedelta(seconds=1))
    child = jobs.tend(NOW)
    assert child is not None
    assert jobs.tend(NOW) is None  # the one that is made has the lock
    assert (now(first).state, now(second).state) == ("making", "asked")
    assert child.wait() == 0
    assert now(first).state == "ready"
    assert now(first).size == first.path.stat().st_size
    with zipfile.ZipFile(first.path) as archive:
        assert archive.namelist() == names
        assert archive.testzip() is None
    assert jobs.latest(practice, None) == asked(practice)  # what is ready is not made again
    jobs.forget(second)
    ended = now(first).ended_at
    assert ended is not None
    jobs.tend(ended + dt.timedelta(hours=23, minutes=59))
    assert first.path.exists()
    jobs.tend(ended + dt.timedelta(hours=24))
    assert sorted(path.name for path in jobs.directory().iterdir()) == ["lock"]


def test_what_is_killed_is_begun_again_and_told_as_failed_after_the_third_time(
    directory: Path,
) -> None:
    job = asked()
    for _ in range(3):
        kill_what_is_begun()
        assert now(job).state == "making"
        assert not job.path.exists()
    assert now(job).tries == 3
    assert jobs.tend(NOW) is None
    assert now(job).state == "failed"
    assert now(job).error == (
        "It was interrupted 3 times: see that this machine has memory and room, and stays on; "
        "then ask for it again."
    )
    again = asked(job.practice)
    assert again.id != job.id
    assert sorted(path.suffix for path in directory.iterdir()) == ["", ".json"]


def test_what_a_killed_process_left_is_swept_and_what_is_written_now_is_not(
    directory: Path,
) -> None:
    assert jobs.tend(NOW) is None
    assert not directory.exists()  # nothing was ever asked for
    jobs.forget(asked())
    for name in ("old.part", "new.part", f"{uuid4()}.zip"):
        (directory / name).write_bytes(b"half")
    os.utime(directory / "old.part", (0, 0))
    assert jobs.tend(dt.datetime.now(tz=dt.UTC)) is None
    assert sorted(path.name for path in directory.iterdir()) == ["lock", "new.part"]


def test_each_worker_of_the_server_looks_after_the_exports(monkeypatch: pytest.MonkeyPatch) -> None:
    begun = threading.Event()
    monkeypatch.setattr(tending, "tend_always", begun.set)
    server.post_worker_init(None)
    assert begun.wait(timeout=30)


def test_a_full_disk_is_logged_and_ends_nothing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    faults, waited = [OSError(28, "No space left on device", "/data/name")], list[float]()

    def tend(_now: dt.datetime) -> None:
        if faults:
            raise faults.pop()

    def sleep(seconds: float) -> None:
        waited.append(seconds)
        if len(waited) == 2:
            raise StopIteration

    monkeypatch.setattr(jobs, "tend", tend)
    monkeypatch.setattr(time, "sleep", sleep)
    with pytest.raises(StopIteration):
        tending.tend_always()
    assert waited == [60, 1]
    assert caplog.messages == ["the exports cannot be looked after: No space left on device"]
