"""The secretariat's door: Django admin under the portal's own name, with apps in the order of the work."""

from collections.abc import Callable
from functools import update_wrapper
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

# What the first page shows beside the list of apps: functions of the person, each a piece of context.
DASHBOARD: list[Callable[[Any], dict[str, Any]]] = []

ORDER = ["evidence", "centres", "auth"]


class PortalAdminSite(AdminSite):
    site_title = "What Works evidence portal"
    site_header = "What Works evidence portal: editing"
    index_title = "What waits for you"
    index_template = "admin/dashboard.html"
    enable_nav_sidebar = True

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """Open with what waits for this person; rooms add their parts to DASHBOARD."""
        parts = {name: part for make in DASHBOARD for name, part in make(request.user).items()}
        return super().index(request, {**parts, **(extra_context or {})})

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        from .sign_in import (
            hold_to_limits,  # it has models, which are not there yet when this is loaded
        )

        guarded = super().admin_view(view, cacheable)

        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            hold_to_limits(request)
            return guarded(request, *args, **kwargs)

        return update_wrapper(inner, view)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        apps = super().get_app_list(request, app_label)
        return sorted(apps, key=lambda app: [*ORDER, app["app_label"]].index(app["app_label"]))


class PortalAdminConfig(AdminConfig):
    default_site = "portal.admin_site.PortalAdminSite"
