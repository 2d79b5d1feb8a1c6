"""Screening: must a doctor come first, and how soon; what was not asked is never taken for absent.

Expert rules graded by their source (docs/methods/screening.md), not a validated test. Each rule
asks only for things that are so, therefore one more finding never lowers the urgency and the order
of the answers does not matter.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from filiform.errors import GuidanceError
from filiform.guidance._rulebook import NEEDLINGS, URGENCIES, rulebook
from filiform.guidance.facts import facts_of, numbers_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from filiform.guidance._rulebook import Needling, Rule, Rulebook, Urgency
    from filiform.guidance.facts import Assumed, Facts
    from filiform.guidance.person import Person
    from filiform.knowledge import Library


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule that holds, and what it rests on.

    Attributes:
        rule: its id in screening.toml.
        findings: the answers that made it hold, in the rule's order.
        rows: ids of warning_signs.csv and contraindications.csv.
        source: what their source cells say.
        sources: ids of the bibliography.
        grade: A paper or official body, B professional page, C low quality; `editor` where no row
            lists the sign by itself; None where the source carries no mark.
        also: weaker rules that rest on nothing but the same answers.
    """

    rule: str
    findings: tuple[str, ...]
    suspected: str
    urgency: Urgency
    needling: Needling
    sentence: str
    rows: tuple[str, ...]
    source: str
    sources: tuple[str, ...]
    grade: str | None
    also: tuple[Reason, ...] = ()

    @property
    def finding(self) -> str:
        """The answer that the rule names first."""
        return self.findings[0]

    def to_dict(self) -> dict[str, object]:
        """Return the fields by name, ready for JSON."""
        return {
            "finding": self.finding,
            "suspected": self.suspected,
            "source": self.source,
            "rule": self.rule,
            "findings": list(self.findings),
            "urgency": self.urgency,
            "needling": self.needling,
            "sentence": self.sentence,
            "rows": list(self.rows),
            "sources": list(self.sources),
            "grade": self.grade,
            "also": [reason.to_dict() for reason in self.also],
        }


@dataclass(frozen=True, slots=True)
class Screening:
    """What the answers mean for how soon a doctor must come, and for needles.

    Attributes:
        reasons: most urgent first; empty when no rule holds, which is no promise.
        not_asked: findings that a rule reads and that were answered neither way, those of the
            most urgent rules first.
        not_given: numbers that a rule reads and that were left out.
        assumed: findings taken as present because another answer says so.
        asked: how many findings that a rule reads were answered.
        summary: what the result may be taken for.
    """

    urgency: Urgency
    needling: Needling
    title: str
    action: str
    needling_sentence: str
    reasons: tuple[Reason, ...]
    not_asked: tuple[str, ...]
    not_given: tuple[str, ...]
    assumed: tuple[Assumed, ...]
    asked: int
    summary: tuple[str, ...]

    @property
    def alone(self) -> bool:
        """Whether the result stands alone on its page: no option before the doctor."""
        return self.urgency in {"emergency", "same_day"}

    def to_dict(self) -> dict[str, object]:
        """Return the fields by name, ready for JSON."""
        return {
            "urgency": self.urgency,
            "reasons": [reason.to_dict() for reason in self.reasons],
            "needling": self.needling,
            "not_asked": list(self.not_asked),
            "not_given": list(self.not_given),
            "assumed": [each.to_dict() for each in self.assumed],
            "asked": self.asked,
            "alone": self.alone,
            "title": self.title,
            "action": self.action,
            "needling_sentence": self.needling_sentence,
            "summary": list(self.summary),
        }


def screen(person: Person, library: Library) -> Screening:
    """Return how soon a doctor must see this person, why, and what was not asked.

    Args:
        person: the answers.
        library: where findings and warning signs are looked up.

    Raises:
        GuidanceError: a finding is not known, or a rule rests on a row that the library lacks.

    >>> from filiform.guidance.person import Person
    >>> from filiform.knowledge import library
    >>> screen(Person(findings=frozenset({"fever", "neck_stiffness"})), library()).urgency
    'emergency'
    """
    book = rulebook()
    facts = facts_of(person, library, book.implications)
    fired = _fired(book.rules, facts, numbers_of(person))
    reasons = _deduplicated([_reason(rule, found, library) for rule, found in fired])
    urgency = URGENCIES[min((rule.rank[0] for rule, _ in fired), default=-1)]
    needling = NEEDLINGS[min((rule.rank[1] for rule, _ in fired), default=-1)]
    not_asked = _not_asked(book.reads, person, facts, library)
    asked = len({*person.findings, *person.absent} & set(book.reads))
    core_known = not set(book.core) & set(not_asked)
    title, action, needling_sentence = _words(book, urgency, needling, core_known=core_known)
    return Screening(
        urgency=urgency,
        needling=needling,
        title=title,
        action=action,
        needling_sentence=needling_sentence,
        reasons=reasons,
        not_asked=not_asked,
        not_given=tuple(
            key for key in ("age", "duration_days", "pain_0_10") if key not in numbers_of(person)
        ),
        assumed=facts.assumed,
        asked=asked,
        summary=_summary(book.notes, asked, len(not_asked), core_known=core_known),
    )


