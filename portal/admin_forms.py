"""Form fields and pages that all rooms' admin shares."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.forms import SimpleArrayField
from django.db import models
from django.http import HttpRequest

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


class PlainAdmin(admin.options.BaseModelAdmin):
    """Lists as lines or ticks, relations found by typing, for every page and inline."""

    def formfield_for_dbfield(
        self, db_field: Any, request: HttpRequest | None, **kwargs: Any
    ) -> Any:
        if isinstance(db_field, models.URLField):
            kwargs["assume_scheme"] = "https"
        if not isinstance(db_field, ArrayField):
            return super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[arg-type]
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


class PortalModelAdmin(PlainAdmin, admin.ModelAdmin):
    """The ways of every page: lists of bearable length, counted once."""

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


class ReadOnlyAdmin(PortalModelAdmin):
    """Rows that nobody writes by hand, a superuser no more than others."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class PortalInline(PlainAdmin, admin.TabularInline):
    extra = 0
