"""A doctor's approval where sources disagree, as a form tells it and as it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from filiform.care.approvals import APPROVED, approval

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True, slots=True)
class Approval:
    """A row on which sources disagree, and what is typed of a doctor's approval."""

    row: str
    doctor: str
    day: str


def approvals_typed(rest: Mapping[str, str], today: dt.date) -> dict[str, str]:
    """Return the approvals of a form as they are kept, each under its key.

    Args:
        rest: the fields; `doctor-` and `day-` with the id of the row.
        today: an approval is not of a later day.
    """
    rows = (name.partition("-")[2] for name in rest if name.startswith("doctor-"))
    found = {
        row: approval(rest[f"doctor-{row}"], rest.get(f"day-{row}", ""), today=today)
        for row in rows
    }
    return {f"{APPROVED}{row}": text for row, text in found.items() if text}


def approvals_shown(asked: Iterable[str], rest: Mapping[str, str]) -> tuple[Approval, ...]:
    """Return the rows that a doctor may approve, with what is typed: those asked, those told.

    Args:
        asked: rows on which sources disagree and that no doctor has approved yet.
        rest: the fields of the form.
    """
    told = (name.partition("-")[2] for name in rest if name.startswith("doctor-") and rest[name])
    return tuple(
        Approval(row, rest.get(f"doctor-{row}", ""), rest.get(f"day-{row}", ""))
        for row in dict.fromkeys((*asked, *told))
    )
