"""JSON that every reader takes: infinity is the text "Infinity", which JSON has no number for."""

from __future__ import annotations

import json
import math


def to_json(value: object) -> str:
    r"""Return a result as JSON.

    >>> print(to_json({"df": float("inf"), "k": (1,)}).replace("\n", ""))
    {  "df": "Infinity",  "k": [    1  ]}
    """
    return json.dumps(_plain(value), indent=2, ensure_ascii=False, allow_nan=False)


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, float) and math.isinf(value):
        return "Infinity" if value > 0.0 else "-Infinity"
    return value
