"""The approaches that group summaries."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from portal.admin_base import PortalInline

from ..models import Approach, ApproachMember
from .list_rows import ListRowAdmin


class ApproachMemberInline(PortalInline):
    """The summaries that an approach groups."""

    model = ApproachMember


@admin.register(Approach)
class ApproachAdmin(ListRowAdmin):
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
