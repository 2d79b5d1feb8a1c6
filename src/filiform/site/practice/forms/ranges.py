"""What a number of a needle may be at all, as care.toml says it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, cast

from django import forms

from filiform.knowledge import library

if TYPE_CHECKING:
    from collections.abc import Mapping


def limits(field: str) -> tuple[Decimal, Decimal]:
    """Return the lowest and the highest value of a field of a needle."""
    needle = cast("Mapping[str, Mapping[str, Mapping[str, float]]]", _needle())
    row = needle["ranges"][field]
    return Decimal(str(row["low"])), Decimal(str(row["high"]))


def millimetres(
    field: str, label: str, *, places: int, required: bool = True, help_text: str = ""
) -> forms.DecimalField:
    """Return a field for a number of a needle, within its limits."""
    low, high = limits(field)
    return forms.DecimalField(
        label=label,
        min_value=low,
        max_value=high,
        decimal_places=places,
        required=required,
        help_text=help_text,
    )


def responses(which: str) -> list[str]:
    """Return the words for a response that was `sought` or that one `got`."""
    return list(cast("Mapping[str, list[str]]", _needle())[f"responses_{which}"])


def _needle() -> object:
    return library().rules("care")["needle"]
