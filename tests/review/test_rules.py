"""Rule files: a wrong value is refused with its file and its place."""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING

import pytest

from filiform.knowledge import library
from filiform.knowledge.rule_table import RuleTable
from filiform.review import ReviewError
from filiform.review._choices import read_choices
from filiform.review._importance import read_important_differences

if TYPE_CHECKING:
    from collections.abc import Callable

Tables = dict[str, object]


def table_of(tables: Tables, *path: str) -> Tables:
    """Return a table inside a table."""
    for name in path:
        inner = tables[name]
        assert isinstance(inner, dict)
        tables = inner
    return tables


def changed(name: str, path: tuple[str, ...], key: str, value: object) -> RuleTable:
    """Return a published rule file with one value changed, or taken away where it is None."""
    tables: Tables = copy.deepcopy(dict(library().rules(name)))
    table = table_of(tables, *path)
    if value is None:
        del table[key]
    else:
        table[key] = value
    return RuleTable(f"{name}.toml", "", tables, ReviewError)


@pytest.mark.parametrize(
    ("path", "key", "value", "sentence"),
    [
        (("windows", "short"), "target", None, "choices.toml, windows.short.target: nothing was"),
        (("windows", "short"), "from", "one", "windows.short.from: 'one' was given, a number"),
        (("windows",), "soon", {"from": 0, "target": 0}, "unknown word 'soon'"),
        (("outcomes", "disability"), "unit", "", "outcomes.disability.unit: '' was given, a text"),
        (("outcomes", "disability"), "lower_is_better", 1, "1 was given, true or false is needed"),
        (("outcomes", "disability"), "usual_measure", "SMD", "unknown word 'SMD'"),
        (("flags", "computed"), "terms", "computed", "a list of texts is needed"),
        (("flags", "computed"), "set_aside", None, "flags.computed.set_aside: nothing was given"),
        (("flags", "implausible_size"), "threshold", -1, "a number of at least 0 is needed"),
        (("origins",), "order", ["contrast", "guess"], "unknown word 'guess'"),
        (("combination",), "correlation", 1, "combination.correlation is 1.0, below 1 is needed"),
        ((), "flags", 3, "choices.toml, flags: 3 was given, a table is needed"),
        ((), "instruments", {}, "choices.toml, instruments: {} was given, a list of tables"),
    ],
)
def test_a_wrong_choice_is_refused(
    path: tuple[str, ...], key: str, value: object, sentence: str
) -> None:
    with pytest.raises(ReviewError, match=re.escape(sentence)):
        read_choices(changed("choices", path, key, value))


def test_an_order_of_instruments_needs_a_place_for_the_rest() -> None:
    order = [{"outcomes": ["disability"], "order": [{"terms": ["ndi"]}], "reason": "none"}]
    with pytest.raises(ReviewError, match=re.escape("a line with terms = [] is needed")):
        read_choices(changed("choices", (), "instruments", order))


def row(**changes: object) -> Callable[[], object]:
    """Return what reads one important difference with some of its values changed."""
    values = {
        "outcome": "pain_intensity",
        "conditions": [],
        "instrument": "NPRS",
        "population": "mechanical neck pain",
        "reason": "for a test",
        **changes,
    }
    rules = RuleTable("certainty.toml", "", {"important_difference": [values]}, ReviewError)
    return lambda: read_important_differences(rules, library().instruments)


def test_an_important_difference_names_exactly_one_row_with_a_number_on_a_range() -> None:
    with pytest.raises(ReviewError, match="difference, number 1: names 0 rows"):
        row(instrument="NPRSS")()
    with pytest.raises(ReviewError, match=re.escape("names 2 rows, 1 is needed")):
        row(instrument="NDI", population="cervical radiculopathy")()
    with pytest.raises(ReviewError, match=re.escape("the row has no mcid on a known range")):
        row(instrument="NPQ", population="neck pain")()


def test_every_flag_that_a_rule_of_certainty_names_is_known() -> None:
    certainty = RuleTable("certainty.toml", "", library().rules("certainty"), ReviewError)
    named = certainty.table("risk_of_bias").table("doubtful").texts("flags")
    choices = read_choices(RuleTable("choices.toml", "", library().rules("choices"), ReviewError))
    assert set(named) <= set(choices.flags.reasons)
    assert choices.flags.set_aside <= set(choices.flags.reasons)


def test_the_windows_leave_no_week_out_and_count_none_twice() -> None:
    choices = read_choices(RuleTable("choices.toml", "", library().rules("choices"), ReviewError))
    for week in (0, 0.01, 0.99, 1, 4, 11.99, 12, 25.9, 26, 52, 160):
        assert sum(span.holds(week) for span in choices.windows.values()) == 1
