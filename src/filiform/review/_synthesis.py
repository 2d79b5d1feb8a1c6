"""A synthesis: what the trials together say about one question, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from filiform.review._text import people_text, synthesis_text

if TYPE_CHECKING:
    from filiform.evidence import Pooled
    from filiform.review._certainty import Certainty
    from filiform.review._effect import LeftOut, StudyEffect
    from filiform.review._question import Question
    from filiform.review._scale import ReferenceSd

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Result:
    """A number with its intervals: pooled, of one trial, or none.

    Attributes:
        estimate: In the synthesis' unit (for RR and OR the ratio itself); None without a trial.
        ci: Its 95 % confidence interval.
        pi: The 95 % prediction interval: where the effect of a further trial would lie; None
            below three trials.
        pooled: The fit of two trials or more, for RR and OR of the logarithms.
        trials: How many trials it rests on.
        weights: Percent of the weight of each trial, in the order of the effects.
    """

    estimate: float | None
    ci: Interval | None
    pi: Interval | None
    pooled: Pooled | None
    trials: int
    weights: tuple[float, ...]

    def to_dict(self) -> dict[str, object]:
        """Return the numbers, ready for JSON."""
        fit = self.pooled
        return {
            "estimate": self.estimate,
            "ci": list(self.ci) if self.ci else None,
            "pi": list(self.pi) if self.pi else None,
            "trials": self.trials,
            "tau2": fit.tau2 if fit else None,
            "tau2_ci": [fit.tau2_ci_low, fit.tau2_ci_high] if fit else None,
            "i2": fit.i2 if fit else None,
            "q": fit.q if fit else None,
            "q_p": fit.q_p if fit else None,
            "method": fit.method if fit else None,
            "warnings": list(fit.warnings) if fit else [],
        }


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """The same pooling without the trials whose flags say that a number may be wrong.

    Attributes:
        without: The trials that were left away.
        result: What the others say.
    """

    without: tuple[str, ...]
    result: Result

    def to_dict(self) -> dict[str, object]:
        """Return the trials left away and the numbers, ready for JSON."""
        return {"without": list(self.without), **self.result.to_dict()}


@dataclass(frozen=True, slots=True)
class Synthesis:
    """What the trials together say about one question.

    Attributes:
        intervention_name, against_name: The two sides in plain words.
        title: The question in plain words.
        unit: Of the estimates.
        lower_is_better: Whether a negative difference favours the intervention.
        effects: One a trial.
        left_out: Trials without an effect here, with the reason.
        passed_over: Rows of the trials in it that were not used, with the reason.
        result: The pooled number, one trial's, or none.
        participants: People in the trials that report their number.
        participants_unknown: Trials that do not.
        certainty: The provisional rating.
        sensitivity: The result without flagged trials; None where no trial is flagged.
        reference_sd: What standardised differences were multiplied with; None where none was.
        flag_reasons: What each flag means.
    """

    question: Question
    intervention_name: str
    against_name: str
    title: str
    unit: str
    lower_is_better: bool
    effects: tuple[StudyEffect, ...]
    left_out: tuple[LeftOut, ...]
    passed_over: tuple[LeftOut, ...]
    result: Result
    participants: int
    participants_unknown: int
    certainty: Certainty
    sensitivity: Sensitivity | None
    reference_sd: ReferenceSd | None
    flag_reasons: tuple[tuple[str, str], ...]

    @property
    def estimate(self) -> float | None:
        """The estimate in the unit of the synthesis."""
        return self.result.estimate

    @property
    def ci(self) -> Interval | None:
        """Its 95 % confidence interval."""
        return self.result.ci

    @property
    def pi(self) -> Interval | None:
        """Its 95 % prediction interval."""
        return self.result.pi

    @property
    def pooled(self) -> Pooled | None:
        """The fit of two trials or more."""
        return self.result.pooled

    @property
    def trials(self) -> int:
        """How many trials it rests on."""
        return self.result.trials

    @property
    def trial_ids(self) -> tuple[str, ...]:
        """The trials that it rests on."""
        return tuple(effect.trial_id for effect in self.effects)

    @property
    def people(self) -> str:
        """How many people were compared, in words, and what the reports do not tell of that."""
        return people_text(self)

    @property
    def absolute(self) -> tuple[float, float] | None:
        """People of 100 with the event, with the therapy and without it; None where not known.

            without = 100 (sum of events) / (sum of people), with = without x ratio

        Only for a risk ratio of which every trial gives its counts.
        *Source: Schünemann 2023, Cochrane Handbook 6.4, section 15.4.4.*
        """
        counts = [effect.counts for effect in self.effects if effect.counts is not None]
        if self.question.measure != "RR" or self.estimate is None or len(counts) < self.trials:
            return None
        without = 100 * sum(c.b.events for c in counts) / sum(c.b.n for c in counts)
        treated = without * self.estimate
        return (treated, without) if without and treated <= 100 else None  # noqa: PLR2004 (%)

    @property
    def no_effect(self) -> float:
        """The number that means no difference: 0, or 1 for a ratio."""
        return 0.0 if self.question.measure == "MD" else 1.0

    @property
    def favours(self) -> tuple[bool, bool]:
        """Whether values below and above no effect favour the intervention."""
        below = self.question.measure == "MD" and self.lower_is_better
        return below, not below

    def to_dict(self) -> dict[str, object]:
        """Return everything, each trial so that anyone can pool again, ready for JSON."""
        weights = self.result.weights
        return {
            "question": self.question.to_dict(),
            "intervention_name": self.intervention_name,
            "against_name": self.against_name,
            "title": self.title,
            "unit": self.unit,
            "lower_is_better": self.lower_is_better,
            **self.result.to_dict(),
            "absolute": list(self.absolute) if self.absolute else None,
            "trial_ids": list(self.trial_ids),
            "participants": self.participants,
            "participants_unknown": self.participants_unknown,
            "certainty": self.certainty.to_dict(),
            "effects": [
                {**effect.to_dict(), "weight": weight}
                for effect, weight in zip(self.effects, weights, strict=True)
            ],
            "sensitivity": self.sensitivity.to_dict() if self.sensitivity else None,
            "left_out": [entry.to_dict() for entry in self.left_out],
            "passed_over": [entry.to_dict() for entry in self.passed_over],
            "reference_sd": self.reference_sd.to_dict() if self.reference_sd else None,
            "flags": dict(self.flag_reasons),
        }

    def summary(self) -> str:
        """Return the synthesis as a table for the terminal."""
        return synthesis_text(self)
