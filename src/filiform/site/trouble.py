"""What a person is told when the disk or the database fails: why, whether it was kept, what to do.

Django calls `page` for every error that nothing else answers (it is `handler500` in urls.py). A
fault of the storage gets its own page and status; everything else the page of a fault of ours.

The page holds what was typed and sends it again: a browser's way back would ask the server for the
form anew. What is sent again carries the token of before, so that it acts once (sending.py), and
the form's own mark against forgery, which is checked then as it was before.
"""

from __future__ import annotations

import errno
import logging
import os
import shutil
import sqlite3
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psycopg
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.db import Error, connection
from django.http import UnreadablePostError
from django.shortcuts import render
from django.urls import reverse
from django.views.defaults import server_error

from filiform.site.practice import sending
from filiform.site.practice.sending import FIELD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase

_LOG = logging.getLogger(__name__)
_NO_ROOM = 1024 * 1024  # with less than this, SQLite may fail before the last byte is taken


@dataclass(frozen=True, slots=True)
class Trouble:
    """A fault of the storage, as the page tells it.

    Attributes:
        kind: full, read_only, closed, busy, away, damaged or failing.
        status: of HTTP; 507 where there is no room, else 503.
        title: the page's heading.
        why: half a sentence after "because".
        then: what to do.
        retry_seconds: when asking again may help; 0 where someone must act first.
        lasting: whether what was kept before is as it was.
    """

    kind: str
    status: int
    title: str
    why: str
    then: str
    retry_seconds: int = 0
    lasting: bool = True


_WHO = "Whoever runs this site must act"
FULL = Trouble(
    "full",
    507,
    "The disk is full",
    "there is no room left on the disk of this site",
    f"{_WHO}: make room on that disk. Nothing needs to be started again.",
)
READ_ONLY = Trouble(
    "read_only",
    503,
    "The disk takes no changes",
    "this site can read its disk now, and not write to it",
    f"{_WHO}: make the disk and the data directory writable again.",
)
CLOSED = Trouble(
    "closed",
    503,
    "The data cannot be opened",
    "this site cannot open its data",
    f"{_WHO}: look whether the data directory is there and may be opened.",
)
BUSY = Trouble(
    "busy",
    503,
    "The site is busy",
    "others were writing for so long that your turn did not come",
    "Wait some seconds, then try again.",
    retry_seconds=5,
)
AWAY = Trouble(
    "away",
    503,
    "The database does not answer",
    "the database of this site does not answer",
    f"Wait a minute, then try again. If it lasts: {_WHO[0].lower()}{_WHO[1:]}.",
    retry_seconds=30,
)
DAMAGED = Trouble(
    "damaged",
    503,
    "The data file is damaged",
    "the data of this site cannot be read as they were written",
    f"{_WHO}: stop the site, keep the damaged file, and restore the last copy.",
    lasting=False,
)
FAILING = Trouble(
    "failing",
    503,
    "The disk does not work",
    "the disk of this site did not do what it was asked",
    f"{_WHO}: look after that disk, then let `filiform verify` look at the data.",
    lasting=False,
)
_SQLITE = {
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_READONLY: READ_ONLY,
    sqlite3.SQLITE_PERM: READ_ONLY,
    sqlite3.SQLITE_CANTOPEN: CLOSED,
    sqlite3.SQLITE_BUSY: BUSY,
    sqlite3.SQLITE_LOCKED: BUSY,
    sqlite3.SQLITE_CORRUPT: DAMAGED,
    sqlite3.SQLITE_NOTADB: DAMAGED,
    sqlite3.SQLITE_IOERR: FAILING,
}
_PRIMARY = 0xFF  # SQLite's extended codes carry the primary one in their last byte
# PostgreSQL's codes of errors (its manual, appendix A), by code or by class of two signs.
_POSTGRESQL = {
    "53100": FULL,
    "25006": READ_ONLY,
    "53300": BUSY,
    "55P03": BUSY,
    "40P01": BUSY,
    "40001": BUSY,
    "57P": AWAY,
    "08": AWAY,
    "XX001": DAMAGED,
    "XX002": DAMAGED,
    "58030": FAILING,
}
_SYSTEM = {
    errno.ENOSPC: FULL,
    errno.EDQUOT: FULL,
    errno.EROFS: READ_ONLY,
    errno.EIO: FAILING,
}


