"""What the admin pages of all rooms share: form fields, a log of changes, and pages that are only read."""

import json
import re
from itertools import chain
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.views.main import ChangeList
from django.contrib.admin.widgets import (
    AutocompleteSelect,
    AutocompleteSelectMultiple,
    RelatedFieldWidgetWrapper,
)
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst

from .admin_lists import ListPaginator, LongList, first_words
from .form_fields import (
    LineField,
    LinesField,
    ProseField,
    SlugField,
    WebAddressField,
    say_what_was_cleaned,
)
from .models import PageModel
from .safe_csv import csv_file

ADDRESS_HELP = "The last part of the address of its page, or of a list that it filters. Links with an earlier one lead on."
# How many rows are named, at most, that use the one which somebody wants to delete.
USES_SHOWN = 10


# The form field for each kind of text, the narrower kinds first.
TEXT_FIELDS = {
    models.SlugField: SlugField,
    models.EmailField: forms.EmailField,
    models.URLField: WebAddressField,
    models.CharField: LineField,
    models.TextField: ProseField,
}


class ChoicesField(forms.MultipleChoiceField):
    """A list of fixed choices, as checkboxes."""

    widget = forms.CheckboxSelectMultiple


class AutocompleteOne(AutocompleteSelect):
    """A search field for one row, which shows an error for a value that is not a key instead of failing."""

    def optgroups(self, name: Any, value: Any, attr: Any = None) -> Any:
        """Return the options for the keys among the posted values."""
        return super().optgroups(name, _only_keys(value), attr)


class AutocompleteSeveral(AutocompleteSelectMultiple):
    """The same for several rows."""

    def optgroups(self, name: Any, value: Any, attr: Any = None) -> Any:
        """Return the options for the keys among the posted values."""
        return super().optgroups(name, _only_keys(value), attr)


def _only_keys(posted: list[Any]) -> list[Any]:
    """Leave out values that cannot be primary keys: in a query they would make the database fail."""
    return [
        value for value in posted if not value or re.fullmatch(r"\d{1,18}", str(value), re.ASCII)
    ]


class FormFieldsAdmin(admin.options.BaseModelAdmin):
    """Form fields for every page and inline: lists as lines or checkboxes, related rows found by search."""

    def formfield_for_dbfield(
        self, db_field: Any, request: HttpRequest | None, **kwargs: Any
    ) -> Any:
        """Return the form field for a column."""
        if not db_field.choices:
            fitting = (one for kind, one in TEXT_FIELDS.items() if isinstance(db_field, kind))
            if form_class := next(fitting, None):
                kwargs.setdefault("form_class", form_class)
            if isinstance(db_field, models.SlugField) and issubclass(self.model, PageModel):
                kwargs.setdefault("label", "Address")
                kwargs.setdefault("help_text", ADDRESS_HELP)
        if isinstance(db_field, models.URLField):
            kwargs["assume_scheme"] = "https"
        if not isinstance(db_field, ArrayField):
            field: Any = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[arg-type]  # Django passes None too
            if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
                # Other rows may use a related row too, so it is changed only on its own page.
                field.widget.can_change_related = field.widget.can_delete_related = False
                related: Any = self.admin_site._registry.get(db_field.remote_field.model)
                if getattr(related, "needs_two", False) and field.widget.can_add_related:
                    # The form could not choose the new one: it is there once somebody else has approved it.
                    field.widget.can_add_related = False
                    field.help_text = _where_to_propose(field.help_text, related)
            return field
        base: Any = db_field.base_field
        common: dict[str, Any] = {
            "label": capfirst(db_field.verbose_name),
            "help_text": db_field.help_text,
            "required": not db_field.blank,
        }
        if base.choices:
            return ChoicesField(choices=base.choices, **common)
        scheme = {"assume_scheme": "https"} if isinstance(base, models.URLField) else {}
        return LinesField(base.formfield(**scheme), **common)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Use the search field where the related model can be searched."""
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", AutocompleteOne(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Use the search field where the related model can be searched."""
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", AutocompleteSeveral(db_field, self.admin_site))
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def get_autocomplete_fields(self, request: HttpRequest) -> list[str]:
        """Return every relation to a model whose admin has a search."""
        names = []
        for field in self.model._meta.get_fields():
            is_relation = isinstance(field, models.ForeignKey | models.ManyToManyField)
            if is_relation and field.editable and self._can_search(field.related_model):
                names.append(field.name)
        return names

    def _can_search(self, model: Any) -> bool:
        registered = self.admin_site._registry.get(model)
        return bool(registered and registered.search_fields)


