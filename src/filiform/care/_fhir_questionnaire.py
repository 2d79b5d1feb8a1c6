"""A questionnaire that a practice loads: FHIR R4, read strictly.

Only what a score is made of is read: the items, their words and what each answer counts.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from filiform.care._record import Record
from filiform.errors import CareError, unknown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_WEIGHTS = (
    "http://hl7.org/fhir/StructureDefinition/ordinalValue",
    "http://hl7.org/fhir/StructureDefinition/itemWeight",
)
"""The extensions that say what an answer counts: R4's, and R5's that R4 files use too."""

_SCORED = ("choice", "integer", "decimal")
_UNSCORED = ("group", "display")


@dataclass(frozen=True, slots=True)
class Option(Record):
    """One answer to choose, and what it counts."""

    code: str
    text: str
    points: float


@dataclass(frozen=True, slots=True)
class Question(Record):
    """One item.

    Attributes:
        link_id: its id in the questionnaire.
        text: its words, with the number before them where it has one.
        kind: choice, integer or decimal.
        options: the answers of a choice; none for a number.
        before: what stands between it and the item before it: instructions, names of groups.
    """

    link_id: str
    text: str
    kind: str
    options: tuple[Option, ...]
    before: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Questionnaire(Record):
    """A questionnaire whose items can be scored, in their order."""

    url: str
    title: str
    copyright: str
    items: tuple[Question, ...]

    def points(self, answers: Mapping[str, str | float]) -> tuple[float | None, ...]:
        """Return what each item counts, in order; None where it was not answered.

        Args:
            answers: by `link_id`: the code of a choice, or the number itself.

        Raises:
            CareError: an item or an answer that the questionnaire does not have.
        """
        ids = {question.link_id for question in self.items}
        for given in answers:
            if given not in ids:
                raise CareError(unknown("item of the questionnaire", given, ids))
        return tuple(
            _points(each, answers[each.link_id]) if each.link_id in answers else None
            for each in self.items
        )


def questionnaire_from_fhir(resource: object) -> Questionnaire:
    """Read a FHIR R4 Questionnaire.

    Groups are opened; their names and displays stand before the next item. What an answer counts
    is its integer, or the extension ordinalValue (or itemWeight) of the answer or of its coding.

    Args:
        resource: the JSON of the resource.

    Raises:
        CareError: it is no Questionnaire, or an item cannot be scored; the item is named.

    *Source: HL7 FHIR R4, Questionnaire and StructureDefinition/ordinalValue.*
    """
    root = _object(resource, "the questionnaire")
    if root.get("resourceType") != "Questionnaire":
        raise CareError(
            f"resourceType is {root.get('resourceType')!r}, admissible is 'Questionnaire': load a "
            "FHIR R4 Questionnaire"
        )
    items = _with_words(_questions(root.get("item"), "item"))
    if not items:
        raise CareError("the questionnaire has no item that can be scored: load one with items")
    ids = [question.link_id for question in items]
    twice = next((id_ for id_ in ids if ids.count(id_) > 1), None)
    if twice is not None:
        raise CareError(f"two items have the linkId {twice!r}: give each its own")
    return Questionnaire(_word(root, "url"), _word(root, "title"), _word(root, "copyright"), items)


def _with_words(found: Iterable[Question | str]) -> tuple[Question, ...]:
    """Return the items, each with the words that stand before it."""
    items: list[Question] = []
    words: tuple[str, ...] = ()
    for each in found:
        if isinstance(each, str):
            words = (*words, each)
        else:
            items.append(replace(each, before=words))
            words = ()
    return tuple(items)


def _questions(value: object, where: str) -> Iterator[Question | str]:
    for number, each in enumerate(_list(value, where)):
        place = f"{where}[{number}]"
        item = _object(each, place)
        kind = item.get("type")
        if kind in _SCORED:
            yield _question(item, str(kind), place)
        elif kind not in _UNSCORED:
            raise CareError(f"{place}: {unknown('type', kind, (*_SCORED, *_UNSCORED))}")
        elif words := _text(item):
            yield words
        if "item" in item:
            yield from _questions(item["item"], f"{place}.item")


def _question(item: Mapping[str, object], kind: str, place: str) -> Question:
    link_id = _word(item, "linkId")
    if not link_id:
        raise CareError(f"{place} has no linkId: give each item one")
    if item.get("repeats") is True:
        raise CareError(f"{place} ({link_id}) takes several answers: only one can be scored")
    options: tuple[Option, ...] = ()
    if kind == "choice":
        if "answerValueSet" in item:
            raise CareError(
                f"{place} ({link_id}) takes its answers from elsewhere (answerValueSet): write "
                "them as answerOption, each with what it counts"
            )
        given = _list(item.get("answerOption"), f"{place}.answerOption")
        options = tuple(_option(o, f"{place}.answerOption[{n}]") for n, o in enumerate(given))
        if not options:
            raise CareError(f"{place} ({link_id}) has no answerOption: write the answers")
        if len({each.code for each in options}) < len(options):
            raise CareError(f"{place} ({link_id}) has two answers of one code: tell them apart")
    return Question(link_id, _text(item), kind, options)


def _text(item: Mapping[str, object]) -> str:
    return f"{_word(item, 'prefix')} {_word(item, 'text')}".strip()


def _option(value: object, place: str) -> Option:
    option = _object(value, place)
    if "valueInteger" in option:
        points = _number(option["valueInteger"], f"{place}.valueInteger")
        return Option(f"{points:g}", f"{points:g}", points)
    if "valueCoding" not in option:
        raise CareError(f"{place}: an answer needs valueCoding or valueInteger")
    coding = _object(option["valueCoding"], f"{place}.valueCoding")
    weight = _weight(option, place)
    weight = _weight(coding, place) if weight is None else weight
    code = _word(coding, "code")
    if weight is None or not code:
        raise CareError(
            f"{place}: needs a code and the extension ordinalValue, which says what it counts"
        )
    return Option(code, _word(coding, "display"), weight)


def _weight(of: Mapping[str, object], place: str) -> float | None:
    for each in _list(of.get("extension", []), f"{place}.extension"):
        extension = _object(each, f"{place}.extension")
        if extension.get("url") in _WEIGHTS:
            return _number(extension.get("valueDecimal"), f"{place}: valueDecimal of ordinalValue")
    return None


def _points(question: Question, answer: str | float) -> float:
    if question.kind != "choice":
        return _number(answer, f"the answer to {question.link_id}")
    by_code = {option.code: option.points for option in question.options}
    if str(answer) not in by_code:
        raise CareError(unknown(f"answer to {question.link_id}", answer, by_code))
    return by_code[str(answer)]


def _object(value: object, where: str) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise CareError(f"{where} is {str(value)[:60]!r}, admissible is a JSON object")
    return value


def _list(value: object, where: str) -> list[object]:
    if not isinstance(value, list):
        raise CareError(f"{where} is {str(value)[:60]!r}, admissible is a JSON list")
    return value


def _number(value: object, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise CareError(f"{where} is {value!r}, admissible is a number")
    return float(value)


def _word(of: Mapping[str, object], key: str) -> str:
    value = of.get(key, "")
    if not isinstance(value, str):
        raise CareError(f"{key} is {str(value)[:60]!r}, admissible is a text")
    return value
