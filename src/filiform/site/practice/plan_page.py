"""What a plan asks before it is kept: a reason for each change, a yes to each danger."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from filiform.care.needles import Needle as CareNeedle
from filiform.care.prescription import changed
from filiform.care.sites import site_of
from filiform.errors import CareError
from filiform.knowledge import library

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from filiform.care.prescription import Change, ChosenSite, Prescription
    from filiform.site.practice.forms.plan import SiteRow
    from filiform.site.practice.models import Plan


@dataclass(frozen=True, slots=True)
class AskedReason:
    """A change, and the reason that was given so far."""

    change: Change
    reason: str


@dataclass(frozen=True, slots=True)
class Danger:
    """A dangerous site of the plan: what lies there, how it is avoided, and whether that is so."""

    site: str
    name: str
    text: str
    avoid: str
    ticked: bool
    sources: tuple[str, ...]


def reasons_asked(
    proposed: Prescription, chosen: Sequence[ChosenSite], answers: Mapping[str, str]
) -> tuple[AskedReason, ...]:
    """Return each change with its reason so far.

    Args:
        proposed: what is proposed now.
        chosen: what the practitioner wants.
        answers: the form's fields; a reason stands under `why-` and the change's key.
    """
    return tuple(
        AskedReason(change, answers.get(f"why-{change.key}", "").strip()[:2_000])
        for change in changed(proposed, chosen, library=library())
    )


def dangers_asked(chosen: Sequence[ChosenSite], answers: Mapping[str, str]) -> tuple[Danger, ...]:
    """Return each dangerous site of a choice, once for both sides."""
    found: dict[str, Danger] = {}
    for each in chosen:
        site = site_of(CareNeedle(each.kind, each.site, each.side, each.region), library())
        if site.needs_confirmation and each.site not in found:
            ticked = bool(answers.get(f"as-{each.site}"))
            found[each.site] = Danger(
                each.site, site.name, site.danger, site.avoid, ticked, site.sources
            )
    return tuple(found.values())


def known_faults(rows: Sequence[SiteRow]) -> None:
    """Write at each chosen row that the tables do not know."""
    for row in rows:
        if row.chosen and not row.fault and row.side:
            try:
                site_of(_needle(row), library())
            except CareError as error:
                row.fault = str(error)


def _needle(row: SiteRow) -> CareNeedle:
    site = row.sites()[0]
    return CareNeedle(site.kind, site.site, site.side, site.region)


def given_before(plan: Plan | None) -> dict[str, str]:
    """Return the reasons and the ticks of the plan before, as the form has them."""
    if plan is None:
        return {}
    kept = cast("Mapping[str, object]", plan.prescription)
    changes = cast("Sequence[Mapping[str, str]]", kept.get("changes", []))
    confirmed = cast("Mapping[str, str]", kept.get("confirmed", {}))
    reasons = {f"why-{each['key']}": each["reason"] for each in changes if "key" in each}
    return {**reasons, **{f"as-{site}": "on" for site in confirmed}}


def kept_prescription(
    proposed: Prescription,
    chosen: Sequence[ChosenSite],
    reasons: Sequence[AskedReason],
    dangers: Sequence[Danger],
    licence: Mapping[str, object],
) -> dict[str, object]:
    """Return what a plan keeps: proposed, chosen, each change with its reason, each danger."""
    return {
        "proposed": proposed.to_dict(),
        "chosen": [each.to_dict() for each in chosen],
        "changes": [{**each.change.to_dict(), "reason": each.reason} for each in reasons],
        "confirmed": {each.site: each.avoid for each in dangers},
        "licence": dict(licence),
    }
