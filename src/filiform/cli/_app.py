"""The commands and their options; what they print is made in the modules beside this one.

Each command imports what it needs when it runs: `filiform screen` must start without numpy
(docs/decisions/002-click-for-the-terminal.md).
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict
from pathlib import Path

import click

from filiform import __version__
from filiform.cli import _progress_review, _statistics, _upkeep
from filiform.errors import FiliformError

EXIT_FAULT = 2


def main() -> None:
    """Run the terminal program; a fault of the input is one sentence and exit status 2."""
    try:
        program.main(prog_name="filiform")
    except FiliformError as fault:
        click.echo(f"filiform: {fault}", err=True)
        raise SystemExit(EXIT_FAULT) from None


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="filiform %(version)s")
def program() -> None:
    """Neck pain treated with needles: what fits, how sure that is, when a doctor comes first."""


program.add_command(_statistics.pool)
program.add_command(_statistics.network)
program.add_command(_progress_review.progress)
program.add_command(_upkeep.backup)
program.add_command(_upkeep.restore)
program.add_command(_upkeep.export)
program.add_command(_upkeep.import_)
program.add_command(_upkeep.verify)


def _day(_: click.Context, __: click.Parameter, given: str | None) -> dt.date:
    if given is None:
        return dt.datetime.now(tz=dt.UTC).astimezone().date()
    try:
        return dt.datetime.strptime(given, "%Y-%m-%d").replace(tzinfo=dt.UTC).date()
    except ValueError:
        raise FiliformError(
            f"--today is {given[:60]!r}, admissible is a day of the calendar as year-month-day, "
            "such as 2026-11-21: write it so"
        ) from None


person_file = click.argument("person", type=click.Path(path_type=Path))
json_flag = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
today_option = click.option(
    "--today",
    metavar="YYYY-MM-DD",
    callback=_day,
    help="Answer as of this day, not the day itself.",
)


@program.command()
@person_file
@json_flag
def screen(*, person: Path, as_json: bool) -> None:
    """Say how soon a doctor must see this person first, and why.

    PERSON holds the answers, as TOML or JSON.
    """
    from filiform.cli import _text
    from filiform.guidance.person import read_person
    from filiform.guidance.screening import screen as screen_person
    from filiform.knowledge import library

    facts = library()
    result = screen_person(read_person(person, facts), facts)
    click.echo(_json(result.to_dict()) if as_json else _text.screening(result))


@program.command()
@person_file
@json_flag
@today_option
def guide(*, person: Path, as_json: bool, today: dt.date) -> None:
    """Make the decision aid for this person: doctor first, then options and their certainty.

    PERSON holds the answers, as TOML or JSON.
    """
    from filiform.cli import _aid
    from filiform.guidance.aid import guide as guide_person
    from filiform.guidance.person import read_person
    from filiform.knowledge import library
    from filiform.review import published

    facts = library()
    answers = read_person(person, facts)
    aid = guide_person(answers, library=facts, review=published(), today=today)
    click.echo(_json(aid.to_dict()) if as_json else _aid.text(aid))


@program.command()
@person_file
@click.option("--therapy", required=True, help="acupuncture, dry_needling, electroacupuncture …")
@click.option(
    "--drawing",
    type=click.Path(path_type=Path),
    help="Where it hurts, 0 to 10 by place and side (TOML or JSON).",
)
@click.option("--after-the-doctor", is_flag=True, help="A doctor has decided after the screening.")
@json_flag
def prescribe(
    *, person: Path, therapy: str, drawing: Path | None, after_the_doctor: bool, as_json: bool
) -> None:
    """Propose points or muscles for this person, each with its reasons, danger and trials.

    PERSON holds the answers, as TOML or JSON. It is for a trained practitioner, who changes it.
    """
    from filiform.cli import _prescribe

    found = _prescribe.prescription_of(
        person, therapy, drawing=drawing, after_the_doctor=after_the_doctor
    )
    click.echo(_json(found.to_dict()) if as_json else _prescribe.text(found))


@program.command()
@click.argument("therapy")
@click.option("--against", help="The comparator: sham, no_treatment, usual_care, massage …")
@click.option("--outcome", help="pain_intensity, disability, global_improvement …")
@click.option("--weeks", help="immediate, short, mid or long after the start.")
@click.option("--region", default="neck", show_default=True, help="neck or shoulder.")
@click.option("--measure", help="MD: difference in points; RR: ratio of people who got better.")
@click.option("--condition", help="Rate the certainty for this kind of neck pain.")
@click.option("--plot", type=click.Path(path_type=Path), help="Write the forest plot (.svg).")
@json_flag
def evidence(
    *,
    therapy: str,
    against: str | None,
    outcome: str | None,
    weeks: str | None,
    region: str,
    measure: str | None,
    condition: str | None,
    plot: Path | None,
    as_json: bool,
) -> None:
    """Show what the trials say: one question pooled, or all questions of THERAPY."""
    from filiform.cli import _evidence

    wanted = _evidence.Wanted(therapy, against, outcome, weeks, region, measure, condition)
    click.echo(_evidence.answer(wanted, plot=plot, as_json=as_json))


@program.command()
@json_flag
def findings(*, as_json: bool) -> None:
    """List the ids that `findings` and `absent` of a person file may hold."""
    from filiform.cli import _text
    from filiform.knowledge import library

    rows = [(row.id, row.group, row.meaning) for row in library().findings.values()]
    named = [dict(zip(("id", "group", "meaning"), row, strict=True)) for row in rows]
    click.echo(_json(named) if as_json else _text.listing(rows))


@program.command()
@json_flag
def therapies(*, as_json: bool) -> None:
    """List the ids that `filiform evidence` knows as THERAPY and as --against."""
    from filiform.cli import _text
    from filiform.knowledge import library

    facts = library()
    known = [(row.id, row.kind, row.name) for row in facts.therapies.values()]
    groups = [(row.id, "group", row.name) for row in facts.comparators.values()]
    rows = list({row[0]: row for row in (*groups, *known)}.values())
    named = [dict(zip(("id", "kind", "name"), row, strict=True)) for row in rows]
    click.echo(_json(named) if as_json else _text.listing(rows))


@program.command()
@json_flag
def places(*, as_json: bool) -> None:
    """List the ids that `jurisdiction` of a person file may hold."""
    from filiform.cli import _text
    from filiform.knowledge import library

    facts = library()
    rows = [
        (
            row.id,
            (facts.countries.get(row.country) or facts.jurisdictions[row.country]).name,
            row.name,
        )
        for row in facts.jurisdictions.values()
    ]
    rows.sort(key=lambda row: row[1])
    named = [dict(zip(("id", "country", "name"), row, strict=True)) for row in rows]
    click.echo(_json(named) if as_json else _text.listing(rows))


@program.command()
@click.argument("directory", type=click.Path(path_type=Path))
@json_flag
@today_option
def check(*, directory: Path, as_json: bool, today: dt.date) -> None:
    """Check the tables in DIRECTORY against the rules of the published ones.

    They may stand beside each other, or in the folders evidence, knowledge and texts.
    """
    from filiform.knowledge import check as check_tables

    problems = check_tables(directory, today=today)
    if as_json:
        click.echo(_json([asdict(problem) for problem in problems]))
    elif problems:
        click.echo("\n".join(str(problem) for problem in problems), err=True)
    else:
        click.echo(f"{directory}: every row of every table holds.")
    if problems:
        raise SystemExit(EXIT_FAULT)


def _json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False)
