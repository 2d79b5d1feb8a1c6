"""Correlation: raw (COR), unbiased (UCOR), Fisher z (ZCOR)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from filiform.evidence.effects._measure import Measure

if TYPE_CHECKING:
    from filiform.evidence.effects._measure import Column, Request

_INPUTS = ("correlation", "n")


def raw(request: Request) -> tuple[Column, Column]:
    """Return r and (1 − r²)²/(n − 1); AV takes the r of all studies together, weighted by n."""
    r, n = request.take(*_INPUTS)
    request.refuse(n < 4.0, "a correlation needs 4 people or more")
    return r, _variance(request, r, n)


def unbiased(request: Request) -> tuple[Column, Column]:
    """Return r ₂F₁(½, ½; (n − 2)/2; 1 − r²), the unbiased estimate, with the variance above.

    *Source: Olkin and Pratt 1958, Annals of Mathematical Statistics 29:201, equation 2.3,
    doi:10.1214/aoms/1177706717.*
    """
    from scipy.special import hyp2f1  # noqa: PLC0415 - slow to import, see _distributions

    r, n = request.take(*_INPUTS)
    request.refuse(n < 5.0, "the unbiased correlation needs 5 people or more")
    value = r * hyp2f1(0.5, 0.5, (n - 2.0) / 2.0, 1.0 - r**2)
    return value, _variance(request, value, n)


def fisher_z(request: Request) -> tuple[Column, Column]:
    """Return atanh r and 1/(n − 3).

    *Source: Fisher 1921, Metron 1:3.*
    """
    r, n = request.take(*_INPUTS)
    request.refuse(n < 4.0, "a correlation needs 4 people or more")
    request.refuse(np.abs(r) >= 1.0, "a correlation of 1 or −1 has no Fisher z")
    return np.arctanh(r), 1.0 / (n - 3.0)


def _variance(request: Request, r: Column, n: Column) -> Column:
    used = np.full_like(r, float(r @ n) / n.sum()) if request.variance == "AV" else r
    return (1.0 - used**2) ** 2 / (n - 1.0)


MEASURES = (
    Measure("COR", "correlation", _INPUTS, raw, ("LS", "AV")),
    Measure("UCOR", "unbiased correlation", _INPUTS, unbiased, ("LS", "AV")),
    Measure("ZCOR", "Fisher z of a correlation", _INPUTS, fisher_z),
)
