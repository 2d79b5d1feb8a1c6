"""Passkeys in a real browser, with an authenticator that chromium plays itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.browser.practice import DESK, opened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, CDPSession, Page

pytestmark = pytest.mark.browser

EMAIL, PASSWORD = "passkey@practice.example", "needles and pins and needles"


class Authenticator:
    """A fingerprint reader that is built into the computer, of which chromium plays the part."""

    def __init__(self, page: Page) -> None:
        """Plug it in."""
        self._browser: CDPSession = page.context.new_cdp_session(page)
        self._browser.send("WebAuthn.enable")
        built_in = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        added = self._browser.send("WebAuthn.addVirtualAuthenticator", {"options": built_in})
        self._id = {"authenticatorId": added["authenticatorId"]}

    def recognises(self, *, finger: bool) -> None:
        """Lay the right finger on it from now on, or a wrong one."""
        self._browser.send("WebAuthn.setUserVerified", {**self._id, "isUserVerified": finger})

    def uses(self) -> list[int]:
        """Return how often each of its passkeys was used."""
        kept = self._browser.send("WebAuthn.getCredentials", self._id)["credentials"]
        return [each["signCount"] for each in kept]


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    """Open a browser on the site by its name: no passkey belongs to a mere number."""
    with opened(browser, site.replace("127.0.0.1", "localhost"), DESK, []) as context:
        yield context.new_page()


def _sign_up(page: Page) -> None:
    page.goto("/account/signup/")
    page.fill("[name=practice_name]", "Hill Street Needles")
    page.select_option("[name=jurisdiction]", "US-NY")
    page.select_option("[name=timezone]", "America/New_York")
    page.fill("[name=name]", "Olive Owner")
    page.fill("[name=email]", EMAIL)
    page.fill("[name=password1]", PASSWORD)
    page.fill("[name=password2]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url("**/account/2fa/")


def _add(page: Page, *, alone: bool) -> None:
    page.goto("/account/2fa/passkeys/add/")
    page.fill("[name=name]", "This computer")
    page.set_checked("[name=passwordless]", alone)
    page.click("[data-passkey=add] button")


def _sign_out(page: Page) -> None:
    page.goto("/account/logout/")
    page.click("main button[type=submit]")
    page.wait_for_url("**/account/login/**")


def test_a_passkey_is_added_and_then_opens_the_practice_alone(page: Page) -> None:
    _sign_up(page)
    page.goto("/practice/")
    assert page.url.endswith("/account/2fa/")  # nobody without a second factor
    authenticator = Authenticator(page)
    _add(page, alone=True)
    page.wait_for_url("**/account/2fa/codes/**")
    page.goto("/account/2fa/passkeys/")
    assert "This computer" in page.inner_text("main")
    assert "signs in alone" in page.inner_text("main")
    page.goto("/practice/")
    assert page.url.endswith("/practice/")

    _sign_out(page)
    authenticator.recognises(finger=False)
    page.click("[data-passkey=sign-in] button")
    page.locator("[data-said]", has_text="The passkey was not used").wait_for()
    authenticator.recognises(finger=True)
    before = authenticator.uses()
    page.click("[data-passkey=sign-in] button")
    page.wait_for_url("**/practice/")
    assert authenticator.uses() > before

    # With the password, the same passkey is the second factor.
    _sign_out(page)
    page.fill("[name=login]", EMAIL)
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url("**/account/2fa/authenticate/")
    page.goto("/practice/")
    assert "/account/2fa/authenticate/" in page.url  # the password alone opens nothing
    page.click("[data-passkey=use] button")
    page.wait_for_url("**/practice/")
