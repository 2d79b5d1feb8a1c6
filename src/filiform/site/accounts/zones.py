"""The time zones of the places whose law we know, by country, from the tz database (zone.tab)."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from filiform.knowledge import library


@cache
def zones_by_country() -> dict[str, tuple[str, ...]]:
    """Return the zones of each country of jurisdictions.csv, in the order of the alphabet.

    >>> zones_by_country()["KR"]
    ('Asia/Seoul',)
    """
    known = {place.country for place in library().jurisdictions.values()}
    found: dict[str, list[str]] = {}
    text = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    for line in text.splitlines():
        country, _, zone, *_ = [*line.split("\t"), "", "", ""]
        if country in known:
            found.setdefault(country, []).append(zone)
    return {country: tuple(sorted(found[country])) for country in sorted(found)}


def zone_choices() -> list[tuple[str, str]]:
    """Return the zones as a select has them, each with its country."""
    return [
        ("", "Choose a time zone"),
        *(
            (zone, f"{zone.split('/', 1)[1].replace('_', ' ').replace('/', ', ')} ({country})")
            for country, zones in zones_by_country().items()
            for zone in zones
        ),
    ]


def zone_for(jurisdiction: str, chosen: str) -> str | None:
    """Return the zone that was chosen, or the only one of the place's country; None is unclear."""
    place = library().jurisdictions.get(jurisdiction)
    zones = zones_by_country().get(place.country, ()) if place else ()
    return chosen or (zones[0] if len(zones) == 1 else None)
