"""A link can be taken back, and a credential says what practices of the law it holds."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """Two fields, both empty in the rows from before (models.base.Record.ADDED_LATER)."""

    dependencies = [("practice", "0002_append_only")]
    operations = [
        migrations.AddField("credential", "holds", models.JSONField(blank=True, default=list)),
        migrations.AddField("link", "taken_back_at", models.DateTimeField(blank=True, null=True)),
    ]
