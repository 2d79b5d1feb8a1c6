"""What a template may leave out, and what it may not."""

from __future__ import annotations

import pytest
from django.template import engines
from jinja2 import UndefinedError


def rendered(source: str, **given: object) -> str:
    return str(engines["jinja2"].from_string(source).render(given))


def test_a_macro_may_ask_for_options_that_were_not_given() -> None:
    macro = '{% from "nhsuk/components/tag/macro.jinja" import tag %}{{ tag({"text": "Low"}) }}'
    assert "Low" in rendered(macro)


@pytest.mark.parametrize("source", ["{{ estimate }}", "{{ effect.estimate }} points"])
def test_a_value_that_is_missing_is_never_printed_as_nothing(source: str) -> None:
    with pytest.raises(UndefinedError, match=r"'(estimate|effect)' is undefined"):
        rendered(source)


def test_what_a_person_wrote_is_text_and_never_markup() -> None:
    assert rendered("{{ note }}", note="<script>") == "&lt;script&gt;"
