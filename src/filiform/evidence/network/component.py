"""Component networks: treatments that are combinations, and what each component adds."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from filiform.evidence._distributions import t_quantile, two_sided_p
from filiform.evidence._options import confidence
from filiform.evidence._text import between, plain_dict, shown, shown_p, table
from filiform.evidence.network._components import Components, components_of, estimable
from filiform.evidence.network._connection import parts
from filiform.evidence.network._design import Columns, Nodes
from filiform.evidence.network._model import NetworkModel, i_squared_interval
from filiform.evidence.network._references import cite
from filiform.evidence.network.decomposition import QTest, q_test
from filiform.evidence.network.effects import NetworkEffects
from filiform.evidence.network.fit_network import Settings, estimate_tau2, tau2_choice

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from filiform.evidence.network._model import Fit
    from filiform.evidence.network.data import NetworkData


@dataclass(frozen=True, slots=True)
class ComponentEffect:
    """What a component, or a whole treatment, adds to nothing (or to the inactive treatment).

    The numbers are None where the trials cannot tell it apart from others.
    """

    name: str
    estimate: float | None
    standard_error: float | None
    ci_low: float | None
    ci_high: float | None
    statistic: float | None
    p_value: float | None


@dataclass(frozen=True, slots=True, eq=False)
class ComponentNetwork:
    """A network whose treatments are sums of components.

    Attributes:
        components: their names, interactions as "A*B".
        matrix: `(t, c)` which treatment has which component.
        common_components, random_components: what each component adds.
        common_treatments, random_treatments: what each treatment adds.
        common, random: the effects of every treatment against every other.
        tau2: between-study variance of the additive model; None without degrees of freedom.
        tau2_method: how it was found.
        additive: Q of the additive model.
        standard: Q of the network without components, its parts apart.
        difference: what additivity costs; a small p speaks against it.
        i2, i2_ci_low, i2_ci_high: percent, from Q of the additive model.
        level: of the intervals.
        method: what was done, in words.
        warnings: what a reader must know.
        references: the papers of exactly what was run.
    """

    components: tuple[str, ...]
    matrix: NDArray[np.float64]
    common_components: tuple[ComponentEffect, ...]
    random_components: tuple[ComponentEffect, ...]
    common_treatments: tuple[ComponentEffect, ...]
    random_treatments: tuple[ComponentEffect, ...]
    common: NetworkEffects
    random: NetworkEffects
    tau2: float | None
    tau2_method: str
    additive: QTest
    standard: QTest
    difference: QTest
    i2: float | None
    i2_ci_low: float | None
    i2_ci_high: float | None
    level: float
    method: str
    warnings: tuple[str, ...]
    references: tuple[str, ...]

    def summary(self) -> str:
        """Return the components under random effects, and what additivity costs."""
        percent = f"{100 * self.level:g} % interval"
        rows = [
            [e.name, shown(e.estimate), between(e.ci_low, e.ci_high), shown_p(e.p_value)]
            for e in self.random_components
        ]
        cost = self.difference
        lines = [
            self.method,
            "",
            table(["component", "adds", percent, "p"], rows),
            "",
            f"tau² {shown(self.tau2)}, Q {shown(self.additive.q)} on {self.additive.df} df",
            f"additivity: Q {shown(cost.q)} on {cost.df} df, p {shown_p(cost.p)}",
        ]
        return "\n".join([*lines, *(f"note: {warning}" for warning in self.warnings)])

    def to_dict(self) -> dict[str, object]:
        """Return the results as plain numbers, texts and lists, ready for JSON."""
        found: dict[str, object] = {
            name: [plain_dict(effect) for effect in getattr(self, name)]
            for name in (
                "common_components",
                "random_components",
                "common_treatments",
                "random_treatments",
            )
        }
        for name in ("additive", "standard", "difference"):
            found[name] = plain_dict(getattr(self, name))
        for name in ("tau2", "tau2_method", "i2", "i2_ci_low", "i2_ci_high", "level", "method"):
            found[name] = getattr(self, name)
        found["components"] = list(self.components)
        found["warnings"], found["references"] = list(self.warnings), list(self.references)
        return found

    def to_frame(self) -> pd.DataFrame:
        """Return one row a component, random effects."""
        import pandas  # noqa: ICN001, PLC0415 - half a second that the analysis does not need

        return pandas.DataFrame([plain_dict(effect) for effect in self.random_components])


def component_network(
    data: NetworkData,
    *,
    tau2: str | float = "REML",
    inactive: str | None = None,
    separator: str = "+",
    interactions: Iterable[str] = (),
    level: float = 0.95,
) -> ComponentNetwork:
    """Fit a network in which a combination adds up what its components add.

    With C the treatments' components, the treatments' values are θ = Cβ and the comparisons
    B C β; an interaction "A*B" is one more component of every treatment that has both. Parts of a
    network that no trial joins are joined by components that they share.

    Args:
        data: from `network_contrasts` or `network_arms`; "needling+exercise" names a combination.
        tau2: "REML", "ML", "DL", "common", or the between-study variance.
        inactive: a treatment without any component, such as no treatment.
        separator: what stands between the components of a name.
        interactions: pairs of components joined by "*".
        level: of the intervals.

    Raises:
        EvidenceError: for unknown names, or effects that components cannot tell.

    >>> from filiform.evidence.network.data import network_contrasts
    >>> net = component_network(network_contrasts(
    ...     [1.0, 2.0, 3.5], [0.1, 0.1, 0.1], ["A", "B", "A+B"], ["none"] * 3, [1, 2, 3]),
    ...     inactive="none", tau2="common")
    >>> [(e.name, round(e.estimate, 3)) for e in net.common_components]
    [('A', 1.167), ('B', 2.167)]

    *Source: Rücker, Petropoulou and Schwarzer 2020, Biometrical Journal 62:808,
    doi:10.1002/bimj.201800167.*
    """
    method, given = tau2_choice(tau2)
    found = components_of(data.treatments, inactive, separator, tuple(interactions))
    model = NetworkModel(data, Columns(found.matrix[data.first] - found.matrix[data.second]))
    part = parts(data)
    standard = NetworkModel(data, Nodes(data.first, data.second, len(data.treatments), part))
    settings = Settings(method, given, data.treatments[0], "undesirable", confidence(level))
    at_zero = model.fit(0.0)
    estimate = estimate_tau2(model, at_zero, settings)
    value = 0.0 if estimate is None else estimate.value
    fits = (at_zero, at_zero if value == 0.0 else model.fit(value))
    known = estimable(model, found, data.treatments)
    low_high = (
        i_squared_interval(at_zero.q, model.df, t_quantile(level, math.inf))
        if model.df
        else (None, None, None)
    )
    plain = standard.fit(0.0)
    pieces = [_pieces(found, fit, known, level) for fit in fits]
    effects = [
        _effects(name, found, fit, tau2=at, level=level)
        for name, fit, at in zip(("common", "random"), fits, (0.0, value), strict=True)
    ]
    return ComponentNetwork(
        found.names,
        found.matrix,
        pieces[0][0],
        pieces[1][0],
        pieces[0][1],
        pieces[1][1],
        effects[0],
        effects[1],
        None if estimate is None else value,
        method,
        q_test(at_zero.q, model.df),
        q_test(plain.q, standard.df),
        q_test(max(0.0, at_zero.q - plain.q), standard.p - model.p),
        low_high[0],
        low_high[1],
        low_high[2],
        level,
        _method(method, part, found),
        _warnings(found, known[0]),
        cite(("components", "network", method)),
    )


def _effects(
    name: str, found: Components, fit: Fit, *, tau2: float, level: float
) -> NetworkEffects:
    c = found.matrix
    return NetworkEffects(
        name, found.treatments, c @ fit.beta, c @ fit.covariance @ c.T, tau2, level
    )


def _pieces(
    found: Components,
    fit: Fit,
    known: tuple[NDArray[np.bool_], NDArray[np.bool_]],
    level: float,
) -> tuple[tuple[ComponentEffect, ...], tuple[ComponentEffect, ...]]:
    """Return the effects of the components and of the treatments."""
    c = found.matrix
    single = _listed(found.names, fit.beta, fit.covariance.diagonal(), known[0], level)
    variances = ((c @ fit.covariance) * c).sum(axis=1)
    return single, _listed(found.treatments, c @ fit.beta, variances, known[1], level)


def _listed(
    names: tuple[str, ...],
    values: NDArray[np.float64],
    variances: NDArray[np.float64],
    known: NDArray[np.bool_],
    level: float,
) -> tuple[ComponentEffect, ...]:
    half = t_quantile(level, math.inf)
    listed = []
    for name, b, v, ok in zip(
        names, values.tolist(), variances.tolist(), known.tolist(), strict=True
    ):
        if not ok:
            listed.append(ComponentEffect(name, None, None, None, None, None, None))
        elif v <= 0.0:
            listed.append(ComponentEffect(name, 0.0, 0.0, 0.0, 0.0, None, None))
        else:
            e = math.sqrt(v)
            z = b / e
            p = two_sided_p(z, math.inf)
            listed.append(ComponentEffect(name, b, e, b - half * e, b + half * e, z, p))
    return tuple(listed)


def _method(method: str, part: NDArray[np.intp], found: Components) -> str:
    kind = "with interactions" if any("*" in name for name in found.names) else "additive"
    joined = int(part.max()) + 1
    tail = f", joining {joined} parts by their components" if joined > 1 else ""
    return f"component network meta-analysis, {kind}, tau² {method}{tail}"


def _warnings(found: Components, known: NDArray[np.bool_]) -> tuple[str, ...]:
    unknown = [name for name, ok in zip(found.names, known.tolist(), strict=True) if not ok]
    if not unknown:
        return ()
    warning = (
        f"the trials cannot tell these components apart: {', '.join(unknown)}; "
        "effects of treatments against each other are not touched"
    )
    return (warning,)
