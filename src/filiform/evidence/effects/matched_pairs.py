"""Two treatments given to the same people: risks and odds of matched pairs (crossover trials).

The four counts of pairs are a (event under both), b (under the first only), c (under the second
only) and d (under neither); n = a + b + c + d.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from filiform.evidence.effects._measure import CELLS, PAIRED_RISKS, PAIRS, Measure

if TYPE_CHECKING:
    from filiform.evidence.effects._measure import Column, Request


def risk_ratio(request: Request) -> tuple[Column, Column]:
    """Return log((a + b)/(a + c)) and (b + c)/((a + b)(a + c)).

    *Source: Zou 2007, Clinical Trials 4:25, doi:10.1177/1740774506075667.*
    """
    a, b, c, _ = request.take(*CELLS)
    request.refuse(
        (a + b <= 0.0) | (a + c <= 0.0), "a treatment without events has no log risk ratio"
    )
    request.refuse(b + c <= 0.0, "no pair differs, so the variance is 0: add to the cells")
    return np.log((a + b) / (a + c)), (b + c) / ((a + b) * (a + c))


def marginal_odds_ratio(request: Request) -> tuple[Column, Column]:
    """Return the difference of the two margins' log odds, and its variance.

    With p1 and p2 the shares with the event, p12 = b/n and p21 = c/n the variance is

        (p12(1 − p12) + p21(1 − p21) + 2 p12 p21)/(n p1(1 − p1) p2(1 − p2))

    *Source: Becker and Balagtas 1993, Biometrics 49:997, doi:10.2307/2532242.*
    """
    a, b, c, d = request.take(*CELLS)
    n = a + b + c + d
    p1, p2, p12, p21 = (a + b) / n, (a + c) / n, b / n, c / n
    spread = p1 * (1.0 - p1) * p2 * (1.0 - p2)
    request.refuse(spread <= 0.0, "a margin of 0 has no log odds: choose another zero-cell rule")
    request.refuse(b + c <= 0.0, "no pair differs, so the variance is 0: add to the cells")
    between = p12 * (1.0 - p12) + p21 * (1.0 - p21) + 2.0 * p12 * p21
    return np.log(p1 / (1.0 - p1)) - np.log(p2 / (1.0 - p2)), between / (n * spread)


def risk_difference(request: Request) -> tuple[Column, Column]:
    """Return (b − c)/n and (p12(1 − p12) + p21(1 − p21) + 2 p12 p21)/n.

    *Source: May and Johnson 1997, Statistics in Medicine 16:2127.*
    """
    a, b, c, d = request.take(*CELLS)
    n = a + b + c + d
    p12, p21 = b / n, c / n
    variance = (p12 * (1.0 - p12) + p21 * (1.0 - p21) + 2.0 * p12 * p21) / n
    request.refuse(variance <= 0.0, "no pair differs, so the variance is 0: add to the cells")
    return p12 - p21, variance


def conditional_odds_ratio(request: Request) -> tuple[Column, Column]:
    """Return log(b/c) and 1/b + 1/c: McNemar's odds ratio, of the pairs that differ.

    *Source: Curtin, Elbourne and Altman 2002, Statistics in Medicine 21:2145,
    doi:10.1002/sim.1206.*
    """
    _, b, c, _ = request.take(*CELLS)
    request.refuse(
        (b <= 0.0) | (c <= 0.0),
        "pairs that differ in one direction only have no log odds ratio: add to the cells",
    )
    return np.log(b / c), 1.0 / b + 1.0 / c


def peto(request: Request) -> tuple[Column, Column]:
    """Return 2(b − c)/(b + c) and 4/(b + c): Peto's log odds ratio of the pairs that differ.

    *Source: Curtin, Elbourne and Altman 2002, Statistics in Medicine 21:2145,
    doi:10.1002/sim.1206.*
    """
    _, b, c, _ = request.take(*CELLS)
    request.refuse(b + c <= 0.0, "no pair differs: Peto's log odds ratio is not defined")
    return 2.0 * (b - c) / (b + c), 4.0 / (b + c)


def odds_ratio_from_margins(request: Request) -> tuple[Column, Column]:
    """Return log(ad/(bc)) of the two margins, its variance less what their correlation shares.

    With a and c the events and b and d the rest under each treatment, n = (a + b + c + d)/2 people
    and r the phi coefficient of their answers: 1/a + 1/b + 1/c + 1/d − 2nr/√(abcd).

    *Source: Elbourne et al. 2002, International Journal of Epidemiology 31:140,
    doi:10.1093/ije/31.1.140.*
    """
    a, b, c, d = request.take(*CELLS)
    (r,) = request.take("correlation")
    request.refuse(
        np.minimum(np.minimum(a, b), np.minimum(c, d)) <= 0.0,
        "a table with a zero has no log odds ratio: choose another zero-cell rule",
    )
    # metafor's people after something was added to the cells: a whole number again.
    people = np.round((a + b + c + d) / 2.0)
    variance = 1.0 / a + 1.0 / b + 1.0 / c + 1.0 / d - 2.0 * people * r / np.sqrt(a * b * c * d)
    request.refuse(variance <= 0.0, "the correlation is higher than these margins allow")
    return np.log(a / b) - np.log(c / d), variance


MEASURES = (
    Measure("MPRR", "log risk ratio of pairs", PAIRS, risk_ratio, added_to_zero_cells=0.5),
    Measure(
        "MPOR",
        "marginal log odds ratio of pairs",
        PAIRS,
        marginal_odds_ratio,
        added_to_zero_cells=0.5,
    ),
    Measure("MPRD", "risk difference of pairs", PAIRS, risk_difference, added_to_zero_cells=0.5),
    Measure(
        "MPORC",
        "conditional log odds ratio of pairs",
        PAIRS,
        conditional_odds_ratio,
        added_to_zero_cells=0.5,
    ),
    Measure("MPPETO", "Peto log odds ratio of pairs", PAIRS, peto, added_to_zero_cells=0.5),
    Measure(
        "MPORM",
        "log odds ratio of pairs from their margins and correlation",
        PAIRED_RISKS,
        odds_ratio_from_margins,
        added_to_zero_cells=0.5,
    ),
)
