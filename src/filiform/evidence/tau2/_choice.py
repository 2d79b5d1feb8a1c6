"""Which estimator of τ² a word means."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from filiform.evidence.tau2.dersimonian_laird import dersimonian_laird
from filiform.evidence.tau2.hedges import hedges
from filiform.evidence.tau2.hunter_schmidt import hunter_schmidt, hunter_schmidt_k
from filiform.evidence.tau2.paule_mandel import paule_mandel, paule_mandel_median
from filiform.evidence.tau2.peaks import highest_ml, highest_reml
from filiform.evidence.tau2.sidik_jonkman import sidik_jonkman

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from filiform.evidence._model import Model
    from filiform.evidence.tau2._estimate import Tau2

COMMON: Final = "common"

ESTIMATORS: Final[Mapping[str, Callable[[Model], Tau2]]] = MappingProxyType(
    {
        "REML": highest_reml,
        "ML": highest_ml,
        "DL": dersimonian_laird,
        "PM": paule_mandel,
        "EB": paule_mandel,
        "PMM": paule_mandel_median,
        "DLIT": paule_mandel,
        "SJIT": paule_mandel,
        "SJ": sidik_jonkman,
        "HE": hedges,
        "HS": hunter_schmidt,
        "HSk": hunter_schmidt_k,
    }
)

ALIASES: Final[Mapping[str, str]] = MappingProxyType(
    {name: name for name in ESTIMATORS}
    | {name.casefold(): name for name in ESTIMATORS}
    | {
        "genq": "GENQ",
        "genqm": "GENQM",
        "restricted_maximum_likelihood": "REML",
        "maximum_likelihood": "ML",
        "dersimonian_laird": "DL",
        "paule_mandel": "PM",
        "mp": "PM",
        "empirical_bayes": "EB",
        "sidik_jonkman": "SJ",
        "hedges": "HE",
        "hunter_schmidt": "HS",
        COMMON: COMMON,
        "fixed": COMMON,
        "fe": COMMON,
        "ee": COMMON,
        "ce": COMMON,
        "equal": COMMON,
    }
)
