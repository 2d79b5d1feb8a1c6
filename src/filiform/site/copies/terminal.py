"""An export that is asked for at the terminal, by whoever runs the site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from filiform.errors import unknown
from filiform.site.copies import export, filing
from filiform.site.copies.filing import CopyError
from filiform.site.practice import keeping
from filiform.site.practice.models import Person, Practice

if TYPE_CHECKING:
    from pathlib import Path

OPERATOR = "who runs this site, at its terminal"


def write_export(path: Path, *, practice: str | None, number: int | None) -> str:
    """Write the file, and keep in the practice's history that it was; return what it holds.

    Args:
        path: the file to write.
        practice: its name; None where there is one alone.
        number: of one person of it; None for everybody.

    Raises:
        CopyError: there is no such practice or person, or the file cannot be written.
    """
    chosen = _practice(practice)
    person = _person(chosen, number) if number is not None else None
    found = export.of_person(person) if person else export.of_practice(chosen.pk)
    with filing.new(path) as file:
        with keeping.acting(keeping.Newcomer(chosen.pk, OPERATOR)) as act:
            act.read(person or chosen, act="export")
        export.write(found, file)
    whose = f"person {person.number}" if person else chosen.name
    return f"{whose}, {found.count} papers"


def _practice(name: str | None) -> Practice:
    held = list(Practice.objects.order_by("created_at"))
    if name is None and len(held) == 1:
        return held[0]
    named = [each for each in held if each.name == name]
    if len(named) == 1:
        return named[0]
    names = [each.name for each in held]
    if not held:
        raise CopyError("there is no practice here: name another data directory (--data DIR)")
    if name is None:
        raise CopyError(f"there are {len(held)} practices here: say which by --practice NAME")
    if named:
        raise CopyError(f"{len(named)} practices have the name {name!r}: rename one on its page")
    raise CopyError(unknown("practice", name, names))


def _person(practice: Practice, number: int) -> Person:
    people = Person.objects.filter(practice=practice).select_related("practice")
    found = people.filter(number=number).first()
    if found is None:
        last = people.order_by("-number").values_list("number", flat=True).first() or 0
        raise CopyError(
            f"the practice has no person {number}: their numbers go from 1 to {last}, as on their "
            "pages"
        )
    return found
