"""What the library in this database is."""

from __future__ import annotations

from django.db import models


class LibraryRelease(models.Model):
    """One loading of the knowledge tables: which version and data, and when; the newest counts."""

    version = models.CharField(max_length=40)
    sha256 = models.CharField(max_length=64)
    loaded_at = models.DateTimeField()

    class Meta:
        """Outside the names library_…, which are the knowledge tables' own."""

        db_table = "filiform_library_release"
        get_latest_by = "id"

    def __str__(self) -> str:
        """Return the version and the beginning of the digest."""
        return f"{self.version} ({self.sha256[:12]})"
