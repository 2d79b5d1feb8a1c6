from __future__ import annotations

import datetime as dt
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from filiform.guidance.aid import guide
from filiform.guidance.person import Person
from filiform.knowledge import library
from filiform.review import published

if TYPE_CHECKING:
    from filiform.guidance.aid import Aid
    from filiform.guidance.option import Option

TODAY = dt.date(2026, 11, 21)
CASES: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "cases" / "guidance.toml").read_text(encoding="utf-8")
)["guidance"]


def aid_of(answers: dict[str, object]) -> Aid:
    person = Person.from_mapping(answers, library())
    return guide(person, library=library(), review=published(), today=TODAY)


def options_of(aid: Aid) -> dict[str, Option]:
    return {option.id: option for option in aid.options}


def cases_with(key: str) -> list[Any]:
    return [pytest.param(case, id=case["sentence"]) for case in CASES if key in case]


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 15


@pytest.mark.parametrize("case", cases_with("urgency"))
def test_the_screening_of_the_case_is_as_told(case: dict[str, Any]) -> None:
    aid = aid_of(case["input"])
    assert (aid.screening.urgency, aid.screening.needling) == (case["urgency"], case["needling"])
    alone = case.get("alone", False)
    assert aid.screening.alone is alone
    assert (aid.options == ()) is alone
    assert (aid.first_line == ()) is alone
    assert (aid.background is None) is alone


@pytest.mark.parametrize("case", cases_with("doctor_first"))
def test_the_doctor_is_told_in_these_sentences(case: dict[str, Any]) -> None:
    ids = [text.id for text in aid_of(case["input"]).doctor_first]
    assert set(case["doctor_first"]) <= set(ids)


@pytest.mark.parametrize("case", cases_with("fits"))
def test_each_option_fits_as_told(case: dict[str, Any]) -> None:
    options = options_of(aid_of(case["input"]))
    assert {id_: options[id_].fits for id_ in case["fits"]} == case["fits"]
    assert all(option.why for option in options.values())


@pytest.mark.parametrize("case", cases_with("fits_by_cause"))
def test_the_cause_alone_is_judged_beside_what_bars_it_now(case: dict[str, Any]) -> None:
    options = options_of(aid_of(case["input"]))
    told = case["fits_by_cause"]
    assert {id_: options[id_].suitability.fits for id_ in told} == told


@pytest.mark.parametrize("case", cases_with("cautions"))
def test_each_option_has_these_cautions(case: dict[str, Any]) -> None:
    options = options_of(aid_of(case["input"]))
    for id_, told in case["cautions"].items():
        assert [f"{caution.id} {caution.kind}" for caution in options[id_].cautions] == told


@pytest.mark.parametrize("case", cases_with("rows"))
def test_the_cautions_rest_on_these_rows(case: dict[str, Any]) -> None:
    options = options_of(aid_of(case["input"]))
    for id_, told in case["rows"].items():
        found = {row.id for caution in options[id_].cautions for row in caution.rows}
        assert set(told) <= found


@pytest.mark.parametrize("case", cases_with("practitioners"))
def test_who_may_give_it_is_as_told(case: dict[str, Any]) -> None:
    options = options_of(aid_of(case["input"]))
    for id_, told in case["practitioners"].items():
        found = _rules_on(options[id_])
        assert set(told) <= set(found)
        assert bool(told) == bool(found)
        assert found or options[id_].practitioners_note


def _rules_on(option: Option) -> list[str]:
    return [f"{who.profession} {who.status} {who.jurisdiction}" for who in option.practitioners]


@pytest.mark.parametrize("case", cases_with("not_practitioners"))
def test_a_rule_of_ones_own_state_takes_the_place_of_the_national_one(
    case: dict[str, Any],
) -> None:
    options = options_of(aid_of(case["input"]))
    for id_, told in case["not_practitioners"].items():
        assert not set(told) & set(_rules_on(options[id_]))


@pytest.mark.parametrize("case", cases_with("currency"))
def test_prices_are_in_the_money_of_the_place_or_said_to_be_unknown(case: dict[str, Any]) -> None:
    options = options_of(aid_of(case["input"]))
    for id_, currency in case["currency"].items():
        cost = options[id_].cost
        assert {row.currency for row in cost.rows} <= {currency}
        assert (cost.session.currency if cost.session else "none") == currency
        assert cost.session or "no price" in cost.note


@pytest.mark.parametrize("case", cases_with("yours"))
def test_the_rule_on_ones_own_insurer_comes_first(case: dict[str, Any]) -> None:
    cover = options_of(aid_of(case["input"]))["acupuncture"].cost.cover
    assert cover[0].yours
    assert case["yours"] in cover[0].name


@pytest.mark.parametrize("case", cases_with("muscle"))
def test_the_muscle_that_explains_the_most_comes_first(case: dict[str, Any]) -> None:
    background = aid_of(case["input"]).background
    assert background is not None
    assert case["muscle"] in [muscle.muscle for muscle in background.muscles]
    covered = [len(muscle.covers) for muscle in background.muscles]
    assert covered == sorted(covered, reverse=True)


@pytest.mark.parametrize("case", cases_with("not_recognised"))
def test_unknown_medicines_are_listed_with_what_to_do(case: dict[str, Any]) -> None:
    found = aid_of(case["input"]).not_recognised
    assert [medicine.name for medicine in found] == case["not_recognised"]
    assert all("Tell the practitioner" in medicine.advice for medicine in found)


@pytest.mark.parametrize("case", cases_with("note"))
def test_the_note_is_given(case: dict[str, Any]) -> None:
    assert any(case["note"] in note for note in aid_of(case["input"]).notes)
