"""Practitioners at work over HTTP, each of whom writes down what the site acknowledged.

A form that was answered is acknowledged: what it kept is in the ledger from then on. A form that
was cut off, or told that the database is away, is sent again until it is answered, as the person
before the screen would do; only then does the work go on.
"""

from __future__ import annotations

import http.client
import re
import time
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from http import HTTPStatus
from threading import Condition
from typing import TYPE_CHECKING
from uuid import uuid4

from tests.reliability.visitor import Answer, Visitor, forms_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from tests.reliability.visitor import Fields, Form

_BOX = re.compile(r'type="checkbox" id="(?:done|as)-[^"]*" name="([^"]+)"')
_LINK = re.compile(r"/practice/link/[\w-]+/")
_PAUSE_SECONDS = 0.2
AWAY = "The database does not answer"


class GoneHome(Exception):  # noqa: N818  (nothing went wrong)
    """The work is over, and nothing waits to be sent."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A session as it was acknowledged.

    Attributes:
        needles: each row's site, side and depth.
        into: how many needles have a time in.
        out: how many have a time out.
        counted: the counts out that were typed, by region.
        closed: whether it is closed.
        told: the reasons of its amendments.
    """

    needles: tuple[tuple[str, str, str], ...] = ()
    into: int = 0
    out: int = 0
    counted: tuple[tuple[str, int], ...] = ()
    closed: bool = False
    told: tuple[str, ...] = ()


@dataclass(slots=True)
class Ledger:
    """What one practitioner was told that it is kept, and what is on its way.

    Attributes:
        sessions: by id.
        coming: what a session becomes by the form that is on its way.
        bills: the ids of bills.
        payments: the amount by a mark of its own.
        lots: the quantity by lot number.
        scores: the score by the mark of the link that it came by.
        acknowledged: how many writes.
        cut_off: how many sends got no answer.
        told_away: how many were told that the database does not answer.
        faults: whatever was not as it must be.
    """

    sessions: dict[str, Seen] = field(default_factory=dict)
    coming: dict[str, Seen] = field(default_factory=dict)
    bills: list[str] = field(default_factory=list)
    payments: dict[str, str] = field(default_factory=dict)
    lots: dict[str, int] = field(default_factory=dict)
    scores: int = 0
    acknowledged: int = 0
    cut_off: int = 0
    told_away: int = 0
    faults: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, object]:
        """Return it for the program that compares it with the database."""
        return asdict(self)


class Gate:
    """Where everybody stops between two requests, so that nothing is on its way."""

    def __init__(self) -> None:
        """Open."""
        self._changed = Condition()
        self._closed = self._over = False
        self._waiting = 0

    def through(self, *, pending: bool) -> None:
        """Wait while it is closed.

        Raises:
            GoneHome: the work is over, and no form waits to be sent again.
        """
        with self._changed:
            self._waiting += 1
            self._changed.notify_all()
            self._changed.wait_for(lambda: not self._closed)
            self._waiting -= 1
            if self._over and not pending:
                raise GoneHome

    def close(self, people: int) -> None:
        """Close it and wait until everybody stands before it."""
        with self._changed:
            self._closed = True
            self._changed.wait_for(lambda: self._waiting >= people)

    def open(self, *, over: bool = False) -> None:
        """Let everybody go on, or send what waits and go home."""
        with self._changed:
            self._closed, self._over = False, over
            self._changed.notify_all()


