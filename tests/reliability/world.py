"""Makes a practice at work: staff, stock, fees, and people whose courses may be needled.

python -m tests.reliability.world PRACTITIONERS     (prints who is who, as JSON)
"""

from __future__ import annotations

import json
import sys

import django

# Django is made ready first, and what needs it is imported after.
# ruff: noqa: PLC0415
STOCK = 100_000


def main(practitioners: int) -> None:
    """Make it, and print each one's cookie, course and person."""
    django.setup()
    from tests.site.practice import making, needling

    from filiform.site.practice import keeping
    from filiform.site.practice.models import Fee

    practice = making.make_practice()
    owner = making.make_member(practice, "owner")
    needling.make_lot(owner, "A1", quantity=STOCK)
    with keeping.acting(owner) as act:
        for code in ("97810", "97811", "97813", "97814"):
            act.create(Fee(code=code, name="Needles", amount=85, since=needling.TODAY))
    told = []
    for _ in range(practitioners):
        member = making.make_member(practice, "practitioner")
        course = making.make_course(member, making.make_person(member), needling.TODAY)
        needling.ready(member, course)
        cookie = making.client_for(member).cookies["sessionid"].value
        told.append({"cookie": cookie, "course": str(course.pk), "person": str(course.person_id)})
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main(int(sys.argv[1]))
