"""Closed sessions are counted as they are closed; two lists find a year's courses by an index."""

from __future__ import annotations

from typing import TYPE_CHECKING

import django.db.models.deletion
from django.db import migrations, models

if TYPE_CHECKING:
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor
    from django.db.migrations.state import StateApps

_AT_A_TIME = 2_000
_ROW = ("pk", "practice_id", "course__therapy", "course__person_id")


def count(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Count the sessions that were closed before, in the order in which they were closed."""
    session = apps.get_model("practice", "Session")
    closed_session = apps.get_model("practice", "ClosedSession")
    people: dict[tuple[object, str], set[object]] = {}
    numbers: dict[tuple[object, str], int] = {}
    made = []
    closed = session.objects.filter(closed_at__isnull=False).order_by("closed_at", "pk")
    for key, practice, therapy, person in closed.values_list(*_ROW):
        of = (practice, therapy)
        numbers[of] = numbers.get(of, 0) + 1
        people.setdefault(of, set()).add(person)
        made.append(closed_session(key, practice, therapy, numbers[of], len(people[of])))
    closed_session.objects.bulk_create(made, batch_size=_AT_A_TIME)


def forget(_apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Do nothing: the table goes."""


class Migration(migrations.Migration):
    """A table that follows from the sessions, and two indexes."""

    dependencies = [("practice", "0003_links_and_holdings")]
    operations = [
        migrations.CreateModel(
            name="ClosedSession",
            fields=[
                (
                    "session",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="counted",
                        serialize=False,
                        to="practice.session",
                    ),
                ),
                (
                    "practice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="practice.practice",
                    ),
                ),
                ("therapy", models.CharField(max_length=40)),
                ("number", models.PositiveIntegerField()),
                ("people", models.PositiveIntegerField()),
            ],
        ),
        migrations.AddConstraint(
            "closedsession",
            models.UniqueConstraint(
                fields=["practice", "therapy", "number"], name="closed_number_once"
            ),
        ),
        migrations.AddIndex(
            "course", models.Index(fields=["practice", "started_on"], name="course_begun")
        ),
        migrations.AddIndex(
            "outcome",
            models.Index(fields=["course", "instrument", "taken_on"], name="outcome_taken"),
        ),
        migrations.RunPython(count, forget),
    ]
