"""The pages before a visit that the guide does not have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms

from filiform.site.practice.forms.asking import AskingForm
from filiform.site.practice.forms.people import asked
from filiform.site.practice.intake_drawing import drawing_from, places

if TYPE_CHECKING:
    from collections.abc import Mapping

    from filiform.care.drawing import PainDrawing

_LEVELS = [
    ("", "Not marked"),
    *((str(n), {0: "0, no pain", 10: "10, the worst"}.get(n, str(n))) for n in range(11)),
]
_LONGEST = 2000
_ANSWER = [("yes", "Yes"), ("no", "No")]


class DrawingForm(AskingForm):
    """A number for each place that hurts."""

    def __init__(
        self,
        data: Mapping[str, object] | None = None,
        *,
        initial: Mapping[str, object] | None = None,
    ) -> None:
        """Make a field for each place of the body chart."""
        super().__init__(data, initial=dict(initial or {}))
        for group in places().values():
            for place in group:
                self.fields[place.key] = forms.ChoiceField(
                    required=False, label=place.title, choices=_LEVELS
                )

    def drawing(self) -> PainDrawing:
        """Return the drawing that was made."""
        return drawing_from(self.cleaned_data)


class MoreForm(AskingForm):
    """In the person's own words."""

    medicines_text = forms.CharField(
        required=False,
        max_length=_LONGEST,
        label="How much do you take of each of your medicines?",
        help_text="Such as: Eliquis, 5 mg, two times a day.",
        widget=forms.Textarea,
    )
    history_text = forms.CharField(
        required=False,
        max_length=_LONGEST,
        label="What was done for your neck so far?",
        help_text="Such as tests, care or an operation, and what came of it.",
        widget=forms.Textarea,
    )


class ContactForm(AskingForm):
    """What the practice may do with an address, and with the course."""

    may_contact = forms.ChoiceField(
        required=False,
        label="May we write to you to ask how you are?",
        help_text="We would do so after 4, 12 and 26 weeks.",
        choices=_ANSWER,
        widget=forms.RadioSelect,
    )
    registry_consent = forms.ChoiceField(
        required=False,
        label="May your course help others to learn?",
        help_text="It would go into a list of courses, without your name. You can say no. "
        "Your care stays the same.",
        choices=_ANSWER,
        widget=forms.RadioSelect,
    )

    def answers(self) -> dict[str, bool]:
        """Return what was answered; what was not is left out."""
        found = {name: asked(str(value)) for name, value in self.cleaned_data.items()}
        return {name: value for name, value in found.items() if value is not None}
