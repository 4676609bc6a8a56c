"""What was done in admin, read by those who check."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from django.urls import URLPattern, path

from .admin_forms import ReadOnlyAdmin
from .models import AdminChange
from .spreadsheet import csv_file


@admin.register(AdminChange)
class AdminChangeAdmin(ReadOnlyAdmin):
    """Who changed what in admin: topics, centres, accounts, drafts. Nobody can change the log, in the database either."""

    list_display = ["action_time", "user", "content_type", "object_repr", "what"]
    list_filter = [
        "action_time",
        ("content_type", admin.RelatedOnlyFieldListFilter),
        ("user", admin.RelatedOnlyFieldListFilter),
    ]
    search_fields = ["object_repr", "change_message"]
    list_select_related = ["user", "content_type"]
    list_display_links = None
    change_list_template = "admin/portal/adminchange/change_list.html"

    @admin.display(description="what was done")
    def what(self, entry: AdminChange) -> str:
        return _what(entry)

    def get_urls(self) -> list[URLPattern]:
        download = path(
            "csv/", self.admin_site.admin_view(self.download), name="portal_adminchange_csv"
        )
        return [download, *super().get_urls()]

    def download(self, request: HttpRequest) -> StreamingHttpResponse:
        """Send the whole log as CSV, the oldest entry first."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows: Any = AdminChange.objects.select_related("user", "content_type").order_by("pk")
        return csv_file("changes-in-admin.csv", _rows(rows))


def _rows(entries: QuerySet[AdminChange]) -> Iterator[list[Any]]:
    yield ["when", "who", "kind", "what", "number", "what was done"]
    for entry in entries.iterator(chunk_size=500):
        yield [
            entry.action_time.isoformat(), str(entry.user), str(entry.content_type),
            entry.object_repr, entry.object_id, _what(entry),
        ]  # fmt: skip


def _what(entry: AdminChange) -> str:
    return entry.get_change_message() or entry.get_action_flag_display()
