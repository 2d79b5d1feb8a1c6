"""A full and a read-only disk under a site that serves; and every fault told apart."""

from __future__ import annotations

import errno
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING, NoReturn
from uuid import uuid4

import psycopg
import pytest
from django.db import OperationalError

from filiform.site import trouble
from filiform.site.practice import keeping, sending
from filiform.site.practice.models import Credential

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from django.test import Client
    from pytest_django.fixtures import Settings

    from filiform.site.practice.models import Member

_NAMESPACE = ["unshare", "--mount", "--map-root-user"]


@pytest.fixture(scope="module")
def own_disk() -> list[str]:
    """Return the words before a command that give it disks of its own to mount."""
    found = (
        shutil.which("unshare") is not None
        and not subprocess.run([*_NAMESPACE, "true"], capture_output=True, check=False).returncode
    )
    if not found:
        if os.environ.get("CI") == "true":
            pytest.fail("nothing can be mounted here, which CI must allow (unshare --mount)")
        pytest.skip("nothing can be mounted here (unshare --mount --map-root-user)")
    return _NAMESPACE


@pytest.mark.own_database("the disk that fills up holds SQLite's file")
def test_a_disk_that_fills_up_or_takes_no_changes_loses_nothing_acknowledged(
    own_disk: list[str], tmp_path: Path
) -> None:
    words = [*own_disk, sys.executable, "-m", "tests.reliability.disk", str(tmp_path)]
    without = {name: value for name, value in os.environ.items() if "DATABASE_URL" not in name}
    done = subprocess.run(words, capture_output=True, text=True, check=False, env=without)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    # The page says why, that nothing was kept and that the rest is safe, and holds what was typed.
    read_only, full = told["read_only"], told["full"]
    assert (read_only["status"], read_only["read_only"], read_only["held"]) == (503, True, "N0")
    assert (full["status"], full["full"], full["held"][0]) == (507, True, "N")
    for each in (read_only, full):
        assert (each["not_kept"], each["safe"]) == (True, True)
    # Once there is room again, the button on that page sends it, and twice does it once.
    assert told["again_after_read_only"] == [302, 302]
    assert told["again_after_full"] == [302, 302]
    assert told["reading_while_full"]["status"] == 200
    assert (told["lost"], told["twice"], told["faults"]) == ([], 0, [])


def _read_only(directory: Path) -> None:
    with closing(sqlite3.connect(directory / "file")) as database:
        database.execute("PRAGMA query_only = ON")
        database.execute("CREATE TABLE t (a)")


def _full(directory: Path) -> None:
    with closing(sqlite3.connect(directory / "file")) as database:
        database.execute("CREATE TABLE t (a)")
        database.execute("PRAGMA max_page_count = 2")
        database.execute("INSERT INTO t VALUES (?)", ["x" * 10_000])


def _unable_to_open(directory: Path) -> None:
    sqlite3.connect(directory / "no such directory" / "file")


def _locked(directory: Path) -> None:
    with (
        closing(sqlite3.connect(directory / "file")) as first,
        closing(sqlite3.connect(directory / "file", timeout=0.01)) as second,
    ):
        first.execute("BEGIN IMMEDIATE")
        second.execute("BEGIN IMMEDIATE")


def _no_database(directory: Path) -> None:
    (directory / "file").write_text("This is a letter, and no database at all. " * 100)
    with closing(sqlite3.connect(directory / "file")) as database:
        database.execute("SELECT * FROM sqlite_master")


def _no_server(directory: Path) -> None:
    psycopg.connect(host=str(directory), dbname="none")


