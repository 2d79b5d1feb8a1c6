"""How the random effects of one term vary together, with first and second derivatives.

Entry (a, b) of G for inner levels a and b, c the correlation (1 for a = b):

    equal variances   G = τ² c(a, b; ρ)         parameters τ², ρ
    own variances     G = τ_a τ_b c(a, b; ρ)    parameters τ_1 … τ_m (standard deviations), ρ;
                                                τ²_1 … τ²_m where nothing is correlated
    unstructured      G = LL'                   parameters the lower triangle of L, by rows

    c: none 0; compound ρ; autoregressive ρ^|t_a − t_b|

*Source: Pinheiro and Bates 2000, Mixed-Effects Models in S and S-PLUS, sections 2.2.7 and 5.3,
doi:10.1007/b98882.*
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Index = NDArray[np.intp]


class Entries(NamedTuple):
    """Entries of G with their derivatives, all of one shape.

    Attributes:
        value: the entries.
        first: by parameter.
        second: by pair of parameters i ≤ j; what is not there is 0.
    """

    value: Array
    first: list[Array]
    second: Mapping[tuple[int, int], Array]


class Structure(Protocol):
    """The covariance matrix of the inner levels of one term."""

    @property
    def parameters(self) -> tuple[str, ...]:
        """What is reported, in order: names such as "tau2[PD]" or "rho"."""

    @property
    def bounds(self) -> tuple[Array, Array]:
        """The box that the parameters live in."""

    def start(self, variance: float, correlation: float) -> Array:
        """Return where to start when the term has this variance.

        The correlation is a way from 0 to its bound: 1 above, the smallest below.
        """

    def entries(self, theta: Array, a: Index, b: Index) -> Entries:
        """Return G[a, b] with derivatives."""

    def reported(self, theta: Array, scale: float) -> Array:
        """Return variances and correlations, the data having been divided by √scale."""


@dataclass(frozen=True, slots=True)
class Scaled:
    """Variances equal or of their own, and at most one correlation.

    Attributes:
        names: of the inner levels, `(m,)`.
        own: whether each level has its own variance.
        kind: "none", "compound" or "power".
        times: positions of the levels, for "power".
        floor: the smallest correlation.
        single: how the variance is called where there is one.
    """

    names: tuple[str, ...]
    own: bool
    kind: str
    times: tuple[float, ...] = ()
    floor: float = -1.0
    single: str = "tau2"

    @property
    def parameters(self) -> tuple[str, ...]:
        """Variances first."""
        variances = tuple(f"tau2[{name}]" for name in self.names) if self.own else (self.single,)
        return variances if self.kind == "none" else (*variances, "rho")

    @property
    def squared(self) -> bool:
        """Whether the parameters are standard deviations."""
        return self.own and self.kind != "none"

    @property
    def bounds(self) -> tuple[Array, Array]:
        """Variances from 0, the correlation up to 1."""
        q = len(self.parameters)
        low, high = np.zeros(q), np.full(q, np.inf)
        if self.kind != "none":
            low[-1], high[-1] = self.floor, 1.0
        return low, high

    def start(self, variance: float, correlation: float) -> Array:
        """Return equal variances and the correlation."""
        theta = np.full(len(self.parameters), np.sqrt(variance) if self.squared else variance)
        if self.kind != "none":
            theta[-1] = correlation if correlation > 0.0 else -correlation * self.floor
        return theta

    def reported(self, theta: Array, scale: float) -> Array:
        """Return variances and the correlation."""
        found = theta.copy()
        m = len(self.names) if self.own else 1
        found[:m] = (theta[:m] ** 2 if self.squared else theta[:m]) * scale
        return found

    def entries(self, theta: Array, a: Index, b: Index) -> Entries:
        """Return G[a, b] with derivatives."""
        c, dc, ddc = self._correlation(theta, a, b)
        if self.squared:
            return self._own(theta, a, b, (c, dc, ddc))
        if self.own:
            return Entries(theta[a] * c, [(a == j) * c for j in range(len(self.names))], {})
        return self._equal(theta, c, dc, ddc)

    def _equal(self, theta: Array, c: Array, dc: Array, ddc: Array) -> Entries:
        tau2 = theta[0]
        if self.kind == "none":
            return Entries(tau2 * c, [c], {})
        return Entries(tau2 * c, [c, tau2 * dc], {(0, 1): dc, (1, 1): tau2 * ddc})

    def _own(
        self, theta: Array, a: Index, b: Index, correlation: tuple[Array, Array, Array]
    ) -> Entries:
        c, dc, ddc = correlation
        m = len(self.names)
        t_a, t_b = theta[a], theta[b]
        at = [((a == j).astype(float), (b == j).astype(float)) for j in range(m)]
        slope = [in_a * t_b + in_b * t_a for in_a, in_b in at]
        second = {
            (i, j): (at[i][0] * at[j][1] + at[j][0] * at[i][1]) * c
            for i in range(m)
            for j in range(i, m)
        }
        first = [s * c for s in slope]
        first.append(t_a * t_b * dc)
        second |= {(j, m): slope[j] * dc for j in range(m)} | {(m, m): t_a * t_b * ddc}
        return Entries(t_a * t_b * c, first, second)

    def _correlation(self, theta: Array, a: Index, b: Index) -> tuple[Array, Array, Array]:
        same = (a == b).astype(float)
        nothing = np.zeros_like(same)
        if self.kind == "none":
            return same, nothing, nothing
        rho = theta[-1]
        if self.kind == "compound":
            return np.where(a == b, 1.0, rho), 1.0 - same, nothing
        times = np.array(self.times)
        d = np.abs(times[a] - times[b])
        return _power(rho, d), d * _power(rho, d - 1.0), d * (d - 1.0) * _power(rho, d - 2.0)


def _power(rho: float, exponent: Array) -> Array:
    """Return ρ to a power; what has a negative power is multiplied by 0 wherever it is used."""
    usable = (exponent >= 0.0) | (rho != 0.0)
    return np.where(usable, np.power(rho, np.where(usable, exponent, 1.0)), 0.0)


@dataclass(frozen=True, slots=True)
class Unstructured:
    """A covariance matrix of three or more levels without a pattern, by its Cholesky factor."""

    names: tuple[str, ...]

    @property
    def parameters(self) -> tuple[str, ...]:
        """Variances, then correlations by rows of the upper triangle."""
        pairs = [
            f"rho[{name},{other}]"
            for i, name in enumerate(self.names)
            for other in self.names[i + 1 :]
        ]
        return (*(f"tau2[{name}]" for name in self.names), *pairs)

    @property
    def bounds(self) -> tuple[Array, Array]:
        """No bounds: a column of L and its negative are the same, and LL' is never negative."""
        q = len(self.names) * (len(self.names) + 1) // 2
        return np.full(q, -np.inf), np.full(q, np.inf)

    def start(self, variance: float, correlation: float) -> Array:
        """Return equal variances and correlations."""
        m = len(self.names)
        rho = correlation if correlation > 0.0 else correlation / (m - 1)
        g = variance * ((1.0 - rho) * np.eye(m) + rho)
        return np.asarray(np.linalg.cholesky(g)[np.tril_indices(m)], dtype=np.float64)

    def factor(self, theta: Array) -> Array:
        """Return L."""
        m = len(self.names)
        lower = np.zeros((m, m))
        lower[np.tril_indices(m)] = theta
        return lower

    def reported(self, theta: Array, scale: float) -> Array:
        """Return variances and correlations; a correlation with a variance of 0 is 0."""
        lower = self.factor(theta)
        g = lower @ lower.T * scale
        sd = np.sqrt(np.diag(g))
        outer = np.outer(sd, sd)
        correlation = np.divide(g, outer, out=np.zeros_like(g), where=outer > 0.0)
        return np.concatenate([np.diag(g), correlation[np.triu_indices(sd.size, 1)]])

    def entries(self, theta: Array, a: Index, b: Index) -> Entries:
        """Return G[a, b] with derivatives: ∂G/∂L_ij = e_i l_j' + l_j e_i'."""
        lower = self.factor(theta)
        g = lower @ lower.T
        m = len(self.names)
        cells = list(zip(*np.tril_indices(m), strict=True))
        unit = np.eye(m)
        first = []
        second: dict[tuple[int, int], Array] = {}
        for i, (row, column) in enumerate(cells):
            half = np.outer(unit[row], lower[:, column])
            first.append((half + half.T)[a, b])
            for j in range(i, len(cells)):
                if cells[j][1] == column:
                    corner = np.outer(unit[row], unit[cells[j][0]])
                    second[i, j] = (corner + corner.T)[a, b]
        return Entries(g[a, b], first, second)
