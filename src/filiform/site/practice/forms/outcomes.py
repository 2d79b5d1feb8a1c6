"""Outcome measures as one form: numbers in our words, items in the words that a practice loaded."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django import forms

from filiform.care.outcomes import measure_of, questionnaire_from_fhir, score
from filiform.errors import CareError
from filiform.knowledge import library
from filiform.site.guide.files import LARGEST_BYTES
from filiform.site.practice.forms.asking import AskingForm
from filiform.site.practice.outcome_taking import Given, Loaded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from filiform.care.outcomes import Measure, Question

_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
ACTIVITIES = 5
_FEWEST_ACTIVITIES = 3
_TOTALS = ("NDI", "NPQ")
_CHANGE = {
    -7: "-7, very much worse",
    -4: "-4, worse",
    -1: "-1, a little worse",
    0: "0, the same",
    1: "1, a little better",
    4: "4, better",
    7: "7, very much better",
}
_TOO_FEW = "Name three things or more, each with a number from 0 to 10."
_HALF = "Give this both words and a number, or leave both empty."
_GAPS = "Too many of these have no answer. Please answer all that you can."


def _numbers(low: int, high: int, words: Mapping[int, str]) -> list[tuple[str, str]]:
    return [("", "No answer"), *((str(n), words.get(n, str(n))) for n in range(low, high + 1))]


class MeasuresForm(AskingForm):
    """What a person answers of themselves; everything may be left out."""

    def __init__(
        self,
        data: Mapping[str, object] | None = None,
        *,
        questionnaires: Sequence[Loaded] = (),
        activities: Sequence[str] = (),
        follow_up: bool = False,
        in_room: bool = False,
        initial: Mapping[str, object] | None = None,
    ) -> None:
        """Make the fields.

        Args:
            data: what was sent.
            questionnaires: whose items are asked.
            activities: those named at first; the person rates them again.
            follow_up: whether to ask what has changed since the beginning.
            in_room: whether staff fill it in: the day, and totals counted on paper.
            initial: what was answered before.
        """
        super().__init__(data, initial=dict(initial or {}))
        self.loaded = tuple(questionnaires)
        self.activities = tuple(activities)
        if in_room:
            self.fields["on"] = forms.DateField(label="Day", widget=_DAY)
        self.fields["NPRS"] = forms.ChoiceField(
            required=False,
            label="How strong was the pain in the past day?",
            help_text="0 is no pain. 10 is the worst pain.",
            choices=_numbers(0, 10, {0: "0, no pain", 10: "10, the worst pain"}),
        )
        if follow_up:
            self.fields["GROC"] = forms.ChoiceField(
                required=False,
                label="How is your neck now, next to when you began?",
                choices=_numbers(-7, 7, _CHANGE),
            )
        self._ask_activities()
        for each in self.loaded:
            for question in each.questionnaire.items:
                self.fields[f"{each.instrument}:{question.link_id}"] = _item(question)
        for name in _TOTALS if in_room else ():
            measure = measure_of(name)
            self.fields[f"{name}_total"] = forms.FloatField(
                required=False,
                min_value=measure.low,
                max_value=measure.high,
                label=f"{name}: sum of the paper form",
                help_text=f"{measure.name}. Leave empty where the items are answered here.",
            )

    def _ask_activities(self) -> None:
        for n in range(1, ACTIVITIES + 1):
            self.fields[f"activity_{n}"] = forms.CharField(
                required=False,
                max_length=100,
                label=f"Thing {n}",
                initial=self.activities[n - 1] if n <= len(self.activities) else "",
            )
            self.fields[f"rating_{n}"] = forms.ChoiceField(
                required=False,
                label=f"How well can you do thing {n}?",
                choices=_numbers(0, 10, {0: "0, not at all", 10: "10, as before"}),
            )

    def clean(self) -> dict[str, object]:
        """Check the activities and that each measure can be scored."""
        self._check_activities()
        for each in self.given() if not self.errors else ():
            try:
                score(each.instrument, each.answer, library=library())
            except CareError as error:
                empty = [
                    name
                    for name in self.fields
                    if name.startswith(f"{each.instrument}:")
                    and self.cleaned_data.get(name) in (None, "")
                ]
                self.add_error(empty[0] if empty else None, _GAPS if empty else str(error))
        return self.cleaned_data

    def _check_activities(self) -> None:
        rated = 0
        for n in range(1, ACTIVITIES + 1):
            words, rating = self._pair(n)
            if n <= len(self.activities) and not rating:
                continue  # one of those named at first that was not rated this time
            if bool(words) != bool(rating):
                self.add_error(f"rating_{n}" if words else f"activity_{n}", _HALF)
            rated += bool(words and rating)
        if 0 < rated < _FEWEST_ACTIVITIES:
            self.add_error("activity_1", _TOO_FEW)

    def _pair(self, n: int) -> tuple[str, str]:
        given = self.cleaned_data
        return str(given.get(f"activity_{n}", "")).strip(), str(given.get(f"rating_{n}", ""))

    def given(self) -> tuple[Given, ...]:
        """Return the measures that were answered."""
        found = [
            Given(name, float(value), [])
            for name in ("NPRS", "GROC")
            if (value := self.cleaned_data.get(name))
        ]
        pairs = [self._pair(n) for n in range(1, ACTIVITIES + 1)]
        rated: list[object] = [
            {"text": words, "points": int(rating)} for words, rating in pairs if words and rating
        ]
        if rated:
            answers: list[float | None] = [float(r) for words, r in pairs if words and r]
            found.append(Given("PSFS", answers, rated))
        return (*found, *self._questionnaires())

    def _questionnaires(self) -> list[Given]:
        found = []
        for each in self.loaded:
            answers = {
                question.link_id: value
                for question in each.questionnaire.items
                if (value := self.cleaned_data.get(f"{each.instrument}:{question.link_id}"))
                not in (None, "")
            }
            if answers:
                points = list(each.questionnaire.points(answers))
                found.append(Given(each.instrument, points, list(points)))
        asked = {each.instrument for each in found}
        for name in _TOTALS:
            total = self.cleaned_data.get(f"{name}_total")
            if total is not None and name not in asked:
                found.append(Given(name, float(total), []))
        return found

    def typed(self) -> dict[str, object]:
        """Return what was answered by the names of the fields, to show it again."""
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}


def _item(question: Question) -> forms.Field:
    if question.options:
        choices = [(option.code, option.text) for option in question.options]
        return forms.ChoiceField(
            required=False,
            label=question.text,
            choices=choices,
            widget=forms.RadioSelect(attrs={"class": "nhsuk-radios--small"}),
        )
    return forms.FloatField(required=False, label=question.text)


class QuestionnaireForm(AskingForm):
    """A questionnaire that the practice may use, and why it may."""

    instrument = forms.ChoiceField(
        label="Measure", choices=[(name, measure_of(name).name) for name in _TOTALS]
    )
    resource = forms.FileField(
        label="FHIR R4 Questionnaire (JSON)",
        help_text="Each answer says what it counts (extension ordinalValue).",
    )
    rights = forms.CharField(
        max_length=2000,
        label="By what right do you use this wording?",
        help_text="For example the licence, its number, and who gave it. We ship no wording.",
        widget=forms.Textarea,
    )

    def clean_resource(self) -> dict[str, object]:
        """Read the file and check that its items can be scored."""
        file = self.cleaned_data["resource"]
        content = file.read()
        if len(content) > LARGEST_BYTES:
            raise forms.ValidationError(
                f"The file is larger than {LARGEST_BYTES // 1024} KB: leave out what is no item."
            )
        try:
            found = json.loads(content.decode("utf-8-sig"))
            items = questionnaire_from_fhir(found).items
        except (UnicodeDecodeError, json.JSONDecodeError):
            raise forms.ValidationError("The file is not JSON: save it as UTF-8 JSON.") from None
        except CareError as error:
            raise forms.ValidationError(str(error)) from None
        self._check_items(items, measure_of(self.cleaned_data.get("instrument", "NDI")))
        return dict(found)

    def _check_items(self, items: Sequence[Question], measure: Measure) -> None:
        """Refuse items that are not those of the measure by their number or by what they count."""
        if measure.items is not None and not measure.items[0] <= len(items) <= measure.items[1]:
            raise forms.ValidationError(
                f"The file has {len(items)} items, the measure has {measure.items[0]}: choose the "
                "other measure, or the other file."
            )
        low, high = measure.item_range or (float("-inf"), float("inf"))
        for item in items:
            strange = [each.points for each in item.options if not low <= each.points <= high]
            if strange:
                raise forms.ValidationError(
                    f"An answer to {item.link_id} counts {strange[0]:g}, an item of the "
                    f"{measure.id} counts {low:g} to {high:g}: correct ordinalValue in the file."
                )
