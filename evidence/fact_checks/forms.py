"""What somebody without an account is asked about an edition, field by field, and what they answer."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django import forms

from evidence.editorial.actions import Said
from evidence.editorial.comments import WHOLE, seen_of
from evidence.models import Comment, Edition
from evidence.models.comments import LONGEST, LONGEST_NAME
from evidence.models.content_fields import ContentField, in_page_order, lines_of
from portal.form_fields import LineField, ProseField

NOTHING = "Answer at least one question, or write something in the last box."


@dataclass(frozen=True)
class Question:
    """A field of the edition with what it says, and the fields of the form that ask about it."""

    field: ContentField
    lines: list[str]
    verdict: forms.BoundField
    comment: forms.BoundField
    seen: forms.BoundField


class AnswerForm(forms.Form):
    """For each field that says something: whether it is right, and a comment; then anything else, and who answers.

    A field that somebody emptied while this person was writing is still taken. Without an edition, because its draft was
    given up, the form only shows what was typed.
    """

    anything_else = ProseField(
        required=False,
        max_length=LONGEST,
        label="Is anything missing, or is there more to say?",
        widget=forms.Textarea(attrs={"rows": 5, "class": "govuk-textarea"}),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    your_name = LineField(
        max_length=LONGEST_NAME,
        help_text="Only the editors see it. It is removed 90 days after the last day of this link.",
        widget=forms.TextInput(attrs={"class": "govuk-input", "autocomplete": "name"}),
        error_messages={"required": "Enter your name, so that the editors know who answered."},
    )

    def __init__(self, data: Any = None, *, edition: Edition | None) -> None:
        super().__init__(data, label_suffix="")
        self.edition = edition
        if edition:
            self.initial["seen"] = seen_of(edition, WHOLE)
        posted = data or {}
        self.asked = [
            one
            for one in in_page_order()
            if (edition and lines_of(edition, one.name))
            or {one.name, f"{one.name}_comment"} & set(posted)
        ]
        for one in self.asked:
            self._ask_about(one)
        for field in self.fields.values():
            if isinstance(field, forms.CharField) and field.max_length:
                said = f"Write at most {field.max_length:,} characters."
                field.error_messages["max_length"] = said

    def _ask_about(self, one: ContentField) -> None:
        self.fields[one.name] = forms.ChoiceField(
            choices=[("yes", "Yes"), ("no", "No")], required=False, widget=forms.RadioSelect
        )
        self.fields[f"{one.name}_comment"] = ProseField(
            required=False,
            max_length=LONGEST,
            label=f"Comment on {one.label}",
            widget=forms.Textarea(attrs={"rows": 3, "class": "govuk-textarea"}),
        )
        self.fields[f"_{one.name}"] = forms.CharField(required=False, widget=forms.HiddenInput)
        if self.edition:
            self.initial[f"_{one.name}"] = seen_of(self.edition, one.name)

    def clean(self) -> dict[str, Any]:
        """Refuse a form in which nothing is said."""
        if not self.errors and not any(self.said().values()):
            raise forms.ValidationError(NOTHING)
        return self.cleaned_data

    def said(self) -> dict[str, Said]:
        """Return what was said about each field, and about all of it as WHOLE."""
        cleaned = self.cleaned_data
        of_fields = {
            one.name: Said(
                Comment.Verdict(cleaned[one.name]) if cleaned[one.name] else "",
                cleaned[f"{one.name}_comment"],
                cleaned[f"_{one.name}"],
            )
            for one in self.asked
        }
        return of_fields | {WHOLE: Said("", cleaned["anything_else"], cleaned["seen"])}

    def sections(self) -> Iterator[tuple[str, list[Question]]]:
        """Yield the parts of the page: a heading, and the questions below it."""
        for section, fields in groupby(self.asked, key=lambda one: one.section):
            yield str(section), [self._question(one) for one in fields]

    def wrong(self) -> list[tuple[str, str]]:
        """Return for each mistake where it is, as the id of a control, and what to do."""
        ids = {name: self[name].id_for_label for name in self.fields}
        return [
            (ids.get(name, self["anything_else"].id_for_label), str(message))
            for name, messages in self.errors.items()
            for message in messages
        ]

    def typed(self) -> list[tuple[str, str]]:
        """Return what somebody typed or chose, with the label of each, to show it where it cannot be sent."""
        labels = {one.name: one.label for one in self.asked}
        return [
            (labels.get(name, str(self[name].label)), str(value))
            for name in self.fields
            if name != "seen" and not name.startswith("_") and (value := self[name].value())
        ]

    def _question(self, one: ContentField) -> Question:
        return Question(
            one,
            lines_of(self.edition, one.name) if self.edition else [],
            self[one.name],
            self[f"{one.name}_comment"],
            self[f"_{one.name}"],
        )
