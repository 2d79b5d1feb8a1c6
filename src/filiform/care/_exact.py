"""Exact limits and tails of a count out of n."""

from __future__ import annotations

from filiform.errors import CareError


def clopper_pearson(events: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """Return the exact interval of a share.

    The ends are the shares at which as many events, or as few, have probability α/2:
    B(α/2; x, n-x+1) and B(1-α/2; x+1, n-x), B the quantile of the beta distribution.

    Args:
        events: x, 0 to n.
        n: treatments or people, 1 or more.
        level: 1-α, above 0 and below 1.

    Raises:
        CareError: events are not 0 to n, or n is below 1.

    Source: Clopper and Pearson 1934, Biometrika 26:404-413, doi 10.1093/biomet/26.4.404.

    >>> [round(end, 4) for end in clopper_pearson(0, 100)]
    [0.0, 0.0362]
    """
    from scipy.special import betaincinv  # noqa: PLC0415 - only who compares rates pays for it

    _check(events, n)
    tail = (1 - level) / 2
    low = 0.0 if events == 0 else float(betaincinv(events, n - events + 1, tail))
    high = 1.0 if events == n else float(betaincinv(events + 1, n - events, 1 - tail))
    return low, high


def at_least(events: int, n: int, share: float) -> float:
    """Return the probability of so many events or more out of n when the share is so.

    I_p(x, n-x+1), the regularised incomplete beta function; 1 where x is 0.

    Args:
        events: x, 0 to n.
        n: treatments or people, 1 or more.
        share: p, 0 to 1.

    >>> round(at_least(1, 10, 0.1), 4)
    0.6513
    """
    from scipy.special import betainc  # noqa: PLC0415 - only who compares rates pays for it

    _check(events, n)
    return 1.0 if events == 0 else float(betainc(events, n - events + 1, share))


def _check(events: int, n: int) -> None:
    if n < 1 or not 0 <= events <= n:
        raise CareError(
            f"{events} events of {n}, admissible are 0 to {n} events of 1 or more: count "
            "treatments (or people) with the event, each once"
        )
