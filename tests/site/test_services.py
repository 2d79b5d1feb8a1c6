"""The addresses of a database and of a mail server, and what is told where one is wrong."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured

from filiform.site.accounts.services import mail, postgresql

BACKENDS = "django.core.mail.backends"


def test_a_database_is_read_from_one_address() -> None:
    assert postgresql("postgres://u%3Aser:p%2Fw@[::1]:5433/care?sslmode=require") == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "care",
        "USER": "u:ser",
        "PASSWORD": "p/w",
        "HOST": "::1",
        "PORT": "5433",
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"sslmode": "require"},
    }


def test_a_database_is_reached_through_a_socket_too() -> None:
    read = postgresql("postgresql://clinic@/care?host=/run/postgresql")
    assert (read["HOST"], read["PORT"], read["NAME"]) == ("/run/postgresql", "", "care")


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("mysql://a:secret@h/n", r"has the scheme 'mysql': admissible is postgresql://"),
        ("care", r"has the scheme ''"),
        ("postgresql://a:secret@h", r"names no database: .* …/filiform"),
        ("postgresql://a:secret@h/n/m", r"names no database"),
        ("postgresql://a:secret@/n", r"names no host"),
        ("postgresql://a:secret@h:port/n", r"is no address"),
        ("postgresql://a:secret@h:99999/n", r"is no address"),
        ("postgresql://a:secret@h/n?sslmod=require", r"has the option sslmod: .* host, sslmode"),
        ("postgresql://a:secret@h/n?sslmode=yes", r"unknown sslmode: admissible is allow, disable"),
    ],
)
def test_a_wrong_address_of_a_database_is_told_without_its_password(
    address: str, told: str
) -> None:
    with pytest.raises(ImproperlyConfigured, match=rf"^FILIFORM_DATABASE_URL .*{told}") as caught:
        postgresql(address)
    assert "secret" not in str(caught.value)


def test_mail_goes_by_starttls_by_tls_to_files_to_the_terminal_or_nowhere() -> None:
    starttls = mail("smtp://u:p%40w@mail.example")
    assert (starttls["EMAIL_PORT"], starttls["EMAIL_USE_TLS"], starttls["EMAIL_USE_SSL"]) == (
        587,
        True,
        False,
    )
    assert starttls["EMAIL_HOST_PASSWORD"] == "p@w"  # noqa: S105  (of nobody)
    tls = mail("smtps://mail.example:4465")
    assert (tls["EMAIL_PORT"], tls["EMAIL_USE_TLS"], tls["EMAIL_USE_SSL"]) == (4465, False, True)
    assert mail("file:///var/mail%20box")["EMAIL_FILE_PATH"] == "/var/mail box"
    assert mail("console:")["EMAIL_BACKEND"] == f"{BACKENDS}.console.EmailBackend"
    assert mail("") == {"EMAIL_BACKEND": f"{BACKENDS}.dummy.EmailBackend"}


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("imap://u:secret@h", r"has the scheme 'imap' or no host: admissible is smtp://, smtps://"),
        ("smtp://", "no host"),
        ("file://host/path", "has the scheme 'file'"),
        ("smtp://u:secret@h:port", "is no address"),
    ],
)
def test_a_wrong_address_of_a_mail_server_is_told_without_its_password(
    address: str, told: str
) -> None:
    with pytest.raises(ImproperlyConfigured, match=rf"^FILIFORM_EMAIL_URL .*{told}") as caught:
        mail(address)
    assert "secret" not in str(caught.value)
