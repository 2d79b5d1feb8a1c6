"""Sites that were needled often enough without a response, and the side of the last session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from filiform.care._prescription_rules import prescription_rules
from filiform.care._rules import care_rules
from filiform.care.sites import site_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from filiform.care.needles import Needle, SessionRecord, Side
    from filiform.knowledge import Library


class Advice(Protocol):
    """What is read of a progress review: refer, stop, adapt, continue or unknown."""

    @property
    def advice(self) -> str:
        """The one word."""
        ...


def tired_sites(previous: Sequence[SessionRecord], *, adapt: bool) -> Mapping[str, int]:
    """Return the sites that give way, each with the number of sessions that needled it.

    A session counts against a site when each of its needles there was recorded as *none*; one
    response, in any session, keeps the site. Where the progress review says adapt, a response that
    was not recorded counts against it too.

    Args:
        previous: the sessions so far.
        adapt: whether the progress review says so.
    """
    rule = prescription_rules().no_response
    silent = rule.words | ({None} if adapt else set())
    sessions: dict[str, list[bool]] = {}
    for session in previous:
        by_site: dict[str, list[Needle]] = {}
        for needle in session.needles:
            by_site.setdefault(needle.site, []).append(needle)
        for site, needles in by_site.items():
            quiet = all(needle.response_got in silent for needle in needles)
            sessions.setdefault(site, []).append(quiet)
    return {
        site: len(quiet)
        for site, quiet in sorted(sessions.items())
        if all(quiet) and len(quiet) >= rule.sessions
    }


def last_side_over_lung(previous: Sequence[SessionRecord], library: Library) -> Side | None:
    """Return the side over the lung that the latest session needled; None where both or neither."""
    if not previous:
        return None
    latest = max(previous, key=lambda session: session.held_on)
    danger = care_rules().both_sides.danger
    sides = {
        needle.side
        for needle in latest.needles
        if needle.side in {"left", "right"} and danger in site_of(needle, library).dangers
    }
    return next(iter(sides)) if len(sides) == 1 else None
