"""The filters of the list of editions that are not columns of it."""

from typing import Any

from django.contrib import admin
from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.http import HttpRequest

from evidence.editorial.batches import TOGETHER
from evidence.editorial.dashboard import LABELS, needing
from evidence.spreadsheet.current import IMPORTED
from portal.admin_filters import named_person

from ..models import AuditEntry, Edition

FILES_SHOWN = 10
WrittenFilter = named_person(
    "who wrote or submitted it", "written", "made_by", "edited_by", "submitted_by"
)
ApprovedFilter = named_person(
    "who approved it", "approved", "approved_by", "emergency_by", "checked_by"
)


class NeedsFilter(admin.SimpleListFilter):
    """Filters the list by what published editions need, as the first page counts it."""

    title = "what it needs"
    parameter_name = "needs"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer every need."""
        return list(LABELS.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Edition]) -> QuerySet[Edition]:
        """Return the editions with the chosen need."""
        name = self.value() or ""
        if name not in LABELS:
            return queryset
        return queryset.filter(needing(name))  # an index has all of it (see Edition.Meta)


class ImportFilter(admin.SimpleListFilter):
    """Filters the list by the file or the change of many that an edition came from, for the latest of them."""

    title = "the file or change it came from"
    parameter_name = "import"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer the latest files of editions that are still open."""
        open_ones = Edition.objects.for_person(request.user).open()
        made = _written_together().filter(summary__in=open_ones.values("summary")).order_by()
        files = made.values("comment").annotate(latest=Max("pk")).order_by("-latest")
        names = list(files.values_list("comment", flat=True)[:FILES_SHOWN])
        return [(name, name.removeprefix(IMPORTED).rstrip(".")) for name in names]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Edition]) -> QuerySet[Edition]:
        """Return the editions of the chosen file."""
        if not self.value():
            return queryset
        of_it = _written_together().filter(
            summary=OuterRef("summary"), edition_number=OuterRef("number")
        )
        return queryset.filter(Exists(of_it.filter(comment=self.value())))


def _written_together() -> QuerySet[AuditEntry]:
    written = [
        AuditEntry.Action.MADE,
        AuditEntry.Action.EDITED,
    ]  # by an import, or again by another
    begins = Q(comment__startswith=IMPORTED) | Q(comment__startswith=TOGETHER)
    return AuditEntry.objects.filter(begins, action__in=written)
