"""The settings of gunicorn, which reads this module: `gunicorn -c python:filiform.site.server`."""

from __future__ import annotations

import ipaddress
import os
import socket
import sys
import threading

_host = os.environ.get("FILIFORM_HOST") or "127.0.0.1"
_port = int(os.environ.get("FILIFORM_PORT") or "8000")
_shown = f"[{_host}]" if ":" in _host else _host

bind = f"{_shown}:{_port}"
wsgi_app = "filiform.site.wsgi:application"
worker_class = "gthread"
workers = int(os.environ.get("FILIFORM_WORKERS") or "2")
threads = 4
# The library is read once and shared by the workers, and a fault shows before anyone is served.
preload_app = True
graceful_timeout = 10
keepalive = 5
# No access log: an address and a time would tell who read what. Malformed requests, which
# gunicorn would print whole, are not logged either.
accesslog = None
loglevel = "error"


def refuse_what_cannot_be_bound(host: str, port: int) -> None:
    """Stop with one sentence where the address is taken or is not ours."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        sys.exit(
            f"Filiform cannot listen on {_shown}:{port} ({error.strerror}): "
            "stop what listens there, or choose another with --host or --port."
        )


def warning(host: str, *, https: bool) -> str:
    """Return a warning where answers would cross a network that others can read, else "".

    >>> warning("127.0.0.1", https=False), warning("0.0.0.0", https=True)
    ('', '')
    """
    if https or _is_this_machine(host):
        return ""
    return (
        f"Warning: Filiform listens on {host} without HTTPS, so others on the network can read "
        "the answers and the cookie that carries them. Put a proxy that ends HTTPS before it and "
        "set FILIFORM_HTTPS=1, or listen on 127.0.0.1."
    )


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.casefold() == "localhost"


def on_starting(_server: object) -> None:
    """Look at the address before anything is loaded."""
    refuse_what_cannot_be_bound(_host, _port)
    told = warning(_host, https=os.environ.get("FILIFORM_HTTPS") == "1")
    if told:
        sys.stderr.write(f"{told}\n")


def when_ready(_server: object) -> None:
    """Say where the pages are, once they are there."""
    sys.stdout.write(f"Filiform is ready at http://{_shown}:{_port} (stop with Ctrl-C)\n")
    sys.stdout.flush()


def post_worker_init(_worker: object) -> None:
    """Let each worker look after the exports that were asked for; one at a time does."""
    from filiform.site.copies.tending import tend_always  # noqa: PLC0415  (the apps load first)

    threading.Thread(target=tend_always, name="exports", daemon=True).start()
