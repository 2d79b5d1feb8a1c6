"""The words of the tables, as the tables use them, and the patterns of identifiers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from filiform.knowledge._cells import Cell, combination, matching, optional, several, whole

if TYPE_CHECKING:
    from collections.abc import Mapping

CHRONICITIES: Final = ("acute", "subacute", "chronic", "mixed")
DESIGNS: Final = ("parallel", "crossover", "cluster")
JUDGEMENTS: Final = ("low", "some", "high")
"""RoB 2 style judgements of the risk of bias."""

OUTCOMES: Final = (
    "pain_intensity",
    "disability",
    "global_improvement",
    "quality_of_life",
    "pressure_pain_threshold",
)
COURSE_CHANGES: Final = ("pain_intensity_change", "disability_change")
COURSE_SHARES: Final = (
    "pain_present",
    "recovery",
    "resolution",
    "improvement",
    "persistence",
    "aggravation",
    "recurrence",
    "response",
    "mild_disability",
    "moderate_severe_disability",
)
"""Outcomes of the natural course that are a share of people: events, or a percentage."""

SD_ORIGINS: Final = ("reported", "from_se", "from_ci", "from_iqr", "from_p")
MEASURES: Final = ("MD", "SMD", "RR", "OR")
PROVIDERS: Final = ("acupuncturist", "physician", "physical_therapist", "chiropractor", "other")
HARM_UNITS: Final = ("treatments", "patients", "needles")
URGENCIES: Final = ("emergency", "same_day", "within_days", "within_weeks", "routine")
"""From the most to the least urgent."""

PROFESSIONS: Final = (
    "acupuncturist",
    "athletic_trainer",
    "chiropractor",
    "occupational_therapist",
    "osteopath",
    "physical_therapist",
    "physician",
)

CHANNELS: Final[Mapping[str, tuple[str, int]]] = {
    "LU": ("lung", 11),
    "LI": ("large_intestine", 20),
    "ST": ("stomach", 45),
    "SP": ("spleen", 21),
    "HT": ("heart", 9),
    "SI": ("small_intestine", 19),
    "BL": ("bladder", 67),
    "KI": ("kidney", 27),
    "PC": ("pericardium", 9),
    "TE": ("triple_energizer", 23),
    "GB": ("gallbladder", 44),
    "LR": ("liver", 14),
    "GV": ("governing_vessel", 28),
    "CV": ("conception_vessel", 24),
}
"""The fourteen channels by their WHO code, with their name and the number of their last point.

*Source: WHO Standard Acupuncture Point Locations in the Western Pacific Region, 2008.*
"""

EXTRA_POINTS: Final = ("HN", "CA", "B", "UE", "LE")
"""Regions of the extra points in their codes: head and neck, chest and abdomen, back, arm, leg."""


def slug() -> Cell[str]:
    """Admit an id in lower case with hyphens: `irnich-2001`."""
    return matching(r"[a-z0-9]+(-[a-z0-9]+)*", "an id of lower-case letters, digits and hyphens")


def snake() -> Cell[str]:
    """Admit an id in lower snake case: `upper_trapezius`."""
    return matching(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", "an id in lower snake case")


def arm_id() -> Cell[str]:
    """Admit the letter of an arm."""
    return matching("[a-z]", "one letter: a, b, c …")


def doi() -> Cell[str | None]:
    """Admit a DOI, without the address before it."""
    return optional(matching(r"10\.\d{4,9}/[!-:<-~]+", "a DOI such as 10.1136/bmj.322.7302.1574"))


def pmid() -> Cell[str | None]:
    """Admit a PubMed number."""
    return optional(matching(r"[1-9]\d{0,7}", "a PubMed number of one to eight digits"))


def pmcid() -> Cell[str | None]:
    """Admit a PubMed Central number."""
    return optional(matching(r"PMC[1-9]\d{0,8}", "a PubMed Central number such as PMC33515"))


def registration() -> Cell[str | None]:
    """Admit the number of a trial in a public register."""
    known = r"NCT\d{8}|ISRCTN\d{8}|ACTRN\d{14}p?|DRKS\d{8}|ChiCTR[-A-Z0-9]+"
    other = r"(?!NCT|ISRCTN|ACTRN|DRKS|ChiCTR)[A-Z][A-Za-z]{1,7}[-0-9/]{4,}"
    pattern = f"{known}|{other}"
    return optional(matching(pattern, "a number of a trial register such as NCT01205958"))


def point_code() -> Cell[str]:
    """Admit a WHO point code, an extra point, or ASHI (where it is tender).

    >>> point_code().read("GB20"), point_code().read("EX-B2")
    ('GB20', 'EX-B2')
    >>> point_code().read("GB45")
    Traceback (most recent call last):
    ValueError: GB45
    """
    shape = matching(r"ASHI|EX-[A-Z]{1,2}[1-9]\d?|[A-Z]{2}[1-9]\d?", "")

    def read(given: str) -> str:
        shape.read(given)
        channel, last = CHANNELS.get(given[:2], ("", 0))
        known = given == "ASHI" or given[3:].rstrip("0123456789") in EXTRA_POINTS
        if not known and not (channel and int(given[2:]) <= last):
            raise ValueError(given)
        return given

    return Cell(read, "a WHO point code such as GB20 or EX-B2")


def points() -> Cell[tuple[str, ...]]:
    """Admit a list of WHO point codes."""
    return several(point_code())


def muscles() -> Cell[tuple[str, ...]]:
    """Admit a list of muscles."""
    return several(snake())


def interventions() -> Cell[str]:
    """Admit an intervention or a combination in alphabetical order."""
    return combination()


def year() -> Cell[int]:
    """Admit a year since 1950; that it is not in the future is checked against a date."""
    return whole(1950, 9999)


def country() -> Cell[str]:
    """Admit the shape of an ISO 3166 country code; that it exists, the reference checks."""
    return matching("[A-Z]{2}", "an ISO 3166 alpha-2 code such as US")


def jurisdiction() -> Cell[str]:
    """Admit the shape of an ISO 3166 code of a country or a part of it."""
    return matching("[A-Z]{2}(-[A-Z0-9]{1,3})?", "an ISO 3166 code such as US-NY or GB")
