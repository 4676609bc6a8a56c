"""The findings and sources in the form of a draft, row by row."""

import copy
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django import forms
from django.contrib import admin

from evidence.editorial.diff import Change
from evidence.editorial.merging import Changed, fingerprint, who_changed
from evidence.models.content_fields import label_of
from portal.admin_base import FormFieldsAdmin, LabelledFormSet

from ..models import Edition, Finding, Outcome, Source
from .choices import KnownRowField, know, options

# The rows that belong to a draft, and the fields of each that people see.
PARTS = {
    "findings": ("order", "outcome", "measured", "direction", "effect", "strength_native"),
    "sources": ("order", "url", "note"),
}
OWN_WINDOW = "You, in another window,"  # begins a sentence
Rows = dict[int, dict[str, list[str]]]


def posted_row(row: Finding | Source) -> dict[str, Any]:
    """Return the fields of a finding or source as a form shows them."""
    names = PARTS["findings" if isinstance(row, Finding) else "sources"]
    return {
        name: row.outcome.present.pk if name == "outcome" else getattr(row, name)  # type: ignore[union-attr]  # a finding
        for name in names
    }


def seen_by(data: Any) -> dict[str, Mapping[str, str]]:
    """Return the fingerprints in a posted form (see EditionForm); none if they are not as we made them."""
    try:
        seen = json.loads(data.get("seen") or "{}")
    except (ValueError, RecursionError):
        return {}
    parts = seen if isinstance(seen, Mapping) else {}
    return {part: prints for part, prints in parts.items() if isinstance(prints, Mapping)}


def saved_by(edition: Edition | None, person: Any) -> str:
    """Name who saved a draft last, to somebody who saves it as well: it may be themselves, in another window."""
    if not edition or not edition.edited_by:
        return "Somebody"
    return OWN_WINDOW if edition.edited_by == person else str(edition.edited_by)


@dataclass
class Merged:
    """Posted rows beside those that are saved now: what to show and save, and which rows two people have changed."""

    rows: list[dict[str, list[str]]] = field(default_factory=list)  # with those that exist first
    existing: int = 0
    conflicts: set[str] = field(default_factory=set)  # primary keys; of rows that are gone too


def merge_rows(posted: Rows, saved: Mapping[str, dict[str, Any]], was: Mapping[str, str]) -> Merged:
    """Merge posted rows with those that are saved. A row that somebody else deleted and this person changed is a new one.

    `saved` has the fields of each row by its primary key, and `was` its fingerprint when the form was opened.
    """
    merged, new = Merged(), []
    for _, row in sorted(posted.items()):
        key = row.get("id", [""])[0]
        if key not in saved and key not in was:
            new.append({**row, "id": [""]})
            continue
        deleted = "DELETE" in row
        ours = None if deleted else fingerprint(_said(row, saved.get(key)))
        now = fingerprint(saved[key]) if key in saved else None
        changed = who_changed(was.get(key), ours, now)
        if changed is Changed.CONFLICT:
            merged.conflicts.add(key)
        if changed is Changed.THEIRS and key in saved:
            row = row | {name: [_text(value)] for name, value in saved[key].items()}
        if key in saved:
            merged.rows.append(row)
        elif changed is Changed.CONFLICT and not deleted:
            new.append({**row, "id": [""]})
    merged.existing = len(merged.rows)
    merged.rows += new
    return merged


def _said(row: Mapping[str, list[str]], saved: Mapping[str, Any] | None) -> dict[str, str]:
    """Return what a posted row says: in the fields of the saved one or, if that has gone, in all of its own."""
    names = row.keys() - {"id", "edition"} if saved is None else saved
    return {name: row.get(name, [""])[0] for name in names}


def _text(value: Any) -> str:
    return "" if value is None else str(value)


class PartForm(forms.ModelForm):
    """One finding or source. Its outcome is one of the list, so nobody needs to look again whether there is such a row."""

    def _get_validation_exclusions(self) -> set[str]:
        return {*super()._get_validation_exclusions(), "outcome"}  # type: ignore[misc]  # unknown to the stubs


