"""Whether the site says rightly that it is well."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from filiform.site.library.models import LibraryRelease

if TYPE_CHECKING:
    from django.test import Client


@pytest.mark.django_db
def test_a_site_with_its_library_is_well(client: Client) -> None:
    LibraryRelease.objects.create(version="1", sha256="0" * 64, loaded_at=timezone.now())
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"ok": True})


@pytest.mark.django_db
def test_a_site_without_a_library_is_not_well(client: Client) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (503, {"ok": False, "library": "not loaded"})


@pytest.mark.django_db
def test_a_site_without_a_database_is_not_well_and_does_not_say_why(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone() -> NoReturn:
        raise OperationalError("unable to open /somewhere/filiform.sqlite3")

    monkeypatch.setattr(connection, "cursor", gone)
    response = client.get("/healthz")
    assert response.status_code == 503
    assert response.json() == {"ok": False, "database": "no answer"}
