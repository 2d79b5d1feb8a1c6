"""What care.toml and guidance.toml say of licences."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from filiform.care import _reading as read
from filiform.knowledge import library as published

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAMES = read.several(read.text)


@dataclass(frozen=True, slots=True)
class LicenceRules:
    """How credentials are judged.

    Attributes:
        practice: the practice of the law that each therapy falls under.
        by_part: countries where a credential of the whole country is none.
        training_in_licence: by profession, the practices whose training is in the licence.
        sentences: the answers in words.
    """

    practice: Mapping[str, str]
    by_part: tuple[str, ...]
    training_in_licence: Mapping[str, tuple[str, ...]]
    sentences: Mapping[str, str]


@cache
def licence_rules() -> LicenceRules:
    """Return the rules on licences, read once.

    >>> licence_rules().practice["electroacupuncture"]
    'acupuncture'
    """
    library = published()
    keys = ("by_part", "source", "training_in_licence", "sentence")
    fields = read.Fields(library.rules("care")["licence"], keys, "care.toml: licence")
    practice = read.by_name(read.text)(library.rules("guidance")["practice"], "guidance.toml")
    return LicenceRules(
        practice=MappingProxyType(dict(practice)),
        by_part=fields.take("by_part", _NAMES),
        training_in_licence=fields.take("training_in_licence", read.by_name(_NAMES)),
        sentences=fields.take("sentence", read.by_name(read.text)),
    )
