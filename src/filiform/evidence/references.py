"""The papers behind the methods: what `result.references()` quotes, by method."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

REFERENCES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "inverse variance": (
            "Cochran WG. The combination of estimates from different experiments. "
            "Biometrics 1954;10:101-129. doi:10.2307/3001666"
        ),
        "REML": (
            "Viechtbauer W. Bias and efficiency of meta-analytic variance estimators in the "
            "random-effects model. Journal of Educational and Behavioral Statistics "
            "2005;30:261-293. doi:10.3102/10769986030003261"
        ),
        "DL": (
            "DerSimonian R, Laird N. Meta-analysis in clinical trials. Controlled Clinical Trials "
            "1986;7:177-188. doi:10.1016/0197-2456(86)90046-2"
        ),
        "PM": (
            "Paule RC, Mandel J. Consensus values and weighting factors. Journal of Research of "
            "the National Bureau of Standards 1982;87:377-385. doi:10.6028/jres.087.022"
        ),
        "GENQ": (
            "DerSimonian R, Kacker R. Random-effects model for meta-analysis of clinical trials: "
            "an update. Contemporary Clinical Trials 2007;28:105-114. "
            "doi:10.1016/j.cct.2006.04.004"
        ),
        "EB": (
            "Morris CN. Parametric empirical Bayes inference: theory and applications. Journal of "
            "the American Statistical Association 1983;78:47-55. "
            "doi:10.1080/01621459.1983.10477920"
        ),
        "SJ": (
            "Sidik K, Jonkman JN. Simple heterogeneity variance estimation for meta-analysis. "
            "Journal of the Royal Statistical Society C 2005;54:367-384. "
            "doi:10.1111/j.1467-9876.2005.00489.x"
        ),
        "HE": "Hedges LV, Olkin I. Statistical Methods for Meta-Analysis. Academic Press, 1985.",
        "HS": "Hunter JE, Schmidt FL. Methods of Meta-Analysis, 2nd edition. Sage, 2004.",
        "hartung_knapp": (
            "Hartung J, Knapp G. On tests of the overall treatment effect in meta-analysis with "
            "normally distributed responses. Statistics in Medicine 2001;20:1771-1782. "
            "doi:10.1002/sim.791"
        ),
        "regression": (
            "Knapp G, Hartung J. Improved tests for a random effects meta-regression with a "
            "single covariate. Statistics in Medicine 2003;22:2693-2710. doi:10.1002/sim.1482"
        ),
        "hartung_knapp_adhoc": (
            "Rover C, Knapp G, Friede T. Hartung-Knapp-Sidik-Jonkman approach and its "
            "modification for random-effects meta-analysis with few studies. BMC Medical Research "
            "Methodology 2015;15:99. doi:10.1186/s12874-015-0091-1"
        ),
        "kenward_roger": (
            "Partlett C, Riley RD. Random effects meta-analysis: coverage performance of 95% "
            "confidence and prediction intervals following REML estimation. Statistics in "
            "Medicine 2017;36:301-317. doi:10.1002/sim.7140"
        ),
        "q_profile": (
            "Viechtbauer W. Confidence intervals for the amount of heterogeneity in "
            "meta-analysis. Statistics in Medicine 2007;26:37-52. doi:10.1002/sim.2514"
        ),
        "generalised_q": (
            "Jackson D. Confidence intervals for the between-study variance in random effects "
            "meta-analysis using generalised Cochran heterogeneity statistics. Research Synthesis "
            "Methods 2013;4:220-229. doi:10.1002/jrsm.1081"
        ),
        "profile_likelihood": (
            "Hardy RJ, Thompson SG. A likelihood approach to meta-analysis with random effects. "
            "Statistics in Medicine 1996;15:619-629."
        ),
        "heterogeneity": (
            "Higgins JPT, Thompson SG. Quantifying heterogeneity in a meta-analysis. Statistics "
            "in Medicine 2002;21:1539-1558. doi:10.1002/sim.1186"
        ),
        "prediction": (
            "Higgins JPT, Thompson SG, Spiegelhalter DJ. A re-evaluation of random-effects "
            "meta-analysis. Journal of the Royal Statistical Society A 2009;172:137-159. "
            "doi:10.1111/j.1467-985X.2008.00552.x"
        ),
        "henmi_copas": (
            "Henmi M, Copas JB. Confidence intervals for random effects meta-analysis and "
            "robustness to publication bias. Statistics in Medicine 2010;29:2969-2983. "
            "doi:10.1002/sim.4029"
        ),
        "mantel_haenszel": (
            "Mantel N, Haenszel W. Statistical aspects of the analysis of data from retrospective "
            "studies of disease. Journal of the National Cancer Institute 1959;22:719-748. "
            "doi:10.1093/jnci/22.4.719"
        ),
        "mantel_haenszel_or": (
            "Robins J, Breslow N, Greenland S. Estimators of the Mantel-Haenszel variance "
            "consistent in both sparse data and large-strata limiting models. Biometrics "
            "1986;42:311-323. doi:10.2307/2531052"
        ),
        "mantel_haenszel_rr": (
            "Greenland S, Robins JM. Estimation of a common effect parameter from sparse "
            "follow-up data. Biometrics 1985;41:55-68. doi:10.2307/2530643"
        ),
        "mantel_haenszel_rd": (
            "Sato T, Greenland S, Robins JM. On the variance estimator for the Mantel-Haenszel "
            "risk difference. Biometrics 1989;45:1323-1324."
        ),
        "peto": (
            "Yusuf S, Peto R, Lewis J, Collins R, Sleight P. Beta blockade during and after "
            "myocardial infarction: an overview of the randomized trials. Progress in "
            "Cardiovascular Diseases 1985;27:335-371. doi:10.1016/S0033-0620(85)80003-7"
        ),
    }
)

_SAME_PAPER: Final[Mapping[str, str]] = MappingProxyType(
    {"ML": "REML", "PMM": "PM", "DLIT": "PM", "SJIT": "SJ", "HSk": "HS", "GENQM": "GENQ"}
)


def cite(methods: Iterable[str]) -> tuple[str, ...]:
    """Return the papers of the named methods, each once, in the order given.

    >>> cite(["DL", "DL"])[0].split(".")[0]
    'DerSimonian R, Laird N'
    """
    named = (_SAME_PAPER.get(method, method) for method in methods)
    found = (REFERENCES[method] for method in named if method in REFERENCES)
    return tuple(dict.fromkeys(found))
