"""The admin site: Django admin under the portal's own name, and the way in.

Nobody sees a page before they have passed every step of signing in: a password, a second factor where that is on, and a
password of their own. Anybody else is sent to the step that is missing, and what they posted goes with them
(see carried_form).
"""

from collections.abc import Callable
from copy import copy
from functools import update_wrapper
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.contenttypes.models import ContentType
from django.contrib.contenttypes.views import shortcut
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.views.decorators.csrf import csrf_protect

from portal.kept import Recent
from portal.mail.page import my_mail

from .carried_form import CarriedForm, carried_form, posted_form
from .second_factor import FEW_CODES, device_of, recovery_codes_left
from .second_factor_pages import SecondFactorPages
from .sign_in import TEMPORARY_PASSWORD, limit_session, password_is_own

APP_ORDER = ["evidence", "centres", "auth", "portal"]
MOST_APP_LISTS = 100  # sets of rights; there are five roles, and people may have several

_app_lists: Recent[list[Any]] = Recent(MOST_APP_LISTS, MOST_APP_LISTS, lambda _: 1)
_first_page_parts: list[Callable[[Any], dict[str, Any]]] = []


def add_to_first_page(part: Callable[[Any], dict[str, Any]]) -> None:
    """Show more on the first page of admin. `part` is given the user and returns context for admin/dashboard.html."""
    _first_page_parts.append(part)


