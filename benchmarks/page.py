"""Load on the real server: `./serve` with data of its own, answers in a cookie, steady requests."""

from __future__ import annotations

import re
import socket
import subprocess
import tempfile
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
REQUESTS_A_SECOND = 20
SECONDS = 10
_BOUNDARY = "filiform-benchmark"


def result_page(person: Path) -> tuple[list[float], list[float]]:
    """Return the times in milliseconds of the result page and of /healthz under the same load."""
    with _served() as address:
        cookies = _opened(address, person)
        return _times(f"{address}/guide/result", cookies), _times(f"{address}/healthz", "")


@contextmanager
def _served() -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as data:
        command = [str(ROOT / "serve"), "--port", str(port), "--data", data]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
            try:
                line = server.stdout.readline() if server.stdout else ""
                if "ready" not in line:
                    raise SystemExit(f"the server did not start: {line!r}")
                yield f"http://127.0.0.1:{port}"
            finally:
                server.terminate()


def _opened(address: str, person: Path) -> str:
    """Open a saved file of answers as a browser does, and return the cookies that carry them."""
    jar = CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    page = browser.open(f"{address}/guide/open").read().decode()
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    if found is None:
        raise SystemExit("the page that opens saved answers holds no token")
    browser.open(_upload(address, found[1], person))
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)


def _upload(address: str, token: str, person: Path) -> urllib.request.Request:
    fields = (
        ('name="csrfmiddlewaretoken"', token),
        (f'name="file"; filename="{person.name}"', person.read_text(encoding="utf-8")),
    )
    parts = [
        f"--{_BOUNDARY}\r\nContent-Disposition: form-data; {name}\r\n\r\n{value}\r\n"
        for name, value in fields
    ]
    return urllib.request.Request(  # noqa: S310 (the address is our own)
        f"{address}/guide/open",
        data=f"{''.join(parts)}--{_BOUNDARY}--\r\n".encode(),
        headers={
            "Content-Type": f"multipart/form-data; boundary={_BOUNDARY}",
            "Referer": f"{address}/guide/open",
        },
    )


def _times(url: str, cookies: str) -> list[float]:
    """Ask at a steady pace, whether or not earlier answers have come (an open loop)."""
    start = time.perf_counter() + 0.5
    due = [start + i / REQUESTS_A_SECOND for i in range(REQUESTS_A_SECOND * SECONDS)]
    with ThreadPoolExecutor(max_workers=32) as pool:
        return list(pool.map(lambda when: _timed(url, cookies, when), due))


def _timed(url: str, cookies: str, when: float) -> float:
    time.sleep(max(0.0, when - time.perf_counter()))
    request = urllib.request.Request(url, headers={"Cookie": cookies})  # noqa: S310 (our own)
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 (our own)
        answer.read()
    return (time.perf_counter() - when) * 1000
