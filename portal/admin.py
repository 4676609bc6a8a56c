"""The portal in admin: accounts and roles, and the log of what was changed."""

from typing import Any

from django.contrib import admin

from .accounts import people, proposals  # noqa: F401  # they register accounts and roles
from .accounts.admin_site import add_to_first_page
from .admin_base import LogAdmin
from .admin_filters import by_person
from .mail.page import failing_mail
from .models import AdminChange


@admin.register(AdminChange)
class AdminChangeAdmin(LogAdmin):
    """Who changed what in admin: accounts, roles, organisations, drafts. Nobody can change the log, in the database either."""

    list_display = ["action_time", "user", "content_type", "object_repr", "what"]
    list_filter = [
        "action_time",
        ("content_type", admin.RelatedOnlyFieldListFilter),
        by_person("user"),
    ]
    search_fields = ["object_repr__says", "change_message__says"]
    list_select_related = ["user", "content_type"]
    file_name = "changes-in-admin.csv"
    columns = ["when", "who", "kind", "what", "number", "what was done"]

    @admin.display(description="what was done")
    def what(self, entry: AdminChange) -> str:
        """Return the change in words."""
        return entry.get_change_message() or entry.get_action_flag_display()

    def cells(self, entry: AdminChange) -> list[Any]:
        """Return the cells of one change."""
        return [
            entry.action_time.isoformat(), str(entry.user), str(entry.content_type),
            entry.object_repr, entry.object_id, self.what(entry),
        ]  # fmt: skip


add_to_first_page(failing_mail)
