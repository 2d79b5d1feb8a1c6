"""Where allauth asks us: who may sign up, who is told, what is kept secret."""

from __future__ import annotations

import base64
import logging
import time
from smtplib import SMTPException
from typing import TYPE_CHECKING

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from django.conf import settings
from django.core.mail import send_mail
from django.utils.crypto import salted_hmac
from django.utils.safestring import SafeString, mark_safe

from filiform.site.accounts import clients
from filiform.site.practice.models import Practice

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest

    from filiform.site.accounts.models import User

_LOG = logging.getLogger(__name__)
RECENTLY_SECONDS = 300
NOTICES = {
    "account/email/password_changed": "Your password was changed.",
    "account/email/password_reset": "Your password was reset.",
    "mfa/email/totp_activated": "An authenticator app was added to your account.",
    "mfa/email/totp_deactivated": "The authenticator app was removed from your account.",
    "mfa/email/webauthn_added": "A passkey was added to your account.",
    "mfa/email/webauthn_removed": "A passkey was removed from your account.",
    "mfa/email/recovery_codes_generated": "New recovery codes were made for your account.",
}
_NOTICE = (
    "{what}\n\nIf this was you, there is nothing to do. If it was not, reset your password "
    "at once and tell the owner of your practice.\n"
)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth carries no types
    """Accounts by e-mail address, each in one practice."""

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        """Say whether anyone may open a practice here (FILIFORM_SIGNUP); never beside a demo."""
        return bool(settings.FILIFORM_SIGNUP) and not Practice.objects.filter(demo=True).exists()

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the address that attempts are counted by."""
        return clients.ip(request)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: str) -> str:
        """Count passwords by account and address, so that nobody locks a colleague out."""
        return f"{clients.ip(request)} {clients.account(request, credentials)}"

    def is_reauthentication_required(self, *, app: str, **_more: object) -> bool:  # noqa: ARG002
        """Ask again who it is, unless that was shown within the last minutes."""
        request = context.request
        shown = get_authentication_records(request, request.user)
        return not shown or time.time() - shown[-1]["at"] > RECENTLY_SECONDS

    def reauthenticate(self, user: User, password: str) -> bool:
        """Check a password again, counted as a sign-in is."""
        found = self.authenticate(context.request, email=user.email, password=password)
        return found is not None and found.pk == user.pk

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: Mapping[str, object] | None = None,  # noqa: ARG002  (allauth hands it over)
        email: str | None = None,
    ) -> None:
        """Tell the account's address that something about signing in was changed.

        The change is made already: where the mail server fails, the operator's log says so.
        """
        what = NOTICES[template_prefix]
        try:
            send_mail(f"Filiform: {what}", _NOTICE.format(what=what), None, [email or user.email])
        except (OSError, SMTPException):
            _LOG.exception("A notice about an account could not be sent")


class SecondFactors(DefaultMFAAdapter):  # type: ignore[misc]  # allauth carries no types
    """Second factors, whose secrets are kept encrypted under the site's own secret."""

    def get_totp_issuer(self) -> str:
        """Return the name that an authenticator app shows."""
        return "Filiform"

    def generate_authenticator_name(self, user: User, type: str) -> str:  # noqa: A002  (allauth's)
        """Return a name for a new passkey, which its owner may change."""
        return f"Passkey {Authenticator.objects.filter(user=user, type=type).count() + 1}"

    def build_totp_svg(self, url: str) -> SafeString:
        """Return the QR code as an element of the page, so that no foreign picture is admitted."""
        drawn: str = super().build_totp_svg(url)
        return mark_safe(drawn[drawn.index("<svg") :])  # noqa: S308  (qrcode draws squares alone)

    def encrypt(self, text: str) -> str:
        """Encrypt a secret that the database keeps."""
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Decrypt it."""
        return _box().decrypt(encrypted_text.encode()).decode()


def _box() -> Fernet:
    """Return the cipher whose key follows from the site's secret, for this use alone."""
    key = salted_hmac("filiform.second_factors", "", algorithm="sha256").digest()
    return Fernet(base64.urlsafe_b64encode(key))
