"""The secretariat's door: Django admin under the portal's own name, with apps in the order of the work.

Nobody comes past it who has not signed in whole: with a password of their own, and with a second factor where that is on.
Whoever may not come in is led to what is missing, and what they had typed goes with them (portal.accounts.carried_form).
"""

from collections.abc import Callable
from copy import copy
from functools import update_wrapper
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.admin import AdminSite, site
from django.contrib.admin.apps import AdminConfig
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.views.decorators.csrf import csrf_protect

from .carried_form import Typed, carried_by, typed_by

# What the first page shows beside the list of apps: functions of the person, each a piece of context.
DASHBOARD: list[Callable[[Any], dict[str, Any]]] = []

ORDER = ["evidence", "centres", "auth", "portal"]


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

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        apps = super().get_app_list(request, app_label)
        return sorted(apps, key=lambda app: [*ORDER, app["app_label"]].index(app["app_label"]))

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        from .second_factor import recovery_codes_left

        context = super().each_context(request)
        context["two_factor"] = settings.TWO_FACTOR
        if settings.TWO_FACTOR and context["has_permission"]:
            context["recovery_codes_left"] = recovery_codes_left(request.user)
        return context

    # Signing in. What these need has models, which are not there yet when Django loads this module: so they import it late.

    def has_permission(self, request: HttpRequest) -> bool:
        return self.missing(request) in {"", "password_change"}

    def missing(self, request: HttpRequest) -> str:
        """Return the name of the page that stands between somebody and admin; none if nothing does."""
        from .second_factor import device_of
        from .sign_in import TEMPORARY

        user: Any = request.user
        if not super().has_permission(request):
            return "login"
        if settings.TWO_FACTOR and not getattr(user, "otp_device", None):
            return "second_factor_code" if device_of(user) else "second_factor_set_up"
        return "password_change" if request.session.get(TEMPORARY) else ""

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        from .sign_in import hold_to_limits

        guarded = super().admin_view(view, cacheable)

        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            hold_to_limits(request)
            page = self.missing(request)
            if page and request.path != reverse(f"admin:{page}"):
                return self._turn_away(request)
            return guarded(request, *args, **kwargs)

        protected = inner if getattr(view, "csrf_exempt", False) else csrf_protect(inner)
        return update_wrapper(protected, view)

    def _turn_away(self, request: HttpRequest) -> HttpResponse:
        if request.method != "POST":
            return self.lead_on(request, Typed(request.get_full_path()))
        if request.path == reverse("admin:logout"):
            return self.logout(request)  # also for those who have only given their password
        return self.lead_on(request, typed_by(request))

    def lead_on(self, request: HttpRequest, typed: Typed) -> HttpResponse:
        """Lead somebody to what is still missing, then to where they wanted to be, with what they typed for it."""
        from .second_factor import SecondFactor

        page = self.missing(request)
        if not page and not typed:
            return HttpResponseRedirect(typed.address)
        if not (typed or typed.too_long):
            return HttpResponseRedirect(
                f"{reverse(f'admin:{page}')}?{urlencode({'next': typed.address}, safe='/')}"
            )
        # What was typed cannot be put into an address: the next page is shown here and now, as if it had been asked for.
        asked = copy(request)
        asked.method, asked.POST = "GET", type(request.POST)()
        if page in {"login", "password_change"}:
            return getattr(self, page)(asked, {"kept": typed})
        if page:
            second_factor = SecondFactor(self)
            return getattr(second_factor, page.removeprefix("second_factor_"))(asked, typed)
        return self.go_on(asked, typed)

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        typed = (extra_context or {}).get("kept", None)
        if typed is None:
            typed = carried_by(request)
        if request.method == "GET" and super().has_permission(request):
            return self.lead_on(request, typed)
        context = {
            "kept": typed,
            "next": typed.address,
            "app_path": reverse("admin:login"),
            "demonstration": settings.EMBEDDED,
            **(extra_context or {}),
        }
        answer = super().login(request, context)
        signed_in = isinstance(answer, HttpResponseRedirect)
        return self.lead_on(request, typed) if signed_in else answer

    def password_change(  # type: ignore[override]  # any answer of HTTP will do
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        from .sign_in import has_own_password

        forced = self.missing(request) == "password_change"
        context = {"kept": carried_by(request), "forced": forced, **(extra_context or {})}
        answer = super().password_change(request, context)
        if not isinstance(answer, HttpResponseRedirect):
            return answer
        has_own_password(request)
        return self.lead_on(request, context["kept"]) if forced else answer

    def go_on(self, request: HttpRequest, typed: Typed | None = None) -> HttpResponse:
        """Show somebody what they typed before they had to sign in, for them to send it or not."""
        carried = carried_by(request) if typed is None else typed
        if self.missing(request) or not carried:
            return self.lead_on(request, carried)
        context = self.each_context(request) | {"title": "What you typed is here", "kept": carried}
        return TemplateResponse(request, "admin/go_on.html", context)

    def view_on_site(self, request: HttpRequest, content_type_id: str, object_id: str) -> Any:
        """Lead to the public page of a row that this person may see; of others not even the address is told."""
        from django.contrib.contenttypes.models import ContentType
        from django.contrib.contenttypes.views import shortcut

        kind = ContentType.objects.filter(pk=content_type_id).first()
        model: Any = kind and kind.model_class()
        page: Any = self._registry.get(model)
        row = page and page.get_object(request, object_id)
        if row is None or not page.has_view_permission(request, row):
            raise Http404("No such row, or not one of yours.")
        return shortcut(request, content_type_id, object_id)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        from .second_factor import SecondFactor

        own = [path("go-on/", self.go_on, name="go_on"), *SecondFactor(self).urls()]
        leads_out = path(
            "r/<int:content_type_id>/<path:object_id>/",
            self.admin_view(self.view_on_site),
            name="view_on_site",
        )
        return [*own, leads_out, *super().get_urls()]


class PortalAdminConfig(AdminConfig):
    default_site = "portal.accounts.admin_site.PortalAdminSite"

    def ready(self) -> None:
        super().ready()
        from django_otp import device_classes

        # Nobody reads or changes secrets and codes of others, in admin neither: see portal.accounts.second_factor.
        for model in device_classes():
            if site.is_registered(model):
                site.unregister(model)
