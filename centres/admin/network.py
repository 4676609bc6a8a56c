"""The network in admin: its centres, organisations, people and history."""

from django.contrib import admin

from portal.accounts.people import add_to_person_page
from portal.admin_base import PortalInline, PortalModelAdmin

from ..models import (
    Centre,
    CentreFunder,
    CentreHost,
    CentreName,
    CentreNote,
    Membership,
    MembershipValue,
    NetworkAudience,
    NetworkEvent,
    NetworkFunction,
    NetworkNote,
    NetworkSource,
    NetworkTotal,
    Organisation,
    Publication,
)


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


@admin.register(NetworkEvent)
class NetworkEventAdmin(PortalModelAdmin):
    """An event in the history of the network."""

    list_display = ["title", "date", "kind", "page_update", "order"]
    list_filter = ["kind", "page_update"]
    search_fields = ["title", "sentence", "slug"]
    prepopulated_fields = {"slug": ["title"]}


@admin.register(Publication)
class PublicationAdmin(PortalModelAdmin):
    """A publication by or about the network."""

    list_display = ["title", "date", "by", "publisher"]
    list_filter = ["by"]
    search_fields = ["title", "slug"]
    prepopulated_fields = {"slug": ["title"]}


@admin.register(NetworkTotal)
class NetworkTotalAdmin(PortalModelAdmin):
    """How many members the network had at a date, and the spending that it said it covers."""

    list_display = ["slug", "date", "counts", "centres", "affiliates", "spending_wording", "latest"]
    list_filter = ["counts"]
    search_fields = ["slug", "note"]


@admin.register(NetworkFunction)
class NetworkFunctionAdmin(PortalModelAdmin):
    """Something that a What Works Centre does."""

    list_display = ["title", "order", "sentence"]
    search_fields = ["title"]


@admin.register(MembershipValue)
class MembershipValueAdmin(PortalModelAdmin):
    """A value that every member shares."""

    list_display = ["name", "letter", "order", "meaning"]


@admin.register(NetworkSource)
class NetworkSourceAdmin(PortalModelAdmin):
    """A page that says who the network serves."""

    list_display = ["title", "publisher", "date"]
    search_fields = ["title", "publisher"]


@admin.register(NetworkAudience)
class NetworkAudienceAdmin(PortalModelAdmin):
    """A group of people that the network says it serves."""

    list_display = ["label", "order", "sentence"]
    search_fields = ["label"]


@admin.register(NetworkNote)
class NetworkNoteAdmin(PortalModelAdmin):
    """A note on how to read the figures about the network."""

    list_display = ["slug", "text"]
    search_fields = ["slug", "text"]


@admin.register(Membership)
class MembershipAdmin(PortalModelAdmin):
    """Which person works for which centre."""

    list_display = ["user", "centre"]
    list_filter = ["centre"]
    list_select_related = ["user", "centre"]
    search_fields = ["user__username", "centre__name", "centre__acronym"]


class MembershipInline(PortalInline):
    """The centres that a person works for, on the page of the person."""

    model = Membership
    verbose_name = "centre"
    verbose_name_plural = "centres that this person works for"


add_to_person_page(inline=MembershipInline, list_filter="memberships__centre")
