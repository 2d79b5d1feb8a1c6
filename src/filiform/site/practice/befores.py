"""What stood there before a change, kept as what differs from what stands there after it.

A session of ten needles is saved four times in a visit. Its history keeps it whole after each
save; what it was before is the same but for some fields, and is told by these alone:

    {"version": 3, "notes": "", "needle": {"rows": 10, "changed": {"4": {"depth_mm": "8.0"}}}}

Entries from before this form keep the whole of both; `whole` reads either.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from filiform.site.practice.keeping import Values

CHILDREN = frozenset({"needle", "invoiceline"})  # rows that are kept within their record
_NEW = ""  # under it the names that only `after` has; no field is called so


def changed(before: Values, after: Values) -> Values:
    """Return what differs before, from which and from `after` the whole can be told again.

    >>> changed({"pain": "4.0", "notes": "stiff"}, {"pain": "2.0", "notes": "stiff"})
    {'pain': '4.0'}
    """
    found = {
        name: _rows(value, after[name]) if name in CHILDREN and name in after else value
        for name, value in before.items()
        if name not in after or not _same(value, after[name])
    }
    new = [name for name in after if name not in before]
    return found | {_NEW: new} if new else found


def whole(before: Values | None, after: Values | None) -> Values | None:
    """Return all that stood there before a change, as an entry keeps it.

    >>> whole({"pain": "4.0"}, {"pain": "2.0", "notes": "stiff"})
    {'pain': '4.0', 'notes': 'stiff'}
    """
    if before is None or after is None:
        return before
    new = before.get(_NEW, ())
    found = {name: value for name, value in {**after, **before}.items() if name != _NEW}
    for name in new if isinstance(new, list) else ():
        del found[name]
    for name in CHILDREN & before.keys():
        found[name] = _whole_rows(before[name], after.get(name))
    return found


def _same(one: object, other: object) -> bool:
    """Say whether both are the same in JSON, where 1, 1.0 and true are not."""
    if isinstance(one, (dict, list)):
        return one == other and json.dumps(one) == json.dumps(other)
    return type(one) is type(other) and one == other


def _rows(before: object, after: object) -> object:
    """Return the rows that differ by their place; a row that is gone is told whole."""
    if not (isinstance(before, list) and isinstance(after, list)):
        return before
    gone = {str(place): row for place, row in enumerate(before) if place >= len(after)}
    both = enumerate(zip(before, after, strict=False))
    found = {str(place): differs for place, (was, now) in both if (differs := changed(was, now))}
    return {"rows": len(before), "changed": found | gone}


def _whole_rows(before: object, after: object) -> object:
    if not isinstance(before, dict):
        return before
    now = after if isinstance(after, list) else []
    told = before["changed"]
    return [
        whole(told.get(str(place), {}), now[place]) if place < len(now) else told[str(place)]
        for place in range(before["rows"])
    ]
