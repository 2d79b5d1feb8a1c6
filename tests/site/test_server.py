"""The server's own refusals."""

from __future__ import annotations

import socket

import pytest

from filiform.site import server


def test_a_port_that_is_taken_is_refused_in_one_sentence() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(SystemExit, match=r"cannot listen on .*: stop what listens there, or"):
            server.refuse_what_cannot_be_bound("127.0.0.1", port)


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(SystemExit, match=r"choose another with --host or --port\.$"):
        server.refuse_what_cannot_be_bound("192.0.2.1", 8000)  # a documentation address


def test_a_free_port_is_taken() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]
    server.refuse_what_cannot_be_bound("127.0.0.1", port)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "neck.example"])  # noqa: S104  (read, not bound)
def test_listening_beyond_this_machine_without_https_is_warned_of(host: str) -> None:
    told = server.warning(host, https=False)
    assert told.startswith(f"Warning: Filiform listens on {host} without HTTPS")
    assert "FILIFORM_HTTPS=1" in told
    assert not server.warning(host, https=True)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.53", "::1", "localhost"])
def test_this_machine_alone_needs_no_warning(host: str) -> None:
    assert not server.warning(host, https=False)


def test_the_warning_is_said_before_anyone_is_served(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(server, "refuse_what_cannot_be_bound", lambda _host, _port: None)
    monkeypatch.setattr(server, "_host", "192.0.2.7")
    monkeypatch.delenv("FILIFORM_HTTPS", raising=False)
    server.on_starting(None)
    assert "listens on 192.0.2.7 without HTTPS" in capsys.readouterr().err
