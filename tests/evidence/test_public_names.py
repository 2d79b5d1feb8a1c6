from __future__ import annotations

import inspect

from filiform import evidence as ev


def test_the_public_names_are_these_and_all_are_there() -> None:
    assert len(ev.__all__) == len(set(ev.__all__))
    for name in ev.__all__:
        assert hasattr(ev, name)


def test_every_public_function_and_class_says_what_it_does() -> None:
    for name in ev.__all__:
        thing = getattr(ev, name)
        if callable(thing):
            assert inspect.getdoc(thing), name
