"""A site on a small disk that fills up, is emptied, and is made read-only while it serves.

python -m tests.reliability.disk DIRECTORY     (prints what became of it, as JSON)

The disk is a memory file system of its own: run it where mounting is allowed, which
`unshare --mount --map-root-user` does for anyone.
"""

from __future__ import annotations

import json
import subprocess
import sys
from http.client import FOUND
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from tests.reliability import ground
from tests.reliability.visitor import Visitor, forms_of, served

if TYPE_CHECKING:
    from tests.reliability.visitor import Answer

SIZE = "48m"
_MOST = 400  # writes until a full disk must have been noticed
_BEGIN = """
import django, json
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("createcachetable", verbosity=0)
from tests.site.practice import making
owner = making.make_member(making.make_practice(), "owner")
session = making.client_for(owner).cookies["sessionid"].value
print(json.dumps({"member": str(owner.pk), "session": session}))
"""
_END = """
import django, json
django.setup()
from filiform.site.practice.models import Credential
from filiform.site.practice.verifying import verify
kept = list(Credential.objects.values_list("number", flat=True))
print(json.dumps({"kept": kept, "faults": [fault.sentence for fault in verify()]}))
"""
_CSRF = "c" * 32


def _run(*words: str) -> None:
    subprocess.run(words, check=True)


def _send(visitor: Visitor, path: str, number: int) -> Answer:
    """Send a licence with a mark of its own."""
    given = {
        "csrfmiddlewaretoken": _CSRF,
        "once": str(uuid4()),
        "profession": "acupuncturist",
        "title": "x" * 90,
        "number": f"N{number}",
        "jurisdiction": "US-AZ",
        "expires_on": "2030-01-01",
    }
    return visitor.post(path, list(given.items()))


def _told(answer: Answer) -> dict[str, object]:
    """Return what the page of a fault said: its status, sentences and whether it sends again."""
    form = next((form for form in forms_of(answer.text) if form.fields), None)
    return {
        "status": answer.status,
        "full": "The disk is full" in answer.text,
        "read_only": "The disk takes no changes" in answer.text,
        "not_kept": "Nothing of what you sent was kept" in answer.text,
        "safe": "What was kept before is safe." in answer.text,
        "held": dict(form.fields).get("number", "") if form else "",
    }


def main(directory: Path) -> None:
    """Make the disk read-only, then writable, fill it, empty it, and verify."""
    _run("mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(directory))
    variables = {
        **ground.environment(directory),
        "DJANGO_SETTINGS_MODULE": "filiform.site.settings",
        "FILIFORM_WORKERS": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    (directory / "secret-key").write_text("known to this test alone")
    begun = json.loads(ground.run("-c", _BEGIN, variables=variables))
    with served(variables) as address:
        visitor = Visitor(address)
        visitor.cookies = {"csrftoken": _CSRF, "sessionid": begun["session"]}
        told, acknowledged = _scenes(visitor, begun["member"], directory)
    ended = json.loads(ground.run("-c", _END, variables=variables))
    told["lost"] = sorted(set(acknowledged) - set(ended["kept"]))
    told["twice"] = len(ended["kept"]) - len(set(ended["kept"]))
    told["faults"] = ended["faults"]
    sys.stdout.write(json.dumps(told))


def _scenes(visitor: Visitor, member: str, directory: Path) -> tuple[dict[str, object], list[str]]:
    path = f"/practice/staff/{member}/credentials/add/"
    acknowledged: list[str] = []
    # Nothing was asked of the site yet: once it holds a file open, no remount is allowed.
    _run("mount", "-o", "remount,ro", str(directory))
    refused = _send(visitor, path, 0)
    _run("mount", "-o", "remount,rw", str(directory))
    after = _send_again(visitor, refused, acknowledged)
    ballast = directory / "ballast"
    _fill_up(ballast)
    full = _until_refused(visitor, path, acknowledged)
    reading = visitor.get("/practice/staff/")
    ballast.unlink()
    told = {
        "read_only": _told(refused),
        "again_after_read_only": after,
        "full": _told(full),
        "reading_while_full": _told(reading),
        "again_after_full": _send_again(visitor, full, acknowledged),
        "acknowledged": len(acknowledged),
    }
    return told, acknowledged


def _fill_up(ballast: Path) -> None:
    try:
        with ballast.open("wb") as file:
            while True:
                file.write(bytes(4096))
                file.flush()
    except OSError:
        return


def _until_refused(visitor: Visitor, path: str, acknowledged: list[str]) -> Answer:
    for number in range(1, _MOST):
        answer = _send(visitor, path, number)
        if answer.status != FOUND:
            return answer
        acknowledged.append(f"N{number}")
    raise RuntimeError("the disk never became full")


def _send_again(visitor: Visitor, page: Answer, acknowledged: list[str]) -> list[int]:
    """Press the button of the fault's page, twice; it acts once."""
    form = next(form for form in forms_of(page.text) if form.fields)
    found = [visitor.post(form.action, list(form.fields)).status for _ in range(2)]
    if found[0] == FOUND:
        acknowledged.append(dict(form.fields)["number"])
    return found


if __name__ == "__main__":
    main(Path(sys.argv[1]))
