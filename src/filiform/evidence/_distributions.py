"""The distributions that intervals and tests are read from.

`scipy.special` is imported at the first use: it takes longer than the rest of the engine.
"""

from __future__ import annotations

import math
from functools import lru_cache

_ROOT_2 = math.sqrt(2.0)


def normal_tail(z: float) -> float:
    """Return P(Z > z) for a standard normal Z.

    >>> round(normal_tail(1.959963984540054), 6)
    0.025
    """
    return 0.5 * math.erfc(z / _ROOT_2)


def two_sided_p(statistic: float, df: float) -> float:
    """Return the two-sided p-value of a t statistic; `df` of infinity is the normal.

    >>> round(two_sided_p(2.228138851964938, 10), 6)
    0.05
    """
    size = abs(statistic)
    if math.isinf(df):
        return math.erfc(size / _ROOT_2)
    from scipy.special import stdtr  # noqa: PLC0415 - see the module's docstring

    return 2.0 * float(stdtr(df, -size))


@lru_cache(maxsize=4096)
def t_quantile(level: float, df: float) -> float:
    """Return the critical value of a two-sided interval; `df` of infinity is the normal.

    >>> round(t_quantile(0.95, 10), 6)
    2.228139
    """
    from scipy.special import ndtri, stdtrit  # noqa: PLC0415 - see the module's docstring

    upper = 0.5 + level / 2.0
    return float(ndtri(upper)) if math.isinf(df) else float(stdtrit(df, upper))


@lru_cache(maxsize=4096)
def chi2_upper_quantile(tail: float, df: float) -> float:
    """Return the value that a chi-square variable exceeds with probability `tail`.

    >>> round(chi2_upper_quantile(0.05, 1), 6)
    3.841459
    """
    from scipy.special import chdtri  # noqa: PLC0415 - see the module's docstring

    return float(chdtri(df, tail))


def chi2_tail(statistic: float, df: float) -> float:
    """Return P(X > statistic) for a chi-square X; with no degrees of freedom it is 1.

    >>> round(chi2_tail(3.841458820694124, 1), 6)
    0.05
    """
    if df <= 0:
        return 1.0
    from scipy.special import chdtrc  # noqa: PLC0415 - see the module's docstring

    return float(chdtrc(df, max(0.0, statistic)))


def f_tail(statistic: float, df1: float, df2: float) -> float:
    """Return P(F > statistic) for an F variable with `df1` and `df2` degrees of freedom.

    >>> round(f_tail(4.964602743730711, 1, 10), 6)
    0.05
    """
    from scipy.special import fdtrc  # noqa: PLC0415 - see the module's docstring

    return float(fdtrc(df1, df2, max(0.0, statistic)))
