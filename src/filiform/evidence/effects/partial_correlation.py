"""Partial and semi-partial correlations from the t of a regression coefficient."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from filiform.evidence.effects._measure import Measure

if TYPE_CHECKING:
    from filiform.evidence.effects._measure import Column, Request

_INPUTS = ("t_statistic", "predictors", "n")


def _partial(request: Request) -> tuple[Column, Column]:
    """Return t/√(t² + df) and df = n − predictors − 1."""
    t, predictors, n = request.take(*_INPUTS)
    df = n - predictors - 1.0
    request.refuse(df <= 0.0, "more people than predictors and one are needed")
    return t / np.sqrt(t * t + df), df


def _together(values: Column, request: Request) -> Column:
    """Return the values themselves, or their mean weighted by people for "AV"."""
    if request.variance != "AV":
        return values
    (n,) = request.take("n")
    return np.full_like(values, float(n @ values) / float(n.sum()))


def partial(request: Request) -> tuple[Column, Column]:
    """Return r = t/√(t² + df) and (1 − r²)²/df; AV puts the mean of all studies into the variance.

    *Source: Aloe and Thompson 2013, Journal of the Society for Social Work and Research 4:390,
    doi:10.5243/jsswr.2013.24.*
    """
    r, df = _partial(request)
    return r, (1.0 - _together(r, request) ** 2) ** 2 / df


def fisher_z(request: Request) -> tuple[Column, Column]:
    """Return atanh r and 1/df, df = n − predictors − 1."""
    r, df = _partial(request)
    return np.arctanh(r), 1.0 / df


def semi_partial(request: Request) -> tuple[Column, Column]:
    """Return r = t√(1 − R²)/√df, R² of the whole regression, and its variance.

    variance = (R⁴ − 2R² + (R² − r²) + 1 − (R² − r²)²)/n

    *Source: Aloe and Becker 2012, Journal of Educational and Behavioral Statistics 37:278,
    doi:10.3102/1076998610396901.*
    """
    t, n, whole = request.take("t_statistic", "n", "r_squared")
    _, df = _partial(request)
    r = t * np.sqrt(1.0 - whole) / np.sqrt(df)
    rest = whole - _together(r, request) ** 2
    return r, (whole**2 - 2.0 * whole + rest + 1.0 - rest**2) / n


MEASURES = (
    Measure("PCOR", "partial correlation", _INPUTS, partial, ("LS", "AV")),
    Measure("ZPCOR", "Fisher z of a partial correlation", _INPUTS, fisher_z),
    Measure(
        "SPCOR",
        "semi-partial correlation",
        (*_INPUTS, "r_squared"),
        semi_partial,
        ("LS", "AV"),
    ),
)
