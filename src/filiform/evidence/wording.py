"""How results are written and methods are named, for the floors that print them."""

from __future__ import annotations

from filiform.evidence._options import choose
from filiform.evidence._text import between, shown, table

__all__ = ["between", "choose", "shown", "table"]
