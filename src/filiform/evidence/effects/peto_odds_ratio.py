"""Log odds ratio by Peto's one step (PETO)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from filiform.evidence.effects._measure import CELLS, TWO_RISKS, Measure

if TYPE_CHECKING:
    from filiform.evidence.effects._measure import Column, Request


def observed_less_expected(a: Column, b: Column, c: Column, d: Column) -> tuple[Column, Column]:
    """Return O − E and the hypergeometric variance V of the first cell, `(k,)` each."""
    n1, n2 = a + b, c + d
    n, events = n1 + n2, a + c
    expected = events * n1 / n
    return a - expected, events * (b + d) * (n1 / n) * (n2 / n) / (n - 1.0)


def peto_odds_ratio(request: Request) -> tuple[Column, Column]:
    """Return (O − E)/V and 1/V.

    *Source: Yusuf et al. 1985, Progress in Cardiovascular Diseases 27:335,
    doi:10.1016/S0033-0620(85)80003-7.*
    """
    cells = request.take(*CELLS)
    difference, variance = observed_less_expected(*cells)
    request.refuse(
        ~(variance > 0.0), "no events, or only events, in both groups: Peto's ratio has no variance"
    )
    return difference / variance, 1.0 / variance


MEASURES = (
    Measure("PETO", "log odds ratio (Peto)", TWO_RISKS, peto_odds_ratio, added_to_zero_cells=0.5),
)
