"""The form of a draft, and what happens when two people edit one at the same time."""

import re
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Max

from evidence.editorial.content import CLASSIFICATION, digest_of
from portal.admin_base import FormFieldsAdmin, LabelledFormSet, PortalInline

from ..models import Edition, Finding, Source


class EditionForm(forms.ModelForm):
    """A draft. The hidden field `seen` has the digest of the content that was loaded.

    If somebody else has saved the draft since, the form is not valid, and `saved_by_other` is the edition as they saved it.
    """

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.saved_by_other: Edition | None = None
        if "seen" in self.fields and self.instance.pk:
            self.initial["seen"] = digest_of(self.instance)

    def clean(self) -> dict[str, Any] | None:
        """Refuse to overwrite what somebody else has saved since the form was loaded."""
        cleaned = super().clean()
        if self.instance.pk and not self.errors:
            saved = Edition.objects.for_reading().get(pk=self.instance.pk)
            digest = digest_of(saved)
            if self.cleaned_data.get("seen") != digest:
                self.saved_by_other = saved
                data: Any = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict
                data[self.add_prefix("seen")] = digest  # saving again overwrites
                self.data = data
                raise forms.ValidationError(
                    f"{saved.edited_by or 'Somebody'} saved this draft while you were editing it. "
                    "Nothing is lost: your text is in the form below, and above it is what is saved now. "
                    "Combine the two in the form. Saving again keeps what is in the form, and any "
                    "finding or source that they added."
                )
        return cleaned


class UnsavedEdition:
    """What is in the form of a draft but not saved, with the attributes of an Edition, to compare it with one."""

    def __init__(self, form: EditionForm, formsets: list[Any]) -> None:
        self._edition = form.instance
        self._rows = {
            name: form.cleaned_data[name] for name in CLASSIFICATION if name in form.cleaned_data
        } | {formset.prefix: _rows_in(formset) for formset in formsets}

    def __getattr__(self, name: str) -> Any:
        return UnsavedRows(self._rows[name]) if name in self._rows else getattr(self._edition, name)


@dataclass(frozen=True)
class UnsavedRows:
    """Rows that are not in the database, with the one method of a related manager that comparing needs."""

    rows: list[Any]

    def all(self) -> list[Any]:
        """Return the rows."""
        return self.rows


def _rows_in(formset: Any) -> list[Any]:
    """Return the valid rows that are not to be deleted, in order. The form shows the others with their errors."""
    rows = [
        form.instance
        for form in formset.forms
        if form.is_valid() and (form.has_changed() or form.instance.pk)
        if not form.cleaned_data.get("DELETE")
    ]
    return sorted(rows, key=lambda row: row.order)


class PartFormSet(LabelledFormSet):
    """Findings or sources of a draft. A row that somebody else has deleted in the meantime is saved as a new one."""

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        edition = kwargs.get("instance")
        if data is not None and edition is not None and edition.pk:
            rows: Any = self.model
            existing = rows.objects.filter(edition=edition).values_list("pk", flat=True)
            data = _deleted_rows_as_new(data, kwargs["prefix"], set(map(str, existing)))
        super().__init__(data, *args, **kwargs)

    def save_new(self, form: Any, commit: bool = True) -> Any:
        """Save a new row, as the last one if it has no place."""
        if not form.instance.order:
            rows: Any = self.model
            last = rows.objects.filter(edition=self.instance).aggregate(last=Max("order"))["last"]
            form.instance.order = (last or 0) + 1
        return super().save_new(form, commit)


def _deleted_rows_as_new(data: Any, prefix: str, existing: set[str]) -> Any:
    """Return the posted data with the rows that still exist first, as a formset wants them, and the others as new rows.

    `existing` has the primary keys of the rows that exist.
    """
    field = re.compile(rf"{re.escape(prefix)}-(\d{{1,4}})-(\w+)")
    rows: dict[int, dict[str, list[str]]] = {}
    for key in data:
        if match := field.fullmatch(key):
            rows.setdefault(int(match[1]), {})[match[2]] = data.getlist(key)
    old = [row for _, row in sorted(rows.items()) if row.get("id", [""])[0] in existing]
    new = [row for _, row in sorted(rows.items()) if row.get("id", [""])[0] not in existing]
    if all(row.get("id", [""]) == [""] for row in new):
        return data
    changed = data.copy()
    for number, row in enumerate([*old, *({**row, "id": [""]} for row in new)]):
        for name, values in row.items():
            changed.setlist(f"{prefix}-{number}-{name}", values)
    changed[f"{prefix}-INITIAL_FORMS"] = str(len(old))
    changed[f"{prefix}-TOTAL_FORMS"] = str(len(rows))
    return changed


class FindingInline(FormFieldsAdmin, admin.StackedInline):
    """The findings of a draft, one below the other."""

    model = Finding
    formset = PartFormSet
    extra = 0


class SourceInline(PortalInline):
    """The sources of a draft, as a table."""

    model = Source
    formset = PartFormSet
