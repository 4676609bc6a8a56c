"""Roles: what each may do, and the pages on which a second administrator gives one that another has proposed, or refuses it."""

from typing import Any

from django.apps import apps
from django.contrib import admin, messages
from django.contrib.auth import get_permission_codename
from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.timezone import localdate

from portal.admin_base import ReadOnlyAdmin
from portal.models import AdminChange
from portal.role_proposals import ProposalError, RoleProposal, decide, may_give

from .admin_site import add_to_first_page

# A group is only ever a role here, so it is called that wherever Django names it: in menus, headings, breadcrumbs and forms.
Group._meta.verbose_name, Group._meta.verbose_name_plural = "role", "roles"
User._meta.get_field("groups").verbose_name = "roles"
apps.get_app_config("auth").verbose_name = "People and roles"
admin.site.unregister(Group)


@admin.register(Group)
class RoleAdmin(ReadOnlyAdmin):
    """A role, and what people with it may do. It is changed at the command line only (manage.py change_role)."""

    ordering = ["name"]
    search_fields = ["name"]
    fields = ["name", "rights"]

    @admin.display(description="what it may do")
    def rights(self, role: Group) -> str:
        """Say what people with this role may do, a line each."""
        rights = role.permissions.select_related("content_type")
        rights = rights.order_by("content_type__app_label", "name")
        return "\n".join(map(_name_of_right, rights))


def _name_of_right(right: Permission) -> str:
    """Return a right in words. The database has those of when it was made; what it is about may be called otherwise today."""
    model: Any = right.content_type.model_class()
    for verb in model._meta.default_permissions if model else ():
        if right.codename == get_permission_codename(verb, model._meta):
            return f"Can {verb} {model._meta.verbose_name}"
    return right.name


@admin.register(RoleProposal)
class RoleProposalAdmin(ReadOnlyAdmin):
    """Proposed roles, open ones and those of before. Who may change accounts sees and decides them."""

    list_display = ["wish", "proposed_by", "proposed_at", "outcome", "decided_by", "decided_at"]
    list_display_links = None
    list_select_related = ["person", "role", "proposed_by", "decided_by"]
    fields = ["person", "role", "proposed_by", "proposed_at", "given", "decided_by", "decided_at"]

    @admin.display(description="role")
    def wish(self, proposal: RoleProposal) -> str:
        """Name the role and the person, with a link to decide while that is open."""
        if proposal.decided_at:
            return str(proposal)
        url = reverse("admin:portal_roleproposal_decide", args=[proposal.pk])
        return format_html('<a href="{}">{}</a>', url, proposal)

    @admin.display(description="outcome")
    def outcome(self, proposal: RoleProposal) -> str:
        """Say what was decided."""
        if not proposal.decided_at:
            return "Waits for another administrator"
        return "Given" if proposal.given else "Refused"

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Allow those who may change accounts."""
        return request.user.has_perm("auth.change_user")

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Allow the same people."""
        return self.has_view_permission(request)

    def get_urls(self) -> list[URLPattern]:
        """Add the page that decides."""
        page = path(
            "<int:pk>/decide/",
            self.admin_site.admin_view(self.decide),
            name="portal_roleproposal_decide",
        )
        return [page, *super().get_urls()]

    def decide(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask whether to give the role, and do on POST what the person chose."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        proposal = get_object_or_404(RoleProposal, pk=pk)
        if request.method == "POST":
            return self._decided(request, proposal, give="give" in request.POST)
        context = self.admin_site.each_context(request) | {
            "title": f"{proposal.role} for {proposal.person}",
            "proposal": proposal,
            "done_that_day": _done_that_day(proposal),
            "may_give": may_give(proposal, request.user),  # type: ignore[arg-type]  # signed in
        }
        return TemplateResponse(request, "admin/portal/roleproposal/decide.html", context)

    def _decided(self, request: HttpRequest, proposal: RoleProposal, *, give: bool) -> HttpResponse:
        try:
            decide(proposal=proposal, by=request.user, give=give)  # type: ignore[arg-type]  # signed in
        except ProposalError as error:
            self.message_user(request, str(error), messages.ERROR)
        else:
            done = "Gave" if give else "Refused"
            people = self.admin_site._registry[type(proposal.person)]
            people.log_change(
                request,
                proposal.person,
                f"{done} the role {proposal.role}, proposed by {proposal.proposed_by}.",
            )
            # A message begins with a capital letter, which the name of an account need not.
            self.message_user(request, f"{done} the role: {proposal}.")
        return HttpResponseRedirect(reverse("admin:portal_roleproposal_changelist"))


def _done_that_day(proposal: RoleProposal) -> list[str]:
    """Return what the proposer did with the account on the day of the proposal, such as to change its password."""
    account = proposal.person
    entries = AdminChange.objects.filter(
        user=proposal.proposed_by,
        content_type=ContentType.objects.get_for_model(account),
        object_id=str(account.pk),
        action_time__date=localdate(proposal.proposed_at),
    )
    return [entry.get_change_message() for entry in entries.order_by("pk")]


def _waiting(user: Any) -> dict[str, Any]:
    """Return the open proposals, for the first page of those who may decide them."""
    if not user.has_perm("auth.change_user"):
        return {}
    waiting = RoleProposal.objects.filter(decided_at=None)
    return {"role_proposals": waiting.select_related("person", "role", "proposed_by")}


add_to_first_page(_waiting)
