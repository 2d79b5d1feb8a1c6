"""The two data sets of the reference cases, as networks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.evidence.reference import Case, cases

from filiform.evidence.network import Network, NetworkData, fit_network, network_arms
from filiform.evidence.network import network_contrasts as read_contrasts

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CASES = cases("network")
_BASE = {case.name.split("-")[0]: case for case in CASES if case.name.endswith("-DL")}
DATASETS = tuple(sorted(_BASE))


def dataset(case: Case) -> str:
    """The data set of a case."""
    return case.name.split("-")[0]


def columns(name: str, kind: str) -> dict[str, list[Any]]:
    """The arms or contrasts of a data set."""
    table: Any = _BASE[name].data[kind]
    return dict(table)


def contrasts(name: str) -> NetworkData:
    """A data set read from its contrasts."""
    given = columns(name, "contrasts")
    return read_contrasts(
        given["TE"], given["seTE"], given["treat1"], given["treat2"], given["studlab"]
    )


def arms(name: str) -> NetworkData:
    """A data set read from its arms."""
    given = columns(name, "arms")
    if name == "senn2013":
        return network_arms(
            "MD",
            given["study"],
            given["treatment"],
            means=given["mi"],
            sds=given["sdi"],
            n=given["ni"],
        )
    return network_arms(
        "OR", given["id"], given["treatment"], events=given["death"], n=given["randomized"]
    )


def network_of(name: str, tau2: str | float = "DL") -> Network:
    """A data set fitted with the options of its reference cases."""
    call = _BASE[name].call
    return fit_network(
        contrasts(name),
        tau2=tau2,
        reference=call["reference"],
        small_values=call["small_values"],
    )


def by_treatment(
    expected: dict[str, Any], treatments: tuple[str, ...], matrix: NDArray[np.float64]
) -> dict[str, Any]:
    """A matrix of treatments with the rows and columns of an expected one, nothing for NaN."""
    rows = [treatments.index(name) for name in expected["rows"]]
    cols = [treatments.index(name) for name in expected["cols"]]
    values = [[_number(float(matrix[i, j])) for j in cols] for i in rows]
    return {"rows": expected["rows"], "cols": expected["cols"], "values": values}


def _number(value: float) -> float | None:
    return None if value != value else value  # noqa: PLR0124 - NaN is what differs from itself


def without_diagonal(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """A copy with NaN on the diagonal, where netmeta gives nothing."""
    found = matrix.copy()
    found.flat[:: len(found) + 1] = float("nan")
    return found
