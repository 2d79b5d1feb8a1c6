"""The review: every question that the tables can answer, and the synthesis of each."""

from __future__ import annotations

from collections import defaultdict
from functools import cache, cached_property
from typing import TYPE_CHECKING

from filiform.errors import ReviewError, unknown
from filiform.knowledge import library as published_library
from filiform.knowledge.rule_table import RuleTable
from filiform.review import _tables
from filiform.review._choices import read_choices
from filiform.review._choosing import choose
from filiform.review._comparison import SHAM, Nodes
from filiform.review._gathering import Asked, gather, measure_of, set_aside
from filiform.review._importance import important_difference, read_important_differences
from filiform.review._question import WINDOWS, Question
from filiform.review._scale import reference_sd
from filiform.review._synthesising import Frame, Settings, synthesise
from filiform.review._vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from filiform.knowledge import Library
    from filiform.review._choices import Choices
    from filiform.review._comparison import Comparison
    from filiform.review._gathering import TrialRows
    from filiform.review._importance import ImportantDifference
    from filiform.review._question import Measure, Window
    from filiform.review._reading import Reading
    from filiform.review._scale import ReferenceSd
    from filiform.review._synthesis import Synthesis


class Review:
    """The living review over one library of trials.

    Every synthesis is computed when it is first asked for and kept.

    >>> review = published()
    >>> white = review.synthesis(Question.parse("acupuncture", "sham"))
    >>> "white-2004" in white.trial_ids
    True
    """

    def __init__(self, library: Library) -> None:
        """Take the tables; nothing is read before the first question."""
        self.library = library
        self._syntheses: dict[tuple[Question, frozenset[str] | None], Synthesis] = {}
        self._references: dict[tuple[str, str], ReferenceSd | None] = {}

    # --- Answers

    def synthesis(self, question: Question, *, only: Collection[str] | None = None) -> Synthesis:
        """Return what the trials together say about a question.

        Args:
            question: The question; unknown words are refused.
            only: The trials that may take part; all of them by default.

        Raises:
            ReviewError: For a word that the tables do not know, with the nearest that they do.
        """
        key = (question, None if only is None else frozenset(only))
        if key not in self._syntheses:
            self._require_known(question)
            self._syntheses[key] = self._synthesise(question, key[1])
        return self._syntheses[key]

    def questions(self, therapy: str | None = None, region: str = "neck") -> tuple[Question, ...]:
        """Return every question that at least one trial has a row for.

        Args:
            therapy: Only questions about this therapy (or combination).
            region: Where the pain is.

        Raises:
            ReviewError: For a therapy or region that the tables do not know.
        """
        self._require("region", region, self.vocabulary.regions)
        for part in therapy.split("+") if therapy else ():
            self._require("therapy", part, self.vocabulary.nodes)
        found = self._questions[region]
        return tuple(q for q in found if therapy in (None, q.intervention))

    def trials_of(self, therapy: str, region: str = "neck") -> tuple[str, ...]:
        """Return the trials with an arm that includes a therapy.

        Raises:
            ReviewError: For a therapy that the tables do not know.
        """
        self._require("therapy", therapy, self.vocabulary.nodes)
        return tuple(
            name
            for name, rows in self._trials.items()
            if rows.trial.region == region
            and any(
                therapy in self._nodes.names_of(part)
                for arm in rows.arms.values()
                for part in arm.interventions
            )
        )

    def readings(self, question: Question) -> tuple[Reading, ...]:
        """Return every reading of a question, in all windows, usable or not."""
        self._require_known(question)
        asked = self._asked(question)
        return tuple(
            reading
            for comparison in self._comparisons(question)
            for reading in gather(self._trials[comparison.trial_id], comparison, asked)
        )

    def reference_sd(self, outcome: str, region: str = "neck") -> ReferenceSd | None:
        """Return the SD that turns standardised differences of an outcome into points."""
        key = (outcome, region)
        if key not in self._references:
            rows = (
                row
                for trial in self._trials.values()
                if trial.trial.region == region
                for row in trial.outcomes
                if row.outcome == outcome
            )
            self._references[key] = reference_sd(rows, self.choices.outcomes[outcome])
        return self._references[key]

    def important_difference(self, question: Question) -> ImportantDifference | None:
        """Return the smallest difference that matters to a person, in points of 100.

        It depends on the outcome, and on the condition where the question names one.
        """
        return important_difference(self._settings.differences, question)

    # --- Words

    @cached_property
    def choices(self) -> Choices:
        """How one effect is chosen from each trial."""
        return read_choices(
            RuleTable("choices.toml", "", self.library.rules("choices"), ReviewError)
        )

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The admissible words of a question."""
        groups = {c.id for c in self.library.comparators.values() if len(c.members) > 1}
        outcomes = self.choices.outcomes
        return Vocabulary(
            nodes=frozenset(self.library.therapies) | groups,
            comparators=frozenset(self.library.comparators) - groups,
            outcomes={name: scale.usual_measure for name, scale in outcomes.items()},
            regions=frozenset(rows.trial.region for rows in self._trials.values()),
            conditions=frozenset(self.library.conditions),
        )

    def _require_known(self, question: Question) -> None:
        words = self.vocabulary
        for part in question.intervention.split("+"):
            self._require("therapy", part, words.nodes)
        for part in question.against.split("+"):
            self._require("comparator", part, words.nodes | words.comparators)
        self._require("outcome", question.outcome, words.outcomes)
        self._require("time window", question.window, WINDOWS)
        self._require("region", question.region, words.regions)
        if question.condition is not None:
            self._require("condition", question.condition, words.conditions)

    @staticmethod
    def _require(kind: str, given: str, admissible: Collection[str]) -> None:
        if given not in admissible:
            raise ReviewError(unknown(kind, given, admissible))

    # --- Tables

    @cached_property
    def _trials(self) -> Mapping[str, TrialRows]:
        return _tables.trial_rows(self.library)

    @cached_property
    def _nodes(self) -> Nodes:
        return Nodes.of(self.library.therapies, self.library.comparators)

    @cached_property
    def _all_comparisons(self) -> tuple[Comparison, ...]:
        return _tables.comparisons_of(self._trials, self._nodes)

    @cached_property
    def _by_pair(self) -> Mapping[_tables.Pair, tuple[Comparison, ...]]:
        return _tables.by_pair(self._all_comparisons, self._nodes)

    def _comparisons(self, question: Question) -> tuple[Comparison, ...]:
        found = self._by_pair.get((question.intervention, question.against), ())
        return tuple(c for c in found if self._trials[c.trial_id].trial.region == question.region)

    def _same_therapy(self, question: Question) -> tuple[Comparison, ...]:
        """Return the comparisons of two forms of the therapy that is asked about.

        Those of trials that have a comparison for the question, or no comparison at all.
        """
        asked = {c.trial_id for c in self._comparisons(question)}
        return tuple(
            c
            for c in self._all_comparisons
            if c.same_therapy
            and (c.trial_id in asked or c.trial_id not in self._compared)
            and self._trials[c.trial_id].trial.region == question.region
            and question.intervention in self._nodes.names_of("+".join(c.background))
        )

    @cached_property
    def _compared(self) -> frozenset[str]:
        return frozenset(c.trial_id for c in self._all_comparisons if not c.same_therapy)

    def _asked(self, question: Question) -> Asked:
        return Asked(
            outcome=question.outcome,
            measure=question.measure,
            scale=self.choices.outcomes[question.outcome],
            reference=self.reference_sd(question.outcome, question.region),
            choices=self.choices,
        )

    def _synthesise(self, question: Question, only: frozenset[str] | None) -> Synthesis:
        asked = self._asked(question)
        readings: dict[str, list[Reading]] = defaultdict(list)
        for comparison in self._comparisons(question):
            rows = self._trials[comparison.trial_id]
            readings[comparison.trial_id] += gather(rows, comparison, asked)
        for comparison in self._same_therapy(question):
            rows = self._trials[comparison.trial_id]
            readings[comparison.trial_id] += set_aside(rows, comparison, asked)
        frame = self._frame(question, asked)
        span = self.choices.windows[question.window]
        chosen = {
            name: choose(self._trials[name], found, span, frame.unit, self.choices)
            for name, found in readings.items()
            if only is None or name in only
        }
        return synthesise(frame, chosen, self._settings)

    def _frame(self, question: Question, asked: Asked) -> Frame:
        return Frame(
            question=question,
            names=(self._in_words(question.intervention), self._in_words(question.against)),
            scale=asked.scale,
            sham=question.against in self._shams,
            reference=asked.reference,
        )

    def _in_words(self, side: str) -> str:
        names = {group.id: group.name for group in self.library.comparators.values()}
        names |= {therapy.id: therapy.name for therapy in self.library.therapies.values()}
        return " + ".join(names[part] for part in side.split("+"))

    @cached_property
    def _shams(self) -> frozenset[str]:
        sham = self.library.comparators[SHAM]
        return frozenset((sham.id, *sham.members))

    @cached_property
    def _settings(self) -> Settings:
        rules = RuleTable("certainty.toml", "", self.library.rules("certainty"), ReviewError)
        return Settings(
            trials=self.library.trials,
            choices=self.choices,
            certainty=rules,
            differences=read_important_differences(rules, self.library.instruments),
            overlaps=self.library.overlaps,
        )

    # --- Questions

    @cached_property
    def _questions(self) -> Mapping[str, tuple[Question, ...]]:
        found: dict[str, set[Question]] = {region: set() for region in self.vocabulary.regions}
        for comparison in self._all_comparisons:
            if not comparison.same_therapy:
                rows = self._trials[comparison.trial_id]
                found[rows.trial.region] |= self._asked_by(comparison, rows)
        return {
            region: tuple(sorted(questions, key=lambda q: q.key))
            for region, questions in found.items()
        }

    def _asked_by(self, comparison: Comparison, rows: TrialRows) -> set[Question]:
        """Return the questions that a comparison's rows speak to, under their listed names."""
        pair = {comparison.arm_a, comparison.arm_b}
        seen: dict[tuple[str, Measure], set[Window | None]] = defaultdict(set)
        for contrast in rows.contrasts:
            if {contrast.arm_a, contrast.arm_b} == pair:
                key = (contrast.outcome, measure_of(contrast))
                seen[key].add(self._window_of(contrast.weeks))
        for outcome in rows.outcomes:
            if outcome.arm_id in pair and outcome.weeks != 0:
                seen[outcome.outcome, measure_of(outcome)].add(self._window_of(outcome.weeks))
        intervention = self._nodes.names_of(comparison.intervention)[0]
        control = self._nodes.names_of(comparison.control)[0]
        return {
            Question(intervention, control, outcome, window, rows.trial.region, measure)
            for (outcome, measure), windows in seen.items()
            for window in (windows - {None} or {self.choices.unplaced})
            if window is not None
        }

    def _window_of(self, weeks: float | None) -> Window | None:
        return None if weeks is None else self.choices.window_of(weeks)


@cache
def published() -> Review:
    """Return the review of the published tables; the same object every time."""
    return Review(published_library())
