"""What a person has answered so far: person.toml as a mapping, and where "none of these" stood.

person.toml can say that a finding is absent, but not that none of a list of other things is so.
That the question was answered is kept beside it, so that "none" is never shown as "not answered".
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from filiform.guidance import Person

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from filiform.knowledge import Library


@dataclass(frozen=True, slots=True)
class Record:
    """The answers so far.

    Attributes:
        answers: as in person.toml, a key inside `preferences` by its dotted name.
        none: the fields, as page and name, that were answered with none.
    """

    answers: Mapping[str, object] = field(default_factory=dict)
    none: frozenset[str] = frozenset()

    @classmethod
    def from_cookie(cls, content: Mapping[str, object]) -> Record:
        """Return the record that a cookie carries."""
        answers, none = content.get("answers"), content.get("none")
        return cls(
            answers if isinstance(answers, dict) else {},
            frozenset(none if isinstance(none, list) else ()),
        )

    @classmethod
    def of(cls, person: Person) -> Record:
        """Return the record of a person whose answers come from a file."""
        given = person.to_dict()
        preferences = given.pop("preferences", {})
        inner = preferences.items() if isinstance(preferences, dict) else ()
        return cls(given | {f"preferences.{key}": value for key, value in inner})

    def to_cookie(self) -> dict[str, object]:
        """Return what a cookie carries."""
        return {"answers": dict(self.answers), "none": sorted(self.none)}

    @property
    def empty(self) -> bool:
        """Whether nothing was answered."""
        return not self.answers and not self.none

    def person(self, library: Library) -> Person:
        """Return the person.

        Raises:
            GuidanceError: an answer cannot be read, in Person's own sentence.
        """
        mapping: dict[str, object] = {}
        preferences: dict[str, object] = {}
        for key, value in self.answers.items():
            table, _, inner = key.rpartition(".")
            (preferences if table else mapping)[inner] = value
        return Person.from_mapping(
            mapping | ({"preferences": preferences} if preferences else {}), library
        )

    def listed(self, key: str) -> tuple[str, ...]:
        """Return a list of words; empty where it was not answered."""
        value = self.answers.get(key, ())
        return tuple(str(each) for each in value) if isinstance(value, list | tuple) else ()

    def having(self, key: str, value: object) -> Record:
        """Return the record with another answer; None or an empty list takes the answer away."""
        answers = dict(self.answers)
        answers.pop(key, None)
        if value is not None and value != []:
            answers[key] = value
        return replace(self, answers=answers)

    def exchanging(self, key: str, old: Collection[str], new: Collection[str]) -> Record:
        """Return the record with some words of a list put in the place of others."""
        kept = [each for each in self.listed(key) if each not in old]
        return self.having(key, kept + [each for each in new if each not in kept])

    def marking(self, place: str, *, none: bool) -> Record:
        """Return the record with a field marked as answered with none, or not."""
        return replace(self, none=self.none | {place} if none else self.none - {place})