@pytest.mark.parametrize(
    ("act", "kind", "said"),
    [
        (_read_only, "read_only", "attempt to write a readonly database"),
        (_full, "full", "database or disk is full"),
        (_unable_to_open, "closed", "unable to open database file"),
        (_locked, "busy", "database is locked"),
        (_no_database, "damaged", "file is not a database"),
        (_no_server, "away", "connection"),
    ],
)
def test_what_a_database_itself_says_is_told_apart(
    act: Callable[[Path], None], kind: str, said: str, tmp_path: Path
) -> None:
    with pytest.raises((sqlite3.Error, psycopg.Error), match=said) as raised:
        act(tmp_path)
    found = trouble.trouble_of(_as_django_has_it(raised.value))
    assert found is not None
    assert found.kind == kind


def _as_django_has_it(error: Exception) -> Exception:
    wrapped = OperationalError("what the page must not show")
    wrapped.__cause__ = error
    return wrapped


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (psycopg.errors.DiskFull(), "full"),
        (psycopg.errors.ReadOnlySqlTransaction(), "read_only"),
        (psycopg.errors.TooManyConnections(), "busy"),
        (psycopg.errors.LockNotAvailable(), "busy"),
        (psycopg.errors.DeadlockDetected(), "busy"),
        (psycopg.errors.AdminShutdown(), "away"),
        (psycopg.errors.CannotConnectNow(), "away"),
        (psycopg.errors.ConnectionFailure(), "away"),
        (psycopg.InterfaceError("the connection is closed"), "away"),
        (psycopg.errors.DataCorrupted(), "damaged"),
        (psycopg.errors.IoError(), "failing"),
        (OSError(errno.ENOSPC, "No space left on device"), "full"),
        (OSError(errno.EROFS, "Read-only file system"), "read_only"),
        (OSError(errno.EIO, "Input/output error"), "failing"),
    ],
)
def test_what_postgresql_and_the_system_say_is_told_apart(error: Exception, kind: str) -> None:
    found = trouble.trouble_of(_as_django_has_it(error))
    assert found is not None
    assert found.kind == kind


@pytest.mark.parametrize(
    "error",
    [
        ValueError("a fault of ours"),
        psycopg.errors.UniqueViolation(),
        psycopg.errors.SyntaxError(),
        sqlite3.IntegrityError("UNIQUE constraint failed"),
        FileNotFoundError(errno.ENOENT, "No such file or directory"),
    ],
)
def test_a_fault_of_ours_is_no_fault_of_the_storage(error: Exception) -> None:
    assert trouble.trouble_of(error) is None
    assert trouble.trouble_of(_as_django_has_it(error)) is None