def _where_to_propose(help_text: Any, related: Any) -> SafeString:
    """Return the help of a field, and where a row is proposed that it does not offer yet."""
    opts = related.opts
    return format_html(
        '{} Is one missing? <a href="{}" target="_blank">Propose a new {} (opens in a new tab)</a>. '
        "It can be chosen once somebody else has approved it.",
        mark_safe(help_text),  # noqa: S308 - the form shows it so
        reverse(f"admin:{opts.app_label}_{opts.model_name}_add"),
        opts.verbose_name,
    )


LOOKUPS = {"exact", "in", "isnull", "gte", "lt"}  # used in the links of Django's own filters


class ChangeLogAdmin(admin.ModelAdmin):
    """Records in the log of admin each field's text before and after a change, not only that it changed.

    There are no actions on many rows at once, so that somebody has looked at each row that is changed or deleted.
    """

    actions = None
    # More fields that our own links filter the list by, beside list_filter.
    linked: tuple[str, ...] = ()

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Allow only what a filter links to: other lookups, such as a wrong regular expression, can fail in the database."""
        filters = [name[0] if isinstance(name, tuple) else name for name in self.list_filter]
        known = {*filters, *self.linked}
        field, _, kind = lookup.rpartition("__")
        if field:
            allowed = kind in LOOKUPS and field.removesuffix("__id") in known
        else:  # a parameter of a filter of ours, or an unknown one, which Django refuses itself
            allowed = kind in known or kind not in {one.name for one in self.opts.get_fields()}
        return allowed and super().lookup_allowed(lookup, value, request)

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> list[dict[str, Any]]:
        """Replace the names of the changed fields in Django's message by their text before and after."""
        parts = super().construct_change_message(request, form, formsets, add)
        forms_changed = [] if add or not form.changed_data else [form]
        for formset in formsets or []:
            by_row = {row_form.instance.pk: row_form for row_form in formset.forms}
            forms_changed += [by_row[row.pk] for row, _ in formset.changed_objects]
        changed = [part["changed"] for part in parts if "changed" in part]
        for part, changed_form in zip(changed, forms_changed, strict=True):
            part["fields"] = [
                _before_and_after(changed_form, name) for name in changed_form.changed_data
            ]
        return parts


def _before_and_after(form: Any, name: str) -> str:
    field = form.fields.get(name)
    if field is None or isinstance(field.widget, forms.PasswordInput):  # never log a password
        return name
    before = _as_text(field, form.get_initial_for_field(field, name))
    after = _as_text(field, form.cleaned_data.get(name))
    return f"{field.label or name}: “{before}” became “{after}”"


def _as_text(field: Any, value: Any) -> str:
    if hasattr(field, "queryset"):
        several = value if isinstance(value, list | tuple | models.QuerySet) else [value]
        rows = [row for row in several if row not in (None, "")]
        if not all(isinstance(row, models.Model) for row in rows):
            keys = [getattr(row, "pk", row) for row in rows]
            rows = list(field.queryset.filter(pk__in=keys))
        return ", ".join(map(str, rows))
    if isinstance(value, list):
        return "; ".join(map(str, value))
    choices = {str(key): str(label) for key, label in getattr(field, "choices", [])}
    return "" if value is None else choices.get(str(value), str(value))


