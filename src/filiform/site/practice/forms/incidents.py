"""Noting an incident of staff, or a fault of a needle or another device."""

from __future__ import annotations

from django import forms

from filiform.site.practice.forms.asking import AskingForm
from filiform.site.practice.incident_words import REPORTED

_LONGEST = 4000


class IncidentForm(AskingForm):
    """What happened, in words."""

    kind = forms.ChoiceField(
        label="What happened",
        choices=lambda: [
            ("", "Choose what happened"),
            *((kind, each.name) for kind, each in REPORTED.items()),
        ],
    )
    text = forms.CharField(
        label="How it came about, and what was done",
        widget=forms.Textarea,
        max_length=_LONGEST,
        help_text="The needle and its lot, if one had a part. Leave out the name of who was hurt.",
    )
