"""What a form of the practice says of a field that was left empty: what to do, in one place."""

from __future__ import annotations

from django import forms

_EMPTY = forms.Field.default_error_messages["required"]


class AskingForm(forms.Form):
    """A form that asks for what is missing in the words of its field's kind."""

    def full_clean(self) -> None:
        """Check what was sent; fields with words of their own keep them."""
        for field in self.fields.values():
            if field.error_messages.get("required") == _EMPTY:
                field.error_messages["required"] = asked(field)
        super().full_clean()


def asked(field: forms.Field) -> str:
    """Return what to do with a field that was left empty.

    >>> asked(forms.DateField())
    'Give the day.'
    """
    for kind, words in _ASKED:
        if isinstance(field, kind):
            return words
    return "Write it here."


_ASKED: tuple[tuple[type[forms.Field], str], ...] = (
    (forms.MultipleChoiceField, "Tick one or more."),
    (forms.ChoiceField, "Choose one."),
    (forms.BooleanField, "Tick this."),
    (forms.DateField, "Give the day."),
    (forms.TimeField, "Give the time."),
    (forms.IntegerField, "Write a number."),  # decimals are of its kind
    (forms.EmailField, "Write an e-mail address, as name@example.org."),
    (forms.FileField, "Choose a file."),
)
