"""Component networks: treatments that are combinations, and what each component adds."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from filiform.evidence._distributions import t_quantile, two_sided_p
from filiform.evidence._options import choose, confidence
from filiform.evidence._result import Result
from filiform.evidence._text import between, plain_dict, shown, shown_p, table
from filiform.evidence.network._components import (
    Components,
    blind_directions,
    components_of,
    is_known,
)
from filiform.evidence.network._design import Columns, Nodes
from filiform.evidence.network._model import NetworkModel, i_squared_interval
from filiform.evidence.network._references import cite
from filiform.evidence.network.connection import parts
from filiform.evidence.network.decomposition import QTest, q_test
from filiform.evidence.network.effects import NetworkEffects, position
from filiform.evidence.network.fit_network import MODELS, Settings, estimate_tau2, tau2_choice

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd
    from numpy.typing import NDArray

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
class ComponentFit:
    """The coefficients of the components, `(c,)`, and their covariance, `(c, c)`."""

    estimates: NDArray[np.float64]
    covariance: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class ComponentNetwork(Result):
    """A network whose treatments are sums of components.

    Attributes:
        components: their names, interactions as "A*B".
        matrix: `(t, c)` which treatment has which component.
        common_components, random_components: what each component adds.
        common_treatments, random_treatments: what each treatment adds.
        common, random: the effects of every treatment against every other; None where the trials
            leave some of them undetermined (`compare` gives the others).
        common_fit, random_fit: the components' coefficients with their covariance.
        blind: `(b, c)` changes of the components' effects that no trial would notice.
        tau2: between-study variance of the additive model; None without degrees of freedom.
        tau2_method: how it was found.
        additive: Q of the additive model.
        standard: Q of the network without components, its parts apart.
        difference: what additivity costs; a small p speaks against it.
        i2, i2_ci_low, i2_ci_high: percent, from Q of the additive model.
        level: of the intervals.
        method: what was done, in words.
        warnings: what a reader must know.
        papers: the papers of exactly what was run.
    """

    components: tuple[str, ...]
    matrix: NDArray[np.float64]
    common_components: tuple[ComponentEffect, ...]
    random_components: tuple[ComponentEffect, ...]
    common_treatments: tuple[ComponentEffect, ...]
    random_treatments: tuple[ComponentEffect, ...]
    common: NetworkEffects | None
    random: NetworkEffects | None
    common_fit: ComponentFit
    random_fit: ComponentFit
    blind: NDArray[np.float64]
    treatments: tuple[str, ...]
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
    papers: tuple[str, ...]

    def compare(self, treatment: str, against: str, *, model: str = "random") -> ComponentEffect:
        """Return the effect of one treatment against another; None where the trials do not tell.

        Args:
            treatment: a treatment of the network.
            against: another one.
            model: "common" or "random".

        Raises:
            EvidenceError: for an unknown treatment or word.
        """
        i, j = position(self.treatments, treatment), position(self.treatments, against)
        fit = self.common_fit if choose("model", model, MODELS) == "common" else self.random_fit
        row = (self.matrix[i] - self.matrix[j])[None]
        name = f"{treatment} against {against}"
        return _listed((name,), row, fit, self.blind, self.level)[0]

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
        found["warnings"], found["references"] = list(self.warnings), list(self.papers)
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
        EvidenceError: for unknown names, or a component without one.

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
    estimate = estimate_tau2(model, settings)
    value = 0.0 if estimate is None else estimate.value
    fits = (at_zero, at_zero if value == 0.0 else model.fit(value))
    blind = blind_directions(model)
    i2, low, high = (
        i_squared_interval(at_zero.q, model.df, t_quantile(level, math.inf))
        if model.df
        else (None, None, None)
    )
    plain = standard.fit(0.0)
    common, random = (ComponentFit(fit.beta, fit.covariance) for fit in fits)
    rows = np.eye(len(found.names))
    return ComponentNetwork(
        components=found.names,
        matrix=found.matrix,
        common_components=_listed(found.names, rows, common, blind, level),
        random_components=_listed(found.names, rows, random, blind, level),
        common_treatments=_listed(data.treatments, found.matrix, common, blind, level),
        random_treatments=_listed(data.treatments, found.matrix, random, blind, level),
        common=_effects("common", found, common, blind, tau2=0.0, level=level),
        random=_effects("random", found, random, blind, tau2=value, level=level),
        common_fit=common,
        random_fit=random,
        blind=blind,
        treatments=data.treatments,
        tau2=None if estimate is None else value,
        tau2_method=method,
        additive=q_test(at_zero.q, model.df),
        standard=q_test(plain.q, standard.df),
        difference=q_test(max(0.0, at_zero.q - plain.q), standard.p - model.p),
        i2=i2,
        i2_ci_low=low,
        i2_ci_high=high,
        level=level,
        method=_method(method, part, found),
        warnings=_warnings(found, blind),
        papers=cite(("components", "network", method)),
    )


def _effects(
    model: str,
    found: Components,
    fit: ComponentFit,
    blind: NDArray[np.float64],
    *,
    tau2: float,
    level: float,
) -> NetworkEffects | None:
    """Return the effects of all treatments against each other, None if one is undetermined."""
    c = found.matrix
    if not is_known(c - c[0], blind).all():
        return None
    covariance = c @ fit.covariance @ c.T
    return NetworkEffects(model, found.treatments, c @ fit.estimates, covariance, tau2, level)


def _listed(
    names: tuple[str, ...],
    rows: NDArray[np.float64],
    fit: ComponentFit,
    blind: NDArray[np.float64],
    level: float,
) -> tuple[ComponentEffect, ...]:
    """Return the sums of components in the rows, by name."""
    half = t_quantile(level, math.inf)
    effects, known = (rows @ fit.estimates).tolist(), is_known(rows, blind).tolist()
    variances = ((rows @ fit.covariance) * rows).sum(axis=1).tolist()
    listed = []
    for name, b, v, ok in zip(names, effects, variances, known, strict=True):
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


def _warnings(found: Components, blind: NDArray[np.float64]) -> tuple[str, ...]:
    known = is_known(np.eye(len(found.names)), blind).tolist()
    unknown = [name for name, ok in zip(found.names, known, strict=True) if not ok]
    if not unknown:
        return ()
    warning = f"the trials cannot tell these components apart: {', '.join(unknown)}"
    c = found.matrix
    if is_known(c - c[0], blind).all():
        return (f"{warning}; effects of treatments against each other are not touched",)
    return (f"{warning}; effects of some treatments against each other are not determined",)
