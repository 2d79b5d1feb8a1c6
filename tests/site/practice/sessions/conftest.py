"""A practitioner at work: signed in, with a lot in stock and a course that may be needled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.site.practice.needling import make_lot, ready

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from filiform.site.practice.models import Course, Lot, Member


@pytest.fixture
def staff(member: Callable[[str], Member]) -> Member:
    """Return the practitioner."""
    return member("practitioner")


@pytest.fixture
def client(client_of: Callable[[str], Client]) -> Client:
    """Return the practitioner's browser."""
    return client_of("practitioner")


@pytest.fixture
def lot(staff: Member) -> Lot:
    """Return a lot in stock."""
    return make_lot(staff)


@pytest.fixture
def course(staff: Member, a_course: Course, lot: Lot) -> Course:  # noqa: ARG001  (it is in stock)
    """Return a course that may be needled, with a plan of ten needles."""
    ready(staff, a_course)
    return a_course
