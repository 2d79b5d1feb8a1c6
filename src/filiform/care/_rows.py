"""Rows of the tables that a rule rests on, or one sentence where one's own tables lack them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from filiform.errors import CareError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from filiform.knowledge import Contraindication, Library, Statement

R = TypeVar("R")


def contraindication(library: Library, id_: str) -> Contraindication:
    """Return a row of contraindications.csv.

    Raises:
        CareError: the library lacks it.
    """
    return _row(library.contraindications, id_, "contraindications.csv")


def statement(library: Library, id_: str) -> Statement:
    """Return a row of statements.csv.

    Raises:
        CareError: the library lacks it.
    """
    return _row(library.statements, id_, "statements.csv")


def _row(rows: Mapping[str, R], id_: str, table: str) -> R:
    if id_ not in rows:
        raise CareError(
            f"a rule of prescribing rests on row {id_!r} of {table}, which your tables do not "
            "hold: keep the ids of the published rows"
        )
    return rows[id_]
