"""The filters of the list of editions that are not columns of it."""

from typing import Any

from django.contrib import admin
from django.db.models import Exists, Max, OuterRef, QuerySet
from django.http import HttpRequest

from evidence.editorial.dashboard import needs
from evidence.spreadsheet.drafts import IMPORTED

from ..models import AuditEntry, Edition

FILES_SHOWN = 10


class NeedsFilter(admin.SimpleListFilter):
    """Filters the list by what published editions need, as the first page counts it."""

    title = "what it needs"
    parameter_name = "needs"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer every need."""
        return [(name, label) for name, (label, _) in needs().items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Edition]) -> QuerySet[Edition]:
        """Return the editions with the chosen need."""
        _, which = needs().get(self.value() or "", ("", None))
        return queryset.filter(which) if which else queryset


class ImportFilter(admin.SimpleListFilter):
    """Filters the list by the file that an edition was imported from, for the latest files."""

    title = "the file it came from"
    parameter_name = "import"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer the latest files of editions that are still open."""
        open_ones = Edition.objects.for_person(request.user).open()
        made = _imported().filter(summary__in=open_ones.values("summary")).order_by()
        files = made.values("comment").annotate(latest=Max("pk")).order_by("-latest")
        names = list(files.values_list("comment", flat=True)[:FILES_SHOWN])
        return [(name, name.removeprefix(IMPORTED).rstrip(".")) for name in names]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Edition]) -> QuerySet[Edition]:
        """Return the editions of the chosen file."""
        if not self.value():
            return queryset
        of_it = _imported().filter(summary=OuterRef("summary"), edition_number=OuterRef("number"))
        return queryset.filter(Exists(of_it.filter(comment=self.value())))


def _imported() -> QuerySet[AuditEntry]:
    return AuditEntry.objects.filter(action=AuditEntry.Action.MADE, comment__startswith=IMPORTED)
