"""A first GRADE by rules: five domains, each criterion with its number and its threshold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from filiform.review._certainty import LEVELS, Certainty, Check, DomainRating
from filiform.review._comparison import NEEDLE_SHAM

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from filiform.knowledge import Trial
    from filiform.knowledge.rule_table import RuleTable
    from filiform.review._certainty import Concern, Domain
    from filiform.review._effect import StudyEffect
    from filiform.review._importance import Border
    from filiform.review._question import Question
    from filiform.review._synthesis import Result


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a rating looks at.

    Attributes:
        effects: The trials in the synthesis, with `result.weights` percent each.
        participants: People in the trials that report their number.
        participants_unknown: Trials that do not.
        sham: Whether the comparator is a sham, so that participants could be kept unaware.
        patient_reported: Whether the participants themselves say how they are.
        borders: No effect, and the smallest important one on the side of the estimate.
    """

    question: Question
    effects: tuple[StudyEffect, ...]
    result: Result
    participants: int
    participants_unknown: int
    trials: Mapping[str, Trial]
    sham: bool
    patient_reported: bool
    borders: tuple[Border, ...]

    def share(self, holds: Callable[[StudyEffect], bool]) -> float:
        """Return the percent of the weight from trials of which something holds."""
        pairs = zip(self.effects, self.result.weights, strict=True)
        return sum(weight for effect, weight in pairs if holds(effect))

    def trial(self, effect: StudyEffect) -> Trial:
        """Return the trial of an effect."""
        return self.trials[effect.trial_id]


def rate(evidence: Evidence, rules: RuleTable) -> Certainty:
    """Rate the certainty of a synthesis.

    Randomised trials start at the level that the rules name; each domain takes off what its
    criteria say, at most its own limit. No trial, no certainty.

    *Source: Guyatt 2011, GRADE guidelines 1, J Clin Epidemiol 64:383-394,
    doi 10.1016/j.jclinepi.2010.04.026; the criteria are in certainty.toml, each with its own.*
    """
    if not evidence.effects:
        return Certainty("none", ())
    domains = tuple(
        _domain(domain, criteria(evidence, rules.table(domain)), rules.table(domain))
        for domain, criteria in _CRITERIA
    )
    scale = rules.texts("levels")
    place = scale.index(rules.text("start")) + sum(rating.downgrade for rating in domains)
    level = scale[min(place, len(scale) - 1)]
    return Certainty(next(known for known in LEVELS if known == level), domains)


def _domain(domain: Domain, checks: tuple[Check, ...], rules: RuleTable) -> DomainRating:
    downgrade = min(sum(check.steps for check in checks), int(rules.number("most")))
    rating: Concern = _CONCERNS[min(downgrade, len(_CONCERNS) - 1)]
    if not downgrade and checks[0].measured is None:
        rating = "not_judged"
    return DomainRating(domain, rating, downgrade, checks, rules.text("source"))


_CONCERNS: tuple[Concern, ...] = ("no_concern", "some_concern", "major_concern")


def _steps(rules: RuleTable, *, holds: bool) -> int:
    return int(rules.number("steps")) if holds else 0


# --- Risk of bias


def _risk_of_bias(evidence: Evidence, rules: RuleTable) -> tuple[Check, ...]:
    judged = {effect.trial_id: judgement(evidence.trial(effect)) for effect in evidence.effects}
    return (
        _by_weight(
            "high",
            evidence.share(lambda effect: judged[effect.trial_id] == "high"),
            rules.table("high"),
            "from trials judged to be at high risk of bias",
        ),
        _by_weight(
            "unjudged",
            evidence.share(lambda effect: judged[effect.trial_id] in (None, "some")),
            rules.table("unjudged"),
            "from trials whose risk of bias nobody judged, or judged to be of some concern",
        ),
        _by_weight(
            "unblinded",
            evidence.share(lambda effect: _knew(evidence, effect)),
            rules.table("unblinded"),
            "from trials whose participants knew what they got, or were not shown to be unaware, "
            "and themselves say how they are",
        ),
        _doubtful(evidence, rules.table("doubtful")),
    )


def _doubtful(evidence: Evidence, rules: RuleTable) -> Check:
    flags = frozenset(rules.texts("flags"))
    share = evidence.share(lambda effect: bool(flags & set(effect.flags)))
    words = "from trials whose printed numbers contradict each other or cannot well be true"
    return _by_weight("doubtful", share, rules, words)


def judgement(trial: Trial) -> str | None:
    """Return the overall risk of bias: as judged, high where any domain is, else None.

    *Source: Sterne 2019, RoB 2, BMJ 366:l4898, doi 10.1136/bmj.l4898 (one domain at high risk
    makes the trial one).*
    """
    domains = (
        trial.rob_randomisation,
        trial.rob_deviations,
        trial.rob_missing,
        trial.rob_measurement,
        trial.rob_selection,
    )
    return trial.rob_overall or ("high" if "high" in domains else None)


def _knew(evidence: Evidence, effect: StudyEffect) -> bool:
    """Say whether people must be taken to have known: a sham without a needle has to prove itself.

    A needle sham feels like needling; it counts as blinded unless the report says that it failed.
    """
    if not evidence.patient_reported:
        return False
    if not evidence.sham:
        return True
    blinded = evidence.trial(effect).participants_blinded
    by_needle = all(NEEDLE_SHAM in control.split("+") for control in effect.controls)
    return blinded == "no" if by_needle else blinded != "yes"


