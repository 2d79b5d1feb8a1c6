"""The whole record of a person or of the practice in one file.

A person's is sent at once, unless there is much of it. The practice's is made while the page is
left: it shows how far that is, gives the file, and deletes it.
"""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING, cast

from django.conf import settings
from django.http import FileResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from filiform.site.copies import export, jobs
from filiform.site.practice import keeping
from filiform.site.practice.access import own, staff
from filiform.site.practice.models import Person

if TYPE_CHECKING:
    from typing import IO
    from uuid import UUID

    from django.http.response import HttpResponseBase

    from filiform.site.practice.access import StaffRequest
    from filiform.site.practice.models import Member

form_page = require_http_methods(["GET", "HEAD", "POST"])

MOST_AT_ONCE = 150
"""So many papers are set in about two seconds; with more, nobody should wait at the page."""


@form_page
@staff("read_clinical", "write_clinical")
def of_person(request: StaffRequest, person_id: UUID) -> HttpResponseBase:
    """Send the record of a person, at once or when it is made."""
    person = own(Person, request.member, person_id, "practice")
    if _asked(request) == "ask" and (found := export.of_person(person)).count <= MOST_AT_ONCE:
        _note(request.member, person, "export")
        return _at_once(found, f"person-{person.number}")
    return _page(request, person)


@form_page
@staff("administer", "administer")
def of_practice(request: StaffRequest) -> HttpResponseBase:
    """Have all that the practice keeps put into a file, and send it when it is made."""
    return _page(request, None)


def _page(request: StaffRequest, person: Person | None) -> HttpResponseBase:
    member = request.member
    job = jobs.latest(member.practice_id, person.pk if person else None)
    do = _asked(request)
    if do == "fetch" and job is not None and job.state == "ready":
        file = job.path.open("rb")
        _note(member, person or member, "download")
        return _file(file, f"person-{person.number}" if person else "practice")
    if do == "ask" and (job is None or job.state == "failed"):
        _note(member, person or member, "export")
        jobs.ask(
            member.practice_id,
            person.pk if person else None,
            by=member.history_name(),
            now=timezone.now(),
        )
    elif do == "delete" and job is not None:
        jobs.forget(job)
    if do:
        return HttpResponseRedirect(request.path)
    size = filesizeformat(job.size) if job else ""
    context = {"member": member, "person": person, "job": job, "size": size}
    return render(request, "practice/papers/export.html", context)


def _asked(request: StaffRequest) -> str:
    return request.POST.get("do", "") if request.method == "POST" else ""


def _note(member: Member, record: Person | Member, what: str) -> None:
    with keeping.acting(member) as act:
        act.read(record, act=what)


def _at_once(found: export.Export, name: str) -> FileResponse:
    """Make the whole file before its first byte is sent: a fault gives a page, not half a file."""
    file = cast("IO[bytes]", tempfile.TemporaryFile(dir=settings.DATA_DIR))  # noqa: SIM115  (the answer closes it)
    export.write(found, file)
    file.seek(0)
    return _file(file, name)


def _file(file: IO[bytes], name: str) -> FileResponse:
    return FileResponse(
        file,
        as_attachment=True,
        filename=f"filiform-{name}.zip",
        content_type="application/zip",
    )
