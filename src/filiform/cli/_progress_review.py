"""The command `filiform progress`: is it working, for each person of a table."""

from __future__ import annotations

from pathlib import Path

import click

from filiform.errors import FiliformError

_FAULT = 2


@click.command()
@click.argument("scores", type=click.Path(path_type=Path))
@click.option("--therapy", help="An id of `filiform therapies` done with needles; else any.")
@click.option("--end-week", type=float, help="The planned last week; else week 12.")
@click.option("--therapy-column", metavar="COLUMN", help="Where each person's own therapy stands.")
@click.option("--end-week-column", metavar="COLUMN", help="Where each one's planned end stands.")
@click.option(
    "--read-as",
    multiple=True,
    metavar="NAME=MEASURE",
    help='What a name means in this file: "VAS=VAS 0-100".',
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
def progress(
    *,
    scores: Path,
    therapy: str | None,
    end_week: float | None,
    therapy_column: str | None,
    end_week_column: str | None,
    read_as: tuple[str, ...],
    as_json: bool,
) -> None:
    """Say for each person: continue, adapt, stop, refer or unknown, and why.

    SCORES is CSV with the columns person, week (0 is the first score), instrument (NPRS, NDI,
    "NDI %", "VAS 0-100" …) and score; more columns are ignored. The group's calibration follows:
    how well earlier scores foretold the later ones. Rows that cannot be used are listed, and the
    exit status is then 2.
    """
    # The engine needs numpy: a command imports it when it runs, so that the others start at once.
    from filiform.care.progress_file import Wanted, review_file  # noqa: PLC0415 - see above
    from filiform.cli import _progress_text  # noqa: PLC0415 - see above
    from filiform.knowledge import library  # noqa: PLC0415 - see above
    from filiform.review import published  # noqa: PLC0415 - see above

    wanted = Wanted(therapy, end_week, therapy_column, end_week_column, _pairs(read_as))
    group = review_file(scores, library=library(), review=published(), wanted=wanted)
    click.echo(group.to_json() if as_json else _progress_text.text(group))
    if group.faults:
        for problem in group.faults:
            click.echo(f"filiform: {problem.sentence}", err=True)
        raise SystemExit(_FAULT)


def _pairs(given: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for each in given:
        name, sign, measure = each.partition("=")
        if not (name.strip() and sign and measure.strip()):
            raise FiliformError(f'--read-as is {each!r}: write NAME=MEASURE, as "VAS=VAS 0-100"')
        found[name.strip()] = measure.strip()
    return found
