"""Fills a database with a practice of ten years: 20,000 people, 200,000 sessions, their needles.

    FILIFORM_DATA=DIR .venv/bin/python -m benchmarks.practice_fill [PEOPLE] [SESSIONS]

Some dozens of invented people go through the practice in a database of their own, by the same
keeping as everyone (demo/fill.py). Their histories are then told again and again with other names,
ids and days, many at once as in a practice; each record is what its last entry of the history says.
The chain is computed here, and `filiform verify` finds no fault in it.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any
from uuid import UUID

import django

from benchmarks import practice_fill_rows
from filiform.site.practice import befores
from filiform.site.practice.demo.invented import FAMILY, GIVEN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from filiform.site.practice.models import Lot, Practice

PEOPLE, SESSIONS = 20_000, 200_000
YEARS = 10
_TEMPLATES = 40
_AT_ONCE = 200  # people whose acts are mixed in the order of their days
_LOT = 1_000
_MOST_NEEDLES = 16  # of one session, in the middle of all
_ID_OR_DAY = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\b(?:19|20)\d\d-\d\d-\d\d\b"
)
_UUID_LENGTH = 36
# In the order in which the rows refer to each other.
_KINDS = (
    "person",
    "link",
    "intake",
    "course",
    "courseevent",
    "screening",
    "consent",
    "plan",
    "session",
    "needle",
    "amendment",
    "incident",
    "outcome",
    "review",
    "harm",
    "invoice",
    "invoiceline",
    "payment",
)
_CHILDREN = {"session": "needle", "invoice": "invoiceline"}
_COUNTED = {
    "person": "number",
    "courseevent": "id",
    "needle": "id",
    "invoice": "number",
    "invoiceline": "id",
}
_LINKS = ("at", "by", "act", "kind", "object_id", "person_id", "before", "after", "reason")

Entry = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Template:
    """One person's history as text, when it began, and how often it was treated.

    Attributes:
        needles: of all its sessions.
    """

    person: str
    text: str
    start: dt.date
    sessions: int
    needles: int


@dataclass(slots=True)
class Told:
    """What was told so far.

    Attributes:
        practice: whose chain is written.
        same: ids of the templates' practice and staff, and those that stand for them here.
        lots: what is left in stock as the history has it, the first to be used first.
        empty: the lots that are used up.
        people: the ids of the people so far.
        numbers: the last integer of each kind of row that is counted.
        rows: the rows of this batch by kind and id.
    """

    practice: Practice
    same: dict[str, str]
    lots: list[Entry]
    random: Random
    end: dt.datetime
    empty: list[Entry] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)
    rows: dict[str, dict[str, Entry]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    def next(self, kind: str) -> int:
        """Return the next number of a kind, from 1."""
        self.numbers[kind] = self.numbers.get(kind, 0) + 1
        return self.numbers[kind]


def templates() -> tuple[list[Template], dict[str, str], list[Entry]]:
    """Return histories of invented people, the staff's names by id, and the texts they signed."""
    with tempfile.TemporaryDirectory() as directory:
        environment = {**os.environ, "FILIFORM_DATA": directory}
        environment.pop("FILIFORM_DATABASE_URL", None)
        told = Path(directory) / "told.json"
        for words in (["filiform.site", "migrate"], ["benchmarks.practice_fill", "--tell", told]):
            command = [sys.executable, "-m", *map(str, words)]
            subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
        found = json.loads(told.read_text())
    made = []
    for person, entries in found["people"].items():
        kept = (each for each in entries if each["kind"] == "session" and each["after"])
        last = {each["object_id"]: each["after"] for each in kept}
        needles = sum(len(session["needle"]) for session in last.values())
        if any(each["kind"] == "course" and each["after"]["ended_on"] for each in entries):
            start = dt.date.fromisoformat(entries[0]["at"][:10])
            made.append(Template(person, json.dumps(entries), start, len(last), needles))
    return made, found["same"], found["texts"]


