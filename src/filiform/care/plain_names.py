"""The plain name of what tables and records know by an id: a point, a muscle, a harm."""

from __future__ import annotations

from typing import TYPE_CHECKING

from filiform.care._harm_events import harm_events

if TYPE_CHECKING:
    from filiform.knowledge import Library

__all__ = ["plain_name"]


def plain_name(id_: str, library: Library) -> str:
    """Return the plain name of a point, muscle or harm; what no table has is given back.

    That is a place or a sign that someone wrote in their own words.

    Args:
        id_: a code of points.csv, an id of muscles.csv or of a harm, or free words.
        library: the facts.

    >>> from filiform.knowledge import library
    >>> [plain_name(each, library()) for each in ("GB20", "upper_trapezius", "pneumothorax")]
    ['GB20 Fengchi', 'upper trapezius', 'a collapsed lung']
    """
    if id_ in library.points:
        return f"{id_} {library.points[id_].pinyin}".strip()
    harms = harm_events(library)
    return harms[id_].name if id_ in harms else id_.replace("_", " ")
