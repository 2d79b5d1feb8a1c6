"""Mantel-Haenszel pooling of odds ratios, risk ratios and risk differences."""

from __future__ import annotations

import math
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from filiform.errors import EvidenceError
from filiform.evidence._options import choose
from filiform.evidence.pooling._common import Estimate, finished, study_effects
from filiform.evidence.pooling._tables import Tables, checked_tables, with_zero_cells
from filiform.evidence.pooling.table_tests import table_tests

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from numpy.typing import ArrayLike

    from filiform.evidence.pooling.common_effect import CommonEffect

MEASURES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "OR": "OR",
        "odds_ratio": "OR",
        "or": "OR",
        "RR": "RR",
        "risk_ratio": "RR",
        "rr": "RR",
        "RD": "RD",
        "risk_difference": "RD",
        "rd": "RD",
    }
)


def mantel_haenszel(
    events1: ArrayLike,
    n1: ArrayLike,
    events2: ArrayLike,
    n2: ArrayLike,
    *,
    measure: str = "OR",
    level: float = 0.95,
    labels: Iterable[object] | None = None,
    zero_cells: str = "none",
    added: float = 0.5,
    risk_difference_variance: str = "sato",
) -> CommonEffect:
    """Pool 2 × 2 tables with Mantel-Haenszel weights; single zeros need no correction.

        OR   log(Σad/N / Σbc/N), weights bc/N       variance of Robins, Breslow and Greenland
        RR   log(Σa n2/N / Σc n1/N), weights c n1/N variance of Greenland and Robins
        RD   Σ(a n2 − c n1)/N / Σn1 n2/N            variance of Sato, Greenland and Robins, or of
                                                    Greenland and Robins (RevMan, meta)

    Args:
        events1: `(k,)` people with the event in the first group.
        n1: `(k,)` people in the first group.
        events2: `(k,)` people with the event in the second group.
        n2: `(k,)` people in the second group.
        measure: "OR", "RR" or "RD".
        level: of the interval, between 0 and 1.
        labels: `(k,)` names of the studies.
        zero_cells: rule for adding to the cells that are pooled; "none" by default. Q takes the
            studies' own effects, with ½ added where there is a zero, whatever the rule.
        added: what that rule adds.
        risk_difference_variance: "sato" (right for few large and many small studies; metafor) or
            "greenland_robins" (RevMan, meta).

    Raises:
        EvidenceError: for counts that cannot be, or where nothing can be estimated.

    *Source: Robins, Breslow and Greenland 1986, Biometrics 42:311, equation 2, doi:10.2307/2531052;
    Greenland and Robins 1985, Biometrics 41:55, doi:10.2307/2530643; Sato, Greenland and Robins
    1989, Biometrics 45:1323.*

    The first two trials of BCG vaccine:

    >>> fit = mantel_haenszel([4, 6], [123, 306], [11, 29], [139, 303], measure="RR")
    >>> round(math.exp(fit.estimate), 3)
    0.259
    """
    chosen = choose("measure", measure, MEASURES)
    given = checked_tables(events1, n1, events2, n2, labels)
    tables = with_zero_cells(given, added, zero_cells)
    variance = choose("variance of the risk difference", risk_difference_variance, _RD_VARIANCES)
    found = _ESTIMATES[chosen](tables)
    if chosen == "RD":
        found = found._replace(standard_error=_rd_standard_error(tables, found.value, variance))
    tests = table_tests(tables, found.value) if chosen == "OR" else ()
    papers = ("mantel_haenszel", f"mantel_haenszel_{chosen.casefold()}", "heterogeneity")
    return finished(
        chosen,
        tables.labels,
        found,
        effects=study_effects(chosen, given),
        level=level,
        method=f"Mantel-Haenszel, {chosen}, common effect",
        tests=tests,
        papers=papers,
    )


def _odds_ratio(tables: Tables) -> Estimate:
    a, b, c, d = tables.cells
    n = a + b + c + d
    r_i, s_i, p_i, q_i = a * d / n, b * c / n, (a + d) / n, (b + c) / n
    r, s = float(r_i.sum()), float(s_i.sum())
    _refuse_nothing(r, s)
    variance = 0.5 * (
        float((p_i * r_i).sum()) / r**2
        + float((p_i * s_i + q_i * r_i).sum()) / (r * s)
        + float((q_i * s_i).sum()) / s**2
    )
    return Estimate(math.log(r / s), math.sqrt(variance), s_i, int(((r_i + s_i) > 0.0).sum()))


def _risk_ratio(tables: Tables) -> Estimate:
    a, b, c, d = tables.cells
    n1, n2 = a + b, c + d
    n = n1 + n2
    r, s = float((a * n2 / n).sum()), float((c * n1 / n).sum())
    _refuse_nothing(r, s)
    spread = float(((n1 / n) * (n2 / n) * (a + c) - a * c / n).sum())
    weights = c * n1 / n
    return Estimate(
        math.log(r / s), math.sqrt(spread / (r * s)), weights, int(((a + c) > 0.0).sum())
    )


def _risk_difference(tables: Tables) -> Estimate:
    a, b, c, d = tables.cells
    n1, n2 = a + b, c + d
    weights = n1 * n2 / (n1 + n2)
    value = float((weights * (a / n1 - c / n2)).sum()) / float(weights.sum())
    return Estimate(value, math.nan, weights, a.size)


def _rd_standard_error(tables: Tables, value: float, kind: str) -> float:
    a, b, c, d = tables.cells
    n1, n2 = a + b, c + d
    n = n1 + n2
    if kind == "greenland_robins":
        spread = float(((a * b * n2**3 + c * d * n1**3) / (n1 * n2 * n**2)).sum())
    else:
        p = c * (n1 / n) ** 2 - a * (n2 / n) ** 2 + (n1 / n) * (n2 / n) * (n2 - n1) / 2.0
        spread = value * float(p.sum()) + float(((a * d + c * b) / (2.0 * n)).sum())
    if not spread > 0.0:
        raise EvidenceError("no study has events in one group and people without: nothing to pool")
    return math.sqrt(spread) / float((n1 * n2 / n).sum())


def _refuse_nothing(r: float, s: float) -> None:
    if r == 0.0 or s == 0.0:
        raise EvidenceError(
            "one group has no events in any study: the Mantel-Haenszel ratio is 0 or infinite, "
            'choose measure="RD" or zero_cells="if_any"'
        )


_RD_VARIANCES: Final[Mapping[str, str]] = MappingProxyType(
    {"sato": "sato", "greenland_robins": "greenland_robins", "revman": "greenland_robins"}
)

_ESTIMATES: Final[Mapping[str, Callable[[Tables], Estimate]]] = MappingProxyType(
    {"OR": _odds_ratio, "RR": _risk_ratio, "RD": _risk_difference}
)
