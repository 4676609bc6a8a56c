"""The rows of admin's lists: what Django writes, without finding out again for each cell what its column is, with its label.

Django's own tag takes a third of the time of a list. A test holds every list against it.
"""

import datetime
from collections.abc import Callable, Iterator
from typing import Any

from django import template
from django.contrib.admin.templatetags.admin_list import result_headers
from django.contrib.admin.utils import (
    display_for_field,
    display_for_value,
    label_for_field,
    lookup_field,
)
from django.core.exceptions import FieldDoesNotExist, ObjectDoesNotExist
from django.db import models
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst

from portal.escaped import escaped

register = template.Library()

ON_ONE_LINE = (models.DateField, models.TimeField, models.ForeignKey)


@register.inclusion_tag("admin/change_list_results.html")
def rows(changelist: Any) -> dict[str, Any]:
    """Return what Django's template of a list shows: its headings, and the cells of each row as one text."""
    headers = list(result_headers(changelist))
    return {
        "cl": changelist,
        "result_headers": headers,
        "num_sorted_fields": sum(one["sortable"] and one["sorted"] for one in headers),
        "results": [[cells] for cells in cells_of(changelist)],
    }


def cells_of(changelist: Any) -> Iterator[SafeString]:
    """Yield the cells of each row of a list in which nothing is edited."""
    names, links = changelist.list_display, changelist.list_display_links or ()
    heading = next((name for name in names if name in links), None)
    columns = [
        _column(changelist, name, name in links, "th" if name == heading else "td")
        for name in names
    ]
    for row in changelist.result_list:
        yield mark_safe("".join([cell(row) for cell in columns]))  # noqa: S308 - escaped in each cell


def _column(changelist: Any, name: str, is_linked: bool, tag: str) -> Callable[[Any], str]:
    """Return what writes a row's cell of a column."""
    shown = _shown(changelist, name, is_linked)
    kind = "action-checkbox" if name == "action_checkbox" else f"field-{name}"
    # On a narrow screen, where a row is no row of a table, each cell says what it is of: see admin-portal.css.
    label = capfirst(str(label_for_field(name, changelist.model, changelist.model_admin)))
    of = f' data-label="{escaped(label)}"' if tag == "td" and name != "action_checkbox" else ""

    def cell(row: Any) -> str:
        value, on_one_line = shown(row)
        text = escaped(value)
        if is_linked:
            chosen = row.serializable_value(str(changelist.to_field or "pk"))
            popup = f' data-popup-opener="{escaped(chosen)}"' if changelist.is_popup else ""
            text = f'<a href="{escaped(changelist.url_for_result(row))}"{popup}>{text}</a>'
        return f'<{tag} class="{kind}{" nowrap" if on_one_line else ""}"{of}>{text}</{tag}>'

    return cell


def _shown(changelist: Any, name: str, is_linked: bool) -> Callable[[Any], tuple[Any, bool]]:
    """Return what gives a row's value as admin shows it, and says whether it stays on one line."""
    admin = changelist.model_admin
    try:
        field = changelist.lookup_opts.get_field(name)
    except FieldDoesNotExist:
        return _shown_by_method(admin, name)
    empty, on_one_line = admin.get_empty_value_display(), isinstance(field, ON_ONE_LINE)

    def related(row: Any) -> tuple[Any, bool]:
        other = getattr(row, name)
        return empty if other is None else other, on_one_line

    def text(row: Any) -> tuple[Any, bool]:
        value = getattr(row, name)
        return display_for_field(value, field, empty, avoid_link=is_linked), on_one_line

    def choice(row: Any) -> tuple[Any, bool]:
        return labels.get(getattr(row, name), empty), on_one_line

    if isinstance(field, models.ForeignKey):
        return related
    labels = dict(getattr(field, "flatchoices", ()))
    return choice if labels else text


def _shown_by_method(admin: Any, name: str) -> Callable[[Any], tuple[Any, bool]]:
    method = getattr(admin, name, None) if name != "__str__" else None

    def text(row: Any) -> tuple[Any, bool]:
        try:
            by, value = (method, method(row)) if method else lookup_field(name, row, admin)[1:]
        except ObjectDoesNotExist:
            return admin.get_empty_value_display(), False
        empty = getattr(by, "empty_value_display", admin.get_empty_value_display())
        if isinstance(value, str) and not value.strip():
            value = ""
        is_moment = isinstance(value, datetime.date | datetime.time)
        return display_for_value(value, empty, getattr(by, "boolean", False)), is_moment

    return text
