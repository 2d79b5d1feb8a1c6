"""All facts, each table read when it is first asked for."""

from __future__ import annotations

from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from filiform.errors import KnowledgeError, unknown
from filiform.knowledge._bibliography import Citations
from filiform.knowledge._directory import own_file
from filiform.knowledge._lazy import LazyModule
from filiform.knowledge._table import read_file

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from filiform.knowledge import care_tables as care
    from filiform.knowledge import clinical_tables as clinical
    from filiform.knowledge import cohort_tables as cohorts
    from filiform.knowledge import evidence_tables as evidence
    from filiform.knowledge import practice_tables as practice
    from filiform.knowledge import word_tables as words
    from filiform.knowledge._problem import Problem
    from filiform.knowledge._table import Table

else:
    # A family of tables is loaded when one of its tables is first read: who only screens does
    # not pay for the evidence.
    care = LazyModule("filiform.knowledge.care_tables")
    clinical = LazyModule("filiform.knowledge.clinical_tables")
    cohorts = LazyModule("filiform.knowledge.cohort_tables")
    evidence = LazyModule("filiform.knowledge.evidence_tables")
    practice = LazyModule("filiform.knowledge.practice_tables")
    words = LazyModule("filiform.knowledge.word_tables")

R = TypeVar("R")

DATA = Path(__file__).parent / "data"
"""The published tables, shipped with the package."""


