"""First-line care for one person: what is safe for them, and for now (first_line.toml)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from filiform.guidance._toml import only, tables, texts
from filiform.guidance.texts import all_texts_on
from filiform.knowledge import library as published

if TYPE_CHECKING:
    from collections.abc import Collection

    from filiform.guidance._toml import Table
    from filiform.guidance.texts import Text
    from filiform.knowledge import Library

NO_DIAGNOSIS = "no_diagnosis"
"""The fact that a doctor must come before any needle."""


@dataclass(frozen=True, slots=True)
class TextRule:
    """For whom some sentences are.

    Attributes:
        not_if: facts of which each takes the sentences away.
        only_if: facts of which one is needed; empty where none is.
    """

    ids: tuple[str, ...]
    not_if: tuple[str, ...]
    only_if: tuple[str, ...]

    def admits(self, present: Collection[str]) -> bool:
        """Tell whether a person with these facts is shown the sentences."""
        needed = not self.only_if or any(fact in present for fact in self.only_if)
        return needed and not any(fact in present for fact in self.not_if)


@dataclass(frozen=True, slots=True)
class FirstLineRules:
    """All of first_line.toml.

    Attributes:
        meanwhile: the sentences that are safe until a doctor has been seen.
    """

    meanwhile: tuple[str, ...]
    rules: tuple[TextRule, ...]

    def admits(self, text: str, present: Collection[str]) -> bool:
        """Tell whether a person with these facts is shown a sentence."""
        if NO_DIAGNOSIS in present and text not in self.meanwhile:
            return False
        return all(rule.admits(present) for rule in self.rules if text in rule.ids)


@cache
def first_line_rules() -> FirstLineRules:
    """Return first_line.toml, read once."""
    given = published().rules("first_line")
    rows = tables(given.get("text"), "text")
    return FirstLineRules(
        texts(given.get("meanwhile"), "meanwhile"), tuple(_rule(row) for row in rows)
    )


def _rule(row: Table) -> TextRule:
    where = f"text {row.get('ids')}"
    only(row, frozenset({"ids", "not_if", "only_if"}), where)
    return TextRule(
        texts(row.get("ids"), where),
        texts(row.get("not_if"), where),
        texts(row.get("only_if"), where),
    )


def first_line_of(library: Library, present: Collection[str]) -> tuple[Text, ...]:
    """Return the care that comes before and beside needles, without what is not safe here.

    Args:
        library: where the sentences are.
        present: as `cautions.caution_facts` gives it.

    >>> from filiform.knowledge import library
    >>> told = {text.id for text in first_line_of(library(), {"anticoagulant"})}
    >>> "first_line-pain-pills" in told, "first_line-ask-before-pills" in told
    (False, True)
    """
    rules = first_line_rules()
    return tuple(text for text in _all(library) if rules.admits(text.id, present))


@lru_cache(maxsize=8)
def _all(library: Library) -> tuple[Text, ...]:
    return all_texts_on(library, "first_line") + all_texts_on(library, "co_treatment")