class PortalModelAdmin(FormFieldsAdmin, ChangeLogAdmin):
    """The base of almost every page of admin. Lists have pages of 50 rows."""

    class Media:
        """A script for names that assistive technology reads out."""

        js = [forms.Script("js/admin-names.js", defer=True)]

    list_per_page = 50
    paginator = ListPaginator
    show_full_result_count = False  # counting all rows takes a second query
    show_facets = admin.ShowFacets.NEVER  # to count every choice of every filter takes seconds
    needs_two = False  # whether a new row is there only once somebody else has approved it
    list_only: Any = ()  # the columns that a list shows, if it is to fetch no other
    nothing_yet = "Nothing is here yet."  # what a list without rows says

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """Use the list that looks for its rows once."""
        return LongList

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        """Look for the first words of a search."""
        return super().get_search_results(request, queryset, first_words(search_term))

    def response_action(self, request: HttpRequest, queryset: Any, *args: Any) -> Any:
        """Refuse rows whose keys no row can have: in a query they would make the database fail."""
        chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
        if not all(chosen) or _only_keys(chosen) != chosen:
            raise BadRequest("A chosen row has a key that no row can have.")
        return super().response_action(request, queryset, *args)

    def get_inline_formsets(self, *args: Any, **kwargs: Any) -> Any:
        """Say "Add another page read", without a capital letter within the sentence."""
        shown: Any = super().get_inline_formsets(*args, **kwargs)
        for rows in shown:
            said = json.loads(rows.inline_formset_data())
            said["options"]["addText"] = f"Add another {rows.opts.verbose_name}"
            rows.inline_formset_data = json.dumps(said)
        return shown

    # Django has no public hook for what it says here.
    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: Any, object_id: str
    ) -> HttpResponse:
        self.message_user(request, self.not_here(request), messages.WARNING)
        return HttpResponseRedirect(reverse("admin:index"))

    def not_here(self, request: HttpRequest) -> str:
        """Return what is said of a row that is not there, or not for this person: it does not tell which."""
        return f"There is no such {self.opts.verbose_name}. It may have been deleted."

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save the rows that belong to it, and say what was taken out of texts."""
        super().save_related(request, form, formsets, change)
        rows = [one for formset in formsets for one in formset.forms if one.has_changed()]
        say_what_was_cleaned(request, form, *rows)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Refuse to delete a row that others use through a many-to-many field, and say which."""
        deleted, counts, permissions, protected = super().get_deleted_objects(objs, request)
        for row in objs:
            for relation in row._meta.related_objects:
                if relation.many_to_many:
                    uses = getattr(row, relation.get_accessor_name()).all()[:USES_SHOWN]
                    protected += [f"{use._meta.verbose_name.capitalize()}: {use}" for use in uses]
        return deleted, counts, permissions, protected


class LabelledFormSet(forms.BaseInlineFormSet):
    """Inline rows whose fields each have a label: screen readers do not read out the heading of a column for a field."""

    def add_fields(self, form: Any, index: int | None) -> None:
        """Label the fields of one row."""
        super().add_fields(form, index)
        for name, field in form.fields.items():
            label = field.label or name.replace("_", " ").capitalize()
            field.widget.attrs.setdefault("aria-label", str(label))


class ReadOnlyAdmin(PortalModelAdmin):
    """Rows that nobody may change by hand, not even a superuser."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse everybody."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse everybody."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse everybody."""
        return False


class LogAdmin(ReadOnlyAdmin):
    """A log: only read, and downloaded as CSV with every entry, the oldest first."""

    list_display_links = None
    change_list_template = "admin/log_list.html"
    file_name = ""  # of the CSV file
    columns: list[str] = []  # headings of the CSV file

    def cells(self, entry: Any) -> list[Any]:
        """Return the cells of one entry in the CSV file, in the order of `columns`."""
        raise NotImplementedError

    def get_urls(self) -> list[URLPattern]:
        """Add the address of the CSV file."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_csv"
        return [
            path("csv/", self.admin_site.admin_view(self.download), name=name),
            *super().get_urls(),
        ]

    def download(self, request: HttpRequest) -> StreamingHttpResponse:
        """Send the log as CSV, in pieces. Raises PermissionDenied for people who may not read it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        related: Any = self.list_select_related
        entries = self.get_queryset(request).select_related(*related).order_by("pk")
        rows = (self.cells(entry) for entry in entries.iterator(chunk_size=500))
        return csv_file(self.file_name, chain([self.columns], rows))


class PortalInline(FormFieldsAdmin, admin.StackedInline):
    """The base of rows inside a form, one below the other: as a table, eight fields are far wider than the page."""

    classes = ("portal-rows",)
    extra = 0
