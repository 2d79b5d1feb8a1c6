"""Guidance for one person: screening, suitability, options, harms, cost, who may treat.

`screen` needs only the knowledge tables; `guide` needs the review too. Each name is imported when
it is first asked for, so that screening starts without numpy.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from filiform.guidance.aid import Aid, guide
    from filiform.guidance.person import Person, Preferences, read_person
    from filiform.guidance.screening import Screening, screen

__all__ = [
    "Aid",
    "Person",
    "Preferences",
    "Screening",
    "guide",
    "read_person",
    "screen",
]

_HOMES = {
    "Aid": "aid",
    "Person": "person",
    "Preferences": "person",
    "Screening": "screening",
    "guide": "aid",
    "read_person": "person",
    "screen": "screening",
}


def __getattr__(name: str) -> object:
    """Import a public name from its module when it is first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
