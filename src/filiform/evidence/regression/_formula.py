"""A formula as in R, in the part that meta-regression needs.

~ a + b          two moderators            a:b        their product
a * b            a + b + a:b               I(a^2)     a power of a numeric moderator
- 1, + 0         no intercept              1          the intercept alone
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from filiform.errors import EvidenceError

_NAME = re.compile(r"^[^\W\d][\w.]*$")
_POWER = re.compile(r"^I\(\s*([^\W\d][\w.]*)\s*(?:\^|\*\*)\s*(\d+)\s*\)$")


@dataclass(frozen=True, slots=True)
class Factor:
    """One moderator of a term, raised to a power."""

    name: str
    power: int = 1

    @property
    def words(self) -> str:
        """How R writes it."""
        return self.name if self.power == 1 else f"I({self.name}^{self.power})"


@dataclass(frozen=True, slots=True)
class Formula:
    """The terms of a model: each is a product of factors.

    Attributes:
        terms: in order, main effects before products, each once.
        intercept: whether there is one.
    """

    terms: tuple[tuple[Factor, ...], ...]
    intercept: bool


def parse(formula: str) -> Formula:
    """Return the terms of a formula.

    Raises:
        EvidenceError: for anything that is not listed in this module's docstring.

    >>> parsed = parse("~ dose * blinded - 1")
    >>> [":".join(f.words for f in term) for term in parsed.terms], parsed.intercept
    (['dose', 'blinded', 'dose:blinded'], False)
    """
    text = formula.strip().removeprefix("~").strip()
    if not text:
        raise EvidenceError("the formula is empty: write the moderators, such as ~ dose + year")
    intercept, terms = True, []
    for sign, piece in re.findall(r"([+-]?)([^+-]+)", text):
        word = piece.strip()
        if word in {"0", "1"}:
            intercept = word == "1" and sign != "-"
            continue
        if sign == "-" or not word:
            raise EvidenceError(f"{formula!r}: only the intercept can be taken away, as - 1")
        terms += _expanded(word, formula)
    ordered = sorted(dict.fromkeys(terms), key=len)
    return Formula(tuple(ordered), intercept)


def _expanded(word: str, formula: str) -> list[tuple[Factor, ...]]:
    """Return the terms of a product: `a * b` is a, b and a:b."""
    crossed = [part.strip() for part in _outside_parentheses(word, "*")]
    found: list[tuple[Factor, ...]] = [()]
    for part in crossed:
        factors = tuple(_factor(name.strip(), formula) for name in part.split(":"))
        found += [(*before, *factors) for before in found]
    return [tuple(dict.fromkeys(term)) for term in found if term]


def _outside_parentheses(word: str, sign: str) -> list[str]:
    depth, parts = 0, [""]
    for letter in word:
        depth += (letter == "(") - (letter == ")")
        if letter == sign and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return parts


def _factor(word: str, formula: str) -> Factor:
    power = _POWER.match(word)
    if power:
        return Factor(power.group(1), int(power.group(2)))
    if _NAME.match(word):
        return Factor(word)
    raise EvidenceError(
        f"{formula!r}: {word!r} is not understood; moderators, +, :, *, I(x^2) and - 1 are"
    )
