"""Django's settings. What an operator may change comes from variables named FILIFORM_….

    FILIFORM_DATA    the data directory (var)
    FILIFORM_HOST    the address that is listened on; its name is admitted as a host
    FILIFORM_HOSTS   further names under which the site is reached, separated by commas
    FILIFORM_HTTPS   1 behind a proxy that ends HTTPS and sets X-Forwarded-Proto itself
    FILIFORM_DEBUG   1 on a developer's machine only
    FILIFORM_SIGNUP  closed: nobody opens a further practice here (open)
    FILIFORM_DATABASE_URL, FILIFORM_EMAIL_URL: see accounts/services.py; FILIFORM_EMAIL_FROM

Loading this file reads the data directory and changes nothing in it.
"""

from __future__ import annotations

import os
from datetime import timedelta
from importlib.resources import files
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from filiform.site import data
from filiform.site.accounts import services

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
    "filiform.site.accounts.limits.SessionLimits",
    "axes.middleware.AxesMiddleware",
]
HTTPS = os.environ.get("FILIFORM_HTTPS") == "1"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
_DJANGOS = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_DJANGOS}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": f"{_DJANGOS}.CommonPasswordValidator"},
    {
        "NAME": f"{_DJANGOS}.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email",)},
    },
    {"NAME": "filiform.site.accounts.passwords.ContextWords"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "practice:today"
ACCOUNT_ADAPTER = "filiform.site.accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "filiform.site.accounts.forms.LoginForm",
    "signup": "filiform.site.accounts.forms.SignupForm",
    "change_password": "filiform.site.accounts.forms.ChangePasswordForm",
    "reset_password": "filiform.site.accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "filiform.site.accounts.forms.ResetPasswordKeyForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_SIGNUP_REDIRECT_URL = "mfa_index"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
# There may be no mail; whoever holds a mistyped address still meets the second factor.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False  # of this session; all others end
ACCOUNT_SESSION_REMEMBER = False
# Beside axes: of one address, and of one account's second factor wherever the guesses come from.
ACCOUNT_RATE_LIMITS = {"login_failed": "30/m/ip,10/300s/key"}
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if HTTPS else 0
PASSWORD_RESET_TIMEOUT = 2 * 3600
MFA_ADAPTER = "filiform.site.accounts.adapter.SecondFactors"
MFA_FORMS = {
    "authenticate": "filiform.site.accounts.forms.AuthenticateForm",
    "reauthenticate": "filiform.site.accounts.forms.ReauthenticateForm",
    "add_webauthn": "filiform.site.accounts.forms.AddPasskeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # see ACCOUNT_EMAIL_VERIFICATION
# Five failures of one account from one address lock both together out for a quarter of an hour.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "filiform.site.accounts.clients.account"
AXES_CLIENT_IP_CALLABLE = "filiform.site.accounts.clients.ip"
AXES_LOCKOUT_TEMPLATE = "account/locked.html"
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
SESSION_COOKIE_AGE = 12 * 3600  # limits.py ends it by the server's own clock
SESSION_COOKIE_SAMESITE = "Lax"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

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

_SQLITE = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": DATA_DIR / "filiform.sqlite3",
    # To open the file anew for each request costs more than most requests, and needs room on disk.
    "CONN_MAX_AGE": None,
    "OPTIONS": {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
            "PRAGMA cache_size = -32768;"  # 32 MiB a thread: ten years of a practice need it
        ),
    },
}
_DATABASE_URL = os.environ.get("FILIFORM_DATABASE_URL", "")
DATABASES = {"default": services.postgresql(_DATABASE_URL) if _DATABASE_URL else _SQLITE}
# Attempts and used codes are counted for all workers together.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "filiform_cache",
    },
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "en-us"
USE_I18N = False
TIME_ZONE = "UTC"

# The stylesheet, typeface and icon that assets/build.mjs makes; hashed and compressed once.
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "built" / "assets"]
# Only ours: no application's own files are served.
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
STATIC_ROOT = BASE_DIR / "built" / "static"
STORAGES = {
    "staticfiles": {"BACKEND": "filiform.site.statics.HashedFiles"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

# A person's answers take less than a cookie; nothing larger is read into memory.
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024
# A session of sixty needles has about fifteen fields each.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
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
if HTTPS:
    # Such a cookie belongs to this name alone, and never travels in the open.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]

FILIFORM_DEMO = data.is_demo()  # every page says so
_EMAIL_URL = os.environ.get("FILIFORM_EMAIL_URL", "")
FILIFORM_MAIL = bool(_EMAIL_URL)  # the pages say so where there is none
vars().update(services.mail(_EMAIL_URL))
DEFAULT_FROM_EMAIL = os.environ.get("FILIFORM_EMAIL_FROM") or "filiform@localhost"


def _signup() -> bool:
    """Say whether anyone may open a practice here."""
    said = os.environ.get("FILIFORM_SIGNUP") or "open"
    if said not in {"open", "closed"}:
        raise ImproperlyConfigured(f"FILIFORM_SIGNUP is '{said}': admissible is open or closed.")
    return said == "open"


FILIFORM_SIGNUP = _signup()

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
        # It names who was locked out, and from where.
        "axes": {"level": "ERROR"},
    },
}
