"""Summaries in admin."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from evidence.spreadsheet.export_pages import ExportPages
from evidence.spreadsheet.import_pages import ImportPages

from ..models import Edition, Summary, centres_of, of_centres_of
from .long_filters import LONG_FILTERS, StateFilter
from .own_centres import OfOwnCentres
from .searching import search_summaries


class OwnCentresFilter(admin.RelatedFieldListFilter):
    """Filters by the person's centres, without a query over all rows to find which centres they have."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> Any:
        """Return the centres of the person as choices."""
        mine = {"pk__in": centres_of(request.user).values("pk")}
        return field.get_choices(include_blank=False, limit_choices_to=mine)


@admin.register(Summary)
class SummaryAdmin(ImportPages, ExportPages, OfOwnCentres):
    """A summary: its address and its centre. What it says is in its editions."""

    list_display = ["title", "of_centre", "state", "address"]
    list_filter = [StateFilter, ("centre", OwnCentresFilter), *LONG_FILTERS]
    search_fields = ["slug", "editions__title"]
    readonly_fields = (
        "slug", "centre", "editions_of_it", "withdrawn_at", "withdrawn_reason", "replaced_by"
    )  # fmt: skip
    list_select_related = ["centre"]
    list_only = ["slug", "withdrawn_at", "centre__name", "centre__acronym"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Summary]:
        """Limit the summaries to the person's own centres, and to those that have an edition."""
        editions = Edition.objects.filter(summary=OuterRef("pk"))
        shown = Edition.objects.only("summary", "number", "title", "state")
        rows = super().get_queryset(request).prefetch_related(Prefetch("editions", shown))
        rows = rows.filter(Exists(editions))
        limited: QuerySet[Summary] = of_centres_of(request.user, rows, "centre")
        return limited

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        """Find the words that were typed; no summary is found twice."""
        return search_summaries(queryset, search_term), False

    def has_delete_permission(self, request: HttpRequest, obj: Summary | None = None) -> bool:
        """Refuse everybody: an address stays for ever, so a summary is withdrawn instead."""
        return False

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Go to the form of a first edition: a summary is made with its text."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        return HttpResponseRedirect(reverse("admin:evidence_edition_add"))

    def has_change_permission(self, request: HttpRequest, obj: Summary | None = None) -> bool:
        """Refuse everybody: the address of a draft is changed in its form, and nothing else of a summary ever is."""
        return False

    @admin.display(description="centre", ordering="centre__name")
    def of_centre(self, summary: Summary) -> str:
        """Name the centre, for the list."""
        return summary.centre.short_name

    @admin.display(description="title")
    def title(self, summary: Summary) -> str:
        """Return the title that the public reads, or else the newest."""
        # A draft may be discarded while the list is made.
        best = max(
            summary.editions.all(), key=lambda one: (one.is_published, one.number), default=None
        )
        return best.title if best else ""

    @admin.display(description="address", ordering="slug")
    def address(self, summary: Summary) -> str:
        """Return what its address ends with."""
        return summary.slug

    @admin.display(description="state")
    def state(self, summary: Summary) -> str:
        """Return the states of the published and the open edition; "Withdrawn" in place of the first."""
        shown = (one for one in summary.editions.all() if one.is_open or one.is_published)
        states = [edition.get_state_display() for edition in shown]
        return ", ".join([*states, "Withdrawn"] if summary.withdrawn_at else states)

    @admin.display(description="editions")
    def editions_of_it(self, summary: Summary) -> SafeString:
        """Link to the list of its editions."""
        url = reverse("admin:evidence_edition_changelist")
        return format_html('<a href="{}?summary__id__exact={}">Its editions</a>', url, summary.pk)