def _by_weight(name: str, share: float, rules: RuleTable, words: str) -> Check:
    threshold = rules.number("threshold")
    steps = _steps(rules, holds=share > threshold)
    return Check(name, share, threshold, steps, f"{share:.0f} % of the weight is {words}.")


# --- Inconsistency


def _inconsistency(evidence: Evidence, rules: RuleTable) -> tuple[Check, ...]:
    fit = evidence.result.pooled
    if fit is None or fit.i2 is None:
        return (Check("i2", None, None, 0, "There is one trial: nothing to compare it with."),)
    table = rules.table("i2")
    threshold = table.number("threshold")
    steps = _steps(table, holds=fit.i2 >= threshold)
    words = (
        f"I² is {fit.i2:.0f} %: that much of the spread between the trials is more than chance."
        if round(fit.i2)
        else "I² is 0 %: the trials differ no more than chance alone explains."
    )
    return (
        Check("i2", fit.i2, threshold, steps, words),
        _prediction(evidence, rules.table("prediction")),
    )


def _prediction(evidence: Evidence, rules: RuleTable) -> Check:
    ci, pi = evidence.result.ci, evidence.result.pi
    if ci is None or pi is None:
        return Check("prediction", None, None, 0, "There is no prediction interval.")
    for border in evidence.borders:
        if _inside(border, pi) and not _inside(border, ci):
            words = f"The prediction interval includes {border.name}, the confidence interval not."
            steps = _steps(rules, holds=True)
            return Check("prediction", _nearest(border, pi), border.value, steps, words)
    words = "The prediction interval leads to the same conclusion as the confidence interval."
    return Check("prediction", pi[1], None, 0, words)


# --- Indirectness


def _indirectness(evidence: Evidence, rules: RuleTable) -> tuple[Check, ...]:
    re_expressed = _by_weight(
        "re_expressed",
        evidence.share(lambda effect: "re_expressed" in effect.flags),
        rules.table("re_expressed"),
        "from trials whose effect was turned from standard deviations into points",
    )
    general = _by_weight(
        "general_health",
        evidence.share(lambda effect: "general_health" in effect.flags),
        rules.table("general_health"),
        "from trials that asked about health in general, not about the neck",
    )
    return (re_expressed, general, _condition(evidence, rules.table("condition")))


def _condition(evidence: Evidence, rules: RuleTable) -> Check:
    asked = evidence.question.condition
    threshold = rules.number("threshold")
    if asked is None:
        return Check("condition", None, threshold, 0, "No kind of pain was asked about.")
    share = evidence.share(lambda effect: effect.condition == asked)
    steps = _steps(rules, holds=share <= threshold)
    words = f"{share:.0f} % of the weight is from trials of the kind of pain asked about ({asked})."
    return Check("condition", share, threshold, steps, words)


# --- Imprecision


def _imprecision(evidence: Evidence, rules: RuleTable) -> tuple[Check, ...]:
    return (_size(evidence, rules.table("size")), _interval(evidence, rules.table("interval")))


def _size(evidence: Evidence, rules: RuleTable) -> Check:
    threshold, people = rules.number("threshold"), evidence.participants
    words = _people_words(people, evidence.effects)
    steps = _steps(rules, holds=people < threshold)
    return Check("size", float(people), threshold, steps, words)


def _people_words(known: int, effects: tuple[StudyEffect, ...]) -> str:
    """Say how many people are known to be in the groups; a whole trial is more than its groups."""
    silent = [effect for effect in effects if effect.n is None]
    rest = "".join(f" {_whole_trial(effect)}" for effect in silent)
    if len(silent) == len(effects):
        return f"How many people were in the groups compared is not reported.{rest}"
    return f"{known} people are known to have taken part in the groups compared.{rest}"


def _whole_trial(effect: StudyEffect) -> str:
    whole = (
        f"had {effect.n_trial} people in all its groups" if effect.n_trial else "gives no number"
    )
    return f"{effect.trial_id} {whole}."


def _interval(evidence: Evidence, rules: RuleTable) -> Check:
    ci = evidence.result.ci
    crossed = [border for border in evidence.borders if ci and _inside(border, ci)]
    if not crossed or ci is None:
        words = "The confidence interval crosses neither no effect nor the smallest important one."
        return Check("interval", ci[1] if ci else None, None, 0, words)
    names = " and ".join(border.name for border in crossed)
    steps = _steps(rules, holds=True)
    words = f"The confidence interval includes {names}."
    return Check("interval", _nearest(crossed[0], ci), crossed[0].value, steps, words)


# --- Reporting bias


def _reporting_bias(evidence: Evidence, rules: RuleTable) -> tuple[Check, ...]:
    needed = rules.table("trials").number("threshold")
    count = len(evidence.effects)
    words = (
        f"With {count} trial{'s' if count > 1 else ''} it cannot be judged whether small trials "
        f"were held back: at least {needed:.0f} are needed."
        if count < needed
        else f"{count} trials would allow a test of small-study effects, which is not made yet."
    )
    return (Check("trials", None, needed, 0, words),)


def _inside(border: Border, interval: tuple[float, float]) -> bool:
    return interval[0] <= border.value <= interval[1]


def _nearest(border: Border, interval: tuple[float, float]) -> float:
    return min(interval, key=lambda end: abs(end - border.value))


_CRITERIA: tuple[tuple[Domain, Callable[[Evidence, RuleTable], tuple[Check, ...]]], ...] = (
    ("risk_of_bias", _risk_of_bias),
    ("inconsistency", _inconsistency),
    ("indirectness", _indirectness),
    ("imprecision", _imprecision),
    ("reporting_bias", _reporting_bias),
)
