"""Form fields that choose rows, and ask the database only about rows that are not known yet.

They are plain lists, which work without scripts; admin-search.js makes those that can be searched out of them.
"""

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.db import models
from django.db.models.fields import BLANK_CHOICE_DASH

VENDOR = "admin/js/vendor"


class SearchedList(forms.SelectMultiple):
    """A list of all rows, which admin-search.js makes one to search in with the library that Django's admin brings."""

    class Media:
        """Django's own files, in the order in which its search fields load them."""

        css: ClassVar = {
            "screen": ["admin/css/vendor/select2/select2.css", "admin/css/autocomplete.css"]
        }
        js: ClassVar = [
            f"{VENDOR}/jquery/jquery.min.js",
            f"{VENDOR}/select2/select2.full.min.js",
            "admin/js/jquery.init.js",
            forms.Script("js/admin-search.js", defer=True),
        ]

    def __init__(self, attrs: Any = None) -> None:
        super().__init__({"class": "portal-search", **(attrs or {})})


class KnownRowField(forms.ModelChoiceField):
    """A choice of one row. A row in `known`, by its primary key as text, is accepted without a question."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known: dict[str, Any] = {}

    def label_from_instance(self, obj: Any) -> str:
        """Say of a row that it is retired."""
        return _named(obj)

    def to_python(self, value: Any) -> Any:
        """Return the row of a posted key."""
        return self.known.get(str(value)) or super().to_python(value)


class KnownRowsField(forms.ModelMultipleChoiceField):
    """A choice of several rows; those in `known` are accepted without a question."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known: dict[str, Any] = {}

    def label_from_instance(self, obj: Any) -> str:
        """Say of a row that it is retired."""
        return _named(obj)

    def _check_values(self, value: Any) -> Any:
        if all(str(key) in self.known for key in value):
            return [self.known[str(key)] for key in dict.fromkeys(value)]
        return super()._check_values(value)  # type: ignore[misc]  # unknown to the stubs


def know(field: Any, rows: Iterable[models.Model | None]) -> None:
    """Tell a field which rows there are for certain."""
    field.known = {str(row.pk): row for row in rows if row}


def options(queryset: Any) -> list[tuple[Any, str]]:
    """Return rows as the options of a list, after an empty one."""
    return [*BLANK_CHOICE_DASH, *((row.pk, _named(row)) for row in queryset)]


def _named(row: Any) -> str:
    return f"{row} (retired)" if getattr(row, "ended", "") else str(row)
