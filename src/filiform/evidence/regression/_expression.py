"""Arithmetic with moderators, as R writes it: I(year - 1990), log(dose), I(x^2)/10.

Numbers, names, + − * / ^, parentheses and the functions below; nothing else is evaluated.
"""

from __future__ import annotations

import ast
import operator
import re
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

FUNCTIONS: Final[Mapping[str, Callable[[Array], Array]]] = MappingProxyType(
    {
        "I": lambda x: x,
        "log": np.log,
        "log2": np.log2,
        "log10": np.log10,
        "exp": np.exp,
        "sqrt": np.sqrt,
        "abs": np.abs,
    }
)
_OPERATORS: Final[Mapping[type[ast.operator], Callable[[Array, Array], Array]]] = MappingProxyType(
    {
        ast.Add: operator.add,
        ast.Sub: operator.sub,
        ast.Mult: operator.mul,
        ast.Div: operator.truediv,
        ast.Pow: operator.pow,
    }
)


# Quoted texts, and names: with dots, and words that Python keeps for itself, such as class.
_WORD = re.compile(r""""[^"]*"|'[^']*'|(?<![\w.])[^\W\d][\w.]*""")
_PIECE = re.compile(r""""[^"]*"|'[^']*'|[\w.]+(?:(?<=[eE])[+-]\d+)?|\*\*|[^\s\w]""")
_BEFORE_A_SIGN = {"(", ",", "+", "-", "*", "/", "^", "**", "="}
_MARK, _DOT = "r_", "__dot__"


@cache
def tree(text: str) -> ast.expr | None:
    """Return the syntax of R's text, None where it is not that of an expression."""
    try:
        return ast.parse(_WORD.sub(_as_python, text).replace("^", "**"), mode="eval").body
    except SyntaxError:
        return None


def _as_python(found: re.Match[str]) -> str:
    word = found.group()
    return word if word[0] in "\"'" else _MARK + word.replace(".", _DOT)


def spaced(text: str) -> str:
    """Return an expression with the spaces that R prints: I(year - 1990), log(dose/10)."""
    pieces = _PIECE.findall(text)
    found = ""
    for place, piece in enumerate(pieces):
        signs_value = place == 0 or pieces[place - 1] in _BEFORE_A_SIGN
        if piece in {"+", "-", "*", "="} and not (signs_value and piece in {"+", "-"}):
            found += f" {piece} "
        else:
            found += ", " if piece == "," else piece
    return found


def word_of(name: str) -> str:
    """Return a name as R has it."""
    return name.removeprefix(_MARK).replace(_DOT, ".")


def name_of(node: ast.expr) -> str | None:
    """Return the name that a node is, None for anything else."""
    return word_of(node.id) if isinstance(node, ast.Name) else None


def names_in(node: ast.expr) -> tuple[str, ...] | None:
    """Return the moderators of an expression, each once; None where it is not understood."""
    name = name_of(node)
    if name is not None:
        return (name,)
    if isinstance(node, ast.Constant):
        return () if type(node.value) in {int, float} else None
    parts = _parts(node)
    found = None if parts is None else [names_in(part) for part in parts]
    if found is None or None in found:
        return None
    return tuple(dict.fromkeys(name for names in found for name in names or ()))


def _parts(node: ast.expr) -> tuple[ast.expr, ...] | None:
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        return node.left, node.right
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
        return (node.operand,)
    if isinstance(node, ast.Call) and name_of(node.func) in FUNCTIONS and not node.keywords:
        return tuple(node.args) if len(node.args) == 1 else None
    return None


def value_of(node: ast.expr, moderators: Mapping[str, Array]) -> Array:
    """Return the numbers of an expression that `names_in` understands."""
    name = name_of(node)
    if name is not None:
        return moderators[name]
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
        return np.asarray(float(node.value))
    if isinstance(node, ast.BinOp):
        left, right = value_of(node.left, moderators), value_of(node.right, moderators)
        return _OPERATORS[type(node.op)](left, right)
    if isinstance(node, ast.UnaryOp):
        own = value_of(node.operand, moderators)
        return -own if isinstance(node.op, ast.USub) else own
    if isinstance(node, ast.Call):
        return FUNCTIONS[name_of(node.func) or ""](value_of(node.args[0], moderators))
    raise TypeError(ast.dump(node))
