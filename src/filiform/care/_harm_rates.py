"""The practice's own rates beside the published ones, each on its own unit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from filiform.care._exact import at_least, clopper_pearson
from filiform.care._harm_events import SUMS, harm_events
from filiform.care._record import Record
from filiform.care._safety_rules import safety_rules
from filiform.care.refusal import Refusal
from filiform.errors import CareError, unknown
from filiform.guidance import words
from filiform.guidance.harms import Harm, counts_events, harms_of
from filiform.guidance.texts import sources

if TYPE_CHECKING:
    from collections.abc import Iterable

    from filiform.knowledge import Library

_UNITS = ("treatments", "people")


@dataclass(frozen=True, slots=True)
class HarmCount(Record):
    """How often an event was seen in the practice.

    Attributes:
        event: a word of the harms vocabulary.
        treatments: treatments after which it was seen, each counted once.
        people: people in whom it was seen, each counted once.
    """

    event: str
    treatments: int
    people: int


@dataclass(frozen=True, slots=True)
class Denominators(Record):
    """What the counts are of."""

    treatments: int
    people: int


@dataclass(frozen=True, slots=True)
class PublishedRate(Record):
    """What one study found; shares of 1.

    Attributes:
        low, high: None where the study gives no number that they can be computed from.
        no_share: it counts events, of which one treatment may have had several, or is a guess:
            shown, and held against nothing.
        sessions_each: over how many sessions each of its people was asked; None where it is a
            study of treatments or does not tell.
        text: the rate with what its count does not show by itself.
    """

    study: str
    rate: float
    low: float | None
    high: float | None
    no_share: bool
    sessions_each: float | None
    text: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RateComparison(Record):
    """One event on one unit: the practice, and all studies on the same unit.

    Attributes:
        events, of: the practice's count and what it is of.
        rate, low, high: the practice's share with its exact interval; None where nothing was done.
        major: harms.csv or guidance.toml counts it as major.
        probability: of so many events or more, if the highest published rate were the practice's;
            None where no study counted treatments, where nothing was done, and of people.
    """

    event: str
    name: str
    unit: str
    major: bool
    events: int
    of: int
    rate: float | None
    low: float | None
    high: float | None
    published: tuple[PublishedRate, ...]
    probability: float | None
    sentence: str
    sources: tuple[str, ...]


def rates(
    counts: Iterable[HarmCount], denominators: Denominators, library: Library, *, therapy: str
) -> tuple[RateComparison, ...]:
    """Return each event's rate in the practice beside the published ones.

    A study of treatments is compared with treatments; so is one that asked each person about one
    session. A study of people who had several sessions is shown and not weighed, for the number
    depends on how many they had. One that counts events, of which one treatment may have had
    several, or that is a guess, is shown and not used for the probability. Major harms first.

    Args:
        counts: the practice's events; single harms that are not named were not seen, sums over
            several harms (`any_…`) are compared only where they are named.
        denominators: treatments given and people treated, with this therapy.
        library: the facts.
        therapy: an offered therapy of therapies.csv that has needles.

    Raises:
        CareError: an event that is not in the vocabulary, twice, or more often than treatments.

    Source: Clopper and Pearson 1934, Biometrika 26:404-413, doi 10.1093/biomet/26.4.404.
    """
    harms = harms_of(library, therapy)
    names = {harm.event: harm.name for harm in harms}
    major = {event.id for event in harm_events(library).values() if event.major}
    seen: dict[str, HarmCount] = {}
    for count in counts:
        if count.event in seen:
            raise CareError(f"the event {count.event!r} is counted twice: give one count of it")
        seen[count.event] = count
    named = (names | _unpublished(seen, names, library)).items()
    return tuple(
        _comparison(
            _Case(event, name, unit, event in major, seen.get(event), denominators), harms, library
        )
        for event, name in sorted(named, key=lambda each: each[0] not in major)
        for unit in _UNITS
        if event in seen or (_published(harms, event, unit) and not event.startswith(SUMS))
    )


def published_rate(
    event: str, *, therapy: str, unit: str, library: Library
) -> PublishedRate | Refusal:
    """Return the rate that the sequential signal is held against: the highest published one.

    Where no study saw the event, the upper end of the widest interval stands for it.

    Args:
        event: a word of the harms vocabulary.
        therapy: an offered therapy with needles.
        unit: treatments or people.
        library: the facts.
    """
    if unit not in _UNITS:
        raise CareError(unknown("unit", unit, _UNITS))
    found = [
        each for each in _published(harms_of(library, therapy), event, unit) if not each.no_share
    ]
    seen = [each for each in found if each.rate > 0]
    bounds = [each for each in found if each.high is not None]
    if seen:
        return max(seen, key=lambda each: each.rate)
    if bounds:
        widest = max(bounds, key=lambda each: each.high or 0.0)
        return replace(widest, rate=widest.high or 0.0)
    sentence = (
        f"No study of ours counts {event.replace('_', ' ')} of {unit} after "
        f"{library.therapies[therapy].name}: there is no rate to hold yours against."
    )
    return Refusal("no_published_rate", sentence)


def _unpublished(
    seen: dict[str, HarmCount], names: dict[str, str], library: Library
) -> dict[str, str]:
    known = harm_events(library)
    for event in seen:
        if event not in known:
            raise CareError(unknown("harm", event, known))
    return {event: known[event].name for event in seen if event not in names}


def _published(harms: tuple[Harm, ...], event: str, unit: str) -> tuple[PublishedRate, ...]:
    return tuple(
        PublishedRate(
            study=harm.study,
            rate=harm.rate / harm.of,
            low=None if harm.low is None else harm.low / harm.of,
            high=None if harm.high is None else harm.high / harm.of,
            no_share=counts_events(harm) or harm.study in safety_rules().guessed,
            sessions_each=_sessions_each(harm) if harm.unit == "people" else None,
            text=harm.text if harm.unit == unit else f"{harm.text}, each asked about one session",
            sources=harm.sources,
        )
        for harm in harms
        if harm.event == event and _unit_of(harm) == unit and harm.rate is not None
    )


def _sessions_each(harm: Harm) -> float | None:
    return safety_rules().sessions_each.get(harm.study)


def _unit_of(harm: Harm) -> str:
    """Return what a study counts: people who were asked about one session are treatments."""
    return "treatments" if harm.unit == "people" and _sessions_each(harm) == 1 else harm.unit


def _of(denominators: Denominators, unit: str) -> int:
    return denominators.treatments if unit == "treatments" else denominators.people


@dataclass(frozen=True, slots=True)
class _Case:
    """One event on one unit in the practice."""

    event: str
    name: str
    unit: str
    major: bool
    count: HarmCount | None
    denominators: Denominators

    @property
    def events(self) -> int:
        if self.count is None:
            return 0
        return self.count.treatments if self.unit == "treatments" else self.count.people

    @property
    def of(self) -> int:
        return _of(self.denominators, self.unit)


def _comparison(case: _Case, harms: tuple[Harm, ...], library: Library) -> RateComparison:
    events, of = case.events, case.of
    if events > of:
        raise CareError(
            f"{events} {case.unit} with {case.event!r} of {of}, admissible are 0 to {of}: "
            "count each once"
        )
    published = _published(harms, case.event, case.unit)
    interval = clopper_pearson(events, of, safety_rules().level) if of else None
    usable = [each.rate for each in published if not each.no_share]
    weighed = of and usable and case.unit == "treatments"
    cited = sources(library, safety_rules().level_source)
    found = (*cited, *(id_ for each in published for id_ in each.sources))
    return RateComparison(
        event=case.event,
        name=case.name,
        unit=case.unit,
        major=case.major,
        events=events,
        of=of,
        rate=events / of if of else None,
        low=interval[0] if interval else None,
        high=interval[1] if interval else None,
        published=published,
        probability=at_least(events, of, max(usable)) if weighed else None,
        sentence=_sentence(case, interval, published),
        sources=tuple(dict.fromkeys(found)),
    )


def _sentence(
    case: _Case, interval: tuple[float, float] | None, published: tuple[PublishedRate, ...]
) -> str:
    name, unit = words.sentence(case.name), case.unit
    if interval is None:
        return f"{name}: no {unit} yet."
    low, high = interval
    own = (
        f"{name}: {case.events:,} of {case.of:,} {unit} here, "
        f"which fits {words.small(low * 100)} to {words.small(high * 100)} of 100."
    )
    if not published:
        return f"{own} No study of ours counts it of {unit}."
    lowest = min(each.rate for each in published)
    highest = max(each.rate for each in published)
    span = words.small(lowest * 100)
    if highest > lowest:
        span += f" to {words.small(highest * 100)}"
    studies = words.counted(len(published), "study", "studies")
    said = f"{own} Published: {span} of 100 ({studies})."
    if unit == "people":
        return f"{said} {_over_sessions(case, published)}"
    return f"{said} {_where(low, high, lowest, highest)}"


def _over_sessions(case: _Case, published: tuple[PublishedRate, ...]) -> str:
    """Say over how many sessions people were counted, here and there."""
    theirs = ", ".join(
        f"{each.study}: {'not told' if each.sessions_each is None else f'{each.sessions_each:g}'}"
        for each in published
    )
    own = case.denominators.treatments / case.denominators.people
    return (
        "How many people have it depends on how many sessions each had, so they are not weighed "
        f"(here {own:.1f}; {theirs})."
    )


def _where(low: float, high: float, lowest: float, highest: float) -> str:
    if low > highest:
        return "That is more than in any of them."
    if high < lowest:
        return "That is less than in any of them: ask whether every harm is written down."
    return "The two agree as far as the numbers can tell."