def tell(path: Path) -> None:
    """Write the histories of invented people, in a database of their own, to a file."""
    from filiform.site.practice.demo.fill import fill  # noqa: PLC0415  (Django is ready by then)
    from filiform.site.practice.models import ConsentText, HistoryEntry, Member  # noqa: PLC0415

    practice = fill(people=_TEMPLATES, start=dt.date(2024, 1, 1), today=dt.date(2025, 12, 31))
    people: dict[str, list[Entry]] = {}
    for entry in HistoryEntry.objects.filter(practice=practice).order_by("number"):
        if entry.person_id is not None:
            told = {name: getattr(entry, name) for name in _LINKS}
            told |= {"at": entry.at.isoformat(), "person_id": str(entry.person_id)}
            told["before"] = None  # it is what the entry before says
            people.setdefault(str(entry.person_id), []).append(told)
    same = {str(practice.pk): "practice"}
    same |= {str(member.pk): member.name for member in Member.objects.filter(practice=practice)}
    texts = list(ConsentText.objects.values())
    path.write_text(json.dumps({"people": people, "same": same, "texts": texts}, default=str))


def begin(
    start: dt.date, today: dt.date, sessions: int, staff: dict[str, str], texts: list[Entry]
) -> Told:
    """Open the practice with its staff, fees, stock and texts to sign."""
    from django.apps import apps  # noqa: PLC0415  (Django is ready by then)
    from django.db.models import Max  # noqa: PLC0415

    from filiform.site.practice import keeping  # noqa: PLC0415
    from filiform.site.practice.demo.fill import fill as open_practice  # noqa: PLC0415
    from filiform.site.practice.models import ConsentText, Member  # noqa: PLC0415

    practice = open_practice(people=0, start=start, today=today)
    members = {member.name: member for member in Member.objects.filter(practice=practice)}
    lots = [_lot(n, start, today) for n in range(sessions * _MOST_NEEDLES // _LOT + 2)]
    opened = dt.datetime.combine(start, dt.time(7), dt.UTC)
    with keeping.acting(members["Olive Owner"], opened) as act:
        for lot in lots:
            act.create(lot)
    practice.refresh_from_db()
    same = {
        old: str(practice.pk if name == "practice" else members[name].pk)
        for old, name in staff.items()
    }
    counted = {
        kind: apps.get_model("practice", kind).objects.aggregate(last=Max(name))["last"] or 0
        for kind, name in _COUNTED.items()
    }
    ConsentText.objects.bulk_create([ConsentText(**text) for text in texts], ignore_conflicts=True)
    return Told(
        practice,
        same,
        [keeping.values(lot) for lot in lots],
        Random(1),  # noqa: S311  (invented people, no secret)
        dt.datetime.combine(today, dt.time(18), dt.UTC),
        numbers=counted,
    )


def _lot(number: int, start: dt.date, today: dt.date) -> Lot:
    from filiform.site.practice.models import Lot  # noqa: PLC0415  (Django is ready by then)

    return Lot(
        maker="Invented Needles",
        product="Steel handle",
        lot_number=f"T{number:06}",
        length_mm=Decimal(30),
        diameter_mm=Decimal("0.25"),
        received_on=start,
        expires_on=today + dt.timedelta(days=30 + number % 700),
        quantity=_LOT,
    )


def again(told: Told, template: Template, day: dt.date, *, returns: bool) -> list[Entry]:
    """Return a template's entries as another person's from a day on, none after the end.

    Who returns has another course under the same name.
    """
    ids, days = dict(told.same), (day - template.start).days
    returns = returns and bool(told.people)
    if returns:
        ids[template.person] = told.random.choice(told.people)
    entries: list[Entry] = json.loads(
        _ID_OR_DAY.sub(_changed(told.random, ids, days), template.text)
    )
    if returns:
        entries = [entry for entry in entries if entry["kind"] != "person"]
    else:
        told.people.append(ids[template.person])
    last = told.end.isoformat()
    return [entry for entry in entries if entry["at"] <= last]


def _changed(random: Random, ids: dict[str, str], days: int) -> Callable[[re.Match[str]], str]:
    """Return what puts a new id in the place of an old one, and a later day in that of a day."""
    dates: dict[str, str] = {}

    def change(found: re.Match[str]) -> str:
        text = found[0]
        if len(text) == _UUID_LENGTH:
            if text not in ids:
                ids[text] = str(UUID(int=random.getrandbits(128), version=4))
            return ids[text]
        if text not in dates:
            dates[text] = str(dt.date.fromisoformat(text) + dt.timedelta(days=days))
        return dates[text]

    return change


def batch(told: Told, stories: Iterable[tuple[Template, dt.date, bool]]) -> None:
    """Tell some stories at once, in the order of their days, and keep them."""
    entries = [
        entry
        for template, day, returns in stories
        for entry in again(told, template, day, returns=returns)
    ]
    entries.sort(key=lambda entry: str(entry["at"]))
    links = [link for entry in entries for link in _links(told, entry)]
    _keep(told, links)


def _links(told: Told, entry: Entry) -> Iterator[Entry]:
    """Yield an entry as it is kept here, after those that come with it."""
    kind, after = entry["kind"], entry["after"]
    if after is None:
        yield entry
        return
    if kind == "courseevent":
        after["id"] = told.next("courseevent")
        entry["object_id"] = str(after["id"])
    rows = told.rows.setdefault(kind, {})
    last = rows.get(entry["object_id"])
    if kind in _NAMED:
        after |= _NAMED[kind](told) if last is None else {name: last[name] for name in _OWN[kind]}
    for row in after[_CHILDREN[kind]] if kind in _CHILDREN else ():
        row["id"] = told.next(_CHILDREN[kind])
    if last is not None:
        entry["before"] = befores.changed(last, after)
    if kind == "session":
        about = {"kind": "person", "object_id": entry["person_id"], "reason": ""}
        yield {**entry, **about, "act": "read", "before": None, "after": None}
        yield from _used(told, entry, after["needle"], last["needle"] if last else [])
    rows[entry["object_id"]] = after
    yield entry


def _person(told: Told) -> Entry:
    names = {"given_name": told.random.choice(GIVEN), "family_name": told.random.choice(FAMILY)}
    return {**names, "number": told.next("person")}


def _invoice(told: Told) -> Entry:
    return {"number": told.next("invoice")}


def _link(told: Told) -> Entry:
    return {"token_sha256": f"{told.random.getrandbits(256):064x}"}


# What no two records may share, made anew for each.
_NAMED: dict[str, Callable[[Told], Entry]] = {
    "person": _person,
    "invoice": _invoice,
    "link": _link,
}
_OWN = {
    "person": ("number", "given_name", "family_name"),
    "invoice": ("number",),
    "link": ("token_sha256",),
}


def _used(told: Told, entry: Entry, needles: list[Entry], before: list[Entry]) -> Iterator[Entry]:
    """Take a session's new needles out of stock, and yield the change of the lot."""
    more = len(needles) - len(before)
    if told.lots[0]["quantity"] - told.lots[0]["used"] < more:
        told.empty.append(told.lots.pop(0))
    lot = told.lots[0]
    held = before[0]["lot_id"] if before and not more else lot["id"]
    for needle in needles:
        needle["lot_id"] = held
    if not more:
        return
    was = dict(lot)
    lot["used"] += more
    lot["version"] += 1
    lot["changed_at"] = entry["at"].replace("+00:00", "Z")
    of = {"act": "change", "kind": "lot", "object_id": lot["id"], "person_id": None}
    after = dict(lot)
    yield {**entry, **of, "before": befores.changed(was, after), "after": after, "reason": ""}


@dataclass(slots=True)
class _Link:
    """A link of the chain as keeping.digest reads it."""

    practice_id: UUID
    number: int
    at: dt.datetime
    by: str
    act: str
    kind: str
    object_id: str
    person_id: str | None
    before: Entry | None
    after: Entry | None
    reason: str
    previous: str
    sha256: str = ""


def _keep(told: Told, links: list[Entry]) -> None:
    from django.apps import apps  # noqa: PLC0415  (Django is ready by then)
    from django.db import transaction  # noqa: PLC0415

    from filiform.site.practice import keeping  # noqa: PLC0415

    practice, made = told.practice, []
    for link in links:
        practice.history_number += 1
        given = {**link, "at": dt.datetime.fromisoformat(link["at"])}
        kept = _Link(practice.pk, practice.history_number, previous=practice.history_hash, **given)
        practice.history_hash = kept.sha256 = keeping.digest(kept)  # type: ignore[arg-type]
        made.append(
            {name: getattr(kept, name) for name in _Link.__slots__}
            | {"practice_id": str(practice.pk), "at": link["at"]}
        )
    for kind, child in _CHILDREN.items():
        parents = told.rows.get(kind, {}).values()
        told.rows[child] = {str(row["id"]): row for parent in parents for row in parent[child]}
    with transaction.atomic():
        for kind in _KINDS:
            rows = told.rows.get(kind, {}).values()
            practice_fill_rows.insert(apps.get_model("practice", kind), rows)
            told.counts[kind] = told.counts.get(kind, 0) + len(rows)
        practice_fill_rows.insert(apps.get_model("practice", "historyentry"), made)
        practice.save(update_fields=["history_number", "history_hash"])
    told.counts["historyentry"] = practice.history_number
    told.rows.clear()


def end(told: Told) -> None:
    """Keep what became of the stock, and let the database plan by what is in it now."""
    from django.db import connection, transaction  # noqa: PLC0415  (Django is ready by then)

    from filiform.site.copies import rows  # noqa: PLC0415
    from filiform.site.practice import session_counts  # noqa: PLC0415
    from filiform.site.practice.models import Lot  # noqa: PLC0415

    with transaction.atomic():
        for lot in [*told.empty, *told.lots[:1]]:
            Lot.objects.filter(pk=lot["id"]).update(
                used=lot["used"], version=lot["version"], changed_at=lot["changed_at"]
            )
        session_counts.recount(told.practice.pk)
        rows.set_counters()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def fill(people: int, sessions: int, today: dt.date) -> dict[str, int]:
    """Fill an empty database; the number of rows of each kind."""
    found, staff, texts = templates()
    # Those with many needles are told more often: about ten a session.
    weights = [template.needles / template.sessions for template in found]
    each = zip(found, weights, strict=True)
    mean = sum(template.sessions * weight for template, weight in each) / sum(weights)
    stories, start = round(sessions / mean), today - dt.timedelta(days=365 * YEARS)
    told = begin(start, today, sessions, staff, texts)
    random, began = Random(2), time.process_time()  # noqa: S311  (invented people, no secret)
    waiting: list[tuple[Template, dt.date, bool]] = []
    with practice_fill_rows.without_indexes():
        for n in range(stories):
            returns = (n + 1) * people // stories == n * people // stories
            day = start + dt.timedelta(days=365 * YEARS * n // stories)
            waiting.append((random.choices(found, weights)[0], day, returns))
            if len(waiting) == _AT_ONCE or n == stories - 1:
                batch(told, waiting)
                waiting = []
                spent = time.process_time() - began
                print(f"{n + 1} of {stories} courses, {spent:.0f} s of the processor", flush=True)
    end(told)
    return told.counts


def main() -> None:
    """Tell templates to a file, or fill."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "filiform.site.settings")
    if sys.argv[1:2] != ["--tell"]:
        from filiform.site import data  # noqa: PLC0415

        data.ensure()
    django.setup()
    if sys.argv[1:2] == ["--tell"]:
        tell(Path(sys.argv[2]))
        return
    from django.core.management import call_command  # noqa: PLC0415

    call_command("prepare", stdout=sys.stdout)
    people, sessions = (int(word) for word in (sys.argv[1:3] or (PEOPLE, SESSIONS)))
    print(fill(people, sessions, dt.datetime.now(tz=dt.UTC).date()))


if __name__ == "__main__":
    main()
