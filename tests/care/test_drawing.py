from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filiform.care.drawing import Mark, PainDrawing
from filiform.errors import CareError
from filiform.knowledge import library

LIB = library()
AREAS = sorted(set(LIB.areas) - {"any", "vertex", "forehead", "anterior_neck"})
INTENSITY = st.integers(0, 10)
SIDES = st.dictionaries(st.sampled_from(["left", "right"]), INTENSITY, min_size=1)


def test_a_place_without_pain_was_asked_and_does_not_count() -> None:
    drawing = PainDrawing.from_mapping({"temple": 0, "posterior_neck": 3}, LIB)
    assert [mark.area for mark in drawing.marks] == ["posterior_neck", "temple"]
    assert drawing.areas == ("posterior_neck",)


def test_places_without_intensities_count_alike() -> None:
    drawing = PainDrawing.of_areas(["temple", "chest", "temple"], LIB)
    assert drawing.marks == (Mark("chest"), Mark("temple"))
    assert [mark.weight for mark in drawing.marks] == [1.0, 1.0]


def test_the_worst_place_comes_first() -> None:
    data = {"temple": {"left": 2, "right": 7}, "posterior_neck": 5, "vertex": {"midline": 9}}
    assert PainDrawing.from_mapping(data, LIB).areas == ("vertex", "temple", "posterior_neck")


@given(st.dictionaries(st.sampled_from(AREAS), INTENSITY | SIDES))
def test_a_drawing_is_written_as_it_is_read(data: dict[str, object]) -> None:
    drawing = PainDrawing.from_mapping(data, LIB)
    assert PainDrawing.from_mapping(drawing.to_mapping(), LIB) == drawing
    assert drawing.to_mapping() == data


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (
            {"templ": 3},
            (
                "unknown place of a drawing 'templ': did you mean 'temple'? 23 are admissible, "
                "listed by areas.csv"
            ),
        ),
        ({"any": 3}, "unknown place of a drawing 'any': "),
        (
            {"temple": 11},
            "temple is 11, admissible is a number from 0 to 10 points: mend the record",
        ),
        (
            {"temple": {"up": 3}},
            "unknown field of temple in a drawing 'up': Admissible: left, right",
        ),
        (
            {"vertex": {"left": 3}},
            "unknown field of vertex in a drawing 'left': Admissible: midline",
        ),
        (
            {"temple": {}},
            (
                "temple has neither a number nor a side: give a number from 0 to 10, "
                "or sides with theirs, or leave it out"
            ),
        ),
        ({"temple": {"left": True}}, "temple.left is True, admissible is a number from 0 to 10"),
    ],
)
def test_a_drawing_that_cannot_be_read_is_refused(data: dict[str, object], said: str) -> None:
    with pytest.raises(CareError, match=re.escape(said)):
        PainDrawing.from_mapping(data, LIB)


def test_a_drawing_without_intensities_is_not_written_as_a_file() -> None:
    with pytest.raises(CareError, match="temple has no intensity, which a file of a drawing asks"):
        PainDrawing.of_areas(["temple"], LIB).to_mapping()
