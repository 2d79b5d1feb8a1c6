"""The data directory: the database and the secret, in one place that a backup can copy."""

from __future__ import annotations

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

_KEY_FILE = "secret-key"
_DEMO_FILE = "demo"
_SECRET_BYTES = 50
_OWNER_ONLY = 0o600


def directory() -> Path:
    """Return the data directory: the variable FILIFORM_DATA, or `var` where nothing is said."""
    return Path(os.environ.get("FILIFORM_DATA") or "var").absolute()


def ensure() -> None:
    """Make the data directory and its secret, readable by the owner alone, where they are missing.

    Two processes may do this at once: the secret of the first one stays.
    """
    here = directory()
    here.mkdir(mode=0o700, parents=True, exist_ok=True)
    secret = here / _KEY_FILE
    if not secret.exists():
        _write_once(secret, secrets.token_urlsafe(_SECRET_BYTES))
    secret.chmod(_OWNER_ONLY)


def secret_key() -> str:
    """Return the secret, or nothing where none was made: Django then refuses to sign."""
    with suppress(FileNotFoundError):
        return (directory() / _KEY_FILE).read_text(encoding="ascii")
    return ""


def is_demo() -> bool:
    """Tell whether all people in the directory's database are invented."""
    return (directory() / _DEMO_FILE).exists()


def mark_demo() -> None:
    """Say so of the directory."""
    (directory() / _DEMO_FILE).touch(mode=_OWNER_ONLY)


def keep_secret(secret: str) -> None:
    """Put another installation's secret in the place of ours: what it signed is then valid here."""
    here = directory()
    descriptor, temporary = tempfile.mkstemp(dir=here)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secret)
    Path(temporary).replace(here / _KEY_FILE)


def _write_once(path: Path, text: str) -> None:
    """Put a whole file in place, or leave the one that another process put there first."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(text)
        with suppress(FileExistsError):
            os.link(temporary, path)
    finally:
        Path(temporary).unlink()
