from __future__ import annotations

import pytest

from filiform.errors import GuidanceError
from filiform.guidance._guidebook import guidebook
from filiform.guidance.medicines import recognise


def class_of(name: str) -> str | None:
    return recognise([name], guidebook())[0].class_id


@pytest.mark.parametrize(
    ("name", "class_id"),
    [
        ("warfarin", "anticoagulant"),
        ("Warfarin 5 mg", "anticoagulant"),
        ("ELIQUIS", "anticoagulant"),
        ("Eliquis (apixaban), twice a day", "anticoagulant"),
        ("blood thinner", "anticoagulant"),
        ("anticoagulant", "anticoagulant"),
        ("Aspirin 81mg", "antiplatelet"),
        ("low dose aspirin", "antiplatelet"),
        ("aspirin and warfarin", "anticoagulant"),
        ("methotrexate", "immunosuppressant"),
        ("prednisone", "steroid"),
        ("steroid_long_term", "steroid_long_term"),
        ("ibuprofen", "nsaid"),
        ("metformin", "everyday"),
    ],
)
def test_a_listed_name_is_known_wherever_it_stands(name: str, class_id: str) -> None:
    assert class_of(name) == class_id


@pytest.mark.parametrize("name", ["hawthorn", "pravastatin", "vitamin C", "paroxetine 20 mg", "—"])
def test_a_name_that_is_not_listed_is_accepted_as_not_known(name: str) -> None:
    assert class_of(name) is None


@pytest.mark.parametrize(
    ("name", "meant"),
    [("warfrin", "warfarin"), ("warfarine 5 mg", "warfarin"), ("ibuprofn", "ibuprofen")],
)
def test_a_slip_of_the_pen_is_refused_with_the_listed_name(name: str, meant: str) -> None:
    with pytest.raises(GuidanceError, match=f"is not listed: did you mean {meant!r}"):
        class_of(name)


def test_the_word_other_says_that_the_name_is_meant() -> None:
    assert class_of("other warfrin") is None
