"""From the trials of a question to its synthesis: overlaps, pooling, sensitivity, certainty."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from filiform.review import _numbers
from filiform.review._choosing import one_entry
from filiform.review._effect import LeftOut
from filiform.review._importance import borders, important_difference
from filiform.review._rating import Evidence, rate
from filiform.review._synthesis import Result, Sensitivity, Synthesis

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from filiform.knowledge import Overlap, Trial
    from filiform.knowledge.rule_table import RuleTable
    from filiform.review._choices import Choices, OutcomeScale
    from filiform.review._choosing import Chosen
    from filiform.review._effect import StudyEffect
    from filiform.review._importance import ImportantDifference
    from filiform.review._question import Question
    from filiform.review._scale import ReferenceSd

MIXED_SMD = "its SD is of changes, and in standard deviations changes do not mix with final values"
UNLIKE = "“other” stands for treatments that differ from trial to trial: they are not pooled"
OTHER = "other"
FEWEST_FOR_PREDICTION = 3
"""Two trials tell nothing of how trials spread: no prediction interval is shown below three."""
RATIO_UNITS = {"RR": "risk ratio", "OR": "odds ratio"}


@dataclass(frozen=True, slots=True)
class Settings:
    """What every synthesis of a review shares.

    Attributes:
        certainty: certainty.toml.
        differences: The smallest important differences.
        overlaps: Trials that share people.
    """

    trials: Mapping[str, Trial]
    choices: Choices
    certainty: RuleTable
    differences: tuple[ImportantDifference, ...]
    overlaps: tuple[Overlap, ...]


@dataclass(frozen=True, slots=True)
class Frame:
    """What is known of a question before its trials.

    Attributes:
        names: The therapy and what it is compared with, in plain words.
        sham: Whether the comparator is a sham.
        reference: What standardised differences are multiplied with.
    """

    question: Question
    names: tuple[str, str]
    scale: OutcomeScale
    sham: bool
    reference: ReferenceSd | None

    @property
    def unit(self) -> str:
        """The unit of the effects."""
        return RATIO_UNITS.get(self.question.measure, self.scale.unit)

    @property
    def title(self) -> str:
        """The question in plain words."""
        asked, (therapy, control) = self.question, self.names
        outcome = asked.outcome.replace("_", " ")
        first = f"{therapy[:1].upper()}{therapy[1:]} against {control}"
        kind = f", {self.unit}" if asked.measure in RATIO_UNITS else ""
        return f"{first}: {outcome} in the {asked.region}, {asked.window} term{kind}"


def synthesise(frame: Frame, chosen: Mapping[str, Chosen], settings: Settings) -> Synthesis:
    """Return the synthesis of what each trial gave.

    Args:
        frame: The question.
        chosen: What each trial with a row for the question gave.
        settings: What all syntheses share.
    """
    candidates = [trial.effect for trial in chosen.values() if trial.effect is not None]
    refused = (
        _overlapping(candidates, settings) | _mixed(candidates, frame) | _unlike(candidates, frame)
    )
    effects = tuple(
        sorted((e for e in candidates if e.trial_id not in refused), key=lambda e: e.trial_id)
    )
    result = result_of(effects, frame)
    evidence = _evidence(frame, effects, result, settings)
    inside = {effect.trial_id for effect in effects}
    used_flags = {flag for effect in effects for flag in effect.flags}
    return Synthesis(
        question=frame.question,
        intervention_name=frame.names[0],
        against_name=frame.names[1],
        title=frame.title,
        unit=frame.unit,
        lower_is_better=frame.scale.lower_is_better,
        effects=effects,
        left_out=_left_out(chosen, inside, refused),
        passed_over=tuple(e for t in sorted(inside) for e in chosen[t].left_out),
        result=result,
        participants=evidence.participants,
        participants_unknown=evidence.participants_unknown,
        certainty=rate(evidence, settings.certainty),
        sensitivity=_sensitivity(effects, frame, settings),
        reference_sd=frame.reference if "re_expressed" in used_flags else None,
        flag_reasons=tuple(
            (flag, reason)
            for flag, reason in settings.choices.flags.reasons.items()
            if flag in used_flags
        ),
    )


def result_of(effects: Sequence[StudyEffect], frame: Frame) -> Result:
    """Return the number of several trials: pooled; of one: its own; of none: none."""
    if not effects:
        return Result(None, None, None, None, 0, ())
    if len(effects) == 1:
        only = effects[0]
        return Result(only.estimate, (only.ci_low, only.ci_high), None, None, 1, (100.0,))
    fit = _numbers.pool(
        [effect.analysed for effect in effects],
        [effect.variance for effect in effects],
        [effect.trial_id for effect in effects],
    )
    back = math.exp if frame.question.measure != "MD" else float
    low, high = fit.pi_low, fit.pi_high
    few = len(effects) < FEWEST_FOR_PREDICTION
    return Result(
        estimate=back(fit.estimate),
        ci=(back(fit.ci_low), back(fit.ci_high)),
        pi=None if few or low is None or high is None else (back(low), back(high)),
        pooled=fit,
        trials=len(effects),
        weights=tuple(float(weight) for weight in fit.weights),
    )


def _sensitivity(
    effects: Sequence[StudyEffect], frame: Frame, settings: Settings
) -> Sensitivity | None:
    doubtful = settings.choices.flags.set_aside
    clean = [effect for effect in effects if not doubtful & set(effect.flags)]
    if len(clean) == len(effects):
        return None
    without = tuple(effect.trial_id for effect in effects if effect not in clean)
    return Sensitivity(without, result_of(clean, frame))


def _evidence(
    frame: Frame, effects: tuple[StudyEffect, ...], result: Result, settings: Settings
) -> Evidence:
    question = frame.question
    ratio = settings.certainty.table("imprecision").table("ratio")
    points = frame.scale.length is not None and question.measure == "MD"
    important = important_difference(settings.differences, question) if points else None
    return Evidence(
        question=question,
        effects=effects,
        result=result,
        participants=sum(effect.n for effect in effects if effect.n is not None),
        participants_unknown=sum(effect.n is None for effect in effects),
        trials=settings.trials,
        sham=frame.sham,
        patient_reported=frame.scale.patient_reported,
        borders=borders(question, result.estimate or 0.0, important, ratio),
    )


# --- Trials that may not stand side by side


def _overlapping(effects: Iterable[StudyEffect], settings: Settings) -> dict[str, str]:
    """Return the trials that share people with a better one, and the reason.

    The better one has fewer flags, then more people, then the first name.
    """
    kept: list[str] = []
    refused: dict[str, str] = {}
    shared = {frozenset((o.trial_id, o.other_id)) for o in settings.overlaps}
    for effect in sorted(effects, key=lambda e: (len(e.flags), -(e.n or 0), e.trial_id)):
        twin = next((name for name in kept if frozenset((name, effect.trial_id)) in shared), None)
        if twin is None:
            kept.append(effect.trial_id)
        else:
            refused[effect.trial_id] = f"it has or may have people in common with {twin}"
    return refused


def _mixed(effects: Sequence[StudyEffect], frame: Frame) -> dict[str, str]:
    """Return trials in SDs of changes where others are in SDs of final values.

    *Source: Deeks 2023, Cochrane Handbook 6.4, section 10.5.2.*
    """
    if frame.scale.length is not None or frame.question.measure != "MD":
        return {}
    changes = {effect.trial_id for effect in effects if effect.statistic == "change"}
    return dict.fromkeys(changes, MIXED_SMD) if len(changes) < len(effects) else {}


def _unlike(effects: Sequence[StudyEffect], frame: Frame) -> dict[str, str]:
    """Return all trials of a question about `other`, where there are several."""
    sides = f"{frame.question.intervention}+{frame.question.against}".split("+")
    if OTHER not in sides or len(effects) == 1:
        return {}
    return dict.fromkeys((effect.trial_id for effect in effects), UNLIKE)


def _left_out(
    chosen: Mapping[str, Chosen], inside: set[str], refused: Mapping[str, str]
) -> tuple[LeftOut, ...]:
    entries = []
    for trial_id in sorted(chosen.keys() - inside):
        trial = chosen[trial_id]
        used = [LeftOut(trial_id, refused.get(trial_id, ""), r.source, (r,)) for r in trial.used]
        parts = [*used, *trial.left_out]
        if parts:
            entries.append(one_entry(trial_id, parts, refused.get(trial_id, "")))
    return tuple(entries)
