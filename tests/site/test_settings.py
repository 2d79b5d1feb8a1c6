"""The settings as they stand when nothing is said, and what an operator may say."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from django.conf import settings as loaded
from django.core.exceptions import ImproperlyConfigured

from filiform.site import data
from filiform.site import settings as module

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from types import ModuleType

    from django.test import Client
    from pytest_django.fixtures import Settings


@pytest.fixture
def reloaded(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., ModuleType]]:
    def reload(**variables: str) -> ModuleType:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        return importlib.reload(module)

    yield reload
    monkeypatch.undo()
    importlib.reload(module)


def test_debugging_is_off() -> None:
    assert loaded.DEBUG is False


def test_debugging_is_on_for_the_developer_who_asks(
    reloaded: Callable[..., ModuleType],
) -> None:
    assert reloaded(FILIFORM_DEBUG="1").DEBUG is True


@pytest.mark.parametrize(
    ("variables", "admitted"),
    [
        ({}, ["127.0.0.1", "localhost", "[::1]"]),
        ({"FILIFORM_HOST": "192.0.2.7"}, ["127.0.0.1", "localhost", "[::1]", "192.0.2.7"]),
        ({"FILIFORM_HOST": "0.0.0.0"}, ["*"]),  # noqa: S104  (read, not bound)
        (
            {"FILIFORM_HOST": "::", "FILIFORM_HOSTS": "neck.example, "},
            ["127.0.0.1", "localhost", "[::1]", "[::]", "neck.example"],
        ),
    ],
)
def test_only_the_hosts_that_were_named_are_admitted(
    reloaded: Callable[..., ModuleType], variables: dict[str, str], admitted: list[str]
) -> None:
    hosts = reloaded(**variables).ALLOWED_HOSTS
    assert hosts == admitted


def test_behind_https_the_browser_is_held_to_it(reloaded: Callable[..., ModuleType]) -> None:
    settings = reloaded(FILIFORM_HTTPS="1")
    assert settings.SECURE_SSL_REDIRECT is True
    assert settings.SECURE_HSTS_SECONDS == 31_536_000
    assert settings.SECURE_HSTS_INCLUDE_SUBDOMAINS is True
    assert (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME) == (
        "__Host-session",
        "__Host-csrf",
    )
    assert settings.SESSION_COOKIE_SECURE is settings.CSRF_COOKIE_SECURE is True


def test_who_may_open_a_practice_is_said_in_one_word(
    reloaded: Callable[..., ModuleType],
) -> None:
    assert loaded.FILIFORM_SIGNUP is True
    assert reloaded(FILIFORM_SIGNUP="closed").FILIFORM_SIGNUP is False
    with pytest.raises(ImproperlyConfigured, match="'no': admissible is open or closed"):
        reloaded(FILIFORM_SIGNUP="no")


def test_loading_the_settings_makes_nothing(
    reloaded: Callable[..., ModuleType], tmp_path: Path
) -> None:
    settings = reloaded(FILIFORM_DATA=str(tmp_path / "data"))
    assert settings.SECRET_KEY == ""
    assert not (tmp_path / "data").exists()


def test_the_secret_is_made_once_and_for_its_owner_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("FILIFORM_DATA", str(tmp_path / "data"))
    data.ensure()
    first = data.secret_key()
    data.ensure()
    assert data.secret_key() == first
    assert len(first) >= 50
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "data" / "secret-key").stat().st_mode & 0o777 == 0o600


def test_a_secret_that_others_could_read_is_closed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("FILIFORM_DATA", str(tmp_path))
    data.ensure()
    (tmp_path / "secret-key").chmod(0o644)
    data.ensure()
    assert (tmp_path / "secret-key").stat().st_mode & 0o777 == 0o600


def test_of_two_processes_the_first_one_makes_the_secret(tmp_path: Path) -> None:
    (tmp_path / "secret-key").write_text("first")
    data._write_once(tmp_path / "secret-key", "second")
    assert (tmp_path / "secret-key").read_text() == "first"
    assert [entry.name for entry in tmp_path.iterdir()] == ["secret-key"]


@pytest.mark.own_database("these words are SQLite's")
def test_the_database_keeps_what_it_was_told(tmp_path: Path) -> None:
    command = (
        "import django; django.setup(); from django.db import connection as c; "
        "cursor = c.cursor(); pragma = lambda p: cursor.execute('PRAGMA ' + p).fetchone()[0]; "
        "print(*map(pragma, ['journal_mode', 'synchronous', 'foreign_keys']), c.transaction_mode)"
    )
    environment = {
        **os.environ,
        "FILIFORM_DATA": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "filiform.site.settings",
    }
    said = subprocess.run(
        [sys.executable, "-c", command], env=environment, capture_output=True, text=True, check=True
    )
    full = 2  # SQLite's number for FULL
    assert said.stdout.split() == ["wal", str(full), "1", "IMMEDIATE"]
    assert (tmp_path / "filiform.sqlite3").exists()


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/library/", "/about/", "/privacy/", "/no/such/page/"])
def test_every_page_of_a_demo_says_so_and_no_page_of_another_site_does(
    client: Client, settings: Settings, address: str
) -> None:
    assert "DEMO" not in client.get(address, follow=True).content.decode()
    settings.FILIFORM_DEMO = True
    assert "<strong>DEMO</strong>" in client.get(address, follow=True).content.decode()


def test_a_directory_is_marked_as_a_demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FILIFORM_DATA", str(tmp_path))
    assert not data.is_demo()
    data.mark_demo()
    assert data.is_demo()