class Library:
    """The facts with their sources: each table is an attribute, read and checked on first use.

    Tables with one row an id are mappings in the order of the file, the others are tuples.
    Use `library()` for the published facts and `Library.from_directory()` for one's own.

    >>> library().trials["irnich-2001"].n_randomised
    177
    """

    def __init__(self, directory: Path | None = None) -> None:
        """Take the tables of a directory, and the published one where it has none."""
        self._directory = directory
        self._sources: dict[str, tuple[words.Source, ...]] = {}

    @classmethod
    def from_directory(cls, path: Path | str, *, today: dt.date | None = None) -> Library:
        """Return a library of one's own tables; the published one stands in for a missing file.

        A bibliography of one's own is added to the published one.

        Args:
            path: directory with files named as the published tables, beside each other or in
                folders as those.
            today: no fact may be dated later; None leaves dates unchecked.

        Raises:
            KnowledgeError: a table has a fault, or rows of a table that was not given point to
                rows that the given ones no longer have.
        """
        from filiform.knowledge._check import check, orphans  # noqa: PLC0415 - checks need it all

        directory = Path(path)
        refuse(check(directory, today))
        own = cls(directory)
        refuse(orphans(own))
        return own

    # Evidence

    @cached_property
    def trials(self) -> Mapping[str, evidence.Trial]:
        """Trials by id."""
        return MappingProxyType({t.trial_id: t for t in self._rows(evidence.TRIALS)})

    @cached_property
    def arms(self) -> tuple[evidence.Arm, ...]:
        """Arms of all trials."""
        return self._rows(evidence.ARMS)

    @cached_property
    def outcomes(self) -> tuple[evidence.Outcome, ...]:
        """Outcomes of single arms."""
        return self._rows(evidence.OUTCOMES)

    @cached_property
    def contrasts(self) -> tuple[evidence.Contrast, ...]:
        """Differences of two arms."""
        return self._rows(evidence.CONTRASTS)

    @cached_property
    def harms(self) -> tuple[cohorts.Harm, ...]:
        """Frequencies of harms."""
        return self._rows(cohorts.HARMS)

    @cached_property
    def course(self) -> tuple[cohorts.Course, ...]:
        """The natural course."""
        return self._rows(cohorts.COURSE)

    @cached_property
    def overlaps(self) -> tuple[words.Overlap, ...]:
        """Reports that have, or may have, people in common."""
        return self._rows(words.OVERLAPS)

    @cached_property
    def contradictions(self) -> tuple[words.Contradiction, ...]:
        """Known disagreements and numbers that cannot be believed as printed."""
        return self._rows(words.CONTRADICTIONS)

    def arms_of(self, trial_id: str) -> tuple[evidence.Arm, ...]:
        """Return the arms of a trial.

        Raises:
            KnowledgeError: no such trial.
        """
        if trial_id not in self.trials:
            raise KnowledgeError(unknown("trial", trial_id, self.trials, listed_by="trials.csv"))
        return self._arms_by_trial.get(trial_id, ())

    def arm(self, trial_id: str, arm_id: str) -> evidence.Arm:
        """Return one arm of a trial.

        Raises:
            KnowledgeError: no such trial or arm.
        """
        arms = {arm.arm_id: arm for arm in self.arms_of(trial_id)}
        if arm_id not in arms:
            raise KnowledgeError(unknown(f"arm of {trial_id}", arm_id, arms))
        return arms[arm_id]

    @cached_property
    def _arms_by_trial(self) -> dict[str, tuple[evidence.Arm, ...]]:
        grouped: dict[str, list[evidence.Arm]] = {}
        for arm in self.arms:
            grouped.setdefault(arm.trial_id, []).append(arm)
        return {trial_id: tuple(arms) for trial_id, arms in grouped.items()}

    # Clinical knowledge

    @cached_property
    def findings(self) -> Mapping[str, clinical.ClinicalFinding]:
        """Findings of a person by id."""
        return MappingProxyType({f.id: f for f in self._rows(clinical.FINDINGS)})

    @cached_property
    def warning_signs(self) -> Mapping[str, clinical.WarningSign]:
        """Warning signs by id."""
        return MappingProxyType({w.id: w for w in self._rows(clinical.WARNING_SIGNS)})

    @cached_property
    def contraindications(self) -> Mapping[str, clinical.Contraindication]:
        """Contraindications by id."""
        return MappingProxyType({c.id: c for c in self._rows(clinical.CONTRAINDICATIONS)})

    @cached_property
    def instruments(self) -> tuple[clinical.Instrument, ...]:
        """What sources say about questionnaires."""
        return self._rows(clinical.INSTRUMENTS)

    @cached_property
    def muscles(self) -> Mapping[str, clinical.Muscle]:
        """Muscles by id."""
        return MappingProxyType({m.muscle: m for m in self._rows(clinical.MUSCLES)})

    @cached_property
    def points(self) -> Mapping[str, clinical.Point]:
        """Acupuncture points by code."""
        return MappingProxyType({p.code: p for p in self._rows(clinical.POINTS)})

    # Law, prices, billing

    @cached_property
    def jurisdictions(self) -> Mapping[str, practice.Jurisdiction]:
        """Places whose law is looked up, by ISO 3166 code."""
        return MappingProxyType({j.id: j for j in self._rows(practice.JURISDICTIONS)})

    @cached_property
    def countries(self) -> Mapping[str, practice.Country]:
        """Countries by ISO 3166-1 alpha-2 code."""
        return MappingProxyType({c.id: c for c in self._rows(practice.COUNTRIES)})

    @cached_property
    def scope_of_practice(self) -> tuple[practice.ScopeOfPractice, ...]:
        """Who may needle where."""
        return self._rows(practice.SCOPE_OF_PRACTICE)

    @cached_property
    def costs(self) -> tuple[practice.Cost, ...]:
        """Prices and costs."""
        return self._rows(practice.COSTS)

    @cached_property
    def billing(self) -> tuple[practice.BillingRule, ...]:
        """Codes and rules of cover."""
        return self._rows(practice.BILLING)

    @cached_property
    def reporting_deadlines(self) -> tuple[care.ReportingDuty, ...]:
        """Whom a practice reports a harm to, and by when."""
        return self._rows(care.REPORTING_DEADLINES)

    # Words

    @cached_property
    def therapies(self) -> Mapping[str, words.Therapy]:
        """Interventions by id."""
        return MappingProxyType({t.id: t for t in self._rows(words.THERAPIES)})

    @cached_property
    def comparators(self) -> Mapping[str, words.Comparator]:
        """Comparators by id."""
        return MappingProxyType({c.id: c for c in self._rows(words.COMPARATORS)})

    @cached_property
    def conditions(self) -> Mapping[str, words.Condition]:
        """Kinds of neck pain by id."""
        return MappingProxyType({c.id: c for c in self._rows(words.CONDITIONS)})

    @cached_property
    def areas(self) -> Mapping[str, words.Area]:
        """Places on the body by id."""
        return MappingProxyType({a.id: a for a in self._rows(words.AREAS)})

    @cached_property
    def statements(self) -> Mapping[str, words.Statement]:
        """Sourced sentences for people by id."""
        return MappingProxyType({s.id: s for s in self._rows(words.STATEMENTS)})

    @cached_property
    def bibliography(self) -> Mapping[str, words.Source]:
        """Sources by id: of the tables, of the sentences, and one's own beside them."""
        rows = _published(words.BIBLIOGRAPHY) + _published(words.SOURCES)
        for table in (words.BIBLIOGRAPHY, words.SOURCES):
            if self._owns(table):
                rows += self._rows(table)
        return MappingProxyType({source.id: source for source in rows})

    def sources_of(self, text: str) -> tuple[words.Source, ...]:
        """Return the entries of the bibliography that a source cell cites (remembered)."""
        if text not in self._sources:
            self._sources[text] = self._citations.of(text)
        return self._sources[text]

    @cached_property
    def _citations(self) -> Citations:
        return Citations(self.bibliography)

    def rules(self, name: str) -> Mapping[str, object]:
        """Return a file of rules; what it may hold, the floor that reads it decides.

        Raises:
            KnowledgeError: no such file, or it is not TOML.
        """
        return _rules_file(name)

    def rows(self, table: Table[R]) -> tuple[R, ...]:
        """Return the rows of a table as this library holds them, in the order of the file."""
        return self._rows(table)

    def _owns(self, table: Table[object]) -> bool:
        return self._own_file(table) is not None

    def _own_file(self, table: Table[object]) -> Path | None:
        return None if self._directory is None else own_file(self._directory, table.file)

    def _rows(self, table: Table[R]) -> tuple[R, ...]:
        own = self._own_file(table)
        return _published(table) if own is None else _strict(table, own)


