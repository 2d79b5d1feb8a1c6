"""What an estimator of the between-study variance hands back."""

from __future__ import annotations

from typing import NamedTuple


class Tau2(NamedTuple):
    """An estimate of τ².

    Attributes:
        value: the estimate, 0 or above.
        standard_error: its asymptotic standard error, None where undefined.
        iterations: steps taken; 0 for closed forms.
        converged: whether the equation was solved to the last digits.
    """

    value: float
    standard_error: float | None
    iterations: int = 0
    converged: bool = True
