"""A practice loads the wording that it may use as a FHIR R4 Questionnaire, read strictly."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from filiform.care.outcomes import questionnaire_from_fhir, score
from filiform.errors import CareError
from filiform.knowledge import library

ORDINAL = "http://hl7.org/fhir/StructureDefinition/ordinalValue"


def option(code: str, points: float, *, on_coding: bool = True) -> dict[str, Any]:
    weight = [{"url": ORDINAL, "valueDecimal": points}]
    coding: dict[str, Any] = {"code": code, "display": f"answer {code}"}
    if on_coding:
        return {"valueCoding": {**coding, "extension": weight}}
    return {"valueCoding": coding, "extension": weight}


def item(number: int) -> dict[str, Any]:
    options = [option(f"a{n}", n, on_coding=number % 2 == 0) for n in range(6)]
    return {
        "linkId": f"q{number}",
        "text": f"Invented {number}",
        "type": "choice",
        "answerOption": options,
    }


FORM: dict[str, Any] = {
    "resourceType": "Questionnaire",
    "url": "urn:example:ten",
    "title": "Ten invented questions",
    "status": "active",
    "copyright": "nobody's",
    "item": [
        {"linkId": "intro", "type": "display", "text": "Please answer."},
        {"linkId": "g", "type": "group", "item": [item(n) for n in range(10)]},
    ],
}


def test_a_form_is_read_with_its_groups_opened_and_its_points() -> None:
    form = questionnaire_from_fhir(FORM)
    assert (form.title, form.copyright) == ("Ten invented questions", "nobody's")
    assert [each.link_id for each in form.items] == [f"q{n}" for n in range(10)]
    assert [each.points for each in form.items[3].options] == [0, 1, 2, 3, 4, 5]


def test_instructions_and_names_of_groups_stand_before_the_item_that_follows() -> None:
    form = copy.deepcopy(FORM)
    form["item"][1]["text"] = "Today"
    form["item"][1]["item"][1]["prefix"] = "2."
    first, second, *_ = questionnaire_from_fhir(form).items
    assert first.before == ("Please answer.", "Today")
    assert (second.before, second.text) == ((), "2. Invented 1")


def test_answers_to_a_form_become_a_score() -> None:
    form = questionnaire_from_fhir(FORM)
    answers = {f"q{n}": "a2" for n in range(9)}
    assert form.points(answers) == (*[2.0] * 9, None)
    assert score("NDI", form.points(answers), library=library()).raw == 20


def test_numbers_count_themselves() -> None:
    form = questionnaire_from_fhir(
        {
            "resourceType": "Questionnaire",
            "item": [
                {"linkId": "pain", "type": "integer"},
                {"linkId": "c", "type": "choice", "answerOption": [{"valueInteger": 3}]},
            ],
        }
    )
    assert form.points({"pain": 7, "c": "3"}) == (7.0, 3.0)


def broken(**changes: Any) -> dict[str, Any]:
    form = copy.deepcopy(FORM)
    form["item"][1]["item"][0].update(changes)
    return form


def coding(**changes: Any) -> dict[str, Any]:
    return broken(answerOption=[{"valueCoding": {"code": "a", **changes}}])


@pytest.mark.parametrize(
    ("resource", "message"),
    [
        ([], "the questionnaire is '[]', admissible is a JSON object"),
        ({"resourceType": "Patient"}, "resourceType is 'Patient', admissible is 'Questionnaire'"),
        ({"resourceType": "Questionnaire"}, "item is 'None', admissible is a JSON list"),
        ({"resourceType": "Questionnaire", "item": []}, "has no item that can be scored"),
        (broken(type="open-choice"), "item[1].item[0]: unknown type 'open-choice'"),
        (broken(linkId=""), "item[1].item[0] has no linkId"),
        (broken(linkId="q1"), "two items have the linkId 'q1'"),
        (broken(linkId=3), "linkId is '3', admissible is a text"),
        (broken(repeats=True), "(q0) takes several answers"),
        (broken(answerValueSet="urn:x"), "(q0) takes its answers from elsewhere"),
        (broken(answerOption=[]), "(q0) has no answerOption"),
        (broken(answerOption=[option("a", 1), option("a", 2)]), "has two answers of one code"),
        (broken(answerOption=[{}]), "an answer needs valueCoding or valueInteger"),
        (broken(answerOption=[{"valueInteger": "x"}]), "valueInteger is 'x', admissible is a num"),
        (coding(), "needs a code and the extension ordinalValue"),
        (
            coding(extension=[{"url": ORDINAL, "valueDecimal": float("nan")}]),
            "valueDecimal of ordinalValue is nan, admissible is a number",
        ),
    ],
)
def test_a_form_that_cannot_be_scored_is_refused(resource: object, message: str) -> None:
    with pytest.raises(CareError) as refusal:
        questionnaire_from_fhir(resource)
    assert message in str(refusal.value)


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({"q11": "a1"}, "unknown item of the questionnaire 'q11'"),
        ({"q1": "a7"}, "unknown answer to q1 'a7'"),
    ],
)
def test_an_answer_that_the_form_does_not_have_is_refused(
    answers: dict[str, str | float], message: str
) -> None:
    with pytest.raises(CareError) as refusal:
        questionnaire_from_fhir(FORM).points(answers)
    assert message in str(refusal.value)
