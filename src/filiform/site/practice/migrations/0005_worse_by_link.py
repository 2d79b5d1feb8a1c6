"""A link keeps how urgent its answers are, so that who got worse is seen."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """A field, empty in the rows from before (models.base.Record.ADDED_LATER), and its index."""

    dependencies = [("practice", "0004_closed_sessions")]
    operations = [
        migrations.AddField("link", "urgency", models.CharField(blank=True, max_length=20)),
        migrations.AddIndex(
            "link", models.Index(fields=["practice", "urgency", "used_at"], name="link_urgent")
        ),
    ]
