"""What the library holds, counted, and where it ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from filiform.knowledge import Trial
    from filiform.review import Review


@dataclass(frozen=True, slots=True)
class Holdings:
    """The counts that the first page states; each is computed from the tables.

    Attributes:
        people: Randomised in the trials that say how many.
        people_unknown: Trials that do not say.
        unjudged: Trials whose risk of bias no review judged overall.
        doubtful: Trials that stand in contradictions.csv.
        questions: Comparisons on one outcome in one window that a trial has a row for.
        unusable: Of these, without any usable number.
        alone: Of these, resting on one trial.
    """

    trials: int
    regions: tuple[tuple[str, int], ...]
    people: int
    people_unknown: int
    harm_studies: int
    places: int
    sources: int
    unjudged: int
    doubtful: int
    questions: int
    unusable: int
    alone: int
    needling: tuple[tuple[str, str, int], ...]


def holdings(review: Review) -> Holdings:
    """Count what the library holds."""
    library = review.library
    trials = library.trials.values()
    regions = sorted({trial.region for trial in trials})
    questions = [q for region in regions for q in review.questions(region=region)]
    rest_on = [review.synthesis(question).trials for question in questions]
    return Holdings(
        trials=len(trials),
        regions=tuple((r, sum(trial.region == r for trial in trials)) for r in regions),
        people=sum(trial.n_randomised or 0 for trial in trials),
        people_unknown=sum(trial.n_randomised is None for trial in trials),
        harm_studies=len({harm.study_id for harm in library.harms}),
        places=len({row.jurisdiction for row in library.scope_of_practice}),
        sources=len(library.bibliography),
        unjudged=sum(_unjudged(trial) for trial in trials),
        doubtful=len({c.subject for c in library.contradictions if c.subject in library.trials}),
        questions=len(questions),
        unusable=rest_on.count(0),
        alone=rest_on.count(1),
        needling=tuple(
            (t.id, t.name, len({n for r in regions for n in review.trials_of(t.id, r)}))
            for t in library.therapies.values()
            if t.offered
        ),
    )


def _unjudged(trial: Trial) -> bool:
    return trial.rob_overall is None
