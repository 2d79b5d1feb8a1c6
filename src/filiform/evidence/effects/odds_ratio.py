"""Log odds ratio (OR) and the differences it implies between two normal (OR2D) variables."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from filiform.evidence.effects._measure import CELLS, TWO_RISKS, Measure

if TYPE_CHECKING:
    from filiform.evidence.effects._measure import Column, Request

# Cox and Snell's constant: a logistic curve divided by 1.65 is close to a normal one.
_COX_SNELL = 1.65


def odds_ratio(request: Request) -> tuple[Column, Column]:
    """Return log(ad/(bc)) and 1/a + 1/b + 1/c + 1/d; AV uses the risks of all studies together.

    *Source: Woolf 1955, Annals of Human Genetics 19:251, doi:10.1111/j.1469-1809.1955.tb01348.x.*
    """
    a, b, c, d = request.take(*CELLS)
    request.refuse(
        np.minimum(np.minimum(a, b), np.minimum(c, d)) <= 0.0,
        "a table with a zero has no log odds ratio: choose another zero-cell rule",
    )
    effect = np.log(a / b) - np.log(c / d)
    if request.variance == "AV":
        n1, n2 = a + b, c + d
        p1, p2 = a.sum() / n1.sum(), c.sum() / n2.sum()
        return effect, 1.0 / (p1 * (1.0 - p1) * n1) + 1.0 / (p2 * (1.0 - p2) * n2)
    return effect, 1.0 / a + 1.0 / b + 1.0 / c + 1.0 / d


def logistic_difference(request: Request) -> tuple[Column, Column]:
    """Return √3/π times the log odds ratio: a standardised difference of logistic variables.

    *Source: Chinn 2000, Statistics in Medicine 19:3127; Cochrane Handbook, section 10.6.*
    """
    effect, variance = odds_ratio(request)
    return math.sqrt(3.0) / math.pi * effect, 3.0 / math.pi**2 * variance


def normal_difference(request: Request) -> tuple[Column, Column]:
    """Return the log odds ratio / 1.65: a standardised difference of normal variables.

    *Source: Cox and Snell 1989, Analysis of Binary Data, 2nd edition; Sanchez-Meca, Marin-Martinez
    and Chacon-Moscoso 2003, Psychological Methods 8:448, doi:10.1037/1082-989X.8.4.448.*
    """
    effect, variance = odds_ratio(request)
    return effect / _COX_SNELL, variance / _COX_SNELL**2


MEASURES = (
    Measure("OR", "log odds ratio", TWO_RISKS, odds_ratio, ("LS", "AV"), added_to_zero_cells=0.5),
    Measure(
        "OR2DL",
        "standardised difference from the odds ratio (logistic)",
        TWO_RISKS,
        logistic_difference,
        ("LS", "AV"),
        added_to_zero_cells=0.5,
    ),
    Measure(
        "OR2DN",
        "standardised difference from the odds ratio (normal)",
        TWO_RISKS,
        normal_difference,
        ("LS", "AV"),
        added_to_zero_cells=0.5,
    ),
)
