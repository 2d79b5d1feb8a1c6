"""Fills a server's own database for the browser: a practice, and courses with a session done.

Run as a command with the server's environment and the number of courses; prints for each the
cookies of a practitioner and an owner who are signed in, the course and its session.
"""

from __future__ import annotations

import json
import os
import sys


def main() -> None:
    """Make it and print it as JSON."""
    import django  # noqa: PLC0415  (settings are read from the environment first)

    os.environ["FILIFORM_HOSTS"] = "testserver"  # the name by which Django's test client asks
    django.setup()
    from tests.site.practice import making  # noqa: PLC0415
    from tests.site.practice.needling import (  # noqa: PLC0415
        begin,
        finish,
        license_of,
        make_lot,
        press,
        ready,
    )

    practice = making.make_practice()
    staff = making.make_member(practice, "practitioner")
    make_lot(staff, "A1", quantity=1000)
    make_lot(staff, "B2", quantity=50)
    client = making.client_for(staff)
    owner = making.make_member(practice, "owner")
    license_of(owner)  # who puts a needle in must be licensed, whoever opened the session
    other = making.client_for(owner)
    told = []
    for _ in range(int(sys.argv[1])):
        course = making.make_course(staff, making.make_person(staff))
        ready(staff, course)
        session = begin(client, course)
        depths = {f"n{n}-depth_mm": "10" for n in range(10)}
        press(client, session, "save", needles_planned_minutes="20", **depths)
        finish(client, session)
        told.append(
            {
                "cookie": client.cookies["sessionid"].value,
                "owner": other.cookies["sessionid"].value,
                "course": str(course.pk),
                "session": str(session.pk),
            }
        )
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