class PortalAdminSite(AdminSite):
    """Django admin with the portal's steps of signing in."""

    site_title = "What Works evidence portal"
    site_header = "What Works evidence portal: editing"
    index_title = "What needs your attention"
    index_template = "admin/dashboard.html"
    enable_nav_sidebar = True

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """Show what needs this person's attention; rooms add to it with `add_to_first_page`."""
        parts = {
            name: value for part in _first_page_parts for name, value in part(request.user).items()
        }
        return super().index(request, {**parts, **(extra_context or {})})

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """List the apps in the order of the work, not of the alphabet.

        The list is kept for each set of rights: every page shows it, and to look its addresses up takes longer than the rest.
        """
        rights = tuple(
            tuple(page.get_model_perms(request).items())
            if page.has_module_permission(request)
            else ()
            for page in self._registry.values()
        )
        apps = _app_lists.get((rights, app_label))
        if apps is None:
            apps = super().get_app_list(request, app_label)
            order = [*APP_ORDER, *(app["app_label"] for app in apps)]
            apps.sort(key=lambda app: order.index(app["app_label"]))
            _app_lists.put((rights, app_label), apps)
        return list(apps)

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Add whether the second factor is on, and the recovery codes that somebody signed in has left."""
        context = super().each_context(request)
        context["two_factor"] = settings.TWO_FACTOR
        if settings.TWO_FACTOR and context["has_permission"]:
            left = context["recovery_codes_left"] = recovery_codes_left(request.user)
            context["few_recovery_codes"] = left <= FEW_CODES
        return context

    # Steps of signing in

    def has_permission(self, request: HttpRequest) -> bool:
        """Say whether somebody has signed in, even if they must still change their password."""
        return self.missing_step(request) in {"", "password_change"}

    def missing_step(self, request: HttpRequest) -> str:
        """Return the URL name of the page that somebody must pass next, or an empty text if they may go on."""
        user: Any = request.user
        if not super().has_permission(request):
            return "login"
        if settings.TWO_FACTOR and not getattr(user, "otp_device", None):
            return "second_factor_code" if device_of(user) else "second_factor_set_up"
        return "password_change" if request.session.get(TEMPORARY_PASSWORD) else ""

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Return the view for people who have passed every step; others are sent to the step that is missing."""
        guarded = super().admin_view(view, cacheable)

        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            limit_session(request)
            step = self.missing_step(request)
            if step and request.path != reverse(f"admin:{step}"):
                return self._ask_to_sign_in(request)
            return guarded(request, *args, **kwargs)

        protected = inner if getattr(view, "csrf_exempt", False) else csrf_protect(inner)
        return update_wrapper(protected, view)

    def _ask_to_sign_in(self, request: HttpRequest) -> HttpResponse:
        if request.method != "POST":
            return self.continue_sign_in(request, CarriedForm(request.get_full_path()))
        if request.path == reverse("admin:logout"):
            return self.logout(request)  # also for people who have only given their password
        return self.continue_sign_in(request, posted_form(request))

    def continue_sign_in(self, request: HttpRequest, carried: CarriedForm) -> HttpResponse:
        """Answer with the step that is missing, and after the last one with the page that the person wanted.

        If they carry a form, the last page shows it for them to send again.
        """
        step = self.missing_step(request)
        if not step and not carried:
            return HttpResponseRedirect(carried.address)
        if not (carried or carried.too_long):
            query = urlencode({"next": carried.address}, safe="/")
            return HttpResponseRedirect(f"{reverse(f'admin:{step}')}?{query}")
        # A redirect cannot carry a form, so the next page is shown here, as if the browser had asked for it.
        as_get = copy(request)
        as_get.method, as_get.POST = "GET", type(request.POST)()
        if step in {"login", "password_change"}:
            return getattr(self, step)(as_get, {"carried": carried})
        if step:
            pages = SecondFactorPages(self)
            return getattr(pages, step.removeprefix("second_factor_"))(as_get, carried)
        return self.show_carried_form(as_get, carried)

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Ask for a name and a password, then continue with the next step."""
        carried = (extra_context or {}).get("carried")
        if carried is None:
            carried = carried_form(request)
        if request.method == "GET" and super().has_permission(request):
            return self.continue_sign_in(request, carried)
        context = {
            "carried": carried,
            "next": carried.address,
            "app_path": reverse("admin:login"),
            "demonstration": settings.EMBEDDED,
            "title": "Sign in",
            **(extra_context or {}),
        }
        response = super().login(request, context)
        signed_in = isinstance(response, HttpResponseRedirect)
        return self.continue_sign_in(request, carried) if signed_in else response

    def logout(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """Sign out, in the words of GOV.UK, and show no menu of what the person could do who has left."""
        context = {"title": "Signed out", "is_nav_sidebar_enabled": False, "available_apps": []}
        return super().logout(request, context | (extra_context or {}))

    def password_change(  # type: ignore[override]  # Django promises a TemplateResponse, for no reason
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Change one's own password; for somebody whose password was made by another person this is a step of signing in."""
        is_step = self.missing_step(request) == "password_change"
        context = {"carried": carried_form(request), "forced": is_step, **(extra_context or {})}
        response = super().password_change(request, context)
        if not isinstance(response, HttpResponseRedirect):
            return response
        password_is_own(request)
        if is_step:  # or else the next page says so
            messages.success(request, "Your password was changed.")
        return self.continue_sign_in(request, context["carried"]) if is_step else response

    def show_carried_form(
        self, request: HttpRequest, carried: CarriedForm | None = None
    ) -> HttpResponse:
        """Show somebody what they posted before they had to sign in again, for them to send it or not."""
        carried = carried_form(request) if carried is None else carried
        if self.missing_step(request) or not carried:
            return self.continue_sign_in(request, carried)
        typed = list(carried.labelled_values(request))
        context = {"title": "Your changes are not saved yet", "carried": carried, "typed": typed}
        return TemplateResponse(
            request, "admin/carried_form.html", self.each_context(request) | context
        )

    # Other pages

    def view_on_site(self, request: HttpRequest, content_type_id: str, object_id: str) -> Any:
        """Redirect to the public page of a row. Raises 404 for a row that this person may not see, to hide its address."""
        content_type = ContentType.objects.filter(pk=content_type_id).first()
        model: Any = content_type and content_type.model_class()
        model_admin: Any = self._registry.get(model)
        row = model_admin and model_admin.get_object(request, object_id)
        if row is None or not model_admin.has_view_permission(request, row):
            raise Http404("No such row, or not one of yours.")
        return shortcut(request, content_type_id, object_id)

    def my_mail(self, request: HttpRequest) -> HttpResponse:
        """Let a person choose which mail they get."""
        return my_mail(request, self)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Add the pages of signing in and of mail, and put a check of rights before Django's "view on site"."""
        view_on_site = path(
            "r/<int:content_type_id>/<path:object_id>/",
            self.admin_view(self.view_on_site),
            name="view_on_site",
        )
        return [
            path("carried-form/", self.show_carried_form, name="carried_form"),
            path("my-mail/", self.admin_view(self.my_mail), name="my_mail"),
            *SecondFactorPages(self).urls(),
            view_on_site,
            *super().get_urls(),
        ]
