"""A plan: diagnoses, how often, what goes along with it, and the sites."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django import forms

from filiform.care.prescription import ChosenSite
from filiform.errors import CareError
from filiform.knowledge import library
from filiform.site.practice.forms.asking import AskingForm

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from filiform.care.needles import Side
    from filiform.care.prescription import Prescription, ProposedSite
    from filiform.site.practice.plan_chosen import Kept

CO_TREATMENTS = {
    "prescribed": "What the doctor prescribed",
    "exercise": "Exercise",
    "heat": "Heat",
    "massage": "Massage",
    "relaxation": "Relaxation",
    "aromatherapy": "Aromatherapy",
}
_MOST_SESSIONS, _MOST_WEEKS, _MOST_SITES = 200, 104, 60
SIDES: dict[str, tuple[Side, ...]] = {
    "left": ("left",),
    "right": ("right",),
    "midline": ("midline",),
    "both": ("left", "right"),
}


def diagnoses() -> list[tuple[str, str]]:
    """Return the diagnoses that billing.csv knows."""
    rows = (row for row in library().billing if row.system == "ICD-10-CM")
    return [(row.code, f"{row.code} {row.description}") for row in rows]


class PlanForm(AskingForm):
    """What a plan says beside its sites."""

    diagnoses = forms.MultipleChoiceField(
        choices=diagnoses,
        label="Diagnoses (ICD-10-CM)",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one diagnosis."},
    )
    goals = forms.CharField(
        label="Goals",
        help_text="What the person wants to be able to do again.",
        max_length=2_000,
        widget=forms.Textarea,
    )
    sessions = forms.IntegerField(label="Sessions", min_value=1, max_value=_MOST_SESSIONS)
    weeks = forms.IntegerField(label="Weeks", min_value=1, max_value=_MOST_WEEKS)

    def __init__(
        self, data: Mapping[str, object] | None, *, initial: Mapping[str, object], again: bool
    ) -> None:
        """Ask for a reason where there is a plan already."""
        super().__init__(data, initial=dict(initial))
        for kind, label in CO_TREATMENTS.items():
            self.fields[f"co_{kind}"] = forms.CharField(label=label, max_length=500, required=False)
        if again:
            self.fields["reason"] = forms.CharField(
                label="Why is the plan changed?", max_length=2_000, widget=forms.Textarea
            )

    def co_treatments(self, doctor: str) -> list[dict[str, str]]:
        """Return what goes along: kind, words, and who prescribed it."""
        given = ((kind, str(self.cleaned_data[f"co_{kind}"]).strip()) for kind in CO_TREATMENTS)
        return [
            {"kind": kind, "text": text, "prescribed_by": doctor if kind == "prescribed" else ""}
            for kind, text in given
            if text
        ]


@dataclass(slots=True)
class SiteRow:
    """A site that may be chosen: as it is proposed, and as it is typed.

    Attributes:
        proposed: None for a site that the practitioner added.
        side: left, right, midline, both; "" is not told, and is chosen before the plan is kept.
        fault: what is wrong with it.
    """

    number: int
    kind: str
    site: str
    name: str
    region: str
    side: str
    depth: str
    electrical: bool
    chosen: bool
    proposed: ProposedSite | None
    fault: str = ""

    @property
    def id(self) -> str:
        """The prefix of its fields."""
        return f"s{self.number}"

    def sites(self) -> list[ChosenSite]:
        """Return the chosen sites: both sides are two."""
        data: dict[str, object] = {"kind": self.kind, "site": self.site, "region": self.region}
        if self.depth.strip():
            data["depth_mm"] = _number(self.depth)
        data["electrical"] = self.electrical
        return [ChosenSite.from_mapping({**data, "side": side}) for side in SIDES[self.side]]


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise CareError(f"the depth is {text!r}: write a number of mm, as 12") from None


def first_rows(proposed: Prescription, kept: Sequence[Kept]) -> list[SiteRow]:
    """Return the rows of a form that is opened: the plan's sites, or else what is proposed."""
    rows = [_of_proposal(n, each, chosen=not kept) for n, each in enumerate(proposed.sites)]
    rows += [
        _of_proposal(len(rows) + n, each, chosen=False) for n, each in enumerate(proposed.others)
    ]
    for each in kept:
        _take(rows, each)
    return rows


def _of_proposal(number: int, each: ProposedSite, *, chosen: bool) -> SiteRow:
    return SiteRow(
        number, each.kind, each.site, each.name, each.region, each.side or "", "",
        electrical=each.electrical, chosen=chosen, proposed=each,
    )  # fmt: skip


def _take(rows: list[SiteRow], each: Kept) -> None:
    """Choose the row of a site of the plan, or add one."""
    side = "both" if len(each.sides) > 1 else each.sides[0]
    own = [row for row in rows if row.site == each.site]
    row = next((row for row in own if row.side in {side, "both", ""}), own[0] if own else None)
    if row is None or row.chosen:
        name = each.site.replace("_", " ")
        row = SiteRow(
            len(rows), each.kind, each.site, name, each.region, side, "",
            electrical=False, chosen=True, proposed=None,
        )  # fmt: skip
        rows.append(row)
    row.chosen, row.side, row.electrical = True, side, each.electrical
    row.depth = "" if each.depth_mm is None else f"{each.depth_mm:g}"


def sent_rows(post: Mapping[str, str], proposed: Prescription) -> list[SiteRow]:
    """Return the rows that a form sent, each beside what is proposed for it now."""
    known: dict[tuple[str, str, str | None], ProposedSite] = {
        (each.kind, each.site, each.side): each for each in (*proposed.sites, *proposed.others)
    }
    rows = []
    for number in range(_MOST_SITES):
        if f"s{number}-site" not in post:
            break
        given = {name: post.get(f"s{number}-{name}", "") for name in _FIELDS}
        of = given["proposed"] or None
        key = (given["kind"], given["site"], None if of == "any" else of)
        match = known.get(key) if of else None
        rows.append(
            SiteRow(
                number=number,
                kind=given["kind"],
                site=given["site"][:60],
                name=match.name if match else given["site"].replace("_", " "),
                region=given["region"],
                side=given["side"] if given["side"] in SIDES else "",
                depth=given["depth"][:10],
                electrical=bool(given["electrical"]),
                chosen=bool(given["chosen"]),
                proposed=match,
            )
        )
    return rows


_FIELDS = ("kind", "site", "region", "side", "depth", "electrical", "chosen", "proposed")


def chosen_of(rows: Iterable[SiteRow]) -> list[ChosenSite]:
    """Return the chosen sites; what is wrong with a row is written at it."""
    found: list[ChosenSite] = []
    for row in rows:
        if not row.chosen:
            continue
        if not row.side:
            row.fault = "Choose a side."
            continue
        try:
            found += row.sites()
        except CareError as error:
            row.fault = str(error)
    return found
