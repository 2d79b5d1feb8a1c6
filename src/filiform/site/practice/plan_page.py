"""What a plan asks before it is kept: a reason for each change, a yes to each danger."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from filiform.care.approvals import APPROVED
from filiform.care.needles import Needle as CareNeedle
from filiform.care.needles import SessionRecord
from filiform.care.prescription import changed
from filiform.care.sites import site_of
from filiform.errors import CareError
from filiform.knowledge import library
from filiform.site.practice.screened_person import APPROVALS, against_person
from filiform.site.practice.session_typed import confirmed as as_typed

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from filiform.care.prescription import Change, ChosenSite, Prescription
    from filiform.care.refusal import Problem
    from filiform.site.practice.forms.plan import SiteRow
    from filiform.site.practice.models import Plan
    from filiform.site.practice.screened_person import ScreenedPerson


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
    proposed: Prescription,
    chosen: Sequence[ChosenSite],
    answers: Mapping[str, str],
    refused: Sequence[Problem] = (),
) -> tuple[AskedReason, ...]:
    """Return each change with its reason so far, but for what no reason lifts.

    Args:
        proposed: what is proposed now.
        chosen: what the practitioner wants.
        answers: the form's fields; a reason stands under `why-` and the change's key.
        refused: what is refused in this choice.
    """
    rows = {problem.row for problem in refused}
    return tuple(
        AskedReason(change, answers.get(f"why-{change.key}", "").strip()[:2_000])
        for change in changed(proposed, chosen, library=library())
        if change.kind != "against" or change.row not in rows
    )


def refused_in(
    therapy: str, chosen: Sequence[ChosenSite], asked: ScreenedPerson | None, on: dt.date
) -> tuple[Problem, ...]:
    """Return what no reason lifts in a choice of sites."""
    needles = tuple(
        CareNeedle(
            each.kind,
            each.site,
            each.side,
            each.region,
            stimulation="electrical" if each.electrical else None,
        )
        for each in chosen
    )
    found = against_person(asked, SessionRecord(therapy, on, needles))
    return tuple(problem for problem in found if problem.lifted_by != "reason")


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
    approved = cast("Mapping[str, str]", kept.get(APPROVALS, {}))
    reasons = {f"why-{each['key']}": each["reason"] for each in changes if "key" in each}
    doctors = as_typed({f"{APPROVED}{row}": text for row, text in approved.items()})
    return {**reasons, **doctors, **{f"as-{site}": "on" for site in confirmed}}


def kept_prescription(
    proposed: Prescription,
    chosen: Sequence[ChosenSite],
    reasons: Sequence[AskedReason],
    dangers: Sequence[Danger],
    licence: Mapping[str, object],
    *,
    approvals: Mapping[str, str] | None = None,
) -> dict[str, object]:
    """Return what a plan keeps: proposed, chosen, each change with its reason, each danger.

    Args:
        proposed: as `propose` gave it.
        chosen: what the practitioner wants.
        reasons: each change, with its reason.
        dangers: each dangerous site, confirmed.
        licence: on what permission it rests.
        approvals: the doctors' approvals, each under its key; None is none.
    """
    by_row = {key.removeprefix(APPROVED): text for key, text in (approvals or {}).items()}
    return {
        "proposed": proposed.to_dict(),
        "chosen": [each.to_dict() for each in chosen],
        "changes": [{**each.change.to_dict(), "reason": each.reason} for each in reasons],
        "confirmed": {each.site: each.avoid for each in dangers},
        "licence": dict(licence),
        **({APPROVALS: by_row} if by_row else {}),
    }
