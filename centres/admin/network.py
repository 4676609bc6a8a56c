"""The network in admin: its history, publications, totals, and texts about it."""

from django.contrib import admin

from portal.admin_base import PortalModelAdmin

from ..models import (
    MembershipValue,
    NetworkAudience,
    NetworkEvent,
    NetworkFunction,
    NetworkNote,
    NetworkSource,
    NetworkStatement,
    NetworkTotal,
    Publication,
)


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


@admin.register(NetworkStatement)
class NetworkStatementAdmin(PortalModelAdmin):
    """What a founding text says of the network."""

    list_display = ["title", "section", "source", "order", "sentence"]
    list_filter = ["section", "source"]
    search_fields = ["title", "sentence", "slug"]
    prepopulated_fields = {"slug": ["title"]}
    list_select_related = ["source"]


@admin.register(NetworkNote)
class NetworkNoteAdmin(PortalModelAdmin):
    """A note on how to read the figures about the network."""

    list_display = ["slug", "text"]
    search_fields = ["slug", "text"]
