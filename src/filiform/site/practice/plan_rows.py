"""A site that the practitioner adds to a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from filiform.site.practice.forms.plan import SiteRow
from filiform.site.practice.session_sites import added

if TYPE_CHECKING:
    from collections.abc import Mapping


def add_site(rows: list[SiteRow], post: Mapping[str, str]) -> str:
    """Add a row for the site that the form names, or return what is missing.

    A row that is there already is chosen, with the side that was asked for.
    """
    side = post.get("add_side", "")
    words, region = post.get("add_words", ""), post.get("add_region", "")
    places, fault = added(post.get("add_site", ""), words, side, region)
    if fault:
        return fault
    kind, site, first_side, where = places[0]
    side = "both" if len(places) > 1 else first_side
    row = next(
        (each for each in rows if each.site == site and each.side in {side, "both", ""}), None
    )
    if row is None:
        name = site.replace("_", " ")
        row = SiteRow(
            len(rows), kind, site, name, where, side, "",
            electrical=False, chosen=True, proposed=None,
        )  # fmt: skip
        rows.append(row)
    row.chosen, row.side = True, side
    return ""
