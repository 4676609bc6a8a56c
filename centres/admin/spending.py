"""Policy areas and their public spending in admin."""

from django.contrib import admin

from portal.admin_base import FormFieldsAdmin, PortalModelAdmin

from ..models import PolicyArea, SpendingFigure


class SpendingFigureInline(FormFieldsAdmin, admin.StackedInline):
    """The figures of public spending of a policy area, with their sources."""

    extra = 0
    model = SpendingFigure


@admin.register(PolicyArea)
class PolicyAreaAdmin(PortalModelAdmin):
    """A policy area and its spending."""

    list_display = ["label", "order", "description"]
    search_fields = ["label", "slug", "also_known_as"]
    prepopulated_fields = {"slug": ["label"]}
    inlines = [SpendingFigureInline]
