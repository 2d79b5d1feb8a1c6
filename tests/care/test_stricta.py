"""Each item of STRICTA is filled from the record, or said not to be reported."""

from __future__ import annotations

from tests.care.needle_records import needle, session

from filiform.care.stricta import (
    NOT_REPORTED,
    STRICTA_ITEMS,
    Background,
    reported,
    stricta,
)


def test_a_full_session_fills_items_2a_to_2g() -> None:
    record = session(
        needle("LI11", depth_mm=25),
        needle("LI11", side="right", depth_mm=30),
        needle("LI10", depth_mm=25),
    )
    filled = stricta(record)
    assert {item: filled[item] for item in ("2a", "2b", "2c", "2d", "2e", "2f", "2g")} == {
        "2a": "3",
        "2b": "LI11 (left, right); LI10 (left)",
        "2c": "25 to 30 mm",
        "2d": "deqi",
        "2e": "manual",
        "2f": "20 minutes",
        "2g": "0.25 × 40 mm Acme",
    }


def test_what_the_course_tells_fills_the_other_items() -> None:
    course = Background(
        style="Western medical acupuncture",
        reasoning="tender points",
        variation="the same points each time",
        sessions=10,
        frequency="twice a week for five weeks",
        setting="a practice in town",
        practitioner="a physician with 200 hours of training",
    )
    filled = stricta(session(needle(), told="may be sore", co_treatments=["heat"]), course)
    assert reported(filled) == (17, 17)
    assert filled["4b"] == "a practice in town may be sore"
    assert filled["3a"] == "10"


def test_what_was_not_recorded_is_not_reported() -> None:
    filled = stricta(session())
    assert list(filled) == list(STRICTA_ITEMS)
    silent = [item for item, text in filled.items() if text == NOT_REPORTED]
    assert silent == [item for item in STRICTA_ITEMS if item not in {"6a", "6b"}]


def test_an_item_told_of_some_needles_says_of_how_many() -> None:
    record = session(
        needle(depth_mm=25, response_sought=None), needle("LI10", depth_mm=None), needle("TE5")
    )
    filled = stricta(record)
    assert filled["2c"] == "25 mm, told of 2 of 3 needles"
    assert filled["2d"] == "deqi (2), told of 2 of 3 needles"


def test_electrical_stimulation_is_told_with_its_numbers() -> None:
    record = session(needle(stimulation="electrical", hz=2, ma=1.5), needle("LI10"), needle("LI10"))
    filled = stricta(record)
    assert filled["2e"] == "electrical 2 Hz 1.5 mA (1), manual (2)"
    assert filled["2b"] == "LI11 (left); LI10 (left × 2)"