@cache
def library() -> Library:
    """Return the published facts; the same object every time."""
    return Library()


def refuse(problems: Iterable[Problem]) -> None:
    """Raise an error for the first problem, with the number of the others."""
    found = list(problems)
    if found:
        more = f" ({len(found) - 1} more: `filiform check` lists them)" if found[1:] else ""
        raise KnowledgeError(f"{found[0]}{more}")


def published_file(table: Table[object]) -> Path:
    """Return the file of a published table."""
    return DATA / table.folder / table.file


def _published(table: Table[R]) -> tuple[R, ...]:
    return _strict(table, published_file(table))


def _strict(table: Table[R], path: Path) -> tuple[R, ...]:
    reading = read_file(table, path)
    refuse(reading.problems)
    return reading.records


@cache
def _rules_file(name: str) -> Mapping[str, object]:
    """Return a file of rules, read once: pages ask for the same ones again and again."""
    import tomllib  # noqa: PLC0415 - only what reads rules pays for it

    files = {path.stem: path for path in (DATA / "rules").glob("*.toml")}
    if name not in files:
        raise KnowledgeError(unknown("file of rules", name, files))
    try:
        return MappingProxyType(tomllib.loads(files[name].read_text(encoding="utf-8")))
    except tomllib.TOMLDecodeError as error:
        raise KnowledgeError(f"{name}.toml is not valid TOML: {error}") from None
