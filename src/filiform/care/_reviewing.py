"""Reviews of many people at once, from their scores to one advice each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from filiform.care._advice import Advice, Case, Reason, Verdict, advise, together
from filiform.care._numbers import BAND, Numbers, numbers_of
from filiform.care._record import Record
from filiform.care._series import MeasureModel, Series, model_of
from filiform.care._worsening import Limits, at_the_end, limits_of, worsening
from filiform.care.outcomes import shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from filiform.care._progress_rules import ProgressRules
    from filiform.care.expected import Prior
    from filiform.knowledge import Library


@dataclass(frozen=True, slots=True)
class MeasureReview(Record):
    """What one measure says; scores in the measure's own points.

    Attributes:
        instrument: the measure's one name.
        outcome: what it measures.
        advice: of this measure alone.
        reasons: why.
        worse: whether it got worse by an important change or more.
        scores: how many there are.
        first: the score of week 0; None where there is none.
        latest, latest_week: the last score.
        planned_end_week: that the probabilities are for. Once it is over none is told: they and
            the score expected then are None.
        probability_meaningful: that the true level then is below the first score by `threshold`.
        probability_seen: that the score then shows it: the same with the measure's error.
        probability_worse: that the true level then is above the first score by `mdc`.
        threshold: the fall that counts as meaningful.
        mdc: the smallest change that is more than the measure's error.
        expected_at_end, low_at_end, high_at_end: the score then, and the band that holds it with
            probability `level`.
        level: of the band.
        note: what stands in for the measure's own error, and how far sources differ.
    """

    instrument: str
    outcome: str
    advice: Advice
    reasons: tuple[Reason, ...]
    worse: bool
    scores: int
    first: float | None
    latest: float | None
    latest_week: float | None
    planned_end_week: float
    probability_meaningful: float | None
    probability_seen: float | None
    probability_worse: float | None
    threshold: float | None
    mdc: float | None
    expected_at_end: float | None
    low_at_end: float | None
    high_at_end: float | None
    level: float
    note: str


@dataclass(frozen=True, slots=True)
class ProgressReview(Record):
    """The answer for one person: continue, adapt, stop, refer or unknown, and why.

    Attributes:
        advice: of all measures together, warning signs first.
        reasons: why, the most pressing first.
        measures: what each measure says; pain first.
        prior: what the expectation rests on, in words.
        sources: ids of the bibliography behind all reasons, and of the trials of the prior.
        over: whether the planned end is behind: continue is then to finish as planned.
    """

    advice: Advice
    reasons: tuple[Reason, ...]
    measures: tuple[MeasureReview, ...]
    prior: str
    sources: tuple[str, ...]
    over: bool

    @property
    def leading(self) -> MeasureReview | None:
        """The measure that is shown first: the first with a probability; None where none has."""
        return next((m for m in self.measures if m.probability_meaningful is not None), None)

    @property
    def probability_meaningful(self) -> float | None:
        """That of the leading measure."""
        return self.leading.probability_meaningful if self.leading else None

    @property
    def threshold(self) -> float | None:
        """That of the leading measure, in its own points."""
        return self.leading.threshold if self.leading else None


@dataclass(frozen=True, slots=True)
class Person:
    """What is asked about one person.

    Attributes:
        series: one a measure.
        faults: measures whose scores cannot be read whole, each with the sentence why.
        end_week: planned.
        sessions: done so far; None is not told.
        warning_signs: found, in words.
        priors: the expected course by outcome.
        this_week: in which it is asked; None is that of the last score.
        ended: whether the course itself is over.
    """

    series: tuple[Series, ...]
    faults: tuple[tuple[str, str], ...]
    end_week: float
    sessions: int | None
    warning_signs: tuple[str, ...]
    priors: Mapping[str, Prior]
    this_week: float | None = None
    ended: bool = False

    @property
    def over(self) -> str:
        """That the planned end is behind, in words; "" where it is not."""
        if self.ended:
            return "The course is over."
        last = max((series.weeks[-1] for series in self.series), default=0.0)
        passed = self.this_week is not None and self.this_week > self.end_week
        return (
            f"The planned end (week {self.end_week:g}) is over."
            if passed or last >= self.end_week
            else ""
        )


class Reviewer:
    """Reviews people by one set of rules; models are made once."""

    def __init__(self, rules: ProgressRules, library: Library) -> None:
        """Take the rules and the facts."""
        self.rules, self.library = rules, library
        self._models: dict[tuple[str, int], MeasureModel | str] = {}
        self._limits: dict[str, Limits] = {}
        self._expectations: dict[tuple[int, tuple[str, ...]], tuple[str, tuple[str, ...]]] = {}

    def model(self, series: Series, priors: Mapping[str, Prior]) -> MeasureModel | str:
        """Return the model of a series' measure, or why there is none."""
        key = (series.instrument.id, id(priors))
        if key not in self._models:
            found = model_of(series.instrument, priors, self.rules, self.library)
            self._models[key] = found
        return self._models[key]

    def unreadable(self, person: Person, series: Series) -> str:
        """Return why nothing can be foretold of a series; "" where it can be."""
        model = self.model(series, person.priors)
        name = series.instrument.id
        fault = next((why for measure, why in person.faults if measure == name), "")
        if isinstance(model, str) or fault:
            return fault or str(model)
        if not series.has_first:
            return f"There is no {name} score of week 0 to compare with, and none is guessed."
        if max(person.end_week, series.weeks[-1]) > model.prior.horizon:
            return (
                f"No trial in the tables tells of the time after week {model.prior.horizon:g}: "
                "plan and review within it."
            )
        return ""

    def why_not(self, person: Person, series: Series) -> str:
        """Return why a series cannot be judged; "" where it can be."""
        why = self.unreadable(person, series)
        model = self.model(series, person.priors)
        if why or isinstance(model, str):
            return why
        if model.threshold(series.first) > series.first - series.instrument.low:
            return (
                f"The first {series.instrument.id} score, {shown(series.first)}, is too low for a "
                f"meaningful improvement ({shown(model.threshold(series.first))} points) to be "
                "possible."
            )
        return ""

    def review(self, people: Sequence[Person]) -> list[ProgressReview]:
        """Return the review of each person, in order."""
        jobs: list[tuple[int, Series, MeasureModel]] = []
        whys: dict[tuple[int, str], str] = {}
        for place, person in enumerate(people):
            for series in person.series:
                model = self.model(series, person.priors)
                why = self.why_not(person, series)
                if isinstance(model, MeasureModel) and not why:
                    jobs.append((place, series, model))
                else:
                    whys[place, series.instrument.id] = why
        numbers = numbers_of(
            [series for _, series, _ in jobs],
            [people[place].end_week for place, _, _ in jobs],
            [model for _, _, model in jobs],
        )
        judged: dict[tuple[int, str], Numbers | str] = {
            (place, series.instrument.id): found
            for (place, series, _), found in zip(jobs, numbers, strict=True)
        }
        judged.update(whys)
        return [self._one(person, place, judged) for place, person in enumerate(people)]

    def _one(
        self, person: Person, place: int, judged: Mapping[tuple[int, str], Numbers | str]
    ) -> ProgressReview:
        seen = {series.instrument.id for series in person.series}
        measures = [
            self._measure(person, series, judged[place, series.instrument.id])
            for series in sorted(person.series, key=_order)
        ]
        measures += [
            _unreadable(name, why, person.end_week)
            for name, why in person.faults
            if name not in seen
        ]
        advice, reasons = together(
            [(m.instrument, (m.advice, m.reasons)) for m in measures],
            worse=any(m.worse for m in measures),
        )
        if not measures:
            reasons = (Reason("There is no score."),)
        if person.warning_signs:
            signs = tuple(Reason(f"Warning sign: {sign}.") for sign in person.warning_signs)
            advice, reasons = "refer", (*signs, Reason(self.rules.warning), *reasons)
        sentence, trials = self._expectation(
            person.priors, tuple(dict.fromkeys(measure.outcome for measure in measures))
        )
        cited = (source for reason in reasons for source in reason.sources)
        return ProgressReview(
            advice=advice,
            reasons=reasons,
            measures=tuple(measures),
            prior=sentence,
            sources=tuple(dict.fromkeys((*cited, *trials))),
            over=bool(person.over),
        )

    def _expectation(
        self, priors: Mapping[str, Prior], outcomes: tuple[str, ...]
    ) -> tuple[str, tuple[str, ...]]:
        """Return what the expectation of some outcomes rests on, and its trials."""
        key = (id(priors), outcomes)
        if key not in self._expectations:
            used = [priors[outcome] for outcome in outcomes if outcome in priors]
            sentence = " ".join(
                f"{prior.outcome.replace('_', ' ').capitalize()}: {prior.sentence}"
                for prior in used
            )
            trials = dict.fromkeys(trial for prior in used for trial in prior.treated.trials)
            self._expectations[key] = (sentence, tuple(trials))
        return self._expectations[key]

    def _measure(self, person: Person, series: Series, judged: Numbers | str) -> MeasureReview:
        model = self.model(series, person.priors)
        known = model if isinstance(model, MeasureModel) else None
        numbers = judged if isinstance(judged, Numbers) and not person.over else None
        worse = self._worse(person, series)
        if known is None or isinstance(judged, str):
            advice, reasons = worse or _unknown(str(judged))
        else:
            advice, reasons = self._verdict(person, series, judged, known, worse)
        first = series.first if series.has_first else None
        return MeasureReview(
            instrument=series.instrument.id,
            outcome=series.instrument.outcome,
            advice=advice,
            reasons=reasons,
            worse=worse is not None,
            scores=len(series.scores),
            first=first,
            latest=series.latest if series.scores else None,
            latest_week=series.weeks[-1] if series.weeks else None,
            planned_end_week=person.end_week,
            probability_meaningful=numbers.better if numbers else None,
            probability_seen=numbers.seen if numbers else None,
            probability_worse=numbers.worse if numbers else None,
            threshold=known.threshold(series.first)
            if known and not isinstance(judged, str)
            else None,
            mdc=known.mdc if known else None,
            expected_at_end=numbers.expected if numbers else None,
            low_at_end=numbers.low if numbers else None,
            high_at_end=numbers.high if numbers else None,
            level=BAND,
            note=known.note if known else "",
        )

    def _worse(self, person: Person, series: Series) -> Verdict | None:
        """Return what follows where a measure got worse, whose rows can all be used."""
        name = series.instrument.id
        if any(measure == name for measure, _ in person.faults):
            return None
        if name not in self._limits:
            self._limits[name] = limits_of(series.instrument, self.library)
        found = worsening(series, self._limits[name], self.rules)
        if found is None or not person.over:
            return found
        return at_the_end(found, person.over, self.rules, self.library)

    def _verdict(
        self,
        person: Person,
        series: Series,
        numbers: Numbers,
        model: MeasureModel,
        worse: Verdict | None,
    ) -> Verdict:
        if len(series.scores) == 1:
            none = f"There is no {series.instrument.id} score after the first one yet."
            return _unknown(f"{person.over} {none}".strip())
        return advise(
            Case(
                series=series,
                numbers=numbers,
                model=model,
                end_week=person.end_week,
                over=person.over,
                ended=person.ended,
                sessions=person.sessions,
                rules=self.rules,
                library=self.library,
            ),
            worse,
        )


def _words(outcome: str) -> str:
    return outcome.replace("_", " ").capitalize()


def _unknown(why: str) -> Verdict:
    return "unknown", (Reason(why),)


def _order(series: Series) -> tuple[bool, str]:
    return (series.instrument.outcome != "pain_intensity", series.instrument.id)


def _unreadable(name: str, why: str, end_week: float) -> MeasureReview:
    """Return the review of a measure none of whose scores could be read."""
    return MeasureReview(
        instrument=name,
        outcome="",
        advice="unknown",
        reasons=(Reason(why),),
        worse=False,
        scores=0,
        first=None,
        latest=None,
        latest_week=None,
        planned_end_week=end_week,
        probability_meaningful=None,
        probability_seen=None,
        probability_worse=None,
        threshold=None,
        mdc=None,
        expected_at_end=None,
        low_at_end=None,
        high_at_end=None,
        level=BAND,
        note="",
    )
