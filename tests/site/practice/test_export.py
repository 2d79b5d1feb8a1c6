"""The export of a person and of the practice: who may, what it holds, and how a long one goes."""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from tests.site.practice.billed import make_plan, make_session, set_fees

from filiform.site.copies import export, jobs, working
from filiform.site.practice.models import HistoryEntry
from filiform.site.practice.views import export as pages_of_export

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from django.test import Client

    from filiform.site.practice.models import Course, Member, Person, Practice, Session

pytestmark = pytest.mark.django_db
WHOLE = "/practice/export/"


@pytest.fixture(autouse=True)
def data_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a data directory for the exports."""
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path)
    return tmp_path


@pytest.fixture
def visit(member: Callable[[str], Member], a_course: Course) -> Session:
    """Return a closed session with a plan and fees."""
    owner = member("owner")
    make_plan(owner, a_course)
    set_fees(owner, c97810="80", c97811="60")
    return make_session(owner, a_course)


def fetched(client: Client, address: str, do: str) -> zipfile.ZipFile:
    sent = client.post(address, {"do": do})
    content = b"".join(sent.streaming_content)  # type: ignore[attr-defined]
    assert sent.headers["Content-Length"] == str(len(content))
    return zipfile.ZipFile(io.BytesIO(content))


def seen(client: Client, address: str = WHOLE) -> str:
    return client.get(address).content.decode()


def worked(practice: Practice, person: Person | None = None) -> jobs.Job:
    """Make what was asked for, as the process of its own does; return what became of it."""
    job = jobs.latest(practice.pk, person.pk if person else None)
    assert job is not None
    working.make(job.id)
    ended = jobs.read(job.id)
    assert ended is not None
    return ended


def noted(act: str) -> int:
    return HistoryEntry.objects.filter(act=act).count()


def test_the_record_of_a_person_is_sent_at_once_with_its_papers(
    client_of: Callable[[str], Client], visit: Session, data_directory: Path
) -> None:
    client, person = client_of("practitioner"), visit.course.person_id
    address = f"/practice/people/{person}/export/"
    assert "one ZIP file" in seen(client, address)
    archive = fetched(client, address, "ask")
    assert "papers/000001/visit-001-2026-10-05.pdf" in archive.namelist()
    assert archive.read("papers/000001/visit-001-2026-10-05.pdf").startswith(b"%PDF")
    needles = archive.read("data/practice.needle.jsonl").decode().splitlines()
    assert [json.loads(line)["site"] for line in needles] == ["GB20", "GB21"]
    assert noted("export") == 1
    assert list(data_directory.iterdir()) == []


def test_a_long_record_of_a_person_is_made_while_the_page_is_left(
    client_of: Callable[[str], Client],
    visit: Session,
    practice: Practice,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pages_of_export, "MOST_AT_ONCE", 0)
    client, person = client_of("practitioner"), visit.course.person
    address = f"/practice/people/{person.pk}/export/"
    assert client.post(address, {"do": "ask"}).status_code == 302
    assert "The file is being made." in seen(client, address)
    assert worked(practice, person).state == "ready"
    assert "papers/000001/visit-001-2026-10-05.pdf" in fetched(client, address, "fetch").namelist()
    assert "one ZIP file" in seen(client_of("owner"))  # of the practice none was asked for


def test_the_export_of_the_practice_is_asked_for_made_fetched_and_deleted(
    client_of: Callable[[str], Client], practice: Practice, visit: Session, data_directory: Path
) -> None:
    client = client_of("owner")
    assert client.post(WHOLE, {"do": "ask"}).status_code == 302
    assert client.post(WHOLE, {"do": "ask"}).status_code == 302  # pressed twice it acts once
    assert noted("export") == 1
    assert "It waits for its turn." in seen(client)
    assert client.post(WHOLE, {"do": "fetch"}).status_code == 302  # there is none yet
    job = worked(practice)
    assert (job.state, job.step, job.done, job.of, job.tries) == ("ready", "", 0, 0, 0)
    page = seen(client)
    assert f"The file is ready: {job.size / 1024:.1f}\xa0KB." in page
    assert "Download" in page
    archive = fetched(client, WHOLE, "fetch")
    assert "data/practice.historyentry.jsonl" in archive.namelist()
    assert str(visit.pk) in archive.read("data/practice.session.jsonl").decode()
    assert noted("download") == 1
    assert job.path.stat().st_mode & 0o077 == 0
    assert (data_directory / "exports").stat().st_mode & 0o077 == 0
    assert client.post(WHOLE, {"do": "delete"}).status_code == 302
    assert list((data_directory / "exports").iterdir()) == []
    assert "one ZIP file" in seen(client)


def test_the_practice_is_exported_by_its_owner_alone_and_seen_by_no_other_practice(
    client_of: Callable[[str], Client], stranger: Client, practice: Practice
) -> None:
    assert client_of("practitioner").post(WHOLE, {"do": "ask"}).status_code == 403
    client_of("owner").post(WHOLE, {"do": "ask"})
    worked(practice)
    assert client_of("practitioner").post(WHOLE, {"do": "fetch"}).status_code == 403
    assert "one ZIP file" in seen(stranger)
    stranger.post(WHOLE, {"do": "delete"})
    assert "The file is ready" in seen(client_of("owner"))


def test_the_page_says_how_far_it_is_and_an_export_that_is_stopped_leaves_nothing(
    client_of: Callable[[str], Client],
    practice: Practice,
    data_directory: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client, pages = client_of("owner"), []
    real = export.write

    def slow(found: export.Export, file: io.BytesIO, told: export.Told) -> None:
        real(found, file)
        told("papers", 1200, 1200)
        pages.append(seen(client))
        client.post(WHOLE, {"do": "delete"})
        told("papers", 1200, 1200)

    monkeypatch.setattr(export, "write", slow)
    client.post(WHOLE, {"do": "ask"})
    job = jobs.latest(practice.pk, None)
    assert job is not None
    working.make(job.id)
    assert "Papers: 1,200 of 1,200" in pages[0]
    assert list((data_directory / "exports").iterdir()) == []
    working.make(job.id)  # nobody wants it any more
    assert list((data_directory / "exports").iterdir()) == []


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (OSError(28, "No space left on device"), "The disk is full. Whoever runs this site must"),
        (ValueError("O'Neil"), "The program has a fault: its log says where."),
    ],
)
def test_an_export_that_fails_says_why_and_can_be_asked_for_again(
    client_of: Callable[[str], Client],
    practice: Practice,
    monkeypatch: pytest.MonkeyPatch,
    fault: Exception,
    said: str,
) -> None:
    client = client_of("owner")

    def fail(*_given: object) -> None:
        raise fault

    monkeypatch.setattr(export, "write", fail)
    client.post(WHOLE, {"do": "ask"})
    assert worked(practice).state == "failed"
    page = seen(client)
    assert f"The file could not be made. {said}" in page
    assert "O'Neil" not in page
    assert [path.suffix for path in jobs.directory().iterdir()] == [".json"]
    client.post(WHOLE, {"do": "ask"})
    assert "The file is being made." in seen(client)
