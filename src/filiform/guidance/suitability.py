"""Which therapies fit this kind of neck pain (D6): the cause, the trials, and what bars it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from filiform.errors import GuidanceError
from filiform.guidance import words
from filiform.guidance._record import Record
from filiform.guidance._toml import only, table, tables, text, texts
from filiform.knowledge import library as published

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from filiform.guidance._toml import Table
    from filiform.knowledge import Library
    from filiform.review import Review

NOT_GIVEN = "not_given"
ALL = "*"


@dataclass(frozen=True, slots=True)
class FitRule:
    """For which conditions and findings a therapy fits, by its cause."""

    id: str
    therapies: tuple[str, ...]
    conditions: tuple[str, ...]
    findings: tuple[str, ...]
    fits: str
    tested_in: str | None
    sentence: str
    statements: tuple[str, ...]

    def holds(self, therapy: str, condition: str, present: Collection[str]) -> bool:
        """Tell whether the rule speaks of this therapy in this person."""
        return (
            therapy in self.therapies
            and (condition in self.conditions or ALL in self.conditions)
            and (not self.findings or any(finding in present for finding in self.findings))
        )


@dataclass(frozen=True, slots=True)
class Suitability(Record):
    """How well a therapy fits the cause.

    Attributes:
        fits: yes, maybe or unknown.
        why: in plain words, with the number of trials in this kind of pain.
        trials_in_condition: neck trials of the therapy in people with it; None where the person
            named none.
        trials: all neck trials of the therapy.
    """

    fits: str
    why: str
    rule: str
    condition: str | None
    trials_in_condition: int | None
    trials: int
    statements: tuple[str, ...]


@cache
def fit_rules() -> tuple[FitRule, ...]:
    """Return the rules of suitability.toml, read once."""
    rows = tables(published().rules("suitability").get("fit"), "fit")
    return tuple(_rule(row) for row in rows)


@cache
def fit_words() -> Mapping[str, str]:
    """Return what each word of `fits` means in plain words."""
    given = table(published().rules("suitability").get("words"), "words")
    return MappingProxyType({key: text(value, key) for key, value in given.items()})


_KEYS = frozenset(
    {
        *("id", "therapies", "conditions", "findings", "fits"),
        *("tested_in", "sentence", "statements"),
    }
)


def _rule(row: Table) -> FitRule:
    where = f"fit {row.get('id')}"
    only(row, _KEYS, where)
    return FitRule(
        id=text(row.get("id"), where),
        therapies=texts(row.get("therapies"), where),
        conditions=texts(row.get("conditions"), where),
        findings=texts(row.get("findings"), where),
        fits=text(row.get("fits"), where),
        tested_in=text(row["tested_in"], where) if "tested_in" in row else None,
        sentence=text(row.get("sentence"), where),
        statements=texts(row.get("statements"), where),
    )


def suitability_of(
    review: Review, therapy: str, condition: str | None, present: Collection[str]
) -> Suitability:
    """Return how well a therapy fits a person's kind of pain.

    "yes" needs at least one trial in that kind of pain, else it stays unknown.

    Args:
        review: for the trials of the therapy.
        therapy: an option.
        condition: an id of conditions.csv; None is not answered.
        present: facts of the person.

    Raises:
        GuidanceError: no rule of suitability.toml speaks of the therapy.
    """
    given = condition or NOT_GIVEN
    rule = next((rule for rule in fit_rules() if rule.holds(therapy, given, present)), None)
    if rule is None:
        raise GuidanceError(
            f"suitability.toml has no rule for {therapy} in {given}: add one, such as unknown"
        )
    library = review.library
    trials = [library.trials[id_] for id_ in review.trials_of(therapy)]
    kind = rule.tested_in or condition
    in_kind = None if kind is None else sum(trial.condition == kind for trial in trials)
    tested = in_kind is None or in_kind > 0
    return Suitability(
        fits=rule.fits if tested or rule.fits != "yes" else "unknown",
        why=f"{rule.sentence} {_tested(library, len(trials), in_kind, kind)}".strip(),
        rule=rule.id,
        condition=condition,
        trials_in_condition=in_kind,
        trials=len(trials),
        statements=rule.statements,
    )


def _tested(library: Library, trials: int, in_kind: int | None, kind: str | None) -> str:
    if not trials:
        return "We found no trial of it for the neck."
    if in_kind is None or kind is None:
        return ""
    name = library.conditions[kind].name
    if not in_kind:
        return f"None of its {words.counted(trials, 'trial', 'trials')} was on {name}."
    verb = "was" if in_kind == 1 else "were"
    return f"Of its {words.counted(trials, 'trial', 'trials')}, {in_kind} {verb} on {name}."
