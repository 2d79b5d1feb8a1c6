"""Is an event growing more frequent than was published? A signal after each treatment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from filiform.care._cusum import Cusum, chart_for, path_of, run_length, signal_within
from filiform.care._record import Record
from filiform.care._safety_rules import DriftRule, safety_rules
from filiform.errors import CareError
from filiform.guidance import words

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Signal(Record):
    """Where a sequence stands against a published rate.

    Attributes:
        signalled_at: the first treatment (counted from 1) at which the limit was reached; None
            where it was not.
        now: the state after the last treatment, in steps.
        limit: the state that signals.
        up: the steps that an event adds; a treatment without it takes one away.
        path: the state after each treatment.
        looked_for: the rate that the chart is made to find.
        false_alarm: the exact probability of a signal over the horizon without any drift.
        horizon: treatments.
        mean_to_false_alarm, mean_to_signal: treatments until a signal, on average, at the
            published rate and at the one looked for.
    """

    published_rate: float
    looked_for: float
    treatments: int
    events: int
    signalled_at: int | None
    now: int
    limit: int
    up: int
    path: tuple[int, ...]
    false_alarm: float
    horizon: int
    mean_to_false_alarm: float
    mean_to_signal: float
    sentence: str
    source: str


def drift(
    sequence: Sequence[bool], published_rate: float, *, rule: DriftRule | None = None
) -> Signal:
    """Return whether the events of a sequence have become more frequent than published.

    A Bernoulli CUSUM; its limit is the lowest one that keeps false alarms under the share that
    safety.toml asks for.

    Args:
        sequence: for each treatment, in its order, whether the event followed.
        published_rate: of treatments, above 0 and below 1.
        rule: the odds ratio that is looked for, the false alarms and the horizon; those of
            safety.toml where it is not given.

    Raises:
        CareError: the rate is not between 0 and 1.

    Source: Page 1954, Biometrika 41:100-115, doi 10.1093/biomet/41.1-2.100; Reynolds and Stoumbos
    1999, J Qual Technol 31:87-108, doi 10.1080/00224065.1999.11979900.

    >>> signal = drift([False] * 99 + [True], 0.000004)
    >>> signal.signalled_at
    100
    """
    if not 0 < published_rate < 1:
        raise CareError(
            f"a published rate of {published_rate}, admissible is one above 0 and below 1: where "
            "no event was seen, give the upper bound that the study allows"
        )
    used = rule or safety_rules().drift
    chart = chart_for(published_rate, used.odds_ratio, used.false_alarm, used.horizon)
    odds = used.odds_ratio * published_rate / (1 - published_rate)
    path = path_of(chart, sequence)
    at = next((n for n, state in enumerate(path, 1) if state >= chart.limit), None)
    false_alarm = signal_within(chart, published_rate, used.horizon)
    return Signal(
        published_rate=published_rate,
        looked_for=odds / (1 + odds),
        treatments=len(path),
        events=sum(map(bool, sequence)),
        signalled_at=at,
        now=path[-1] if path else 0,
        limit=chart.limit,
        up=chart.up,
        path=path,
        false_alarm=false_alarm,
        horizon=used.horizon,
        mean_to_false_alarm=run_length(chart, published_rate),
        mean_to_signal=run_length(chart, odds / (1 + odds)),
        sentence=_sentence(chart, at, len(path), false_alarm, used),
        source=used.source,
    )


def _sentence(chart: Cusum, at: int | None, n: int, false_alarm: float, rule: DriftRule) -> str:
    treatments = words.counted(n, "treatment", "treatments")
    alarm = (
        f"Without any change, {words.small(false_alarm * 100)} of 100 practices would see a signal "
        f"within {rule.horizon:,} treatments by chance."
    )
    if at is None:
        return f"No signal in {treatments}. {alarm}"
    single = "A single event is a signal at so rare a rate. " if chart.limit <= chart.up else ""
    return (
        f"A signal at treatment {at:,} of {n:,}: the event comes more often than was published. "
        f"{single}Look at how, where and by whom. {alarm}"
    )
