"""A formula as in R, in the part that meta-regression needs.

~ a + b          two moderators            a:b          their product
a * b            a + b + a:b               - 1, + 0     no intercept
I(a^2), log(a)   arithmetic                factor(a)    numbers as groups
1                the intercept alone       relevel(a, ref="b")   compared with group b
"""

from __future__ import annotations

import ast
from dataclasses import dataclass

from filiform.errors import EvidenceError
from filiform.evidence.regression._expression import (
    FUNCTIONS,
    name_of,
    names_in,
    spaced,
    tree,
    word_of,
)

_FACTORS = ("factor", "as.factor")


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor of a term: a moderator, or arithmetic with several.

    Attributes:
        words: how R writes it.
        names: the moderators in it.
        groups: whether numbers are groups too.
        first: the group that others are compared with; None for the first in order.
    """

    words: str
    names: tuple[str, ...]
    groups: bool = False
    first: str | None = None

    @property
    def plain(self) -> bool:
        """Whether it is a moderator as it is given."""
        return self.groups or self.names == (self.words,)


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

    >>> parsed = parse("~ dose * blinded + log(year - 1990) - 1")
    >>> [":".join(f.words for f in term) for term in parsed.terms], parsed.intercept
    (['dose', 'blinded', 'log(year - 1990)', 'dose:blinded'], False)
    """
    text = formula.strip().removeprefix("~").strip()
    if not text:
        raise EvidenceError("the formula is empty: write the moderators, such as ~ dose + year")
    intercept, terms = True, []
    for sign, piece in _signed(text):
        word = piece.strip()
        if word in {"0", "1"}:
            intercept = word == "1" and sign != "-"
            continue
        if sign == "-" or not word:
            raise EvidenceError(f"{formula!r}: only the intercept can be taken away, as - 1")
        terms += _expanded(word, formula)
    ordered = sorted(dict.fromkeys(terms), key=len)
    return Formula(tuple(ordered), intercept)


def _signed(text: str) -> list[tuple[str, str]]:
    """Return the pieces between + and −, each with the sign before it."""
    pieces, sign = [], "+"
    for plus in _outside_parentheses(text, "+"):
        for word in _outside_parentheses(plus, "-"):
            pieces.append((sign, word))
            sign = "-"
        sign = "+"
    return pieces if pieces[0][1].strip() else pieces[1:]


def _expanded(word: str, formula: str) -> list[tuple[Factor, ...]]:
    """Return the terms of a product: `a * b` is a, b and a:b."""
    found: list[tuple[Factor, ...]] = [()]
    for part in _outside_parentheses(word, "*"):
        names = _outside_parentheses(part, ":")
        factors = tuple(_factor(name.strip(), formula) for name in names)
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


def _factor(given: str, formula: str) -> Factor:
    word = spaced(given)
    node = tree(word)
    found = None if node is None else _grouped(word, node) or _arithmetic(word, node)
    if found is None:
        functions = ", ".join(f"{name}()" for name in FUNCTIONS)
        raise EvidenceError(
            f"{formula!r}: {given!r} is not understood; moderators, +, :, *, - 1, factor(), "
            f"relevel(x, ref=...) and arithmetic in {functions} are"
        )
    return found


def _grouped(word: str, node: ast.expr) -> Factor | None:
    if not isinstance(node, ast.Call) or not node.args:
        return None
    called, own = name_of(node.func), name_of(node.args[0])
    if called in _FACTORS and own is not None and len(node.args) == 1 and not node.keywords:
        return Factor(word, (own,), groups=True)
    if called != "relevel":
        return None
    inner = _grouped(word, node.args[0])
    name = inner.names[0] if inner is not None else own
    named = {word_of(given.arg or ""): given.value for given in node.keywords}
    refs = [*node.args[1:], *named.values()]
    if name is None or len(refs) != 1 or not named.keys() <= {"ref"}:
        return None
    if not isinstance(refs[0], ast.Constant):
        return None
    return Factor(word, (name,), groups=True, first=str(refs[0].value))


def _arithmetic(word: str, node: ast.expr) -> Factor | None:
    names = names_in(node)
    if not names or not (isinstance(node, ast.Call) or names == (word,)):
        return None
    return Factor(word, names)
