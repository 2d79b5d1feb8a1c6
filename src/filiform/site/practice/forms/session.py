"""What is typed into a session: a row a needle, and the rest."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django import forms

from filiform.care.closing import checklist
from filiform.knowledge import library
from filiform.site.practice.forms.asking import AskingForm
from filiform.site.practice.forms.ranges import millimetres, responses

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from filiform.site.practice.models import Lot
    from filiform.site.practice.session_typed import Typed

SIDES = [("left", "left"), ("right", "right"), ("midline", "midline")]
KINDS = [("point", "point"), ("muscle", "muscle"), ("other", "other")]
STIMULATIONS = [("", "not told"), *((each, each) for each in ("none", "manual", "electrical"))]
_CLOCKS = ["%H:%M:%S", "%H:%M"]
_LONGEST_MINUTES = 240
_MOST_SETS = 20
_MOST_COUNTED = 200


def words_of(which: str) -> list[tuple[str, str]]:
    """Return the choices for a response."""
    return [("", "not told"), *((word, word.replace("_", " ")) for word in responses(which))]


def regions() -> list[tuple[str, str]]:
    """Return the places where a needle can go in."""
    areas = library().areas.values()
    return [(area.id, area.name) for area in areas if area.id != "any"]


class NeedleRow(AskingForm):
    """One needle."""

    site_kind = forms.ChoiceField(choices=KINDS, label="Kind")
    site = forms.CharField(max_length=60, label="Site")
    side = forms.ChoiceField(choices=SIDES, label="Side")
    region = forms.ChoiceField(choices=regions, label="Region")
    depth_mm = millimetres("depth_mm", "Depth in mm", places=1, required=False)
    angle = forms.CharField(max_length=60, required=False, label="Angle")
    response_sought = forms.ChoiceField(
        choices=lambda: words_of("sought"), required=False, label="Response sought"
    )
    response_got = forms.ChoiceField(
        choices=lambda: words_of("got"), required=False, label="Response"
    )
    stimulation = forms.ChoiceField(choices=STIMULATIONS, required=False, label="Stimulation")
    hz = millimetres("hz", "Hz", places=2, required=False)
    ma = millimetres("ma", "mA", places=2, required=False)
    lot = forms.ChoiceField(
        label="Lot",
        error_messages={
            "required": "Choose the lot that this needle is from.",
            "invalid_choice": "This lot is used up, expired or recalled: choose another.",
        },
    )
    inserted_at = forms.TimeField(input_formats=_CLOCKS, required=False, label="In at")
    removed_at = forms.TimeField(input_formats=_CLOCKS, required=False, label="Out at")

    def __init__(self, data: Mapping[str, str], *, number: int, lots: Sequence[Lot]) -> None:
        """Bind a row.

        Args:
            data: the row's fields by name.
            number: its place in the table, from 0.
            lots: what may be taken from.
        """
        prefix = f"n{number}"
        super().__init__({f"{prefix}-{name}": value for name, value in data.items()}, prefix=prefix)
        self.number = number
        lot = self.fields["lot"]
        if isinstance(lot, forms.ChoiceField):
            lot.choices = [("", "choose"), *((str(each.pk), lot_name(each)) for each in lots)]

    def clean(self) -> dict[str, object]:
        """Check that a point or muscle is one of the tables."""
        given = self.cleaned_data
        kind, site = given.get("site_kind"), given.get("site")
        known = {"point": library().points, "muscle": library().muscles}.get(str(kind))
        if known is not None and site and site not in known:
            self.add_error("site", f"{site} is not in the tables: record it as another site.")
        return given


def lot_name(lot: Lot) -> str:
    """Return a lot as a select tells it: size, number, use by."""
    size = f"{float(lot.diameter_mm):g} × {float(lot.length_mm):g}"
    return f"{lot.lot_number} · {size} · {lot.maker} · use by {lot.expires_on}"


class RestForm(AskingForm):
    """Everything of a session that is not a needle."""

    notes = forms.CharField(required=False, max_length=10_000, label="Notes", widget=forms.Textarea)
    told = forms.CharField(
        required=False,
        max_length=5_000,
        label="What the person was told",
        help_text="It is printed on the summary that they take home.",
        widget=forms.Textarea,
    )
    co_treatments = forms.CharField(
        required=False,
        max_length=2_000,
        label="What else was done",
        help_text="One a line.",
        widget=forms.Textarea,
    )
    pain_before = forms.DecimalField(
        required=False, min_value=0, max_value=10, decimal_places=1, label="Pain before, 0 to 10"
    )
    pain_after = forms.DecimalField(
        required=False, min_value=0, max_value=10, decimal_places=1, label="Pain after, 0 to 10"
    )
    face_to_face_minutes = forms.IntegerField(
        required=False, min_value=0, max_value=_LONGEST_MINUTES, label="Minutes face to face"
    )
    needles_planned_minutes = forms.IntegerField(
        required=False, min_value=1, max_value=_LONGEST_MINUTES, label="Leave in, minutes"
    )
    insertions = forms.IntegerField(
        required=False, min_value=1, max_value=_MOST_SETS, label="Sets of needles put in"
    )
    second_reason = forms.CharField(
        required=False,
        max_length=2_000,
        label="What explains the difference?",
        widget=forms.Textarea,
    )

    def __init__(self, typed: Typed) -> None:
        """Bind what was typed; each region of the table has its counts."""
        super().__init__(dict(typed.rest))
        names = dict(regions())
        self.regions = tuple(region for region in typed.regions if region in names)
        for region in self.regions:
            for prefix, what in (("in", "in"), ("out", "out"), ("second", "out, second count")):
                self.fields[f"{prefix}-{region}"] = forms.IntegerField(
                    required=False,
                    min_value=0,
                    max_value=_MOST_COUNTED,
                    label=f"{names[region]}: counted {what}",
                )

    def counts(self, prefix: str) -> dict[str, int]:
        """Return the counts by region that were typed: `in`, `out` or `second`."""
        found = ((region, self.cleaned_data.get(f"{prefix}-{region}")) for region in self.regions)
        return {region: count for region, count in found if count is not None}


def ticked(rest: Mapping[str, str]) -> dict[str, bool]:
    """Return each item of the clean-needle checklist and whether it is ticked."""
    return {item[0]: bool(rest.get(f"done-{item[0]}")) for item in checklist()}


def valid(forms_: Iterable[forms.Form]) -> bool:
    """Say whether all are valid; each is asked, so that each tells its faults."""
    return all(form.is_valid() for form in forms_)


def moment(on: dt.date, clock: dt.time | None, zone: dt.tzinfo) -> dt.datetime | None:
    """Return a time of a day in the practice's zone."""
    return None if clock is None else dt.datetime.combine(on, clock, tzinfo=zone)


class LicenceForm(AskingForm):
    """Why someone goes on where the tables do not tell if they may."""

    licence_reason = forms.CharField(
        label="Why do you go on?",
        max_length=2_000,
        widget=forms.Textarea,
        help_text="Your reason is kept with the record.",
    )


class ReasonForm(AskingForm):
    """Why something kept is corrected."""

    reason = forms.CharField(label="Why is it corrected?", max_length=2_000, widget=forms.Textarea)


class ResolveForm(AskingForm):
    """What came of an incident."""

    resolution = forms.CharField(
        label="What came of it, and what was done?", max_length=5_000, widget=forms.Textarea
    )
