"""What care.toml and guidance.toml say of licences."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from filiform.care import _reading as read
from filiform.knowledge import library as published

if TYPE_CHECKING:
    from collections.abc import Mapping

T = TypeVar("T")
_NAMES = read.several(read.text)


@dataclass(frozen=True, slots=True)
class LicenceRules:
    """How credentials are judged.

    Attributes:
        practice: the practice of the law that each therapy falls under.
        by_part: countries where a credential of the whole country is none.
        asks: what a row that allows asks beyond hours, by `jurisdiction profession practice`.
        only: the regions that a row allows where it does not allow all, by the same.
        training_in_licence: by profession, the practices whose training is in the licence.
        sentences: the answers in words.
    """

    practice: Mapping[str, str]
    by_part: tuple[str, ...]
    training_in_licence: Mapping[str, tuple[str, ...]]
    asks: Mapping[str, str]
    only: Mapping[str, tuple[str, ...]]
    sentences: Mapping[str, str]


@cache
def licence_rules() -> LicenceRules:
    """Return the rules on licences, read once.

    >>> licence_rules().practice["electroacupuncture"]
    'acupuncture'
    """
    library = published()
    keys = ("by_part", "source", "training_in_licence", "asks", "only", "sentence")
    fields = read.Fields(library.rules("care")["licence"], keys, "care.toml: licence")
    practice = read.by_name(read.text)(library.rules("guidance")["practice"], "guidance.toml")
    return LicenceRules(
        practice=MappingProxyType(dict(practice)),
        by_part=fields.take("by_part", _NAMES),
        training_in_licence=fields.take("training_in_licence", read.by_name(_NAMES)),
        asks=fields.take("asks", _by_row("asks", read.text)),
        only=fields.take("only", _by_row("regions", _NAMES)),
        sentences=fields.take("sentence", read.by_name(read.text)),
    )


def _by_row(key: str, reader: read.Reader[T]) -> read.Reader[Mapping[str, T]]:
    """Return a reader of tables that say something of one row of the law each."""

    def take(value: object, where: str) -> Mapping[str, T]:
        rows = read.several(read.mapping)(value, where)
        return MappingProxyType(
            {read.text(each.get("row"), where): reader(each.get(key), where) for each in rows}
        )

    return take
