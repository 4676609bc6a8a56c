"""The form of a draft, and what it does when two people edit one at once."""

import re
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Max

from evidence.editorial import actions
from portal.admin_base import FormFieldsAdmin, LabelledFormSet, PortalInline

from ..models import Edition, Finding, Source


class EditionForm(forms.ModelForm):
    """A draft. It carries what it was loaded with, so that nobody overwrites another's work unseen."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.theirs: Edition | None = None
        if "seen" in self.fields and self.instance.pk:
            self.initial["seen"] = actions.digest_of(self.instance)

    def clean(self) -> dict[str, Any] | None:
        said = super().clean()
        if self.instance.pk and not self.errors:
            saved = Edition.objects.for_comparing().get(pk=self.instance.pk)
            now = actions.digest_of(saved)
            if self.cleaned_data.get("seen") != now:
                self.theirs = saved
                data: Any = self.data.copy()  # type: ignore[attr-defined]  # of a request
                data[self.add_prefix("seen")] = now
                self.data = data
                raise forms.ValidationError(
                    f"{saved.edited_by or 'Somebody'} saved this draft while you were editing it. "
                    "Nothing is lost: below is what you typed, and above it what is saved now. "
                    "Bring the two together here; saving again keeps what stands below, and any "
                    "finding or source that they added."
                )
        return said


class TypedEdition:
    """What somebody typed into the form of a draft and did not save, as an edition to compare."""

    def __init__(self, form: EditionForm, formsets: list[Any]) -> None:
        self._edition = form.instance
        self._rows = {
            name: form.cleaned_data[name]
            for name in actions.CLASSIFICATION
            if name in form.cleaned_data
        } | {formset.prefix: _rows_typed(formset) for formset in formsets}

    def __getattr__(self, name: str) -> Any:
        return Rows(self._rows[name]) if name in self._rows else getattr(self._edition, name)


@dataclass(frozen=True)
class Rows:
    """Rows that are not in the database, read as those that are."""

    rows: list[Any]

    def all(self) -> list[Any]:
        return self.rows


def _rows_typed(formset: Any) -> list[Any]:
    """Return the rows that make sense and are to stay, in their order; the form shows the others with their faults."""
    stay = [
        one.instance
        for one in formset.forms
        if one.is_valid() and (one.has_changed() or one.instance.pk)
        if not one.cleaned_data.get("DELETE")
    ]
    return sorted(stay, key=lambda row: row.order)


class PartFormSet(LabelledFormSet):
    """Findings or sources of a draft. A row that somebody else removed meanwhile is kept as a new one."""

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        edition = kwargs.get("instance")
        if data is not None and edition is not None and edition.pk:
            rows: Any = self.model
            there = rows.objects.filter(edition=edition).values_list("pk", flat=True)
            data = _with_gone_rows_new(data, kwargs["prefix"], set(map(str, there)))
        super().__init__(data, *args, **kwargs)

    def save_new(self, form: Any, commit: bool = True) -> Any:
        """Put a row without a place of its own last."""
        if not form.instance.order:
            rows: Any = self.model
            last = rows.objects.filter(edition=self.instance).aggregate(last=Max("order"))["last"]
            form.instance.order = (last or 0) + 1
        return super().save_new(form, commit)


def _with_gone_rows_new(data: Any, prefix: str, there: set[str]) -> Any:
    """Return what was posted with the rows that are there first, as a formset wants them, and the others as new ones."""
    field = re.compile(rf"{re.escape(prefix)}-(\d{{1,4}})-(\w+)")
    rows: dict[int, dict[str, list[str]]] = {}
    for key in data:
        if match := field.fullmatch(key):
            rows.setdefault(int(match[1]), {})[match[2]] = data.getlist(key)
    kept = [row for _, row in sorted(rows.items()) if row.get("id", [""])[0] in there]
    new = [row for _, row in sorted(rows.items()) if row.get("id", [""])[0] not in there]
    if all(row.get("id", [""]) == [""] for row in new):
        return data
    changed = data.copy()
    for number, row in enumerate([*kept, *({**row, "id": [""]} for row in new)]):
        for name, values in row.items():
            changed.setlist(f"{prefix}-{number}-{name}", values)
    changed[f"{prefix}-INITIAL_FORMS"] = str(len(kept))
    changed[f"{prefix}-TOTAL_FORMS"] = str(len(rows))
    return changed


class FindingInline(FormFieldsAdmin, admin.StackedInline):
    model = Finding
    formset = PartFormSet
    extra = 0


class SourceInline(PortalInline):
    model = Source
    formset = PartFormSet
