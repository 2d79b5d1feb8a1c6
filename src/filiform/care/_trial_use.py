"""Which trials of a therapy name which points and muscles: counted from arms.csv."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import ceil
from statistics import median
from typing import TYPE_CHECKING

from filiform.care._prescription_rules import prescription_rules
from filiform.care.prescribed import Reason
from filiform.guidance.texts import sources

if TYPE_CHECKING:
    from collections.abc import Callable

    from filiform.knowledge import Arm, Library
    from filiform.review import Review


@dataclass(frozen=True, slots=True)
class Use:
    """How often the trials of a therapy name a site.

    Attributes:
        trials: those that name it.
        of: how many trials of the therapy there are, in people with the condition where one is
            given.
        naming: how many of these name any site.
    """

    therapy: str
    condition: str | None
    trials: tuple[str, ...]
    of: int
    naming: int
    source: str


@dataclass(frozen=True, slots=True)
class TrialUse:
    """The neck trials of one therapy, and the sites that their arms name.

    Attributes:
        trials: each with the condition of its people.
        arms: those of the therapy that name a site.
    """

    therapy: str
    kind: str
    trials: tuple[tuple[str, str], ...]
    arms: tuple[Arm, ...]

    def sites(self, arm: Arm) -> tuple[str, ...]:
        """Return what an arm names."""
        return arm.points if self.kind == "points" else arm.muscles

    def of(self, site: str, condition: str | None = None) -> Use:
        """Return how often a site is named, in people with a condition or in all."""
        among = {id_ for id_, its in self.trials if condition in (None, its)}
        arms = [arm for arm in self.arms if arm.trial_id in among]
        own = [arm for arm in arms if site in self.sites(arm)]
        return Use(
            therapy=self.therapy,
            condition=condition,
            trials=tuple(sorted({arm.trial_id for arm in own})),
            of=len(among),
            naming=len({arm.trial_id for arm in arms}),
            source="; ".join(dict.fromkeys(arm.source for arm in own)),
        )

    def numbers(self, counted: Callable[[str], bool]) -> tuple[int, ...]:
        """Return how many of the sites that count each arm names, of the arms that name any."""
        found = (sum(counted(site) for site in self.sites(arm)) for arm in self.arms)
        return tuple(number for number in found if number)


@dataclass(frozen=True, slots=True)
class SiteUse:
    """How often a site is named in the person's kind of pain, in any, and by the borrowed form."""

    own_kind: Use | None
    any_kind: Use
    borrowed: Use | None

    @property
    def rank(self) -> tuple[int, int, int]:
        """Return the smaller, the more often it is named."""
        counted = (self.own_kind, self.any_kind, self.borrowed)
        in_kind, in_any, in_other = (len(use.trials) if use else 0 for use in counted)
        return -in_kind, -in_any, -in_other

    @property
    def named(self) -> bool:
        """Whether any of the trials names it."""
        return any(self.rank)

    @property
    def told(self) -> Use:
        """The most specific count that is not zero, else that of the therapy's own trials."""
        counted = (self.own_kind, self.any_kind, self.borrowed)
        return next((use for use in counted if use is not None and use.trials), self.any_kind)


@dataclass(frozen=True, slots=True, eq=False)
class Trials:
    """The trials of a therapy, and of the form that it borrows from; one object a review."""

    own: TrialUse
    borrowed: TrialUse | None

    def use_of(self, site: str, condition: str | None) -> SiteUse:
        """Return how often a site is named, remembered."""
        return _use_of(self, site, condition)

    def usual(self, counted: Callable[[str], bool]) -> int:
        """Return how many of the sites that count an arm usually names: the median, rounded up."""
        numbers = self._numbers(counted)
        return ceil(median(numbers)) if numbers else 0

    def most(self, counted: Callable[[str], bool]) -> int:
        """Return the most sites that any arm names."""
        return max(self._numbers(counted), default=0)

    def _numbers(self, counted: Callable[[str], bool]) -> tuple[int, ...]:
        numbers = self.own.numbers(counted)
        return numbers if numbers or self.borrowed is None else self.borrowed.numbers(counted)


@lru_cache(maxsize=4096)
def _use_of(trials: Trials, site: str, condition: str | None) -> SiteUse:
    return SiteUse(
        own_kind=trials.own.of(site, condition) if condition else None,
        any_kind=trials.own.of(site),
        borrowed=trials.borrowed.of(site) if trials.borrowed else None,
    )


@lru_cache(maxsize=32)
def trials_of(review: Review, therapy: str) -> Trials:
    """Return the neck trials of a therapy, remembered for each review."""
    borrow = prescription_rules().therapies[therapy].borrow
    return Trials(_own(review, therapy), _own(review, borrow) if borrow else None)


def _own(review: Review, therapy: str) -> TrialUse:
    library, kind = review.library, prescription_rules().therapies[therapy].sites
    ids = review.trials_of(therapy) if any(therapy in a.interventions for a in library.arms) else ()
    return TrialUse(
        therapy=therapy,
        kind=kind,
        trials=tuple((id_, library.trials[id_].condition) for id_ in ids),
        arms=tuple(
            arm
            for id_ in ids
            for arm in library.arms_of(id_)
            if therapy in arm.interventions and (arm.points if kind == "points" else arm.muscles)
        ),
    )


def use_reasons(library: Library, use: SiteUse, kind: str) -> tuple[Reason, ...]:
    """Return what the trials say of a site: in the person's kind of pain first."""
    counted = (use.own_kind, use.any_kind, use.borrowed)
    told = [each for each in counted if each is not None and each.trials]
    return tuple(_reason(library, each, kind) for each in (told or [use.any_kind]))


def _reason(library: Library, use: Use, kind: str) -> Reason:
    among = trials_in_words(library, use)
    naming = f"{use.naming} of these {'tells its' if use.naming == 1 else 'tell their'} {kind}"
    if not use.of:
        return Reason(f"There is no {among} in our tables.", _ARMS)
    if not use.trials:
        return Reason(f"None of the {use.of} {among} in our tables names it; {naming}.", _ARMS)
    text = f"Used in {len(use.trials)} of {use.of} {among}: {', '.join(use.trials)}; {naming}."
    return Reason(text, use.source, sources(library, use.source))


_ARMS = "arms.csv"


def trials_in_words(library: Library, use: Use) -> str:
    """Return which trials were counted, as *trials of acupuncture for whiplash*."""
    noun = "trial" if use.of in {0, 1} else "trials"
    where = library.conditions[use.condition].name if use.condition else "any kind of neck pain"
    return f"{noun} of {library.therapies[use.therapy].name} for {where}"