def _words(
    book: Rulebook, urgency: Urgency, needling: Needling, *, core_known: bool
) -> tuple[str, str, str]:
    """Return title, action and the sentence on needles; no comfort before the core is answered."""
    level, notes = book.urgency[urgency], book.notes
    title, action, needles = level.name, level.action, book.needling[needling].name
    if not core_known and needling != "not_before_a_doctor":
        needles = notes["nothing_needling"]
    if not core_known and urgency == "routine":
        title, action = notes["nothing_title"], notes["nothing_action"]
    return title, action, needles


def _fired(
    rules: Iterable[Rule], facts: Facts, numbers: Mapping[str, float]
) -> list[tuple[Rule, tuple[str, ...]]]:
    """Return the rules that hold with what they rest on, most urgent first."""
    held = [(rule, rule.condition.matched(facts.present, numbers)) for rule in rules]
    return sorted(
        ((rule, found) for rule, found in held if found is not None),
        key=lambda pair: pair[0].rank,
    )


def _reason(rule: Rule, found: tuple[str, ...], library: Library) -> Reason:
    cells = _cells(rule, library)
    sources = tuple(dict.fromkeys(source for cell in cells for source in library.sources_of(cell)))
    grades = sorted(source.quality for source in sources if source.quality)
    return Reason(
        rule=rule.id,
        findings=found,
        suspected=rule.suspected,
        urgency=rule.urgency,
        needling=rule.needling,
        sentence=rule.sentence,
        rows=(*rule.signs, *rule.contraindications),
        source="; ".join(cells),
        sources=tuple(source.id for source in sources),
        grade="editor" if rule.basis == "editor" else next(iter(grades), None),
    )


def _cells(rule: Rule, library: Library) -> tuple[str, ...]:
    try:
        return tuple(
            dict.fromkeys(
                (
                    *(library.warning_signs[id_].source for id_ in rule.signs),
                    *(library.contraindications[id_].source for id_ in rule.contraindications),
                )
            )
        )
    except KeyError as error:
        raise GuidanceError(
            f"rule {rule.id!r} rests on row {error.args[0]!r}, which your tables do not hold: "
            "keep the ids of the published rows"
        ) from None


def _deduplicated(reasons: list[Reason]) -> tuple[Reason, ...]:
    """Return the reasons with each weaker one under the first that rests on the same and more."""
    kept: list[Reason] = []
    weaker: dict[str, list[Reason]] = {}
    for reason in reasons:
        cover = next((strong for strong in kept if _covers(strong, reason)), None)
        if cover is None:
            kept.append(reason)
        else:
            weaker.setdefault(cover.rule, []).append(reason)
    return tuple(_with_also(reason, tuple(weaker.get(reason.rule, ()))) for reason in kept)


def _covers(strong: Reason, weak: Reason) -> bool:
    """Tell whether `strong` is at least as urgent and careful, and rests on the same and more."""
    return set(weak.findings) <= set(strong.findings) and NEEDLINGS.index(
        strong.needling
    ) <= NEEDLINGS.index(weak.needling)


def _with_also(reason: Reason, also: tuple[Reason, ...]) -> Reason:
    return replace(reason, also=also) if also else reason


def _not_asked(
    reads: Iterable[str], person: Person, facts: Facts, library: Library
) -> tuple[str, ...]:
    answered = facts.present | person.absent
    return tuple(fact for fact in reads if fact in library.findings and fact not in answered)


def _summary(
    notes: Mapping[str, str], asked: int, missing: int, *, core_known: bool
) -> tuple[str, ...]:
    if not asked:
        extent = notes["nothing_asked"]
    elif missing:
        extent = notes["part_asked"].format(count=missing)
        extent += "" if core_known else f" {notes['core_not_asked']}"
    else:
        extent = notes["all_asked"]
    return (extent, notes["method"])
