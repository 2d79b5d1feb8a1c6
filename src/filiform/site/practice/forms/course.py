"""Opening a course, deciding about a warning, signing a consent, ending."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django import forms

from filiform.care.consent import Signature
from filiform.errors import CareError
from filiform.knowledge import library
from filiform.site.guide.questions import questions
from filiform.site.practice.forms.asking import AskingForm
from filiform.site.practice.models import Member
from filiform.site.practice.models.practices import Role

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from filiform.care.consent import ConsentText

_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
_LONGEST = 2000
_LARGEST_DRAWING = 40_000
_UNREADABLE = "The drawing cannot be read: draw it again, or type your name."
DECISIONS = [
    ("go_on", "Go on: needles may be used"),
    ("refer", "Send to a doctor: no needles until then"),
    ("wait", "Wait: no needles for now"),
]


def therapies() -> list[tuple[str, str]]:
    """Return the therapies with needles that are offered: only these are planned and recorded."""
    rows = library().therapies.values()
    return [(row.id, row.name) for row in rows if row.offered and row.kind == "needle"]


class CourseForm(AskingForm):
    """What is begun, by whom, and when."""

    therapy = forms.ChoiceField(label="Therapy", choices=therapies)
    practitioner = forms.ChoiceField(label="Who treats")
    started_on = forms.DateField(label="Begins on", widget=_DAY)

    def __init__(
        self,
        data: Mapping[str, object] | None = None,
        *,
        practice: UUID,
        initial: Mapping[str, object] | None = None,
    ) -> None:
        """Offer those who treat in this practice."""
        super().__init__(data, initial=dict(initial or {}))
        treat = Member.objects.filter(
            practice=practice, active=True, role__in=(Role.OWNER, Role.PRACTITIONER)
        ).order_by("name")
        chosen = self.fields["practitioner"]
        if isinstance(chosen, forms.ChoiceField):
            chosen.choices = [(str(member.pk), member.name) for member in treat]


class DecisionForm(AskingForm):
    """What a warning means for the course, and why."""

    about = forms.CharField(max_length=60, widget=forms.HiddenInput)
    decision = forms.ChoiceField(label="Decision", choices=DECISIONS, widget=forms.RadioSelect)
    reason = forms.CharField(
        max_length=_LONGEST,
        label="Reason",
        help_text="It is kept with your name. For example: what the doctor found, and when.",
        widget=forms.Textarea,
    )


class WarningForm(AskingForm):
    """A warning sign that came up after the screening."""

    finding = forms.ChoiceField(label="Warning sign")

    def __init__(self, data: Mapping[str, object] | None = None) -> None:
        """Offer every finding that a rule of screening reads."""
        super().__init__(data)
        told = questions().told
        rows = sorted((told(finding), finding) for finding in library().findings)
        chosen = self.fields["finding"]
        if isinstance(chosen, forms.ChoiceField):
            chosen.choices = [("", "Choose a sign"), *((finding, words) for words, finding in rows)]


class EndForm(AskingForm):
    """Why a course ends."""

    reason = forms.CharField(max_length=_LONGEST, label="Why does it end?", widget=forms.Textarea)


class ConsentForm(AskingForm):
    """Ticks and a signature under a text."""

    sha256 = forms.CharField(required=False, widget=forms.HiddenInput)
    signed_name = forms.CharField(
        max_length=200, required=False, label="Type your name", help_text="Or draw it below."
    )
    strokes = forms.CharField(required=False, widget=forms.HiddenInput)
    signer_note = forms.CharField(
        max_length=_LONGEST,
        required=False,
        label="Does someone sign for the person? Who, and why?",
        help_text="Leave it empty if you sign for yourself.",
    )

    def __init__(self, data: Mapping[str, object] | None = None, *, text: ConsentText) -> None:
        """Ask each choice of the text."""
        super().__init__(data, initial={"sha256": text.sha256})
        self.text = text
        self.drawn = str(data.get("strokes", "")) if data else ""
        for choice in text.choices:
            label = choice.text if choice.required else f"{choice.text} (if you like)"
            self.fields[f"choice_{choice.id}"] = forms.BooleanField(required=False, label=label)

    def signature(self) -> Signature | None:
        """Return what was done; None where the drawing cannot be read, which is told."""
        given = self.cleaned_data
        done = {
            "sha256": given["sha256"] or "none",
            "choices": {
                choice.id: bool(given[f"choice_{choice.id}"]) for choice in self.text.choices
            },
            "typed_name": given["signed_name"],
        }
        try:
            if len(given["strokes"]) <= _LARGEST_DRAWING:
                drawn = json.loads(given["strokes"] or "[]")
                return Signature.from_mapping({**done, "strokes": drawn})
        except (ValueError, RecursionError, CareError):
            pass
        self.drawn = ""
        self.add_error("signed_name", _UNREADABLE)
        return None


class WithdrawForm(AskingForm):
    """Taking a consent back; nobody owes a reason."""

    reason = forms.CharField(
        max_length=_LONGEST,
        required=False,
        label="Reason",
        help_text="The person does not have to give one.",
        widget=forms.Textarea,
    )
