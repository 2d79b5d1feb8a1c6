"""What every result can do: say itself in words, as a table, as plain data, and its papers."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, Generic, TypeVar, cast, overload

from filiform.evidence._text import plain_dict, shown, table

if TYPE_CHECKING:
    import pandas as pd
    from _typeshed import DataclassInstance


class Result:
    """The contract of results, frozen dataclasses that name their papers.

    A result overrides what it can say better than field by field.
    """

    __slots__ = ()

    papers: tuple[str, ...]

    def references(self) -> tuple[str, ...]:
        """Return the papers of exactly what was run."""
        return self.papers

    def summary(self) -> str:
        """Return a table that a person can read."""
        rows = [
            [name, shown(value) if isinstance(value, float) else str(value)]
            for name, value in _single(self).items()
        ]
        return table(["", "value"], rows)

    def to_dict(self) -> dict[str, object]:
        """Return all fields as plain numbers, texts and lists, ready for JSON."""
        return plain_dict(cast("DataclassInstance", self))

    def to_frame(self) -> pd.DataFrame:
        """Return one row: all fields that are one number or one text."""
        import pandas  # noqa: ICN001, PLC0415 - half a second that the analysis does not need

        return pandas.DataFrame([_single(self)])


Row_co = TypeVar("Row_co", covariant=True)


@dataclasses.dataclass(frozen=True, slots=True)
class Rows(Result, Sequence[Row_co], Generic[Row_co]):
    """A row for each study, to be used as a sequence.

    Attributes:
        rows: in the order of the studies.
        method: what was done, in words.
        papers: the papers of exactly what was run.
    """

    rows: tuple[Row_co, ...]
    method: str
    papers: tuple[str, ...]

    def __len__(self) -> int:
        """Return how many rows there are."""
        return len(self.rows)

    @overload
    def __getitem__(self, place: int) -> Row_co: ...

    @overload
    def __getitem__(self, place: slice) -> tuple[Row_co, ...]: ...

    def __getitem__(self, place: int | slice) -> Row_co | tuple[Row_co, ...]:
        """Return the row at a place."""
        return self.rows[place]

    def summary(self) -> str:
        """Return a table that a person can read."""
        records = [_single(row) for row in self.rows]
        names = list(records[0]) if records else []
        cells = [
            [shown(x) if isinstance(x, float | None) else str(x) for x in record.values()]
            for record in records
        ]
        return f"{self.method}\n\n{table(names, cells)}"

    def to_frame(self) -> pd.DataFrame:
        """Return one row a study."""
        import pandas  # noqa: ICN001, PLC0415 - half a second that the analysis does not need

        return pandas.DataFrame([_single(row) for row in self.rows])


def _single(record: object) -> dict[str, object]:
    """Return the fields of a row or result that hold one thing."""
    if not dataclasses.is_dataclass(record):
        raise TypeError(f"{record!r} has no fields")
    names = (field.name for field in dataclasses.fields(record) if field.name != "papers")
    found = {name: getattr(record, name) for name in names}
    return {
        name: value
        for name, value in found.items()
        if value is None or isinstance(value, str | int | float)
    }
