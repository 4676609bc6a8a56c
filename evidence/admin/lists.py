"""The lists that classify summaries, the synonyms of search, and the approaches that group summaries."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from evidence.search.explain import explain
from portal.admin_base import PortalInline, PortalModelAdmin

from ..models import (
    Approach,
    ApproachMember,
    Audience,
    Kind,
    Outcome,
    Setting,
    SynonymGroup,
    Topic,
)


@admin.register(Topic)
class TopicAdmin(PortalModelAdmin):
    """A topic and its policy areas."""

    list_display = ["label", "order", "areas"]
    list_filter = ["policy_areas"]
    search_fields = ["label", "slug", "also_known_as"]
    prepopulated_fields = {"slug": ["label"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Topic]:
        """Fetch the policy areas of all topics at once."""
        return super().get_queryset(request).prefetch_related("policy_areas")

    @admin.display(description="policy areas")
    def areas(self, topic: Topic) -> str:
        """Name the policy areas, for the list."""
        return ", ".join(area.label for area in topic.policy_areas.all())


@admin.register(Audience)
class AudienceAdmin(PortalModelAdmin):
    """An audience."""

    list_display = ["label", "order", "decides"]
    search_fields = ["label", "slug"]
    prepopulated_fields = {"slug": ["label"]}


@admin.register(Setting, Kind)
class TermAdmin(PortalModelAdmin):
    """A word of a plain list: a setting or a kind of product."""

    list_display = ["label", "order"]
    search_fields = ["label", "slug"]
    prepopulated_fields = {"slug": ["label"]}


@admin.register(Outcome)
class OutcomeAdmin(PortalModelAdmin):
    """An outcome that findings are about."""

    list_display = ["label", "domain", "better_when", "order"]
    list_filter = ["domain", "better_when"]
    search_fields = ["label", "slug", "also_known_as"]
    prepopulated_fields = {"slug": ["label"]}


@admin.register(SynonymGroup)
class SynonymGroupAdmin(PortalModelAdmin):
    """Words that search treats as the same, with a page to try a search."""

    list_display = ["__str__", "one_way", "order"]
    list_filter = ["one_way"]
    search_fields = ["terms", "finds"]

    def get_urls(self) -> list[URLPattern]:
        """Add the page to try a search."""
        view = self.admin_site.admin_view(self.try_search)
        return [path("try/", view, name="evidence_synonymgroup_try"), *super().get_urls()]

    def try_search(self, request: HttpRequest) -> TemplateResponse:
        """Show how a query is read and what it finds, with the synonyms as they are now. PermissionDenied without the right."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        words = request.GET.get("q", "")
        context = self.admin_site.each_context(request) | {
            "title": "Try a search",
            "words": words,
            "explanation": explain(words),
        }
        return TemplateResponse(request, "admin/evidence/synonymgroup/try.html", context)


class ApproachMemberInline(PortalInline):
    """The summaries that an approach groups."""

    model = ApproachMember


@admin.register(Approach)
class ApproachAdmin(PortalModelAdmin):
    """An approach and its members."""

    list_display = ["label", "number_of_members", "reviewed_on", "order"]
    search_fields = ["label", "slug", "also_known_as"]
    prepopulated_fields = {"slug": ["label"]}
    inlines = [ApproachMemberInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Approach]:
        """Count the members."""
        return super().get_queryset(request).annotate(members_count=Count("memberships"))

    @admin.display(description="members", ordering="members_count")
    def number_of_members(self, approach: Any) -> int:
        """Return the count, for the list."""
        return int(approach.members_count)
