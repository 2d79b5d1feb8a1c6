"""What is known by an id has one plain name, wherever it is read."""

from __future__ import annotations

from filiform.care.plain_names import plain_name
from filiform.care.safety import harm_events
from filiform.knowledge import library

LIB = library()


def test_every_point_muscle_and_harm_has_a_name_without_machine_words() -> None:
    harms = [id_ for id_, event in harm_events(LIB).items() if event.one_harm]
    ids = [*LIB.points, *LIB.muscles, *harms]
    assert len(ids) == len(set(ids))
    assert [each for each in ids if "_" in plain_name(each, LIB)] == []


def test_what_someone_wrote_in_their_own_words_stays_as_it_is() -> None:
    assert plain_name("weakness of the left arm", LIB) == "weakness of the left arm"
