"""Noting a harm, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms

from filiform.care.refusal import Refusal
from filiform.care.safety import facts_of_harm, grade, harm_events, relatedness_words
from filiform.knowledge import library
from filiform.site.practice.forms.asking import AskingForm

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from filiform.care.safety import Graded
    from filiform.site.practice.models import Session

_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
_LONGEST = 4000


def events() -> list[tuple[str, str]]:
    """Return the harms that one person can have, by name."""
    rows = sorted(harm_events(library()).values(), key=lambda row: row.name.casefold())
    return [("", "Choose a harm"), *((row.id, row.name) for row in rows if row.one_harm)]


def relations() -> list[tuple[str, str]]:
    """Return the words for how likely the needles did it, each with its meaning."""
    return [
        (word, f"{word.replace('_', ' ').capitalize()}: {meaning}")
        for word, meaning in relatedness_words().items()
    ]


class HarmForm(AskingForm):
    """What happened, what followed, and whether the needles did it."""

    event = forms.ChoiceField(label="What happened", choices=events)
    facts = forms.MultipleChoiceField(
        label="What followed",
        choices=lambda: list(facts_of_harm().items()),
        widget=forms.CheckboxSelectMultiple,
        help_text="The grade follows from it.",
    )
    relatedness = forms.ChoiceField(
        label="Did the needles do it?", choices=relations, widget=forms.RadioSelect
    )
    noticed_on = forms.DateField(label="Noticed on", widget=_DAY)
    session = forms.ChoiceField(required=False, label="After which session")
    text = forms.CharField(
        max_length=_LONGEST, required=False, label="In your words", widget=forms.Textarea
    )
    follow_up_on = forms.DateField(required=False, label="Ask again on", widget=_DAY)

    def __init__(
        self,
        data: Mapping[str, object] | None = None,
        *,
        sessions: Sequence[Session],
        initial: Mapping[str, object] | None = None,
    ) -> None:
        """Offer the sessions of the course."""
        super().__init__(data, initial=dict(initial or {}))
        chosen = self.fields["session"]
        if isinstance(chosen, forms.ChoiceField):
            chosen.choices = [
                ("", "No session, or not known"),
                *((str(each.pk), f"Session {each.number} of {each.on}") for each in sessions),
            ]

    def clean_facts(self) -> list[str]:
        """Return what followed, as a list that JSON has."""
        return list(self.cleaned_data["facts"])

    def clean(self) -> dict[str, object]:
        """Check that a grade follows."""
        given = self.cleaned_data
        if "event" in given and "facts" in given:
            found = grade(given["event"], given["facts"], library())
            if isinstance(found, Refusal):
                self.add_error("facts", found.sentence)
        return given

    def graded(self) -> Graded:
        """Return the grade of a form that was found valid."""
        found = grade(self.cleaned_data["event"], self.cleaned_data["facts"], library())
        if isinstance(found, Refusal):
            raise forms.ValidationError(found.sentence)
        return found


class FollowUpForm(AskingForm):
    """What became of it, and who was told."""

    relatedness = forms.ChoiceField(
        label="Did the needles do it?", choices=relations, widget=forms.RadioSelect
    )
    outcome = forms.CharField(
        max_length=_LONGEST, required=False, label="What became of it", widget=forms.Textarea
    )
    follow_up_on = forms.DateField(required=False, label="Ask again on", widget=_DAY)
    resolved_on = forms.DateField(required=False, label="Over since", widget=_DAY)
    reported_to = forms.CharField(
        max_length=_LONGEST,
        required=False,
        label="Reported to whom, and when",
        widget=forms.Textarea,
    )
