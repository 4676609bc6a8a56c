"""The filters of the list of editions that are not columns of it."""

from typing import Any

from django.contrib import admin
from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.http import HttpRequest

from evidence.editorial.batches import TOGETHER
from evidence.editorial.dashboard import LABELS, needing
from evidence.spreadsheet.current import IMPORTED

from ..models import AuditEntry, Edition, ListRow, editions_with
from ..models.list_links import paths

FILES_SHOWN = 10


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
        return queryset.filter(needing(name)) if name in LABELS else queryset


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


class UsesFilter(admin.SimpleListFilter):
    """Filters the list by a row that editions have, named by its list and its key: "topic-5". Pages of rows link to it."""

    title = "what it is sorted by"
    parameter_name = "uses"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer what is chosen, to be left out again."""
        named = self._row(request.GET.get(self.parameter_name, ""))
        return [(_name_of(named), f"{named._meta.verbose_name}: {named}")] if named else []

    def queryset(self, request: HttpRequest, queryset: QuerySet[Edition]) -> QuerySet[Edition]:
        """Return the editions that have the row, or one that was merged into it."""
        row = self._row(self.value() or "")
        return queryset.filter(pk__in=editions_with(row).values("pk")) if row else queryset

    @classmethod
    def query_of(cls, row: ListRow) -> str:
        """Return the query string of the list of what has a row."""
        return f"{cls.parameter_name}={_name_of(row)}"

    @staticmethod
    def _row(name: str) -> ListRow | None:
        of, _, key = name.partition("-")
        model = next((one for one in paths() if one._meta.model_name == of), None)
        is_key = key.isascii() and key.isdecimal() and len(key) < 19
        return model.objects.filter(pk=key).first() if model and is_key else None


def _name_of(row: ListRow) -> str:
    return f"{row._meta.model_name}-{row.pk}"


def _written_together() -> QuerySet[AuditEntry]:
    written = [
        AuditEntry.Action.MADE,
        AuditEntry.Action.EDITED,
    ]  # by an import, or again by another
    begins = Q(comment__startswith=IMPORTED) | Q(comment__startswith=TOGETHER)
    return AuditEntry.objects.filter(begins, action__in=written)
