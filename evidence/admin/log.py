"""The audit log of editions in admin."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from portal.admin_base import LogAdmin
from portal.admin_filters import by_person

from ..models import AuditEntry
from .searching import search_audit


@admin.register(AuditEntry)
class AuditEntryAdmin(LogAdmin):
    """Who did what to an edition, and when. Nobody can change it, in the database either."""

    list_display = ["at", "who", "action", "summary", "edition_number", "comment"]
    list_filter = ["at", "action", "summary__centre", by_person("by")]
    search_fields = ["summary__slug", "comment"]
    list_select_related = ["by", "summary"]
    list_only = ["at", "action", "edition_number", "comment", "by__username", "summary__slug"]
    file_name = "audit-log.csv"
    columns = ["when", "who", "action", "summary", "edition", "comment", "fingerprint"]

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        """Find the words that were typed; no entry is found twice."""
        return search_audit(queryset, search_term), False

    @admin.display(description="who", ordering="by__username")
    def who(self, entry: AuditEntry) -> str:
        """Name who did it."""
        return entry.who

    def cells(self, entry: AuditEntry) -> list[Any]:
        """Return the cells of one entry."""
        return [
            entry.at.isoformat(), entry.who, entry.action, entry.summary.slug,
            entry.edition_number, entry.comment, entry.digest,
        ]  # fmt: skip
