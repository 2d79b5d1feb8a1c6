"""What is decided after a look at the progress."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms

from filiform.site.practice.forms.asking import AskingForm

if TYPE_CHECKING:
    from collections.abc import Mapping

DECISIONS = [
    ("continue", "Continue as planned"),
    ("adapt", "Adapt the plan"),
    ("stop", "Stop the needles"),
    ("refer", "Refer to a doctor"),
]
_FINISH = ("continue", "Finish as planned")
_ENDED = [("refer", "Refer to a doctor"), ("looked", "Looked at: no more is needed")]


class ReviewForm(AskingForm):
    """The decision; a reason where it is another than the rules advise."""

    decision = forms.ChoiceField(label="Your decision", choices=DECISIONS, widget=forms.RadioSelect)
    reason = forms.CharField(
        max_length=2000,
        required=False,
        label="Reason",
        help_text="Needed where you decide otherwise than the rules advise.",
        widget=forms.Textarea,
    )

    def __init__(
        self,
        data: Mapping[str, object] | None = None,
        *,
        advice: str,
        over: bool = False,
        ended: bool = False,
    ) -> None:
        """Take the advice that the page shows, and whether the planned end or all is behind."""
        super().__init__(data)
        self.advice = advice
        decision = self.fields["decision"]
        if over and isinstance(decision, forms.ChoiceField):
            decision.choices = _ENDED if ended else [_FINISH, *DECISIONS[1:]]

    def clean(self) -> dict[str, object]:
        """Ask for a reason where there is an advice and the decision is another."""
        given = self.cleaned_data
        other = self.advice != "unknown" and given.get("decision") not in {None, self.advice}
        if other and not given.get("reason", "").strip():
            self.add_error("reason", "Say why you decide otherwise than the rules advise.")
        return given
