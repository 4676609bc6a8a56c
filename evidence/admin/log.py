"""Who did what to the evidence."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from django.urls import URLPattern, path

from portal.admin_forms import ReadOnlyAdmin
from portal.spreadsheet import csv_file

from ..models import AuditEntry


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """Who did what, when. Nobody can change it, in the database either."""

    list_display = ["at", "by", "action", "summary", "edition_number", "comment"]
    list_filter = ["at", "action", "summary__centre", ("by", admin.RelatedOnlyFieldListFilter)]
    search_fields = ["summary__slug", "comment"]
    list_select_related = ["by", "summary"]
    list_display_links = None
    change_list_template = "admin/evidence/auditentry/change_list.html"

    def get_urls(self) -> list[URLPattern]:
        download = path(
            "csv/", self.admin_site.admin_view(self.download), name="evidence_auditentry_csv"
        )
        return [download, *super().get_urls()]

    def download(self, request: HttpRequest) -> StreamingHttpResponse:
        """Send the whole log as CSV, the oldest entry first."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = AuditEntry.objects.select_related("by", "summary").order_by("pk")
        return csv_file("audit-log.csv", _log_rows(rows))


def _log_rows(entries: QuerySet[AuditEntry]) -> Iterator[list[Any]]:
    yield ["when", "who", "action", "summary", "edition", "comment", "fingerprint"]
    for entry in entries.iterator(chunk_size=500):
        yield [
            entry.at.isoformat(), str(entry.by or "the system"), entry.action, entry.summary.slug,
            entry.edition_number, entry.comment, entry.digest,
        ]  # fmt: skip
