"""The vocabulary of harms: those that studies counted, and those that people must be told of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from filiform.care._record import Record
from filiform.care._safety_rules import safety_rules
from filiform.guidance.harms import harms_of, not_counted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from filiform.knowledge import Library

SUMS = "any_"
"""How the events begin that are sums over others and no harm of one person."""


@dataclass(frozen=True, slots=True)
class HarmEvent(Record):
    """A harm by name.

    Attributes:
        major: harms.csv or guidance.toml counts it as major.
        one_harm: it can be noted of a person (safety.toml); words that name several harms cannot.
    """

    id: str
    name: str
    major: bool
    one_harm: bool


@lru_cache(maxsize=8)
def harm_events(library: Library) -> Mapping[str, HarmEvent]:
    """Return all harms of needling by id, those that studies counted first.

    >>> from filiform.knowledge import library
    >>> harm_events(library())["pneumothorax"].name
    'a collapsed lung'
    """
    needled = [
        id_ for id_, row in library.therapies.items() if row.offered and row.kind == "needle"
    ]
    counted = [harm for therapy in needled for harm in harms_of(library, therapy)]
    asked = not_counted(())
    named = {harm.event: harm.name for harm in counted} | {each.event: each.name for each in asked}
    named |= safety_rules().noted_beside
    major = {harm.event for harm in counted if harm.severity == "major"}
    major |= {each.event for each in asked if each.severity == "major"}
    return MappingProxyType(
        {
            id_: HarmEvent(id_, name, id_ in major, id_ in safety_rules().noted)
            for id_, name in sorted(named.items())
        }
    )


def is_major_by_name(event: HarmEvent) -> bool:
    """Tell whether the name alone makes it serious."""
    return event.major and event.id not in safety_rules().not_by_name


def counted_as(event: str, library: Library, therapy: str) -> tuple[str, ...]:
    """Return the words under which the studies of a therapy would have counted a noted harm.

    >>> from filiform.knowledge import library
    >>> counted_as("drowsiness", library(), "acupuncture")
    ('drowsiness', 'fatigue')
    """
    published = {harm.event for harm in harms_of(library, therapy)}
    words = safety_rules().noted.get(event, ())
    return (event, *(word for word in words if word in published and word != event))
