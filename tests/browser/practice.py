"""A demo practice that is served for the whole session, and its staff in a browser."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.browser.serving import environment_of, prepare, serving

from filiform.site.practice.demo.fill import PASSWORD, STAFF

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

_ROOT = Path(__file__).parents[2]
_PEOPLE = 6
PHONE, TABLET, DESK = 390, 820, 1280


@dataclass(frozen=True, slots=True)
class Demo:
    """A served demo.

    Attributes:
        site: its address.
        staff: the pages of the staff by name.
        links: the pages that open without an account, by name.
    """

    site: str
    staff: dict[str, str]
    links: dict[str, str]


@contextmanager
def served_demo(data: Path) -> Iterator[Demo]:
    """Fill a small demo and serve it."""
    environment = environment_of(data)
    environment["DJANGO_SETTINGS_MODULE"] = "filiform.site.settings"
    prepare(environment)
    fill = [sys.executable, "-m", "tests.browser.practice_world", str(_PEOPLE)]
    filled = subprocess.run(fill, env=environment, cwd=_ROOT, check=True, stdout=subprocess.PIPE)
    known = json.loads(filled.stdout)
    with serving(environment) as address:
        yield Demo(address, known["staff"], known["links"])


@contextmanager
def opened(browser: Browser, site: str, width: int, faults: list[str]) -> Iterator[BrowserContext]:
    """Open a browser of a width; what it complains of is added to the faults."""
    context = browser.new_context(
        base_url=site, viewport={"width": width, "height": 900}, reduced_motion="reduce"
    )

    def complained(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            faults.append(f"{message.page.url if message.page else ''}: {message.text}")

    context.on("console", complained)
    context.on("weberror", lambda error: faults.append(str(error.error)))
    yield context
    context.close()


def sign_in(page: Page, role: str = "owner") -> None:
    """Sign in as a member of the demo's staff."""
    email = next(email for email, _, its, *_ in STAFF if its == role)
    page.goto("/account/login/")
    page.fill("[name=login]", email)
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url("**/practice/")
