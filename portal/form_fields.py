"""Form fields for text that people paste. Each takes out what pasting left in it, and keeps what that was."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.postgres.forms import SimpleArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.http import HttpRequest

from .pasted_text import Layout, cleaned, note_of

LONGEST = 100_000  # characters of a text without a limit of its own
SHORT = 1_000  # with tags and all, what is pasted into any field may be so long


class CleansPastedText:
    """A form field that takes out what pasting leaves in a text, and keeps what that was in `taken_out`."""

    layout: Layout = "line"
    taken_out: tuple[str, ...] = ()

    @property
    def most_characters(self) -> int:
        """How long a text may be when it is clean."""
        return getattr(self, "max_length", None) or LONGEST

    def to_python(self, value: Any) -> Any:
        """Return the value of a text without what pasting left in it. To clean one that is far too long would take long."""
        if isinstance(value, str):
            if len(value) > max(2 * self.most_characters, SHORT):
                self._refuse_length(value)
            value, self.taken_out = cleaned(value, self.layout)
        return super().to_python(value)  # type: ignore[misc]  # of the form field

    def _refuse_length(self, value: str) -> None:
        try:
            MaxLengthValidator(self.most_characters)(value)
        except ValidationError as error:
            messages_of_field = self.error_messages  # type: ignore[attr-defined]  # of the form field
            error.message = messages_of_field.get("max_length", error.message)
            raise


class SlugField(forms.SlugField):
    """The last part of an address."""

    default_error_messages = {
        "invalid": "Use letters without accents, digits and hyphens, with no spaces, such as “money-advice”."
    }


class LineField(CleansPastedText, forms.CharField):
    """A text in one line."""


class ProseField(CleansPastedText, forms.CharField):
    """A text in paragraphs."""

    layout = "prose"


class WebAddressField(CleansPastedText, forms.URLField):
    """A web address."""


class LinesField(CleansPastedText, SimpleArrayField):
    """A list of values, typed one on each line. Empty lines are ignored."""

    layout = "list"
    most_characters = LONGEST  # its `max_length` would be of values

    def __init__(self, base_field: forms.Field, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 4, "cols": 100}))
        super().__init__(base_field, delimiter="\n", **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Return a list as lines, and a text that somebody typed as it is."""
        return "\n".join(map(str, value)) if isinstance(value, list) else value


def labels_of_choices(field: Any, posted: list[str]) -> str:
    """Return what was posted in a field as a person reads it: choices by their labels, and a ticked box as "yes"."""
    if isinstance(field, forms.BooleanField) and not isinstance(field, forms.NullBooleanField):
        return "yes"
    if isinstance(field, forms.ModelChoiceField):
        keys = [value for value in posted if value.isdecimal() and len(value) < 19]
        rows: Any = field.queryset
        labels = {str(row.pk): field.label_from_instance(row) for row in rows.filter(pk__in=keys)}
    else:
        labels = _labels(getattr(field, "choices", ()))
    return ", ".join(labels.get(value, value) for value in posted)


def _labels(choices: Any) -> dict[str, str]:
    """Return the label of each choice, those in groups too."""
    labels: dict[str, str] = {}
    for value, label in choices:
        several = isinstance(label, list | tuple)
        labels |= _labels(label) if several else {str(value): str(label)}
    return labels


def typed_into(form: forms.BaseForm) -> list[tuple[str, str]]:
    """Return the label and text of each field that somebody filled in of a form that comes too late."""
    posted: Any = form.data
    filled = [
        (field, [value for value in posted.getlist(field.html_name) if value.strip()])
        for field in form.visible_fields()
    ]
    return [
        (str(field.label), labels_of_choices(field.field, values))
        for field, values in filled
        if values
    ]


def say_what_was_cleaned(request: HttpRequest, *all_forms: Any) -> None:
    """Tell the person what was taken out of the texts of forms that are valid."""
    labels: dict[tuple[str, ...], list[str]] = {}
    for form in all_forms:
        for field in form.fields.values():
            if taken_out := getattr(field, "taken_out", ()):
                labels.setdefault(taken_out, []).append(str(field.label))
    for taken_out, names in labels.items():
        fields = ", ".join(dict.fromkeys(names))
        messages.info(request, f"{fields}: cleaned of {note_of(taken_out)} that pasting left.")
