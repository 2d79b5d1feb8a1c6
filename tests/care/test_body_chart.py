from __future__ import annotations

import itertools

import pytest

from filiform.care._prescription_rules import prescription_rules
from filiform.care.body_chart import Place, View, body_chart
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


def test_a_chart_is_ready_for_json() -> None:
    told = body_chart().to_dict()
    assert set(told) == {"views"}
