"""A person's answers, which travel in their own browser and are kept nowhere else.

They are one encrypted cookie (docs/decisions/001-answers-in-an-encrypted-cookie.md): the server
stores nothing, and no answer stands in an address.
"""

from __future__ import annotations

import base64
import json
import zlib
from functools import lru_cache
from typing import TYPE_CHECKING

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from filiform.errors import FiliformError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

COOKIE = "__Host-answers" if settings.HTTPS else "filiform-answers"
LIFETIME_SECONDS = 12 * 3600
# A browser keeps 4,096 bytes of name, value and attributes (RFC 6265, 6.1).
LARGEST_BYTES = 3800


class AnswersTooLargeError(FiliformError):
    """The answers do not fit in the one cookie that carries them."""


def read(request: HttpRequest) -> dict[str, object]:
    """Return the answers given so far; none where the cookie is missing, altered or too old."""
    token = request.COOKIES.get(COOKIE, "").encode()
    try:
        packed = _cipher(settings.SECRET_KEY).decrypt(token, ttl=LIFETIME_SECONDS)
    except InvalidToken:
        return {}
    answers: dict[str, object] = json.loads(zlib.decompress(packed))
    return answers


def write(response: HttpResponseBase, answers: Mapping[str, object]) -> None:
    """Send the answers along, until the browser closes and for twelve hours at most.

    Args:
        response: The page or redirect that carries the cookie.
        answers: JSON values by name.

    Raises:
        AnswersTooLargeError: The encrypted answers take more than 3,800 bytes.
    """
    text = json.dumps(answers, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    token = _cipher(settings.SECRET_KEY).encrypt(zlib.compress(text.encode(), level=9)).decode()
    if len(token) > LARGEST_BYTES:
        raise AnswersTooLargeError(
            f"the answers take {len(token):,} bytes, at most {LARGEST_BYTES:,} can be carried "
            "from page to page: shorten what you wrote"
        )
    response.set_cookie(COOKIE, token, httponly=True, samesite="Lax")


def clear(response: HttpResponseBase) -> None:
    """Make the browser forget the answers."""
    response.delete_cookie(COOKIE, samesite="Lax")


@lru_cache(maxsize=1)
def _cipher(secret: str) -> Fernet:
    """Return the cipher of this site: its key is derived for this one use from the secret."""
    key = HKDF(SHA256(), length=32, salt=None, info=b"filiform answers 1").derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(key))
