"""Each kind of field: how what was sent changes the record, and what a record puts in the field.

What a value may be, Person alone decides: a number that is none goes to it as it was typed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from filiform.errors import GuidanceError
from filiform.site.guide.questions import NONE, questions

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from filiform.site.guide.questions import Field
    from filiform.site.guide.record import Record

ELSEWHERE = "elsewhere"
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,15})?", re.ASCII)
_BETWEEN_NAMES = re.compile(r"[\n\r,;]")


def read(field: Field, page_id: str, sent: Sequence[str], unit: str, record: Record) -> Record:
    """Return the record with this field as it was sent.

    Args:
        field: what was asked.
        page_id: the page that asked.
        sent: the values sent under the field's name; none where nothing was chosen.
        unit: the unit sent beside a duration.
        record: the answers so far.

    Raises:
        GuidanceError: a choice that the field does not have, or two that contradict each other, in
            the sentence that the page shows.
    """
    place = f"{page_id}/{field.name}"
    values = list(dict.fromkeys(value.strip() for value in sent))
    if field.kind == "signs":
        return _read_signs(field, values, record)
    if field.kind == "several":
        return _read_several(field, place, values, record)
    if len(values) > 1:
        raise _fault("twice")
    value = values[0] if values else ""
    if field.kind == "duration":
        return record.having(field.key, _days(field, value, unit))
    return _READERS[field.kind](field, place, value if sent else None, record)


def shown(field: Field, page_id: str, record: Record) -> tuple[list[str], str]:
    """Return the values that a record puts in a field, and the unit of a duration."""
    if field.kind == "signs":
        return _shown_signs(field, record), ""
    if f"{page_id}/{field.name}" in record.none:
        return [_NONE_OF.get(field.kind, NONE)], ""
    if field.kind == "duration":
        return _shown_days(field, record.answers.get(field.key))
    return _shown_words(field, record), ""


def _shown_words(field: Field, record: Record) -> list[str]:
    value = record.answers.get(field.key)
    if value is None:
        return []
    if field.kind == "several":
        return [each for each in record.listed(field.key) if each in field.ids]
    if field.kind == "lines":
        return ["\n".join(record.listed(field.key))]
    return [{True: "yes", False: "no"}[value] if isinstance(value, bool) else _plain(value)]


_NONE_OF = {"one": "", "place": ELSEWHERE}


def _fault(name: str) -> GuidanceError:
    return GuidanceError(questions().faults[name])


def _read_signs(field: Field, values: list[str], record: Record) -> Record:
    """Ticked is present; the others are absent once anything, or "None of these", was ticked."""
    ticked = _ticked(field, values)
    absent = [each for each in field.ids if each not in ticked] if values else []
    return (
        record.exchanging("findings", field.ids, ticked)
        .exchanging("absent", field.ids, absent)
        # A file may name a finding of one's history under either key.
        .exchanging("history", field.ids, [])
    )


def _shown_signs(field: Field, record: Record) -> list[str]:
    present = {*record.listed("findings"), *record.listed("history")}
    ticked = [each for each in field.ids if each in present]
    return ticked or ([NONE] if set(field.ids) <= set(record.listed("absent")) else [])


def _read_several(field: Field, place: str, values: list[str], record: Record) -> Record:
    changed = record.exchanging(field.key, field.ids, _ticked(field, values))
    return changed.marking(place, none=NONE in values)


def _ticked(field: Field, values: list[str]) -> list[str]:
    _refuse_strangers(values, (*field.ids, NONE))
    ticked = [value for value in values if value != NONE]
    if NONE in values and ticked:
        raise _fault("both")
    return ticked


def _read_one(field: Field, place: str, value: str | None, record: Record) -> Record:
    if value is not None:
        _refuse_strangers([value], field.ids)
    return record.having(field.key, value or None).marking(place, none=value == "")


def _read_yes_no(field: Field, _place: str, value: str | None, record: Record) -> Record:
    if value is not None:
        _refuse_strangers([value], ("yes", "no"))
    return record.having(field.key, None if value is None else value == "yes")


def _read_number(field: Field, _place: str, value: str | None, record: Record) -> Record:
    return record.having(field.key, _number(value) if value else None)


def _read_place(field: Field, place: str, value: str | None, record: Record) -> Record:
    elsewhere = value == ELSEWHERE
    given = None if elsewhere or not value else value
    return record.having(field.key, given).marking(place, none=elsewhere)


def _read_text(field: Field, _place: str, value: str | None, record: Record) -> Record:
    return record.having(field.key, value or None)


def _read_lines(field: Field, _place: str, value: str | None, record: Record) -> Record:
    names = [name.strip() for name in _BETWEEN_NAMES.split(value or "")]
    return record.having(field.key, [name for name in names if name])


_READERS: dict[str, Callable[[Field, str, str | None, Record], Record]] = {
    "one": _read_one,
    "yes_no": _read_yes_no,
    "number": _read_number,
    "place": _read_place,
    "text": _read_text,
    "lines": _read_lines,
}


def _days(field: Field, amount: str, unit: str) -> float | str | None:
    """Return days; what is no number goes to Person as it was typed."""
    if not amount:
        return None
    if unit not in field.ids:
        raise _fault("no_unit")
    number = _number(amount)
    return number if isinstance(number, str) else number * int(unit)


def _shown_days(field: Field, days: object) -> tuple[list[str], str]:
    """Return the amount in the largest unit that makes it a whole number."""
    if not isinstance(days, int | float) or isinstance(days, bool):
        return [], ""
    whole = [unit for unit in field.ids if days % int(unit) == 0] if days else []
    unit = whole[-1] if whole else field.ids[0]
    return [_plain(days / int(unit))], unit


def _number(typed: str) -> float | str:
    if not _NUMBER.fullmatch(typed):
        return typed
    return float(typed) if "." in typed else int(typed)


def _plain(value: object) -> str:
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def _refuse_strangers(values: Sequence[str], admissible: Sequence[str]) -> None:
    if not set(values) <= set(admissible):
        raise _fault("not_a_choice")