def test_a_write_that_failed_without_a_reason_is_asked_for_room(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DATA_DIR = tmp_path
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR_WRITE
    found = trouble.trouble_of(error)
    assert found is not None
    assert found.kind == "failing"
    left = shutil.disk_usage(tmp_path)._replace(free=0)
    monkeypatch.setattr(shutil, "disk_usage", lambda _where: left)
    found = trouble.trouble_of(error)
    assert found is not None
    assert found.kind == "full"


@pytest.fixture
def address(member: Callable[[str], Member]) -> str:
    """Return the page on which a licence is added to the owner."""
    return f"/practice/staff/{member('owner').pk}/credentials/add/"


FORM = {
    "profession": "acupuncturist",
    "title": 'L.Ac. "at night"',
    "number": "1",
    "jurisdiction": "US-NY",
    "expires_on": "2030-01-01",
}


@pytest.fixture
def fail(monkeypatch: pytest.MonkeyPatch) -> Callable[[Exception], None]:
    """Return what makes every act fail from now on."""

    def with_error(error: Exception) -> None:
        def acting(*_given: object) -> NoReturn:
            raise _as_django_has_it(error)

        monkeypatch.setattr(keeping, "acting", acting)

    return with_error


def test_a_busy_site_says_that_nothing_was_kept_and_holds_what_was_typed(
    client_of: Callable[[str], Client], address: str, fail: Callable[[Exception], None]
) -> None:
    client = client_of("owner")
    client.raise_request_exception = False
    fail(psycopg.errors.LockNotAvailable())
    token = str(uuid4())
    response = client.post(address, FORM | {"once": token})
    page = " ".join(response.content.decode().split())
    assert (response.status_code, response.headers["Retry-After"]) == (503, "5")
    assert "<h1>The site is busy</h1>" in page
    assert (
        "<strong>Nothing of what you sent was kept</strong>, because others were writing for so "
        "long that your turn did not come."
    ) in page
    assert "What was kept before is safe." in page
    assert f'<input type="hidden" name="once" value="{token}">' in page
    assert '<input type="hidden" name="title" value="L.Ac. &#34;at night&#34;">' in page
    assert "Send it again" in page
    assert "what the page must not show" not in page
    assert not Credential.objects.exists()


def test_what_was_kept_leads_there_again_though_the_disk_is_full(
    client_of: Callable[[str], Client], address: str, fail: Callable[[Exception], None]
) -> None:
    client, given = client_of("owner"), FORM | {"once": str(uuid4())}
    location = client.post(address, given).headers["Location"]
    fail(OSError(errno.ENOSPC, "No space left on device"))
    assert client.post(address, given).headers["Location"] == location


def test_what_was_kept_before_the_page_failed_is_said_to_be_kept(
    client_of: Callable[[str], Client],
    address: str,
    fail: Callable[[Exception], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client = client_of("owner")
    client.raise_request_exception = False
    given = FORM | {"once": str(uuid4())}
    location = client.post(address, given).headers["Location"]
    # As if one request kept it and failed after that: the door does not know it yet.
    monkeypatch.setattr(sending, "again", lambda *_: None)
    fail(OSError(errno.ENOSPC, "No space left on device"))
    response = client.post(address, given)
    page = response.content.decode()
    assert response.status_code == 507
    assert "<strong>What you sent was kept.</strong>" in page
    assert f'<a href="{location}">Go to what was kept</a>' in page
    assert "Send it again" not in page


def test_a_form_that_could_act_twice_is_to_be_looked_after(
    client_of: Callable[[str], Client], address: str, fail: Callable[[Exception], None]
) -> None:
    client = client_of("owner")
    client.raise_request_exception = False
    fail(psycopg.errors.AdminShutdown())
    page = client.post(address, FORM).content.decode()
    assert "<h1>The database does not answer</h1>" in page
    assert "<strong>What you sent may not have been kept</strong>" in page
    assert "Look before you send it again." in page


def test_a_page_that_cannot_be_shown_says_why(
    client_of: Callable[[str], Client], address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of("owner")
    client.raise_request_exception = False

    def broken(*_given: object, **_named: object) -> None:
        raise _as_django_has_it(psycopg.errors.DataCorrupted())

    monkeypatch.setattr("filiform.site.practice.views.credentials.render", broken)
    response = client.get(address)
    page = response.content.decode()
    assert response.status_code == 503
    assert "This page cannot be shown, because the data of this site cannot be read" in page
    assert "What was kept before is safe." not in page
    assert "restore the last copy" in page


def test_a_page_never_holds_a_password(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    client.raise_request_exception = False

    def gone(_token: str) -> None:
        raise _as_django_has_it(psycopg.errors.AdminShutdown())

    monkeypatch.setattr("filiform.site.practice.joining.find", gone)
    response = client.post("/practice/join/x/", {"name": "Ann", "password1": "needles at dawn"})
    page = response.content.decode()
    assert response.status_code == 503
    assert "needles at dawn" not in page
    assert "Send it again" not in page


def test_the_log_has_one_line_for_the_operator(
    client_of: Callable[[str], Client],
    address: str,
    fail: Callable[[Exception], None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    client = client_of("owner")
    client.raise_request_exception = False
    fail(OSError(errno.ENOSPC, "No space left on device"))
    client.post(address, FORM)
    line = (
        "The disk is full, because there is no room left on the disk of this site. Whoever runs "
        "this site must act: make room on that disk. Nothing needs to be started again."
    )
    assert [record.getMessage() for record in caplog.records] == [line]
