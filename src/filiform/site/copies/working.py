"""Makes an export that was asked for, and says how far it is."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.utils import timezone

from filiform.site.copies import export, filing, jobs
from filiform.site.practice.models import Person
from filiform.site.trouble import trouble_of

if TYPE_CHECKING:
    from uuid import UUID

_LOG = logging.getLogger(__name__)
_SECONDS_BETWEEN = 1.0
UNKNOWN_FAULT = (
    "The program has a fault: its log says where. Tell whoever runs this site; nothing of the "
    "records has changed."
)


class DeletedError(Exception):
    """Nobody wants the export any more."""


@dataclass(slots=True)
class _Reporter:
    """Keeps how far an export is, at most once a second, and finds out when it was deleted."""

    job: jobs.Job
    told_at: float = 0.0

    def __call__(self, step: str, done: int, of: int) -> None:
        """Hear how far it is."""
        now = time.monotonic()
        if now - self.told_at < _SECONDS_BETWEEN and done < of:
            return
        self.told_at = now
        _still_wanted(self.job)
        self.job = replace(self.job, step=step, done=done, of=of)
        jobs.keep(self.job)


def _still_wanted(job: jobs.Job) -> None:
    if not job.record.exists():
        raise DeletedError


def make(job_id: UUID) -> None:
    """Make the export, whole or not at all; what is known of it then says which."""
    job = jobs.read(job_id)
    if job is None:
        return
    try:
        _write(job)
    except DeletedError:
        return
    except Exception as error:  # noqa: BLE001  (whatever it is, the page must say that it failed)
        _LOG.exception("an export failed")
        ended = replace(job, state="failed", error=_told(error))
    else:
        ended = replace(job, state="ready", size=job.path.stat().st_size)
    jobs.keep(replace(ended, ended_at=timezone.now()))


def _write(job: jobs.Job) -> None:
    with filing.whole(job.path) as file:
        export.write(_export(job), file, _Reporter(job))
        _still_wanted(job)


def _export(job: jobs.Job) -> export.Export:
    if job.person is None:
        return export.of_practice(job.practice)
    found = Person.objects.select_related("practice").get(pk=job.person, practice=job.practice)
    return export.of_person(found)


def _told(error: Exception) -> str:
    trouble = trouble_of(error)
    return f"{trouble.title}. {trouble.then}" if trouble else UNKNOWN_FAULT