class PartFormSet(LabelledFormSet):
    """Findings or sources of a draft. What somebody else has done to a row that this person left alone is kept."""

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        edition = kwargs.get("instance")
        rows = list(getattr(edition, kwargs["prefix"]).all()) if edition and edition.pk else []
        self.saved = {str(row.pk): row for row in rows}
        self.conflicting: set[str] = set()
        self.conflicts: list[Change] = []
        self.who = saved_by(edition, kwargs.pop("person", None))
        if data is not None and rows_in(data, kwargs["prefix"]):
            data = self._merge(data, kwargs["prefix"])
        self._queryset = [copy.copy(row) for row in rows]
        for row in self._queryset if kwargs["prefix"] == "findings" else []:
            row.outcome = row.outcome.present
        had = [row.outcome_id for row in self._queryset if hasattr(row, "outcome_id")]
        self.offered = Outcome.objects.in_use(had)
        self.outcomes = cache(lambda: options(self.offered))  # one query for all rows
        found = self._queryset
        super().__init__(data, *args, **kwargs)
        self._queryset = found

    def _merge(self, data: Any, prefix: str) -> Any:
        saved = {key: posted_row(row) for key, row in self.saved.items()}
        merged = merge_rows(rows_in(data, prefix), saved, seen_by(data).get(prefix, {}))
        self.conflicting = merged.conflicts
        changed = data.copy()
        for name in [name for name in changed if re.fullmatch(rf"{prefix}-\d+-\w+", name)]:
            del changed[name]
        for number, row in enumerate(merged.rows):
            for name, values in row.items():
                changed.setlist(f"{prefix}-{number}-{name}", values)
        changed[f"{prefix}-INITIAL_FORMS"] = str(merged.existing)
        changed[f"{prefix}-TOTAL_FORMS"] = str(len(merged.rows))
        return changed

    def add_fields(self, form: Any, index: int | None) -> None:
        """Let a form know its row and the outcomes, so that it need not ask for them."""
        super().add_fields(form, index)
        hidden = form.fields["id"]
        form.fields["id"] = KnownRowField(
            hidden.queryset, initial=hidden.initial, required=False, widget=forms.HiddenInput
        )
        know(form.fields["id"], self._queryset)
        if "outcome" in form.fields:
            know(form.fields["outcome"], [getattr(row, "outcome", None) for row in self._queryset])
            form.fields["outcome"].queryset = self.offered
            form.fields["outcome"].choices = self.outcomes

    def clean(self) -> None:
        """Ask about the rows that two people have changed, and refuse a page that somebody else has just named."""
        super().clean()
        part = str(self.prefix)
        posted = {str(form.instance.pk): form for form in self.forms if form.instance.pk}
        for key in sorted(self.conflicting):
            row, form = self.saved.get(key), posted.get(key)
            kept = form if form and not form.cleaned_data.get("DELETE") else None
            ours = kept.instance.as_line() if kept else "deleted"
            theirs = row.as_line() if row else "deleted"
            self.conflicts.append(Change(part, label_of(part), theirs, ours))
        added = {getattr(row, "url", None) for key, row in self.saved.items() if key not in posted}
        for form in self.forms:
            if form.instance.pk is None and form.cleaned_data.get("url", "") in added:
                form.add_error("url", f"{self.who} named this page too, just now.")
        if self.conflicts:
            raise forms.ValidationError(
                f"{self.who} changed a row that you changed too, while you were editing. See the top of the page."
            )


def rows_in(data: Any, prefix: str) -> Rows:
    """Return the posted rows of a formset by their numbers."""
    names = re.compile(rf"{re.escape(prefix)}-(\d{{1,4}})-(\w+)")
    rows: Rows = {}
    for key in data:
        if match := names.fullmatch(key):
            rows.setdefault(int(match[1]), {})[match[2]] = data.getlist(key)
    return rows


def save_rows(formset: Any) -> None:
    """Save the rows of a formset, with one statement for those that changed, one for new ones and one for deleted ones."""
    rows = formset.save(commit=False)
    model: Any = formset.model
    if formset.deleted_objects:
        model.objects.filter(pk__in=[row.pk for row in formset.deleted_objects]).delete()
    new = [row for row in rows if row.pk is None]
    changed = [row for row in rows if row.pk is not None]
    if changed:
        model.objects.bulk_update(changed, PARTS[formset.prefix])
    last = max([row.order for row in [*formset.get_queryset(), *rows]], default=0)
    for row in new:  # one that has no place is the last
        if not row.order:
            last += 1
            row.order = last
    model.objects.bulk_create(new)


class DraftRows(FormFieldsAdmin):
    """What the rows of both kinds share: plain lists, which work without scripts."""

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Ask the database about no outcome that the draft has already."""
        kwargs["form_class"] = KnownRowField
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_autocomplete_fields(self, request: Any) -> list[str]:
        """Use none: those lists stay empty without scripts."""
        return []


class FindingInline(DraftRows, admin.StackedInline):
    """The findings of a draft, one below the other, and an empty one to fill in without a script."""

    model = Finding
    form = PartForm
    formset = PartFormSet
    extra = 1


class SourceInline(DraftRows, admin.StackedInline):
    """The sources of a draft, one below the other: in a table, an address and its note are cut on a narrow page."""

    classes = ("portal-rows",)
    model = Source
    form = PartForm
    formset = PartFormSet
    extra = 1
