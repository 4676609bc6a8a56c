"""The secretariat's door: Django admin under the portal's own name, with apps in the order of the work."""

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.http import HttpRequest

ORDER = ["evidence", "centres", "auth"]


class PortalAdminSite(AdminSite):
    site_title = "What Works evidence portal"
    site_header = "What Works evidence portal: editing"
    index_title = "What would you like to edit?"
    enable_nav_sidebar = True

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        apps = super().get_app_list(request, app_label)
        return sorted(apps, key=lambda app: [*ORDER, app["app_label"]].index(app["app_label"]))


class PortalAdminConfig(AdminConfig):
    default_site = "portal.admin_site.PortalAdminSite"
