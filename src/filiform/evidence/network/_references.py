"""The papers behind the methods of networks."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from filiform.evidence.references import REFERENCES as GENERAL

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

REFERENCES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "network": (
            "Rücker G. Network meta-analysis, electrical networks and graph theory. Research "
            "Synthesis Methods 2012;3:312-324. doi:10.1002/jrsm.1058"
        ),
        "DL": (
            "Jackson D, White IR, Riley RD. Quantifying the impact of between-study heterogeneity "
            "in multivariate meta-analyses. Statistics in Medicine 2012;31:3805-3820. "
            "doi:10.1002/sim.5453"
        ),
        "decomposition": (
            "Krahn U, Binder H, König J. A graphical tool for locating inconsistency in network "
            "meta-analyses. BMC Medical Research Methodology 2013;13:35. "
            "doi:10.1186/1471-2288-13-35"
        ),
        "interaction": (
            "Higgins JPT, Jackson D, Barrett JK, Lu G, Ades AE, White IR. Consistency and "
            "inconsistency in network meta-analysis: concepts and models for multi-arm studies. "
            "Research Synthesis Methods 2012;3:98-110. doi:10.1002/jrsm.1044"
        ),
        "node_split": (
            "Dias S, Welton NJ, Caldwell DM, Ades AE. Checking consistency in mixed treatment "
            "comparison meta-analysis. Statistics in Medicine 2010;29:932-944. "
            "doi:10.1002/sim.3767"
        ),
        "mantel_haenszel_network": (
            "Efthimiou O, Rücker G, Schwarzer G, Higgins JPT, Egger M, Salanti G. Network "
            "meta-analysis of rare events using the Mantel-Haenszel method. Statistics in "
            "Medicine 2019;38:2992-3012. doi:10.1002/sim.8158"
        ),
        "hypergeometric_network": (
            "Stijnen T, Hamza TH, Özdemir P. Random effects meta-analysis of event outcome in the "
            "framework of the generalized linear mixed model with applications in sparse data. "
            "Statistics in Medicine 2010;29:3046-3067. doi:10.1002/sim.4040"
        ),
        "measures": (
            "König J, Krahn U, Binder H. Visualizing the flow of evidence in network meta-analysis "
            "and characterizing mixed treatment comparisons. Statistics in Medicine "
            "2013;32:5414-5429. doi:10.1002/sim.6001"
        ),
        "shortest_path": (
            "Papakonstantinou T, Nikolakopoulou A, Rücker G, Chaimani A, Schwarzer G, Egger M, "
            "Salanti G. Estimating the contribution of studies in network meta-analysis: paths, "
            "flows and streams. F1000Research 2018;7:610. doi:10.12688/f1000research.14770.3"
        ),
        "random_walk": (
            "Davies AL, Papakonstantinou T, Nikolakopoulou A, Rücker G, Galla T. Network "
            "meta-analysis and random walks. Statistics in Medicine 2022;41:2091-2114. "
            "doi:10.1002/sim.9346"
        ),
        "p_scores": (
            "Rücker G, Schwarzer G. Ranking treatments in frequentist network meta-analysis works "
            "without resampling methods. BMC Medical Research Methodology 2015;15:58. "
            "doi:10.1186/s12874-015-0060-8"
        ),
        "sucra": (
            "Salanti G, Ades AE, Ioannidis JPA. Graphical methods and numerical summaries for "
            "presenting results from multiple-treatment meta-analysis: an overview and tutorial. "
            "Journal of Clinical Epidemiology 2011;64:163-171. doi:10.1016/j.jclinepi.2010.03.016"
        ),
        "components": (
            "Rücker G, Petropoulou M, Schwarzer G. Network meta-analysis of multicomponent "
            "interventions. Biometrical Journal 2020;62:808-821. doi:10.1002/bimj.201800167"
        ),
        "funnel": (
            "Chaimani A, Salanti G. Using network meta-analysis to evaluate the existence of "
            "small-study effects in a network of interventions. Research Synthesis Methods "
            "2012;3:161-176. doi:10.1002/jrsm.57"
        ),
        "smd": (
            "Crippa A, Orsini N. Dose-response meta-analysis of differences in means. BMC Medical "
            "Research Methodology 2016;16:91. doi:10.1186/s12874-016-0189-0"
        ),
    }
)


def cite(methods: Iterable[str]) -> tuple[str, ...]:
    """Return the papers of the named methods, each once, in the order given.

    >>> cite(["network", "network"])[0].split(".")[0]
    'Rücker G'
    """
    found = (REFERENCES.get(method) or GENERAL.get(method) for method in methods)
    return tuple(dict.fromkeys(paper for paper in found if paper is not None))
