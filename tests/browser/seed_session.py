"""Fills a server's own database for the browser: a practice, a person, a course, a session done.

Run as a command with the server's environment; prints the cookie of a practitioner who is signed
in, and the course.
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
    from tests.site.practice.needling import begin, finish, make_lot, press, ready  # noqa: PLC0415

    practice = making.make_practice()
    staff = making.make_member(practice, "practitioner")
    make_lot(staff, "A1")
    make_lot(staff, "B2", quantity=50)
    person = making.make_person(staff)
    course = making.make_course(staff, person)
    ready(staff, course)
    client = making.client_for(staff)
    session = begin(client, course)
    depths = {f"n{n}-depth_mm": "10" for n in range(10)}
    press(client, session, "save", needles_planned_minutes="20", **depths)
    finish(client, session)
    other = making.client_for(making.make_member(practice, "owner"))
    told = {
        "cookie": client.cookies["sessionid"].value,
        "owner": other.cookies["sessionid"].value,
        "course": str(course.pk),
        "session": str(session.pk),
    }
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
