"""What a correction of a closed session must meet: the rules that held when it was closed."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from filiform.care import closing
from filiform.care.closing import SecondLook, closing_problems
from filiform.care.lots import lot_problems, lots_used
from filiform.care.needles import count_needles
from filiform.care.refusal import Problem
from filiform.knowledge import library
from filiform.site.practice.forms.session import ticked
from filiform.site.practice.screened_person import against_person, screened_person
from filiform.site.practice.session_amending import Met
from filiform.site.practice.session_asks import REFUSED, second_look, taken_away
from filiform.site.practice.session_effective import CONFIRMED, LICENCE, effective
from filiform.site.practice.session_keeping import needles_of
from filiform.site.practice.session_licence import permission_of
from filiform.site.practice.session_putting_in import refused_at
from filiform.site.practice.session_records import (
    care_lot,
    care_needle,
    care_session,
    earlier_that_day,
)
from filiform.site.practice.session_typed import group_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

    from filiform.care.licence import Permission
    from filiform.care.needles import SessionRecord
    from filiform.site.practice.models import Lot, Member, Needle, Session
    from filiform.site.practice.screened_person import ScreenedPerson
    from filiform.site.practice.session_keeping import Sheet


@dataclass(frozen=True, slots=True)
class Checked:
    """A correction held against the rules.

    Attributes:
        left: what is not answered yet.
        asks: what is answered by a reason, whether or not it was given.
        met: what is kept of the answers.
    """

    left: tuple[Problem, ...]
    asks: tuple[Problem, ...]
    met: Met


def check_amending(session: Session, sheet: Sheet, by: Member, now: dt.datetime) -> Checked:
    """Hold a correction against every rule of closing.

    The answers are those of the screening that was the latest when the session was closed. What
    stood against the session before is not asked again.

    Args:
        session: closed.
        sheet: as it is to be, and valid.
        by: who corrects it.
        now: the moment.
    """
    check = _Check.of(session, sheet, by, now)
    problems = check.problems()
    given = {each.key: sheet.typed.rest.get(f"why-{group_of(each.key)}", "") for each in problems}
    asks = tuple(each for each in problems if each.answered_by == "confirmation")
    reasons = {each.key: text for each in asks if (text := given[each.key].strip())}
    left = tuple(each for each in problems if each.key not in reasons)
    return Checked(left, asks, Met(check.kept(reasons), check.incidents(problems, reasons)))


@dataclass(frozen=True, slots=True)
class _Check:
    """A session before and after a correction.

    Attributes:
        was, to_be: its needles.
        before, after: the session as the library reads it.
        look: the second look of this correction.
        added: the needles that were recorded late.
    """

    session: Session
    by: Member
    was: Sequence[Needle]
    to_be: Sequence[Needle]
    before: SessionRecord
    after: SessionRecord
    look: SecondLook | None
    second: Mapping[str, str]

    @classmethod
    def of(cls, session: Session, sheet: Sheet, by: Member, now: dt.datetime) -> _Check:
        """Read both sides of it."""
        held = effective(session)
        before = care_session(
            held.session, session.course.therapy, held.needles, earlier=earlier_that_day(session)
        )
        to_be = needles_of(session, sheet)
        after = replace(
            before,
            needles=tuple(care_needle(needle) for needle in to_be),
            in_counts=sheet.rest.counts("in"),
            out_counts=sheet.rest.counts("out"),
            checklist=ticked(sheet.typed.rest),
        )
        reason, counts = sheet.rest.cleaned_data["second_reason"], sheet.rest.counts("second")
        said = {f"second-{region}": str(count) for region, count in counts.items()}
        said |= {"second_reason": reason} if reason.strip() else {}
        look = SecondLook(str(by), now, reason, counts) if said else None
        return cls(session, by, held.needles, to_be, before, after, look, said)

    @property
    def moved(self) -> tuple[str, ...]:
        """The regions whose needles or counts are others now."""
        was, now = _by_region(self.before), _by_region(self.after)
        return tuple(region for region in {**was, **now} if was.get(region) != now.get(region))

    @property
    def added(self) -> tuple[Needle, ...]:
        """The needles that were recorded late."""
        known = {needle.order for needle in self.was}
        return tuple(needle for needle in self.to_be if needle.order not in known)

    @property
    def gone(self) -> int:
        """How many needles that had gone in are no longer recorded."""
        kept = {needle.order for needle in self.to_be}
        return sum(each.inserted_at is not None and each.order not in kept for each in self.was)

    def problems(self) -> tuple[Problem, ...]:
        """Return what stands against the correction and did not stand before it."""
        asked = screened_person(self.session.course, until=self.session.closed_at)
        known = {_unnumbered(each) for each in self._found(self.before, asked, self.was)}
        found = self._found(self.after, asked, self.to_be)
        new = [
            self._renumbered(each)
            for each in found
            if (
                each.key.partition(":")[2] in self.moved
                if each.where == "counts"
                else _unnumbered(each) not in known
            )
        ]
        gone = taken_away(self.gone, self.look)
        return (*new, *gone, *self._unlicensed(), *self._not_in_the_course())

    def _found(
        self, record: SessionRecord, asked: ScreenedPerson | None, needles: Sequence[Needle]
    ) -> tuple[Problem, ...]:
        look = self.look if record is self.after else second_look(self.session)
        lots = [care_lot(lot, beside=count) for lot, count in self._stock(needles)]
        return (
            *closing_problems(record, second_look=look, further=against_person(asked, record)),
            *lot_problems(lots, lots_used(record.needles), on=self.session.on),
        )

    def _stock(self, needles: Iterable[Needle]) -> list[tuple[Lot, int]]:
        """Return the lots of needles, and how many of each this session has used so far."""
        used = Counter(needle.lot_id for needle in self.was)
        return [(lot, used[pk]) for pk, lot in {each.lot_id: each.lot for each in needles}.items()]

    def _renumbered(self, problem: Problem) -> Problem:
        """Return a problem that names its needle by the number of its row."""
        place = problem.where.split(".")
        if place[0] != "needles":
            return problem
        number, row = int(place[1]), self.to_be[int(place[1])].order
        sentence = problem.sentence.replace(f"Needle {number + 1} ", f"Needle {row + 1} ", 1)
        return replace(problem, sentence=sentence, where=f"needles.{row}.{place[2]}")

    def _unlicensed(self) -> tuple[Problem, ...]:
        """Return what the law says against a needle that this member records late."""
        if not self.added:
            return ()
        permission = self._permission()
        if permission.status == "allowed":
            return ()
        refused = permission.status == "refused"
        return (
            Problem(
                LICENCE,
                permission.sentence,
                LICENCE,
                answered_by="mending" if refused else "confirmation",
                sources=permission.sources,
            ),
        )

    def _not_in_the_course(self) -> tuple[Problem, ...]:
        """Return what stood against the course at the time of a needle that is recorded late."""
        opened = self.session.created_at
        times = (max(needle.inserted_at or opened, opened) for needle in self.added)
        found = (refused_at(self.session.course, at) for at in times)
        return tuple(
            Problem(
                "course",
                f"{each.sentence} A needle that went in all the same is told with its reason, and "
                "makes an incident.",
                f"course:{each.code}",
                answered_by="confirmation",
                sources=each.sources,
                lifted_by="nothing",
            )
            for each in {one.code: one for one in found if one is not None}.values()
            if each.code != "no_open_session"  # it was: that it was closed since is no matter
        )

    def _permission(self) -> Permission:
        kinds = {needle.site_kind for needle in self.to_be}
        return permission_of(self.by, self.session.course.therapy, self.session.on, kinds)

    def kept(self, reasons: Mapping[str, str]) -> dict[str, str]:
        """Return what is kept beside the correction, by the name of its field."""
        found = {f"{CONFIRMED}.{key}": why for key, why in reasons.items() if key != LICENCE}
        if self.added:
            permission = self._permission()
            found[LICENCE] = f"{permission.sentence} {reasons.get(LICENCE, '')}".strip()
        return {**found, **self.second}

    def incidents(
        self, problems: Iterable[Problem], reasons: Mapping[str, str]
    ) -> tuple[tuple[str, str], ...]:
        """Return the kind and the words of each incident that the correction makes."""
        reason = self.look.reason if self.look else ""
        found = [
            (each.kind, f"{each.sentence} {reason}", each.region)
            for each in closing.incidents(self.after, second_look=self.look)
            if each.region in self.moved
        ]
        told = {region for _, _, region in found}
        other = [region for region in self.moved if region not in told and self._total_moved()]
        gone = taken_away(self.gone, None)
        return (
            *((kind, text) for kind, text, _ in found),
            *(("count_amended", self._recounted(region)) for region in other),
            *((each.code, f"{each.sentence} {reason}") for each in gone),
            *(
                (REFUSED, f"{each.sentence} {reasons.get(each.key, '')}")
                for each in problems
                if each.lifted_by != "reason"
            ),
        )

    def _total_moved(self) -> bool:
        """Say whether more than the place of needles changed."""
        was, now = _by_region(self.before).values(), _by_region(self.after).values()
        return Counter(_sum(was)) != Counter(_sum(now))

    def _recounted(self, region: str) -> str:
        was, now = _by_region(self.before).get(region), _by_region(self.after).get(region)
        name = library().areas[region].name
        return f"At the {name} {_said(was)} before the session was amended, and {_said(now)} now."


_Triple = tuple[int, int | None, int | None]


def _by_region(record: SessionRecord) -> dict[str, _Triple]:
    """Return the needles recorded, counted in and counted out of each region."""
    recorded = count_needles(record.needles)
    return {
        region: (
            recorded.get(region, 0),
            record.in_counts.get(region),
            record.out_counts.get(region),
        )
        for region in dict.fromkeys((*recorded, *record.in_counts, *record.out_counts))
    }


def _sum(triples: Iterable[_Triple]) -> dict[str, int]:
    rows = list(triples)
    names = ("recorded", "in", "out")
    return {name: sum(row[n] or 0 for row in rows) for n, name in enumerate(names)}


def _said(triple: _Triple | None) -> str:
    recorded, into, out = triple or (0, None, None)
    told = ["not" if count is None else str(count) for count in (into, out)]
    return f"{recorded} needles were recorded, {told[0]} counted in and {told[1]} out"


def _unnumbered(problem: Problem) -> str:
    """Return what names a problem whatever the number of its needle."""
    return re.sub(r":\d+:", ":", problem.key)
