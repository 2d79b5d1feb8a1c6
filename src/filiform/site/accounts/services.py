"""Reads the addresses of a database and of a mail server, each from one variable.

FILIFORM_DATABASE_URL  postgresql://user:password@host:5432/name?sslmode=verify-full
FILIFORM_EMAIL_URL     smtps://user:password@host:465, smtp://…:587 (STARTTLS),
                       file:///directory or console:
"""

from __future__ import annotations

from typing import TypedDict
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

_POSTGRESQL = frozenset({"postgresql", "postgres"})
_OPTIONS = frozenset({"host", "sslmode", "sslrootcert"})
_SSL_MODES = frozenset({"disable", "allow", "prefer", "require", "verify-ca", "verify-full"})
_MAIL_PORTS = {"smtp": 587, "smtps": 465}
_MAIL = "django.core.mail.backends"
_REUSE_SECONDS = 60


class Database(TypedDict, total=False):
    """What Django asks of a PostgreSQL database."""

    ENGINE: str
    NAME: str
    USER: str
    PASSWORD: str
    HOST: str
    PORT: str
    CONN_MAX_AGE: int
    CONN_HEALTH_CHECKS: bool
    OPTIONS: dict[str, str]


class Mail(TypedDict, total=False):
    """Django's settings of e-mail."""

    EMAIL_BACKEND: str
    EMAIL_FILE_PATH: str
    EMAIL_HOST: str
    EMAIL_PORT: int
    EMAIL_HOST_USER: str
    EMAIL_HOST_PASSWORD: str
    EMAIL_USE_TLS: bool
    EMAIL_USE_SSL: bool
    EMAIL_TIMEOUT: int


def postgresql(address: str) -> Database:
    """Return the settings of the database at an address, which is never repeated in an error.

    >>> read = postgresql("postgresql://clinic:s%40fe@db.example:5433/care?sslmode=verify-full")
    >>> read["HOST"], read["PORT"], read["NAME"], read["PASSWORD"], read["OPTIONS"]
    ('db.example', '5433', 'care', 's@fe', {'sslmode': 'verify-full'})
    """
    name = "FILIFORM_DATABASE_URL"
    parts, port = _parts(name, address)
    if parts.scheme not in _POSTGRESQL:
        raise _refused(name, f"has the scheme '{parts.scheme}'", "postgresql://, or no variable")
    options = _query(name, parts)
    if "sslmode" in options and options["sslmode"] not in _SSL_MODES:
        raise _refused(name, "has an unknown sslmode", ", ".join(sorted(_SSL_MODES)))
    database = unquote(parts.path.removeprefix("/"))
    if not database or "/" in database:
        raise _refused(name, "names no database", "a name after the host: …/filiform")
    host = options.pop("host", "") or parts.hostname or ""
    if not host:
        raise _refused(name, "names no host", "postgresql://user:password@host/name")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": database,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(port or ""),
        "CONN_MAX_AGE": _REUSE_SECONDS,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


def mail(address: str) -> Mail:
    """Return the settings of the mail server at an address; of none where none is named.

    >>> mail("console:")
    {'EMAIL_BACKEND': 'django.core.mail.backends.console.EmailBackend'}
    """
    name = "FILIFORM_EMAIL_URL"
    if not address:
        return {"EMAIL_BACKEND": f"{_MAIL}.dummy.EmailBackend"}
    if address == "console:":
        return {"EMAIL_BACKEND": f"{_MAIL}.console.EmailBackend"}
    parts, port = _parts(name, address)
    if parts.scheme == "file" and parts.path and not parts.netloc:
        backend = f"{_MAIL}.filebased.EmailBackend"
        return {"EMAIL_BACKEND": backend, "EMAIL_FILE_PATH": unquote(parts.path)}
    if parts.scheme not in _MAIL_PORTS or not parts.hostname:
        admitted = "smtp://, smtps://, file:///directory or console:"
        raise _refused(name, f"has the scheme '{parts.scheme}' or no host", admitted)
    return {
        "EMAIL_BACKEND": f"{_MAIL}.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": port or _MAIL_PORTS[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_TIMEOUT": 10,
    }


def _parts(name: str, address: str) -> tuple[SplitResult, int | None]:
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise _refused(name, "is no address", "scheme://user:password@host:port/name") from None
    return parts, port


def _query(name: str, parts: SplitResult) -> dict[str, str]:
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    unknown = sorted(options.keys() - _OPTIONS)
    if unknown:
        raise _refused(name, f"has the option {unknown[0]}", ", ".join(sorted(_OPTIONS)))
    return options


def _refused(name: str, fault: str, admitted: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"{name} {fault}: admissible is {admitted}.")
