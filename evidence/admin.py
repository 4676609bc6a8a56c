"""Evidence in admin. What an edition may do next is in evidence.actions; here are only the pages."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal.admin_forms import PortalInline, PortalModelAdmin

from . import actions
from .models import (
    Approach,
    ApproachMember,
    Audience,
    Edition,
    Finding,
    Kind,
    Outcome,
    Setting,
    Source,
    Summary,
    SynonymGroup,
    Topic,
)


@admin.register(Topic)
class TopicAdmin(PortalModelAdmin):
    list_display = ["label", "order", "areas"]
    list_filter = ["policy_areas"]
    search_fields = ["label", "slug", "also_known_as"]
    prepopulated_fields = {"slug": ["label"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Topic]:
        return super().get_queryset(request).prefetch_related("policy_areas")

    @admin.display(description="policy areas")
    def areas(self, topic: Topic) -> str:
        return ", ".join(area.label for area in topic.policy_areas.all())


@admin.register(Audience)
class AudienceAdmin(PortalModelAdmin):
    list_display = ["label", "order", "decides"]
    search_fields = ["label", "slug"]
    prepopulated_fields = {"slug": ["label"]}


@admin.register(Setting, Kind)
class TermAdmin(PortalModelAdmin):
    list_display = ["label", "order"]
    search_fields = ["label", "slug"]
    prepopulated_fields = {"slug": ["label"]}


@admin.register(Outcome)
class OutcomeAdmin(PortalModelAdmin):
    list_display = ["label", "domain", "better_when", "order"]
    list_filter = ["domain", "better_when"]
    search_fields = ["label", "slug"]
    prepopulated_fields = {"slug": ["label"]}


@admin.register(SynonymGroup)
class SynonymGroupAdmin(PortalModelAdmin):
    list_display = ["__str__", "one_way", "order"]
    list_filter = ["one_way"]
    search_fields = ["terms", "finds"]


class ApproachMemberInline(PortalInline):
    model = ApproachMember


@admin.register(Approach)
class ApproachAdmin(PortalModelAdmin):
    list_display = ["label", "number_of_members", "reviewed_on", "order"]
    search_fields = ["label", "slug", "also_known_as"]
    date_hierarchy = "reviewed_on"
    prepopulated_fields = {"slug": ["label"]}
    inlines = [ApproachMemberInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Approach]:
        return super().get_queryset(request).annotate(members_count=Count("memberships"))

    @admin.display(description="members", ordering="members_count")
    def number_of_members(self, approach: Any) -> int:
        return int(approach.members_count)


@admin.register(Summary)
class SummaryAdmin(PortalModelAdmin):
    """The identities. What a summary says is in its editions."""

    list_display = ["slug", "centre", "published_title", "state"]
    list_filter = ["centre"]
    search_fields = ["slug", "editions__title"]
    readonly_fields = ["editions_of_it", "withdrawn_at", "withdrawn_reason", "replaced_by"]
    list_select_related = ["centre"]

    def get_readonly_fields(self, request: HttpRequest, obj: Summary | None = None) -> list[str]:
        return [*self.readonly_fields, "slug", "centre"] if obj else list(self.readonly_fields)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Summary]:
        return super().get_queryset(request).prefetch_related("editions")

    def has_delete_permission(self, request: HttpRequest, obj: Summary | None = None) -> bool:
        return False  # an address is for good; a summary is withdrawn instead

    @admin.display(description="published title")
    def published_title(self, summary: Summary) -> str:
        shown = (e.title for e in summary.editions.all() if e.state == Edition.State.PUBLISHED)
        return next(shown, "")

    @admin.display(description="state")
    def state(self, summary: Summary) -> str:
        if summary.withdrawn_at:
            return "Withdrawn"
        return ", ".join(
            edition.get_state_display()
            for edition in summary.editions.all()
            if edition.is_open or edition.state == Edition.State.PUBLISHED
        )

    @admin.display(description="editions")
    def editions_of_it(self, summary: Summary) -> SafeString:
        url = reverse("admin:evidence_edition_changelist")
        return format_html('<a href="{}?summary__id__exact={}">Its editions</a>', url, summary.pk)


class FindingInline(PortalInline):
    model = Finding


class SourceInline(PortalInline):
    model = Source


@admin.register(Edition)
class EditionAdmin(PortalModelAdmin):
    """One version of what a summary says. Only a draft can be changed."""

    list_display = ["title", "centre", "number", "state", "strength", "direction", "updated"]
    list_filter = ["state", "summary__centre", "strength", "direction", "cost", "kind"]
    search_fields = ["title", "code", "summary__slug"]
    date_hierarchy = "published_at"
    list_select_related = ["summary__centre"]
    inlines = [FindingInline, SourceInline]
    change_form_template = "admin/evidence/edition/change_form.html"
    fieldsets = [
        (None, {"fields": ["summary", "number", "state", "change_note", "review_due"]}),
        ("What it is", {"fields": ["title", "code", "product", "kind", "bottom_line"]}),
        ("What the evidence says", {"fields": ["key_findings", "implementation", "caveats"]}),
        ("Effect", {"fields": ["direction", "impact_native"]}),
        (
            "Strength of evidence",
            {"fields": ["strength", "strength_native", "strength_scale", "strength_step"]},
        ),
        ("Cost", {"fields": ["cost", "cost_native", "cost_scale", "cost_step"]}),
        (
            "What it is about",
            {"fields": ["policy_areas", "topics", "audiences", "settings", "age_groups"]},
        ),
        (
            "Where it comes from",
            {"fields": ["studies", "countries", "source_url", "updated", "data_note"]},
        ),
    ]
    readonly_fields = ["number", "state"]

    @admin.display(description="centre", ordering="summary__centre__name")
    def centre(self, edition: Edition) -> str:
        return edition.summary.centre.short_name

    def get_readonly_fields(self, request: HttpRequest, obj: Edition | None = None) -> list[str]:
        return [*self.readonly_fields, "summary"] if obj else list(self.readonly_fields)

    def has_change_permission(self, request: HttpRequest, obj: Edition | None = None) -> bool:
        fixed = obj is not None and obj.state != Edition.State.DRAFT
        return not fixed and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Edition | None = None) -> bool:
        fixed = obj is None or not obj.is_open
        return not fixed and super().has_delete_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Edition, form: Any, change: bool) -> None:
        if not change:
            last = obj.summary.editions.order_by("-number").first()
            obj.number = last.number + 1 if last else 1
        super().save_model(request, obj, form, change)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "summary":
            # A summary has at most one open edition: offer only those that have none.
            kwargs["queryset"] = Summary.objects.exclude(editions__state__in=Edition.OPEN)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        new = path(
            "<path:object_id>/new-edition/",
            self.admin_site.admin_view(self.new_edition),
            name="evidence_edition_new",
        )
        return [new, *super().get_urls()]

    def new_edition(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Open a draft from what is published (POST), and go there."""
        edition = get_object_or_404(
            Edition.objects.filter(pk=object_id if object_id.isdigit() else 0)
        )
        if request.method != "POST" or not self.has_add_permission(request):
            return HttpResponseRedirect(reverse("admin:evidence_edition_change", args=[edition.pk]))
        try:
            draft = actions.open_edition(summary=edition.summary)
        except actions.ActionError as error:
            self.message_user(request, str(error), messages.ERROR)
            open_one = edition.summary.editions.open().first()
            return HttpResponseRedirect(
                reverse("admin:evidence_edition_change", args=[(open_one or edition).pk])
            )
        self.message_user(request, "A new edition, a draft, with what is published now.")
        return HttpResponseRedirect(reverse("admin:evidence_edition_change", args=[draft.pk]))
