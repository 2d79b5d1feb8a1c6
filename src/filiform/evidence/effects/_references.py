"""The papers behind the measures of effect."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_HANDBOOK: Final = (
    "Higgins JPT, Thomas J, Chandler J, Cumpston M, Li T, Page MJ, Welch VA (editors). Cochrane "
    "Handbook for Systematic Reviews of Interventions. Cochrane."
)
_HEDGES: Final = "Hedges LV, Olkin I. Statistical Methods for Meta-Analysis. Academic Press, 1985."
_BONETT: Final = (
    "Bonett DG. Confidence intervals for standardized linear contrasts of means. Psychological "
    "Methods 2008;13:99-109. doi:10.1037/1082-989X.13.2.99"
)
_CHINN: Final = (
    "Chinn S. A simple method for converting an odds ratio to effect size for use in "
    "meta-analysis. Statistics in Medicine 2000;19:3127-3131."
)
_COX: Final = "Cox DR, Snell EJ. Analysis of Binary Data, 2nd edition. Chapman and Hall, 1989."
_NAKAGAWA: Final = (
    "Nakagawa S, Poulin R, Mengersen K, Reinhold K, Engqvist L, Lagisz M, Senior AM. "
    "Meta-analysis of variation: ecological and evolutionary applications and beyond. Methods in "
    "Ecology and Evolution 2015;6:143-152. doi:10.1111/2041-210X.12309"
)
_FREEMAN: Final = (
    "Freeman MF, Tukey JW. Transformations related to the angular and the square root. Annals of "
    "Mathematical Statistics 1950;21:607-611. doi:10.1214/aoms/1177729756"
)
_FISHER: Final = (
    "Fisher RA. On the probable error of a coefficient of correlation deduced from a small sample. "
    "Metron 1921;1:3-32."
)
_YULE: Final = (
    "Yule GU. On the methods of measuring association between two attributes. Journal of the Royal "
    "Statistical Society 1912;75:579-652. doi:10.2307/2340126"
)
_WOOLF: Final = (
    "Woolf B. On estimating the relation between blood group and disease. Annals of Human Genetics "
    "1955;19:251-253. doi:10.1111/j.1469-1809.1955.tb01348.x"
)
_RUCKER: Final = (
    "Rücker G, Schwarzer G, Carpenter J, Olkin I. Why add anything to nothing? The arcsine "
    "difference as a measure of treatment effect in meta-analysis with zero cells. Statistics in "
    "Medicine 2009;28:721-738. doi:10.1002/sim.3511"
)
_OLKIN: Final = (
    "Olkin I, Pratt JW. Unbiased estimation of certain correlation coefficients. Annals of "
    "Mathematical Statistics 1958;29:201-211. doi:10.1214/aoms/1177706717"
)
_BECKER: Final = (
    "Becker BJ. Synthesizing standardized mean-change measures. British Journal of Mathematical "
    "and Statistical Psychology 1988;41:257-278. doi:10.1111/j.2044-8317.1988.tb00901.x"
)
_LAJEUNESSE: Final = (
    "Lajeunesse MJ. Bias and correction for the log response ratio in ecological meta-analysis. "
    "Ecology 2015;96:2056-2063. doi:10.1890/14-2402.1"
)
_PEARSON: Final = (
    "Pearson K. Mathematical contributions to the theory of evolution. VII. On the correlation of "
    "characters not quantitatively measurable. Philosophical Transactions of the Royal Society A "
    "1900;195:1-47."
)
_YUSUF: Final = (
    "Yusuf S, Peto R, Lewis J, Collins R, Sleight P. Beta blockade during and after myocardial "
    "infarction: an overview of the randomized trials. Progress in Cardiovascular Diseases "
    "1985;27:335-371. doi:10.1016/S0033-0620(85)80003-7"
)

_CURTIN: Final = (
    "Curtin F, Elbourne D, Altman DG. Meta-analysis combining parallel and cross-over clinical "
    "trials. II: Binary outcomes. Statistics in Medicine 2002;21:2145-2159. doi:10.1002/sim.1206"
)
_ELBOURNE: Final = (
    "Elbourne DR, Altman DG, Higgins JPT, Curtin F, Worthington HV, Vail A. Meta-analyses "
    "involving cross-over trials: methodological issues. International Journal of Epidemiology "
    "2002;31:140-149. doi:10.1093/ije/31.1.140"
)
_SENIOR: Final = (
    "Senior AM, Viechtbauer W, Nakagawa S. Revisiting and expanding the meta-analysis of "
    "variation: the log coefficient of variation ratio. Research Synthesis Methods "
    "2020;11:553-567. doi:10.1002/jrsm.1423"
)
_JACOBS: Final = (
    "Jacobs P, Viechtbauer W. Estimation of the biserial correlation and its sampling variance for "
    "use in meta-analysis. Research Synthesis Methods 2017;8:161-180. doi:10.1002/jrsm.1218"
)
_ALOE: Final = (
    "Aloe AM, Thompson CG. The synthesis of partial effect sizes. Journal of the Society for "
    "Social Work and Research 2013;4:390-405. doi:10.5243/jsswr.2013.24"
)

_BY_MEASURE: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "SMD": (_HEDGES,),
        "SMD1": (_HEDGES,),
        "SMDH": (
            (
                "Bonett DG. Meta-analytic interval estimation for standardized and unstandardized "
                "mean differences. Psychological Methods 2009;14:225-238. doi:10.1037/a0016619"
            ),
        ),
        "SMD1H": (_BONETT,),
        "SMCC": (_HEDGES,),
        "SMCR": (_BECKER,),
        "SMCRH": (_BONETT,),
        "SMCRP": (
            (
                "Cousineau D. Approximating the distribution of Cohen's d_p in within-subject "
                "designs. The Quantitative Methods for Psychology 2020;16:418-421. "
                "doi:10.20982/tqmp.16.4.p418"
            ),
        ),
        "SMCRPH": (_BONETT,),
        "ROM": (
            (
                "Hedges LV, Gurevitch J, Curtis PS. The meta-analysis of response ratios in "
                "experimental ecology. Ecology 1999;80:1150-1156."
            ),
            _LAJEUNESSE,
        ),
        "ROMC": (
            (
                "Lajeunesse MJ. On the meta-analysis of response ratios for studies with "
                "correlated and multi-group designs. Ecology 2011;92:2049-2055. "
                "doi:10.1890/11-0423.1"
            ),
            _LAJEUNESSE,
        ),
        "VR": (_NAKAGAWA,),
        "CVR": (_NAKAGAWA,),
        "CVLN": (_NAKAGAWA,),
        "SDLN": (_NAKAGAWA,),
        "OR": (_WOOLF,),
        "D2ORL": (_CHINN,),
        "D2ORN": (_COX,),
        "OR2DL": (_WOOLF, _CHINN),
        "OR2DN": (_WOOLF, _COX),
        "PETO": (_YUSUF,),
        "AS": (_RUCKER,),
        "PHI": (_YULE,),
        "ZPHI": (_YULE, _FISHER),
        "YUQ": (_YULE,),
        "YUY": (_YULE,),
        "RTET": (_PEARSON,),
        "PFT": (_FREEMAN,),
        "IRFT": (_FREEMAN,),
        "MC": (_HANDBOOK, _ELBOURNE),
        "VRC": (_SENIOR,),
        "CVRC": (_SENIOR,),
        "MPRR": (
            (
                "Zou GY. One relative risk versus two odds ratios: implications for meta-analyses "
                "involving paired and unpaired binary data. Clinical Trials 2007;4:25-31. "
                "doi:10.1177/1740774506075667"
            ),
        ),
        "MPOR": (
            (
                "Becker MP, Balagtas CC. Marginal modeling of binary cross-over data. Biometrics "
                "1993;49:997-1009. doi:10.2307/2532242"
            ),
        ),
        "MPRD": (
            (
                "May WL, Johnson WD. Confidence intervals for differences in correlated binary "
                "proportions. Statistics in Medicine 1997;16:2127-2136."
            ),
        ),
        "MPORC": (_CURTIN,),
        "MPPETO": (_CURTIN,),
        "MPORM": (_ELBOURNE,),
        "PCOR": (_ALOE,),
        "ZPCOR": (_ALOE, _FISHER),
        "SPCOR": (
            (
                "Aloe AM, Becker BJ. An effect size for regression predictors in meta-analysis. "
                "Journal of Educational and Behavioral Statistics 2012;37:278-297. "
                "doi:10.3102/1076998610396901"
            ),
        ),
        "RPB": (_JACOBS,),
        "RBIS": (_JACOBS,),
        "ARAW": (
            (
                "Bonett DG. Varying coefficient meta-analytic methods for alpha reliability. "
                "Psychological Methods 2010;15:368-385. doi:10.1037/a0020142"
            ),
        ),
        "AHW": (
            (
                "Hakstian AR, Whalen TE. A k-sample significance test for independent alpha "
                "coefficients. Psychometrika 1976;41:219-231. doi:10.1007/BF02291840"
            ),
        ),
        "ABT": (
            (
                "Bonett DG. Sample size requirements for testing and estimating coefficient alpha. "
                "Journal of Educational and Behavioral Statistics 2002;27:335-340. "
                "doi:10.3102/10769986027004335"
            ),
        ),
        "COR": (_OLKIN,),
        "UCOR": (_OLKIN,),
        "ZCOR": (_FISHER,),
    }
)


def papers_of(measure: str) -> tuple[str, ...]:
    """Return the papers of a measure: its own, else the handbook that all plain ones share.

    >>> papers_of("OR")[0].split(".")[0]
    'Woolf B'
    """
    return _BY_MEASURE.get(measure, (_HANDBOOK,))
