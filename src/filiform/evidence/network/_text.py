"""A fitted network for people to read, as rows, and as plain data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from filiform.evidence._text import between, shown, shown_p, table

if TYPE_CHECKING:
    import pandas as pd

    from filiform.evidence.network.effects import NetworkEffects
    from filiform.evidence.network.fit_network import Network


def summary(net: Network) -> str:
    """Return every treatment against the reference, and what stands behind it."""
    e = net.random
    r = e.position(net.reference)
    effects, errors, p = e.effects[:, r], e.standard_errors[:, r], e.p_values[:, r]
    low, high, predicted = e.ci_low[:, r], e.ci_high[:, r], net.prediction()
    rows = []
    for i, name in enumerate(net.treatments):
        if i != r:
            limits = (None, None) if predicted is None else (predicted[0][i, r], predicted[1][i, r])
            rows.append(
                [
                    name,
                    shown(float(effects[i])),
                    shown(float(errors[i])),
                    between(float(low[i]), float(high[i])),
                    between(*limits),
                    shown_p(float(p[i])),
                ]
            )
    percent = f"{100 * net.level:g} %"
    header = [f"against {net.reference}", "effect", "SE", f"{percent} interval", "new trial", "p"]
    data, i2 = net.data, between(net.i2_ci_low, net.i2_ci_high, 3)
    trials = "1 trial" if len(data.studies) == 1 else f"{len(data.studies)} trials"
    lines = [
        f"{trials}, {len(net.treatments)} treatments: {net.method}",
        "",
        table(header, rows),
        "",
        f"tau² {shown(net.tau2)}, I² {shown(net.i2, 3)} % ({i2})",
        f"Q {shown(net.q)} on {net.q_df} df, p {shown_p(net.q_p)}",
    ]
    return "\n".join([*lines, *(f"note: {warning}" for warning in net.warnings)])


def to_frame(net: Network) -> pd.DataFrame:
    """Return one row a pair of treatments."""
    import pandas  # noqa: ICN001, PLC0415 - half a second that the analysis does not need

    i, j = np.triu_indices(len(net.treatments), 1)
    columns: dict[str, object] = {
        "treatment1": [net.treatments[n] for n in i.tolist()],
        "treatment2": [net.treatments[n] for n in j.tolist()],
    }
    for model in (net.common, net.random):
        columns[f"{model.model}_effect"] = model.effects[i, j]
        columns[f"{model.model}_standard_error"] = model.standard_errors[i, j]
        columns[f"{model.model}_ci_low"] = model.ci_low[i, j]
        columns[f"{model.model}_ci_high"] = model.ci_high[i, j]
        columns[f"{model.model}_p_value"] = model.p_values[i, j]
    predicted = net.prediction()
    columns["pi_low"] = None if predicted is None else predicted[0][i, j]
    columns["pi_high"] = None if predicted is None else predicted[1][i, j]
    return pandas.DataFrame(columns)


def to_dict(net: Network) -> dict[str, object]:
    """Return the results as plain numbers, texts and lists."""
    predicted = net.prediction()
    fields = (
        "tau2",
        "tau2_standard_error",
        "tau2_method",
        "q",
        "q_df",
        "q_p",
        "i2",
        "i2_ci_low",
        "i2_ci_high",
        "reference",
        "small_values",
        "level",
        "prediction_df",
        "method",
        "iterations",
        "converged",
    )
    found: dict[str, object] = {name: getattr(net, name) for name in fields}
    return {
        "treatments": list(net.treatments),
        "studies": list(net.data.studies),
        "measure": net.data.measure,
        **found,
        "common": _effects(net.common),
        "random": _effects(net.random),
        "pi_low": None if predicted is None else predicted[0].tolist(),
        "pi_high": None if predicted is None else predicted[1].tolist(),
        "warnings": list(net.warnings),
        "references": list(net.papers),
    }


def _effects(effects: NetworkEffects) -> dict[str, object]:
    return {
        "effects": effects.effects.tolist(),
        "standard_errors": effects.standard_errors.tolist(),
        "ci_low": effects.ci_low.tolist(),
        "ci_high": effects.ci_high.tolist(),
        "p_values": effects.p_values.tolist(),
    }
