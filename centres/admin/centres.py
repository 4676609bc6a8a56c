"""Centres and their organisations in admin."""

from django.contrib import admin

from portal.admin_base import PortalInline, PortalModelAdmin

from ..models import Centre, CentreFunder, CentreHost, CentreName, CentreNote, Organisation


@admin.register(Organisation)
class OrganisationAdmin(PortalModelAdmin):
    """An organisation that hosts or funds centres."""

    list_display = ["name", "type", "sector"]
    list_filter = ["sector", "type"]
    search_fields = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}


class CentreNameInline(PortalInline):
    """Other names that a centre has or had."""

    model = CentreName


class CentreHostInline(PortalInline):
    """Organisations that host a centre."""

    model = CentreHost


class CentreFunderInline(PortalInline):
    """Organisations that fund a centre."""

    model = CentreFunder


class CentreNoteInline(PortalInline):
    """Notes on what is known of a centre."""

    model = CentreNote


@admin.register(Centre)
class CentreAdmin(PortalModelAdmin):
    """A centre, with its names, hosts, funders and notes."""

    list_display = ["name", "acronym", "status", "policy_area_label", "joined", "left"]
    list_filter = ["status", "policy_area"]
    search_fields = ["name", "acronym", "slug"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [CentreNameInline, CentreHostInline, CentreFunderInline, CentreNoteInline]
