"""Fixtures of the practice: two practices, members by role, clients signed in, a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.site.practice import making

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from filiform.site.practice.models import Course, Member, Person, Practice


@pytest.fixture
def practice(db: None) -> Practice:  # noqa: ARG001  (it opens the database)
    """Return a practice in New York State."""
    return making.make_practice()


@pytest.fixture
def other_practice(db: None) -> Practice:  # noqa: ARG001  (it opens the database)
    """Return a practice of strangers."""
    return making.make_practice("Lake Road Clinic", "US-CA")


@pytest.fixture
def member(practice: Practice) -> Callable[[str], Member]:
    """Return a maker of members of the practice by role: owner, practitioner, …, each once."""
    made: dict[str, Member] = {}

    def of(role: str) -> Member:
        if role not in made:
            made[role] = making.make_member(practice, role)
        return made[role]

    return of


@pytest.fixture
def client_of(member: Callable[[str], Member]) -> Callable[[str], Client]:
    """Return a maker of clients, signed in with a second factor, by role."""
    return lambda role: making.client_for(member(role))


@pytest.fixture
def stranger(other_practice: Practice) -> Client:
    """Return a client in which the owner of the other practice is signed in."""
    return making.client_for(making.make_member(other_practice, "owner"))


@pytest.fixture
def a_person(member: Callable[[str], Member]) -> Person:
    """Return a person of the practice."""
    return making.make_person(member("owner"))


@pytest.fixture
def a_course(member: Callable[[str], Member], a_person: Person) -> Course:
    """Return a course of that person by the practitioner, without an event."""
    return making.make_course(member("practitioner"), a_person)
