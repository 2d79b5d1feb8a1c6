"""What the operator of a practice runs: a copy of everything, and back."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Callable

_NOT_WHOLE = 1

data_option = click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    help="The data directory that ./serve uses (FILIFORM_DATA, or var).",
)


def site(data: Path | None) -> None:
    """Make Django ready on a data directory, with its database at this version."""
    if data is not None:
        os.environ["FILIFORM_DATA"] = str(data.absolute())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "filiform.site.settings")
    import django  # noqa: PLC0415  (only these commands need it)

    from filiform.site import data as data_directory  # noqa: PLC0415

    data_directory.ensure()
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", interactive=False, verbosity=0)


def _file(name: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    return click.argument(name, type=click.Path(path_type=Path, dir_okay=False))


@click.command()
@_file("copy")
@data_option
def backup(*, copy: Path, data: Path | None) -> None:
    """Write everything that the practices keep to one file, while they go on working.

    COPY is the file to write. It holds health records and the site's secret: guard it as those.
    """
    site(data)
    from filiform.site.copies.backup import back_up  # noqa: PLC0415

    manifest = back_up(copy, now=dt.datetime.now(tz=dt.UTC))
    click.echo(f"{copy.name}: {manifest.count} rows, {len(manifest.chains)} practices")


@click.command()
@_file("copy")
@data_option
def restore(*, copy: Path, data: Path | None) -> None:
    """Put a copy into an empty data directory, field for field.

    COPY is a file that `filiform backup` wrote.
    """
    site(data)
    from filiform.site.copies.backup import restore as put_back  # noqa: PLC0415

    manifest = put_back(copy)
    click.echo(f"{manifest.count} rows of {manifest.made_at} are back: start ./serve")


@click.command()
@_file("export")
@click.option("--practice", help="The practice's name, where there are several.")
@click.option("--person", type=int, help="The number of one person of it; else everybody.")
@data_option
def export(*, export: Path, practice: str | None, person: int | None, data: Path | None) -> None:
    """Write all records of a practice, or of one person, to one file: JSON, CSV and PDF.

    EXPORT is the file to write. It holds health records: guard it as those.
    """
    site(data)
    from filiform.site.copies.terminal import write_export  # noqa: PLC0415

    click.echo(f"{export.name}: {write_export(export, practice=practice, number=person)}")


@click.command("import")
@_file("export")
@data_option
def import_(*, export: Path, data: Path | None) -> None:
    """Put the export of a practice or of a person into an empty data directory.

    EXPORT is a file that a practice exported. Its staff set new passwords afterwards.
    """
    site(data)
    from filiform.site.copies.bringing import put_in  # noqa: PLC0415

    click.echo(f"{put_in(export)} rows are in: start ./serve and set new passwords")


@click.command()
@data_option
def verify(*, data: Path | None) -> None:
    """Check every practice's history: the chain, its numbers and end, and every record.

    A fault is one line that names where it is and nothing of what it says; the exit status is 1.
    """
    site(data)
    from filiform.site.practice.verifying import verify as faults  # noqa: PLC0415

    whole = True
    for fault in faults():
        whole = False
        click.echo(f"practice {fault.practice}, {fault.where}: {fault.sentence}")
    if not whole:
        raise SystemExit(_NOT_WHOLE)
    click.echo("Every history agrees with itself and with every record.")
