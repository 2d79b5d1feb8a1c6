"""What a practice must do: whom it reports a harm to, and by when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from filiform.knowledge import vocabulary as v
from filiform.knowledge._cells import optional, text, whole, word
from filiform.knowledge._constraints import together
from filiform.knowledge._dates import as_of
from filiform.knowledge._table import Reference, Table


@dataclass(frozen=True, slots=True)
class ReportingDuty:
    """A duty to report or record a harm, as far as its source tells it.

    Attributes:
        harmed: patient or staff.
        event: what happened to them.
        within, unit: the time; None where the source gives none, which is *not known to us*.
            `at_once` has no number: without delay.
        counted_from: the day or hour from which the time runs.
        limits: whom the duty does not reach, and what we did not read.
    """

    id: str
    jurisdiction: str
    harmed: Literal["patient", "staff"]
    event: Literal["death", "serious_injury", "hospital", "needlestick", "device_fault", "absence"]
    who: str
    to_whom: str
    within: int | None
    unit: Literal["hours", "days", "work_days", "at_once"] | None
    counted_from: str | None
    limits: str | None
    as_of: str
    source: str
    row: int = 0


REPORTING_DEADLINES = Table(
    name="reporting_deadlines",
    folder="knowledge",
    about="one row a duty to report or record a harm in a place, with the time that its law gives",
    record=ReportingDuty,
    columns={
        "id": v.slug(),
        "jurisdiction": v.jurisdiction(),
        "harmed": word("patient", "staff"),
        "event": word(
            *("death", "serious_injury", "hospital", "needlestick", "device_fault", "absence")
        ),
        "who": text(),
        "to_whom": text(),
        "within": optional(whole(1, 365)),
        "unit": optional(word("hours", "days", "work_days", "at_once")),
        "counted_from": optional(text()),
        "limits": optional(text()),
        "as_of": as_of(),
        "source": text(),
    },
    unique=(("id",),),
    constraints=(together("unit", "counted_from"),),
    references=(Reference(("jurisdiction",), "jurisdictions", ("id",)),),
    dated=("as_of",),
)