@dataclass(slots=True)
class Practitioner:
    """One who treats one person again and again."""

    visitor: Visitor
    course: str
    gate: Gate
    random: Random
    ledger: Ledger = field(default_factory=Ledger)

    def work(self) -> None:
        """Treat until it is over."""
        try:
            while True:
                self._visit()
        except GoneHome:
            pass
        except Exception as error:  # noqa: BLE001  (a thread would lose it)
            self.ledger.faults.append(f"{type(error).__name__}: {error}")
            self._stand_aside()
        finally:
            self.visitor.close()

    def _stand_aside(self) -> None:
        try:
            while True:
                self.gate.through(pending=False)
                time.sleep(_PAUSE_SECONDS)
        except GoneHome:
            pass

    def _visit(self) -> None:
        session = self._treat()
        self._answer_by_link()
        self._bill(session)
        if self.random.random() < 1 / 2:
            self._receive()

    def _treat(self) -> str:
        path = f"/practice/courses/{self.course}/sessions/new/"
        location = self._send(path, "once", begin="plan")
        session = location.strip("/").split("/")[-1]
        self.ledger.sessions[session] = Seen()
        sheet = self._form(location, "origin")
        sites = _rows(dict(sheet.fields))
        depths = [str(self.random.randint(5, 12)) for _ in sites]
        typed = {f"n{n}-depth_mm": depth for n, depth in enumerate(depths)}
        rows = zip(sites, depths, strict=True)
        seen = Seen(needles=tuple((site, side, f"{depth}.0") for (site, side), depth in rows))
        self._save(session, seen, do="save", **typed)
        self._save(session, replace(seen, into=len(depths)), do="in")
        seen = replace(seen, into=len(depths), out=len(depths))
        self._save(session, seen, do="out")
        self._close(session, seen)
        return session

    def _close(self, session: str, seen: Seen) -> None:
        path = f"/practice/sessions/{session}/"
        page = self._get(path)
        told = dict(_form(page, "origin").fields)
        counts = {f"out-{name[3:]}": told[name] for name in told if name.startswith("in-")}
        counted = tuple(sorted((name[4:], int(count)) for name, count in counts.items()))
        ticks = dict.fromkeys(_BOX.findall(page.text), "on")
        closed = replace(seen, counted=counted, closed=True)
        self._save(session, closed, do="close", **counts, **ticks)
        mark = uuid4().hex
        self._save(session, replace(closed, told=(mark,)), "amend/", notes=mark, reason=mark)

    def _save(self, session: str, seen: Seen, page: str = "", **given: str) -> None:
        """Send a session's form, after which it is as told."""
        path = f"/practice/sessions/{session}/"
        self.ledger.coming[session] = seen
        having = "reason" if page else "origin"
        self._send(f"{path}{page}", having, **given)
        self.ledger.sessions[session] = self.ledger.coming.pop(session)

    def _answer_by_link(self) -> None:
        """Make a link, and answer it as the person does, in another browser."""
        path = f"/practice/courses/{self.course}/outcomes/"
        self._send(path, "once", to=f"{path}link/")
        found = _LINK.search(self._get(path).text)
        if found is None:  # it was shown once, to an answer that was cut off
            return
        person = Practitioner(Visitor(self.visitor.address), "", self.gate, self.random)
        person.ledger = self.ledger
        try:
            person._send(found[0], "NPRS", NPRS=str(self.random.randint(0, 10)))
        finally:
            person.visitor.close()
        self.ledger.scores += 1

    def _bill(self, session: str) -> None:
        path = f"/practice/sessions/{session}/bill/"
        bill = self._send(path, "minutes_1", minutes_1="20", keep="yes")
        self.ledger.bills.append(bill.strip("/").split("/")[-1])
        mark, amount = uuid4().hex, f"{self.random.randint(1, 99)}.50"
        self._send(bill, "method", amount=amount, method=mark)
        self.ledger.payments[mark] = amount

    def _receive(self) -> None:
        number, quantity = uuid4().hex.upper(), self.random.randint(1, 500)
        pack = {"maker": "Maker", "lot_number": number, "diameter_mm": "0.25", "length_mm": "40"}
        day = {"expires_on": "2099-01-01"}
        self._send("/practice/stock/receive/", "maker", **pack, **day, quantity=str(quantity))
        self.ledger.lots[number] = quantity

    def _form(self, path: str, having: str) -> Form:
        return _form(self._get(path), having)

    def _send(self, path: str, having: str, to: str = "", **given: str) -> str:
        """Open a page, fill in the form that has a field, and send it until it is answered."""
        form = self._form(path, having) if not to else _to(self._get(path), to)
        location = self._until_answered(to or form.action or path, form.filled(given))
        self.ledger.acknowledged += 1
        return location.partition("#")[0]

    def _until_answered(self, path: str, fields: Fields) -> str:
        pending = False
        while True:
            answer = self._asked(partial(self.visitor.post, path, fields), pending=pending)
            pending = True
            if answer is None:
                continue
            if answer.status in {HTTPStatus.FOUND, HTTPStatus.SEE_OTHER}:
                return answer.location
            if answer.status != HTTPStatus.SERVICE_UNAVAILABLE:
                raise ValueError(f"{path} answered {answer.status}: {_said(answer)}")
            fields = self._button(answer, fields)

    def _button(self, page: Answer, fields: Fields) -> Fields:
        """Return what the button of the fault's page sends: all that was typed."""
        if "What you sent was kept." in page.text:
            return fields
        held = next((form for form in forms_of(page.text) if form.fields), None)
        if held is None or sorted(held.fields) != sorted(fields):
            self.ledger.faults.append(
                f"the page of a fault does not hold what was typed: {_said(page)}"
            )
            return fields
        return list(held.fields)

    def _get(self, path: str) -> Answer:
        while True:
            answer = self._asked(partial(self.visitor.get, path), pending=False)
            if answer is None or answer.status == HTTPStatus.SERVICE_UNAVAILABLE:
                continue
            if answer.status != HTTPStatus.OK:
                raise ValueError(f"{path} answered {answer.status}: {_said(answer)}")
            return answer

    def _asked(self, ask: Callable[[], Answer], *, pending: bool) -> Answer | None:
        """Ask once the gate is open; None where no answer came."""
        self.gate.through(pending=pending)
        try:
            answer = ask()
        except (OSError, http.client.HTTPException):
            self.ledger.cut_off += 1
            time.sleep(_PAUSE_SECONDS)
            return None
        if answer.status == HTTPStatus.SERVICE_UNAVAILABLE:
            self.ledger.told_away += 1
            if AWAY not in answer.text:
                self.ledger.faults.append(f"503 without the reason: {_said(answer)}")
            time.sleep(_PAUSE_SECONDS)
        return answer


def _rows(fields: dict[str, str]) -> list[tuple[str, str]]:
    """Return the site and side of each needle of a sheet."""
    found, n = [], 0
    while f"n{n}-site" in fields:
        found.append((fields[f"n{n}-site"], fields[f"n{n}-side"]))
        n += 1
    return found


def _form(page: Answer, having: str) -> Form:
    for form in forms_of(page.text):
        if any(name == having for name, _ in form.fields):
            return form
    raise ValueError(f"a page has no form with {having!r}: {_said(page)}")


def _to(page: Answer, path: str) -> Form:
    for form in forms_of(page.text):
        if form.action == path:
            return form
    raise ValueError(f"a page has no form that goes to {path}: {_said(page)}")


def _said(answer: Answer) -> str:
    """Return what a page says in its main part, without its tags."""
    inside = answer.text.partition("<main")[2].partition("</main>")[0] or answer.text
    return " ".join(re.sub(r"<[^>]+>", " ", inside).split())[:600]
