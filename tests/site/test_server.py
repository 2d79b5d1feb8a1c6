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
