"""Coefficient alpha of a scale, and two transformations of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from filiform.evidence.effects._measure import Measure

if TYPE_CHECKING:
    from filiform.evidence.effects._measure import Column, Request

_INPUTS = ("alpha", "items", "n")


def _checked(request: Request) -> tuple[Column, Column, Column]:
    alpha, items, n = request.take(*_INPUTS)
    request.refuse(alpha >= 1.0, "an alpha of 1 has no sampling variance")
    request.refuse(n < 3.0, "an alpha needs 3 people or more")
    return alpha, items, n


def raw(request: Request) -> tuple[Column, Column]:
    """Return α and 2m(1 − α)²/((m − 1)(n − 2)), m items.

    *Source: Bonett 2010, Psychological Methods 15:368, doi:10.1037/a0020142.*
    """
    alpha, m, n = _checked(request)
    return alpha, 2.0 * m * (1.0 - alpha) ** 2 / ((m - 1.0) * (n - 2.0))


def hakstian_whalen(request: Request) -> tuple[Column, Column]:
    """Return 1 − ∛(1 − α) and 18m(n − 1)(1 − α)^(2/3)/((m − 1)(9n − 11)²).

    *Source: Hakstian and Whalen 1976, Psychometrika 41:219, doi:10.1007/BF02291840.*
    """
    alpha, m, n = _checked(request)
    variance = 18.0 * m * (n - 1.0) * np.cbrt(1.0 - alpha) ** 2
    return 1.0 - np.cbrt(1.0 - alpha), variance / ((m - 1.0) * (9.0 * n - 11.0) ** 2)


def bonett(request: Request) -> tuple[Column, Column]:
    """Return −log(1 − α) and 2m/((m − 1)(n − 2)).

    *Source: Bonett 2002, Journal of Educational and Behavioral Statistics 27:335,
    doi:10.3102/10769986027004335.*
    """
    alpha, m, n = _checked(request)
    return -np.log1p(-alpha), 2.0 * m / ((m - 1.0) * (n - 2.0))


MEASURES = (
    Measure("ARAW", "coefficient alpha", _INPUTS, raw),
    Measure("AHW", "coefficient alpha, cube root", _INPUTS, hakstian_whalen),
    Measure("ABT", "coefficient alpha, logarithm", _INPUTS, bonett),
)
