"""Who works for which centre, in admin."""

from django.contrib import admin

from portal.accounts.people import add_to_person_page
from portal.admin_base import PortalInline, PortalModelAdmin

from ..models import Membership


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
