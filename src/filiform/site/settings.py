"""Django's settings. What an operator may change comes from variables named FILIFORM_….

    FILIFORM_DATA    the data directory (var)
    FILIFORM_HOST    the address that is listened on; its name is admitted as a host
    FILIFORM_HOSTS   further names under which the site is reached, separated by commas
    FILIFORM_HTTPS   1 behind a proxy that ends HTTPS and sets X-Forwarded-Proto itself
    FILIFORM_DEBUG   1 on a developer's machine only

Loading this file reads the data directory and changes nothing in it.
"""

from __future__ import annotations

import os
from importlib.resources import files
from pathlib import Path

from filiform.site import data

BASE_DIR = Path(__file__).resolve().parent
DATA_DIR = data.directory()

DEBUG = os.environ.get("FILIFORM_DEBUG") == "1"
SECRET_KEY = data.secret_key()


def _allowed_hosts() -> list[str]:
    """Admit loopback and what the operator named; any name where every address is listened on."""
    host = os.environ.get("FILIFORM_HOST", "")
    named = [name.strip() for name in os.environ.get("FILIFORM_HOSTS", "").split(",")]
    named = [name for name in named if name]
    if host in {"0.0.0.0", "::"} and not named:  # noqa: S104  (compared, not bound)
        return ["*"]
    own = f"[{host}]" if ":" in host else host
    return ["127.0.0.1", "localhost", "[::1]", *([own] if own else []), *named]


ALLOWED_HOSTS = _allowed_hosts()

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "filiform.site.library",
    "filiform.site.accounts",
    "filiform.site.practice",
]
MIDDLEWARE = [
    "filiform.site.headers.SecurityHeaders",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
]
LOGIN_URL = "account_login"
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
ROOT_URLCONF = "filiform.site.urls"
WSGI_APPLICATION = "filiform.site.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [
            BASE_DIR / "templates",
            str(files("nhsuk_frontend_jinja") / "templates"),
        ],
        "OPTIONS": {"environment": "filiform.site.templating.environment"},
    },
]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DATA_DIR / "filiform.sqlite3",
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
            ),
        },
    },
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "en-us"
USE_I18N = False
TIME_ZONE = "UTC"

# The stylesheet, typeface and icon that assets/build.mjs makes; hashed and compressed once.
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "built" / "assets"]
STATIC_ROOT = BASE_DIR / "built" / "static"
STORAGES = {
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

# A person's answers take less than a cookie; nothing larger is read into memory.
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
# A file of answers is never written to this machine's disk, however long it is.
FILE_UPLOAD_HANDLERS = ["filiform.site.guide.files.InMemory"]

CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_AGE = None  # until the browser closes
# With "no-referrer" a browser sends a form's origin as null, and Django would refuse the form.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
if os.environ.get("FILIFORM_HTTPS") == "1":
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"discreet": {"()": "filiform.site.logs.DiscreetFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "discreet"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    # Django's own handler would print the exception's text, which may hold an answer.
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        # It warns of every HEAD request, whose body it rightly drops.
        "gunicorn": {"level": "ERROR"},
    },
}
