"""Form fields and pages that all rooms' admin shares."""

import re
from itertools import chain
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import (
    AutocompleteSelect,
    AutocompleteSelectMultiple,
    RelatedFieldWidgetWrapper,
)
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.forms import SimpleArrayField
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, StreamingHttpResponse
from django.urls import URLPattern, path

from .safe_csv import csv_file

USERS_SHOWN = 10  # of what uses a row that somebody wants to delete


class LinesField(SimpleArrayField):
    """A list, written one entry a line."""

    def __init__(self, base_field: forms.Field, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 4, "cols": 100}))
        super().__init__(base_field, delimiter="\n", **kwargs)

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = "\n".join(line.strip() for line in value.splitlines() if line.strip())
        return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(map(str, value)) if isinstance(value, list) else value


class ChoicesField(forms.MultipleChoiceField):
    """A list of fixed choices, ticked."""

    widget = forms.CheckboxSelectMultiple


class FoundByTyping(AutocompleteSelect):
    def optgroups(self, name: Any, value: Any, attr: Any = None) -> Any:
        return super().optgroups(name, _keys(value), attr)


class SeveralFoundByTyping(AutocompleteSelectMultiple):
    def optgroups(self, name: Any, value: Any, attr: Any = None) -> Any:
        return super().optgroups(name, _keys(value), attr)


def _keys(posted: list[Any]) -> list[Any]:
    """Leave out what is no key of a row: the database would be asked for it, and fail."""
    return [one for one in posted if not one or re.fullmatch(r"\d{1,18}", str(one), re.ASCII)]


class PlainAdmin(admin.options.BaseModelAdmin):
    """Lists as lines or ticks, relations found by typing, for every page and inline."""

    def formfield_for_dbfield(
        self, db_field: Any, request: HttpRequest | None, **kwargs: Any
    ) -> Any:
        if isinstance(db_field, models.URLField):
            kwargs["assume_scheme"] = "https"
        if not isinstance(db_field, ArrayField):
            field: Any = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[arg-type]
            if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
                # A row that others use too is changed on its own page, not in passing.
                field.widget.can_change_related = field.widget.can_delete_related = False
            return field
        base: Any = db_field.base_field
        common: dict[str, Any] = {
            "label": db_field.verbose_name.capitalize(),
            "help_text": db_field.help_text,
            "required": not db_field.blank,
        }
        if base.choices:
            return ChoicesField(choices=base.choices, **common)
        scheme = {"assume_scheme": "https"} if isinstance(base, models.URLField) else {}
        return LinesField(base.formfield(**scheme), **common)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", FoundByTyping(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", SeveralFoundByTyping(db_field, self.admin_site))
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def get_autocomplete_fields(self, request: HttpRequest) -> list[str]:
        """Every relation to a model that has an admin with search is found by typing."""
        names = []
        for field in self.model._meta.get_fields():
            is_relation = isinstance(field, models.ForeignKey | models.ManyToManyField)
            if is_relation and field.editable and self._can_search(field.related_model):
                names.append(field.name)
        return names

    def _can_search(self, model: Any) -> bool:
        registered = self.admin_site._registry.get(model)
        return bool(registered and registered.search_fields)


LOOKUPS = {"exact", "in", "isnull", "gte", "lt"}  # those that Django's own filters link to


class TellingAdmin(admin.ModelAdmin):
    """Writes into the log of admin what each field said before and after, not only that it changed.

    Rows are changed and deleted one by one, by people who have looked at them.
    """

    actions = None
    linked: tuple[str, ...] = ()  # fields that links of ours filter by, beside those of list_filter

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Allow what a filter links to and nothing else: a pattern or a range that makes no sense fails in the database."""
        filters = [one[0] if isinstance(one, tuple) else one for one in self.list_filter]
        known = {*filters, *self.linked}
        field, _, kind = lookup.rpartition("__")
        if field:
            plain = kind in LOOKUPS and field.removesuffix("__id") in known
        else:  # a parameter of a filter of ours, or of nothing: Django tells which
            plain = kind in known or kind not in {one.name for one in self.opts.get_fields()}
        return plain and super().lookup_allowed(lookup, value, request)

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> list[dict[str, Any]]:
        parts = super().construct_change_message(request, form, formsets, add)
        forms_changed = [] if add or not form.changed_data else [form]
        for formset in formsets or []:
            by_row = {one.instance.pk: one for one in formset.forms}
            forms_changed += [by_row[row.pk] for row, _ in formset.changed_objects]
        changed = [part["changed"] for part in parts if "changed" in part]
        for part, of in zip(changed, forms_changed, strict=True):
            part["fields"] = [_from_to(of, name) for name in of.changed_data]
        return parts


def _from_to(form: Any, name: str) -> str:
    field = form.fields.get(name)
    if field is None or isinstance(field.widget, forms.PasswordInput):  # a secret is never told
        return name
    before = _shown(field, form.get_initial_for_field(field, name))
    after = _shown(field, form.cleaned_data.get(name))
    return f"{field.label or name}: “{before}” became “{after}”"


def _shown(field: Any, value: Any) -> str:
    if hasattr(field, "queryset"):
        rows = value if isinstance(value, list | tuple | models.QuerySet) else [value]
        keys = [getattr(row, "pk", row) for row in rows if row not in (None, "")]
        return ", ".join(str(row) for row in field.queryset.filter(pk__in=keys))
    if isinstance(value, list):
        return "; ".join(map(str, value))
    choices = {str(key): str(label) for key, label in getattr(field, "choices", [])}
    return "" if value is None else choices.get(str(value), str(value))


class PortalModelAdmin(PlainAdmin, TellingAdmin):
    """The ways of every page: lists of bearable length, counted once."""

    class Media:
        js = [forms.Script("js/admin-names.js", defer=True)]

    list_per_page = 50
    show_full_result_count = False

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Say what uses a row, so that it is not deleted from under it."""
        deleted, counts, permissions, protected = super().get_deleted_objects(objs, request)
        for row in objs:
            for relation in row._meta.related_objects:
                if relation.many_to_many:
                    users = getattr(row, relation.get_accessor_name()).all()[:USERS_SHOWN]
                    protected += [
                        f"{user._meta.verbose_name.capitalize()}: {user}" for user in users
                    ]
        return deleted, counts, permissions, protected


class NamedFields(forms.BaseInlineFormSet):
    """Rows of a table whose every field has a name of its own: the heading of a column is not read out with its cells."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        for name, field in form.fields.items():
            label = field.label or name.replace("_", " ").capitalize()
            field.widget.attrs.setdefault("aria-label", str(label))


class ReadOnlyAdmin(PortalModelAdmin):
    """Rows that nobody writes by hand, a superuser no more than others."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class LogAdmin(ReadOnlyAdmin):
    """A log: only read, and downloaded whole as CSV, the oldest entry first."""

    list_display_links = None
    change_list_template = "admin/log_list.html"
    file_name = ""  # of the download
    columns: list[str] = []  # of the download

    def cells(self, entry: Any) -> list[Any]:
        """Return what the download says of one entry, by column."""
        raise NotImplementedError

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_csv"
        return [
            path("csv/", self.admin_site.admin_view(self.download), name=name),
            *super().get_urls(),
        ]

    def download(self, request: HttpRequest) -> StreamingHttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        related: Any = self.list_select_related
        entries = self.get_queryset(request).select_related(*related).order_by("pk")
        rows = (self.cells(entry) for entry in entries.iterator(chunk_size=500))
        return csv_file(self.file_name, chain([self.columns], rows))


class PortalInline(PlainAdmin, admin.TabularInline):
    formset = NamedFields
    extra = 0
