"""Fills the data directory with a small demo and prints the addresses of all its pages as JSON.

Run as a program of its own, since the tests' process has other settings: python -m …
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import django

django.setup()

from django.apps import apps  # noqa: E402  (Django must be set up before its models are read)
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from filiform.site.practice import intake, intake_links, joining, keeping, urls  # noqa: E402
from filiform.site.practice.demo.fill import fill  # noqa: E402
from filiform.site.practice.demo.visits import ZONE  # noqa: E402
from filiform.site.practice.models import Course, Member  # noqa: E402

if TYPE_CHECKING:
    from uuid import UUID

    from django.urls import URLPattern

    from filiform.site.practice.models import Practice

# Pages that are opened in another state too, beside that of the first record of their kind.
STATES: dict[str, dict[str, object]] = {
    "session": {"closed_at": None},
    "lot": {"recalled_on__isnull": False},
    "harm": {"grade": "serious"},
    "person": {"courses": None},
    "intake": {"urgency": "emergency"},
    "course": {"stage": "in_session"},
    "progress": {"stage": "in_session"},
    "plan": {"stage": "in_session"},
    "new-plan": {"stage": "planned"},
    "new-session": {"stage": "planned"},
    "estimate": {"stage": "planned"},
}
# They answer a form that stands on another page.
SENT_ONLY = {
    "person-link",
    "link-take-back",
    "course-decide",
    "consent-withdraw",
    "outcomes-link",
    "session-draft",
}


def addresses(practice: Practice) -> dict[str, str]:
    """Return the address of every page of the staff that can be opened, by a name."""
    found: dict[str, str] = {}
    for entry in urls.urlpatterns:
        given = entry.pattern.converters
        if "token" in given or entry.name in SENT_ONLY:
            continue
        for number, records in enumerate(_records(entry, practice)):
            name = f"{entry.name}{'-' + str(number + 1) if number else ''}"
            found[name] = reverse(f"practice:{entry.name}", kwargs=records)
    return found


def _records(entry: URLPattern, practice: Practice) -> list[dict[str, UUID | int]]:
    if not entry.pattern.converters:
        return [{}]
    (name,) = entry.pattern.converters
    return [{name: value} for value in _values(name, str(entry.name), practice)]


def _values(name: str, page: str, practice: Practice) -> list[UUID | int]:
    if name == "number":
        return [practice.history_number // 2]
    kind = "person" if name == "record_id" else name.removesuffix("_id").replace("_", "")
    kept = apps.get_model("practice", kind)._default_manager.filter(practice=practice)
    ordered = kept.order_by("created_at").values_list("pk", flat=True)
    other = ordered.filter(**STATES[page]).first() if page in STATES else None
    return list(dict.fromkeys(each for each in (ordered.first(), other) if each))


def links(practice: Practice) -> dict[str, str]:
    """Return the addresses that people open without an account, by a name."""
    owner = Member.objects.get(practice=practice, role="owner")
    course = Course.objects.filter(practice=practice, ended_on=None).latest("created_at")
    with keeping.acting(owner) as act:
        asked = intake_links.make(act, course.person, "intake")
        week = intake_links.make(act, course.person, "outcome", course=course, week=4)
        invited = joining.invite(act, email="somebody@practice.example", role="reader")
    found = {
        "intake": reverse("practice:link", args=[asked]),
        "outcomes": reverse("practice:link", args=[week]),
        "join": reverse("practice:join", args=[invited]),
        "over": reverse("practice:link", args=["never-sent"]),
    }
    for step in intake.steps():
        found[f"intake-{step.id}"] = reverse("practice:link-step", args=[asked, step.id])
    return found


def main(people: int) -> None:
    """Fill, and print."""
    now = timezone.now()
    today = now.astimezone(ZoneInfo(ZONE)).date()
    practice = fill(people=people, start=today - dt.timedelta(weeks=20), today=today, now=now)
    practice.refresh_from_db()
    known = {"staff": addresses(practice), "links": links(practice)}
    sys.stdout.write(json.dumps(known))


if __name__ == "__main__":
    main(int(sys.argv[1]))
