"""One person's answers: everything may be left out, and nothing is guessed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from filiform.errors import GuidanceError
from filiform.guidance import _answers as answer
from filiform.guidance._guidebook import guidebook
from filiform.guidance.medicines import recognise
from filiform.guidance.person_file import read_mapping
from filiform.knowledge import library as published

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from filiform.knowledge import Library

_FINDINGS = "`filiform findings`"
_HISTORY_GROUPS = frozenset({"history", "medicine"})


@dataclass(frozen=True, slots=True)
class Preferences:
    """What the person wants; None is *not asked*."""

    fear_of_needles: bool | None = None
    avoid: tuple[str, ...] = ()
    drives_after: bool | None = None

    def to_dict(self) -> dict[str, object]:
        """Return what was answered, ready for JSON."""
        given: dict[str, object] = {
            "fear_of_needles": self.fear_of_needles,
            "avoid": list(self.avoid) or None,
            "drives_after": self.drives_after,
        }
        return {key: value for key, value in given.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Person:
    """One person's answers; None or empty is *not asked*, never *not so*.

    Attributes:
        age: years, 0 to 120.
        duration_days: how long the pain has lasted.
        pain_0_10: 0 is none, 10 the worst.
        disability_percent: 0 to 100, as the Neck Disability Index in percent.
        findings: ids of findings.csv that are so.
        absent: ids of findings.csv that were asked and are not so.
        condition: an id of conditions.csv.
        pain_regions: ids of areas.csv where it hurts.
        jurisdiction: an id of jurisdictions.csv.
        insurance: the insurer's name in free words.
        medicines: names or classes.
        history: findings of the groups history and medicine, or ids of guidance.toml.
    """

    age: int | None = None
    sex: str | None = None
    duration_days: float | None = None
    pain_0_10: float | None = None
    disability_percent: float | None = None
    findings: frozenset[str] = frozenset()
    absent: frozenset[str] = frozenset()
    condition: str | None = None
    region: str = "neck"
    pain_regions: tuple[str, ...] = ()
    jurisdiction: str | None = None
    insurance: str | None = None
    medicines: tuple[str, ...] = ()
    history: frozenset[str] = frozenset()
    preferences: Preferences = field(default=Preferences())

    @classmethod
    def from_mapping(cls, data: Mapping[str, object], library: Library) -> Person:
        """Return a person from answers by key.

        Args:
            data: as in person.toml; see schema/person.schema.json.
            library: where findings, conditions, places and therapies are looked up.

        Raises:
            GuidanceError: the first answer that cannot be read, in the order of the keys' list.

        >>> Person.from_mapping({"age": 46, "findings": ["fever"]}, published()).age
        46
        """
        given = answer.only(data, KEYS, "key")
        rules, book = guidebook().answers, guidebook()
        person = cls(
            age=answer.whole(given, "age", rules.ranges["age"]),
            sex=answer.word(given, "sex", rules.sexes),
            duration_days=answer.number(given, "duration_days", rules.ranges["duration_days"]),
            pain_0_10=answer.number(given, "pain_0_10", rules.ranges["pain_0_10"]),
            disability_percent=answer.number(
                given, "disability_percent", rules.ranges["disability_percent"]
            ),
            findings=frozenset(answer.words(given, "findings", library.findings, _FINDINGS)),
            absent=frozenset(answer.words(given, "absent", library.findings, _FINDINGS)),
            condition=_condition(given, library),
            region=answer.word(given, "region", rules.regions) or "neck",
            pain_regions=_pain_regions(given, library),
            jurisdiction=_jurisdiction(given, library),
            insurance=_insurance(given, rules.text_characters),
            medicines=_medicines(given),
            history=_history(given, library),
            preferences=_preferences(given, library),
        )
        _refuse_contradictions(person, frozenset(book.history))
        return person

    def to_dict(self) -> dict[str, object]:
        """Return what was answered, ready for JSON, in the order of the schema."""
        given: dict[str, object] = {
            "age": self.age,
            "sex": self.sex,
            "duration_days": self.duration_days,
            "pain_0_10": self.pain_0_10,
            "disability_percent": self.disability_percent,
            "findings": sorted(self.findings),
            "absent": sorted(self.absent),
            "condition": self.condition,
            "region": self.region,
            "pain_regions": list(self.pain_regions),
            "jurisdiction": self.jurisdiction,
            "insurance": self.insurance,
            "medicines": list(self.medicines),
            "history": sorted(self.history),
            "preferences": self.preferences.to_dict(),
        }
        return {key: value for key, value in given.items() if value not in (None, [], {})}


KEYS = tuple(Person.__dataclass_fields__)
"""The keys of person.toml."""

PREFERENCE_KEYS = tuple(Preferences.__dataclass_fields__)


def read_person(path: Path | str, library: Library | None = None) -> Person:
    """Return the person of a .toml or .json file.

    Args:
        path: at most 64 KB of UTF-8; another suffix is read by its content.
        library: the published facts by default.

    Raises:
        GuidanceError: the file or an answer in it cannot be read.
    """
    data = read_mapping(path, most_bytes=guidebook().answers.file_bytes)
    try:
        return Person.from_mapping(data, library or published())
    except GuidanceError as error:
        raise GuidanceError(f"{path}: {error}") from None


def history_ids(library: Library) -> tuple[str, ...]:
    """Return what `history` may hold: findings of two groups, then the ids of guidance.toml."""
    findings = [row.id for row in library.findings.values() if row.group in _HISTORY_GROUPS]
    return (*findings, *guidebook().history)


def answer_name(id_: str, library: Library) -> str:
    """Return in words what an answer was about: a finding, or an id of the history.

    >>> answer_name("heart_disease", published())
    'heart disease'
    """
    if id_ in library.findings:
        return library.findings[id_].meaning
    known = guidebook().history
    return known[id_].name if id_ in known else id_.replace("_", " ")


def sexes() -> tuple[str, ...]:
    """Return the words for a person's sex that are admitted, as guidance.toml has them.

    >>> sexes()
    ('female', 'male', 'other')
    """
    return guidebook().answers.sexes


def _condition(given: answer.Answers, library: Library) -> str | None:
    if "condition" not in given:
        return None
    return answer.word(given, "condition", library.conditions)


def _pain_regions(given: answer.Answers, library: Library) -> tuple[str, ...]:
    if "pain_regions" not in given:
        return ()
    return answer.words(given, "pain_regions", library.areas, "areas.csv")


def _jurisdiction(given: answer.Answers, library: Library) -> str | None:
    if "jurisdiction" not in given:
        return None
    return answer.word(given, "jurisdiction", library.jurisdictions, "`filiform places`")


def _insurance(given: answer.Answers, longest: int) -> str | None:
    return answer.plain("insurance", given["insurance"], longest) if "insurance" in given else None


def _medicines(given: answer.Answers) -> tuple[str, ...]:
    names = answer.texts(given, "medicines")
    recognise(names, guidebook())
    return names


def _history(given: answer.Answers, library: Library) -> frozenset[str]:
    if "history" not in given:
        return frozenset()
    listed_by = "person.schema.json"
    return frozenset(answer.words(given, "history", history_ids(library), listed_by))


def _preferences(given: answer.Answers, library: Library) -> Preferences:
    value = given.get("preferences", {})
    if not isinstance(value, dict):
        raise GuidanceError(
            f"preferences is {answer.shown(value)}, admissible is a table with "
            f"{', '.join(PREFERENCE_KEYS)}: mend it or leave it out"
        )
    inner = answer.only(value, PREFERENCE_KEYS, "key in preferences")
    offered = (
        [row.id for row in library.therapies.values() if row.offered] if "avoid" in inner else []
    )
    return Preferences(
        fear_of_needles=answer.yes_no(inner, "fear_of_needles"),
        avoid=answer.words(inner, "avoid", offered),
        drives_after=answer.yes_no(inner, "drives_after"),
    )


def _refuse_contradictions(person: Person, not_findings: frozenset[str]) -> None:
    both = sorted((person.findings | (person.history - not_findings)) & person.absent)
    if both:
        raise GuidanceError(
            f"{both[0]!r} is given both as present and as absent: keep one of the two"
        )
