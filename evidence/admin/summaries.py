"""Summaries in admin."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from evidence.spreadsheet.export_pages import ExportPages
from evidence.spreadsheet.import_pages import ImportPages
from portal.admin_base import PortalModelAdmin

from ..models import Edition, Summary, centres_of, of_centres_of


class OwnCentresFilter(admin.RelatedFieldListFilter):
    """Filters by the person's centres, without a query over all rows to find which centres they have."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> Any:
        """Return the centres of the person as choices."""
        mine = {"pk__in": centres_of(request.user).values("pk")}
        return field.get_choices(include_blank=False, limit_choices_to=mine)


@admin.register(Summary)
class SummaryAdmin(ImportPages, ExportPages, PortalModelAdmin):
    """A summary: its address and its centre. What it says is in its editions."""

    list_display = ["slug", "of_centre", "published_title", "state"]
    list_filter = [("centre", OwnCentresFilter)]
    search_fields = ["slug", "editions__title"]
    readonly_fields = ["editions_of_it", "withdrawn_at", "withdrawn_reason", "replaced_by"]
    list_select_related = ["centre"]

    def get_readonly_fields(self, request: HttpRequest, obj: Summary | None = None) -> list[str]:
        """Let nobody change the address or centre of an existing summary."""
        return [*self.readonly_fields, "slug", "centre"] if obj else list(self.readonly_fields)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Summary]:
        """Limit the summaries to the person's own centres."""
        rows = super().get_queryset(request).prefetch_related("editions")
        limited: QuerySet[Summary] = of_centres_of(request.user, rows, "centre")
        return limited

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer only the person's own centres."""
        if db_field.name == "centre":
            kwargs["queryset"] = centres_of(request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_delete_permission(self, request: HttpRequest, obj: Summary | None = None) -> bool:
        """Refuse everybody: an address stays for ever, so a summary is withdrawn instead."""
        return False

    def response_add(
        self, request: HttpRequest, obj: Summary, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Go to the form of its first edition, without which there is nothing to read."""
        if "_popup" in request.POST or not self._may_write(request):
            return super().response_add(request, obj, post_url_continue)
        self.message_user(request, "The summary has its address. Now write its first edition.")
        url = reverse("admin:evidence_edition_add")
        return HttpResponseRedirect(f"{url}?summary={obj.pk}")

    def _may_write(self, request: HttpRequest) -> bool:
        return self.admin_site._registry[Edition].has_add_permission(request)

    @admin.display(description="centre", ordering="centre__name")
    def of_centre(self, summary: Summary) -> str:
        """Name the centre, for the list."""
        return summary.centre.short_name

    @admin.display(description="published title")
    def published_title(self, summary: Summary) -> str:
        """Return the title of the published edition, or an empty text."""
        shown = (e.title for e in summary.editions.all() if e.is_published)
        return next(shown, "")

    @admin.display(description="state")
    def state(self, summary: Summary) -> str:
        """Return the states of the published and the open edition, or "Withdrawn"."""
        if summary.withdrawn_at:
            return "Withdrawn"
        return ", ".join(
            edition.get_state_display()
            for edition in summary.editions.all()
            if edition.is_open or edition.is_published
        )

    @admin.display(description="editions")
    def editions_of_it(self, summary: Summary) -> SafeString:
        """Link to the list of its editions."""
        url = reverse("admin:evidence_edition_changelist")
        return format_html('<a href="{}?summary__id__exact={}">Its editions</a>', url, summary.pk)
