"""Which column of a table is which number: named on the command line, or known by its header."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from filiform.cli._sheet import listed
from filiform.errors import EvidenceError, unknown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from filiform.cli._sheet import Sheet


@dataclass(frozen=True, slots=True)
class Role:
    """What a column holds.

    Attributes:
        headers: by which it is known, in small letters; metafor's and netmeta's names too.
        words: what its cells may be, None for texts.
        low: the least number.
        above: whether a number must be above it.
    """

    headers: tuple[str, ...]
    words: str | None = "a number, with a point for its decimals"
    low: float = float("-inf")
    above: bool = False


def _count(*headers: str) -> Role:
    return Role(headers, "a number of 0 or more", 0.0)


def _size(*headers: str) -> Role:
    return Role(headers, "a number above 0", 0.0, above=True)


ROLES: Final[Mapping[str, Role]] = MappingProxyType(
    {
        "study": Role(("study", "studlab", "slab", "author", "trial", "label", "id"), None),
        "yi": Role(("yi", "te", "estimate", "effect")),
        "vi": _size("vi", "variance"),
        "sei": _size("sei", "sete", "se", "standard_error"),
        "mean1": Role(("mean1", "m1", "m1i")),
        "sd1": _count("sd1", "sd1i"),
        "n1": _size("n1", "n1i", "total1"),
        "mean2": Role(("mean2", "m2", "m2i")),
        "sd2": _count("sd2", "sd2i"),
        "n2": _size("n2", "n2i", "total2"),
        "events1": _count("events1", "ai", "event1", "x1i", "tpos"),
        "others1": _count("others1", "bi", "tneg"),
        "events2": _count("events2", "ci", "event2", "x2i", "cpos"),
        "others2": _count("others2", "di", "cneg"),
        "time1": _size("time1", "t1i"),
        "time2": _size("time2", "t2i"),
        "mean": Role(("mean", "mi")),
        "sd": _count("sd", "sdi"),
        "n": _size("n", "ni", "total"),
        "events": _count("events", "xi", "event"),
        "time": _size("time", "ti"),
        "correlation": Role(("correlation", "ri", "r")),
        "treatment": Role(("treatment", "treat"), None),
        "treatment1": Role(("treatment1", "treat1"), None),
        "treatment2": Role(("treatment2", "treat2"), None),
    }
)


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a table by their role.

    Attributes:
        sheet: the table.
        headers: role to header.
    """

    sheet: Sheet
    headers: Mapping[str, str]

    def has(self, *roles: str) -> bool:
        """Return whether the table has a column for each role."""
        return all(role in self.headers for role in roles)

    def numbers(self, role: str) -> list[float]:
        """Return the numbers of a role, checked."""
        known = ROLES[role]
        header = self._header(role)
        return self.sheet.numbers(header, known.words or "", known.low, above=known.above)

    def texts(self, role: str) -> list[str]:
        """Return the texts of a role, none of them empty."""
        return self.sheet.texts(self._header(role))

    def at_most(
        self, role: str, limit: str, values: Sequence[float], most: Sequence[float]
    ) -> None:
        """Refuse the first cell of a role that is above another one of its row.

        Raises:
            EvidenceError: naming it.
        """
        for row, value, largest in zip(self.sheet.rows, values, most, strict=True):
            if value > largest:
                raise self.sheet.fault(
                    row,
                    self.headers[role],
                    f"{value:g}",
                    f"at most the {largest:g} of column {self.headers[limit]}",
                )

    def _header(self, role: str) -> str:
        if role not in self.headers:
            raise EvidenceError(
                f"{self.sheet.file} has no column for {role}: name it with --column {role}=…, one "
                f"of {listed(self.sheet.columns)}"
            )
        return self.headers[role]


def columns_of(sheet: Sheet, named: Sequence[str]) -> Columns:
    """Return which column has which role.

    Args:
        sheet: the table.
        named: "role=header" each; they come before what is known by its header.

    Raises:
        EvidenceError: for a word without "=", an unknown role, or a header that is not there.
    """
    found: dict[str, str] = {}
    for word in named:
        role, sign, header = word.partition("=")
        if not sign:
            raise EvidenceError(f"--column {word!r} has no '=': write --column mean1=HEADER")
        if role not in ROLES:
            raise EvidenceError(unknown("role of a column", role, ROLES))
        sheet.texts(header, needed=False)
        found[role] = header
    for role, known in ROLES.items():
        header_found = sheet.found(known.headers)
        if role not in found and header_found is not None:
            found[role] = header_found
    return Columns(sheet, found)
