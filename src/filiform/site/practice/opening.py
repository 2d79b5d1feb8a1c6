"""A practice begins with its owner, and others join it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.timezone import now

from filiform.site.practice import keeping
from filiform.site.practice.models import Member, Practice
from filiform.site.practice.models.practices import Role

if TYPE_CHECKING:
    from filiform.site.accounts.models import User


@transaction.atomic
def open_practice(
    user: User,
    *,
    name: str,
    jurisdiction: str,
    owner: str,
    timezone: str = "UTC",
    demo: bool = False,
) -> Member:
    """Open a practice and return its owner.

    Args:
        user: the owner's account.
        name: the practice's name.
        jurisdiction: an id of jurisdictions.csv.
        owner: the owner's own name.
        timezone: its zone, a name of the tz database.
        demo: whether everybody in it is invented.
    """
    practice = Practice.objects.create(
        name=name, jurisdiction=jurisdiction, timezone=timezone, demo=demo, created_at=now()
    )
    return join(practice, user, name=owner, role=Role.OWNER)


@transaction.atomic
def join(practice: Practice, user: User, *, name: str, role: str) -> Member:
    """Make an account a member of a practice, by the new member's own hand, and return it."""
    member = Member(practice=practice, user=user, name=name, role=role)
    with keeping.acting(member) as act:
        act.create(member)
    return member
