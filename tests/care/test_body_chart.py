from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filiform.care._prescription_rules import prescription_rules
from filiform.care.body_chart import Ellipse, Place, Polygon, View, _place, _shape, body_chart
from filiform.errors import CareError
from filiform.knowledge import library

VIEWS = body_chart().views
PLACES = [(view, place) for view in VIEWS for place in view.places]
SMALLEST = 24
"""WCAG 2.2, 2.5.8: a target is at least 24 by 24 CSS pixels; a view is shown 300 or more wide."""


def test_every_place_of_the_tables_stands_on_a_view() -> None:
    shown = {place.area for _, place in PLACES}
    assert shown == set(library().areas) - {"any"}


def test_the_back_of_the_neck_is_seen_from_behind_and_the_throat_from_the_front() -> None:
    chart = body_chart()
    for area in ("suboccipital", "posterior_neck", "upper_back", "medial_scapula"):
        assert [view.id for view in chart.views_of(area)] == ["back"]
    for area in ("anterior_neck", "jaw", "forehead", "chest"):
        assert [view.id for view in chart.views_of(area)] == ["front"]


def test_a_place_has_both_sides_or_stands_in_the_middle() -> None:
    for view in VIEWS:
        for area in view.areas:
            sides = {place.side for place in view.places if place.area == area}
            middle = area in prescription_rules().midline
            assert sides == ({"midline"} if middle else {"left", "right"})


def test_titles_and_keys_are_said_once_a_view() -> None:
    for view in VIEWS:
        for said in (
            [place.title for place in view.places],
            [place.key for place in view.places],
        ):
            assert len(said) == len(set(said))
            assert all(said)


@pytest.mark.parametrize(("view", "place"), PLACES, ids=[f"{v.id}-{p.key}" for v, p in PLACES])
def test_a_place_is_inside_the_view_and_large_enough_to_touch(view: View, place: Place) -> None:
    left, top, right, bottom = place.shape.box
    assert 0 <= left < right <= view.width
    assert 0 <= top < bottom <= view.height
    assert right - left >= SMALLEST
    assert bottom - top >= SMALLEST


def test_no_two_places_of_a_view_lie_on_each_others_middle() -> None:
    for view in VIEWS:
        for one, other in itertools.permutations(view.places, 2):
            left, top, right, bottom = one.shape.box
            x, y = other.centre
            assert not (left < x < right and top < y < bottom), (view.id, one.key, other.key)


def test_the_persons_left_is_on_the_viewers_left_from_behind_only() -> None:
    for view in VIEWS:
        lefts = [place.centre[0] for place in view.places if place.side == "left"]
        assert all((x < view.width / 2) == (view.id == "back") for x in lefts)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (
            {"ellipse": [1, 2, 3]},
            "ear has an ellipse of 3 numbers, 4 are needed: centre across and down, radius",
        ),
        ({"polygon": [[1, 2], [3]]}, "ear has a corner of 1 numbers, 2 are needed: across, down"),
        ({}, "ear is None, admissible is a list: mend the record"),
    ],
)
def test_a_shape_that_cannot_be_drawn_is_refused(row: dict[str, object], said: str) -> None:
    with pytest.raises(CareError, match=said):
        _shape(row, "ear")


def test_a_place_that_the_tables_do_not_hold_is_refused() -> None:
    with pytest.raises(CareError, match="the body chart has the place 'elbow'"):
        _place("elbow", "left", Ellipse(1, 1, 1, 1))


@given(st.tuples(*[st.integers(0, 300)] * 4))
def test_what_is_mirrored_twice_is_as_it_was(numbers: tuple[int, int, int, int]) -> None:
    ellipse = Ellipse(*numbers)
    assert ellipse.mirrored(300).mirrored(300) == ellipse
    x, y, z, w = numbers
    polygon = Polygon(((x, y), (z, w), (0, 0)))
    assert polygon.mirrored(300).mirrored(300) == polygon


def test_a_polygon_writes_its_corners_as_svg_does() -> None:
    assert Polygon(((1, 2.5), (3, 4), (0, 0))).svg == "1,2.5 3,4 0,0"


def test_a_chart_is_ready_for_json() -> None:
    told = body_chart().to_dict()
    assert set(told) == {"views"}