def trouble_of(error: BaseException | None) -> Trouble | None:
    """Return the fault of the storage that an error or one behind it tells of.

    >>> trouble_of(OSError(errno.ENOSPC, "No space left on device")).kind
    'full'
    >>> trouble_of(ValueError("something else")) is None
    True
    """
    for each in _behind(error):
        if isinstance(each, sqlite3.Error):
            return _of_sqlite(each)
        if isinstance(each, psycopg.Error):
            return _of_postgresql(each)
        if isinstance(each, OSError) and each.errno in _SYSTEM:
            return _SYSTEM[each.errno]
    return None


def _behind(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _of_sqlite(error: sqlite3.Error) -> Trouble | None:
    """Return the fault; where SQLite only says that it failed, the disk is asked why."""
    found = _SQLITE.get(getattr(error, "sqlite_errorcode", 0) & _PRIMARY)
    if found is FAILING and _no_room():
        return FULL
    return READ_ONLY if found is CLOSED and _may_only_read() else found


def _no_room() -> bool:
    try:
        return shutil.disk_usage(settings.DATA_DIR).free < _NO_ROOM
    except OSError:
        return False


def _may_only_read() -> bool:
    return settings.DATA_DIR.is_dir() and not os.access(settings.DATA_DIR, os.W_OK)


def _of_postgresql(error: psycopg.Error) -> Trouble | None:
    code = error.sqlstate
    if code is None:  # the server did not say it: the connection is gone, or there never was one
        lost = isinstance(error, psycopg.OperationalError | psycopg.InterfaceError)
        return AWAY if lost else None
    return next((_POSTGRESQL[of] for of in (code, code[:3], code[:2]) if of in _POSTGRESQL), None)


def page(request: HttpRequest) -> HttpResponseBase:
    """Answer an error that nothing else answered."""
    trouble = trouble_of(sys.exc_info()[1])
    if trouble is None:
        return server_error(request)
    _LOG.error("%s, because %s. %s", trouble.title, trouble.why, trouble.then)
    response = told(request, trouble)
    response._has_been_logged = True  # type: ignore[attr-defined]  # a full disk needs no traces
    return response


def told(request: HttpRequest, trouble: Trouble) -> HttpResponse:
    """Return the page of a fault."""
    sent = _Sent.of(request)
    response = render(
        request, "503.html", {"trouble": trouble, "sent": sent}, status=trouble.status
    )
    if trouble.retry_seconds:
        response.headers["Retry-After"] = str(trouble.retry_seconds)
    return response


@dataclass(frozen=True, slots=True)
class _Sent:
    """What was sent with the request that failed.

    Attributes:
        posted: whether a form was sent at all.
        once: whether it acts once however often it is sent.
        kept: where it led, if it was kept all the same; "" if not; None if nobody can say.
        fields: what was typed, to be sent again; none where it holds a password or a file.
    """

    posted: bool
    once: bool = False
    kept: str | None = None
    fields: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, request: HttpRequest) -> _Sent:
        """Look at what was sent."""
        if request.method != "POST":
            return cls(posted=False)
        try:
            post, files = request.POST, request.FILES
        except (UnreadablePostError, SuspiciousOperation):
            return cls(posted=True)
        fields = tuple((name, value) for name, given in post.lists() for value in given)
        again = not files and _to_send_again(request, fields)
        token = post.get(FIELD, "")
        return cls(
            posted=True,
            once=bool(token),
            kept=_kept(request),
            fields=fields if again else (),
        )


def _to_send_again(request: HttpRequest, fields: tuple[tuple[str, str], ...]) -> bool:
    """Say whether a page may hold these fields: those of the practice, without a password."""
    practice = request.path.startswith(reverse("practice:today"))
    return practice and not any("password" in name for name, _ in fields)


def _kept(request: HttpRequest) -> str | None:
    """Return where a form led that was kept before the fault; "" where it was not kept."""
    if connection.connection is None:  # what a request keeps leaves a connection open
        return ""
    if sending.token_of(request) is None:
        return None
    try:
        known = sending.kept(request)
    except Error:
        return None
    return known.location if known else ""
