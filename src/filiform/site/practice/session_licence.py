"""Whether a member may needle here today, and the words that are kept of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from filiform.care import licence
from filiform.knowledge import library
from filiform.site.practice.models import Credential

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

    from filiform.site.practice.models import Course, Member

# A therapy for each practice that the law tells apart.
_OF_EACH_PRACTICE = ("acupuncture", "dry_needling")


def permission_of(
    member: Member, therapy: str, today: dt.date, kinds: Collection[str] = ()
) -> licence.Permission:
    """Return what the law and the member's credentials say of a therapy in the practice's place.

    Args:
        member: who is to needle.
        therapy: an option of therapies.csv.
        today: the day in the practice's zone.
        kinds: the kinds of sites that are needled, where they are known.
    """
    held = [_care(each) for each in Credential.objects.filter(member=member)]
    place = member.practice.jurisdiction
    found = licence.may_needle(
        held, therapy=therapy, jurisdiction=place, today=today, library=library()
    )
    return licence.needles_in_muscles(
        found,
        held,
        therapy=therapy,
        kinds=kinds,
        jurisdiction=place,
        today=today,
        library=library(),
    )


def permission_for(course: Course, today: dt.date) -> licence.Permission:
    """Return what the law and the credentials of a course's practitioner say of its therapy."""
    return permission_of(course.practitioner, course.therapy, today)


def kept(permission: licence.Permission, reason: str) -> dict[str, object]:
    """Return what is kept of a permission: what was said, on what it rests, and the reason."""
    number = permission.credential.number if permission.credential else ""
    return {
        "status": permission.status,
        "code": permission.code,
        "sentence": permission.sentence,
        "as_of": permission.as_of,
        "credential": number,
        "sources": list(permission.sources),
        "reason": reason,
    }


def _care(held: Credential) -> licence.Credential:
    return licence.Credential(
        profession=held.profession,
        number=held.number,
        jurisdiction=held.jurisdiction,
        expires_on=held.expires_on,
        holds=tuple(held.holds),
        training_hours=held.training_hours,
    )


@dataclass(frozen=True, slots=True)
class Told:
    """A licence, and what the law where it was given says of each practice of needling.

    Attributes:
        hours: of training, as the licence says.
        holds: the practices for which all that the law asks was shown, in words.
    """

    credential: Credential
    laws: tuple[licence.Permission, ...]
    hours: str
    holds: str


def told_of(credential: Credential, today: dt.date) -> Told:
    """Return a licence beside the law of its place."""
    laws = tuple(
        licence.may_needle(
            [_care(credential)],
            therapy=therapy,
            jurisdiction=credential.jurisdiction,
            today=today,
            library=library(),
        )
        for therapy in _OF_EACH_PRACTICE
    )
    hours = credential.training_hours
    return Told(
        credential,
        laws,
        "no hours of training" if hours is None else f"{hours:,} hours of training",
        ", ".join(name.replace("_", " ") for name in credential.holds),
    )
