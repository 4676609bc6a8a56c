"""The page on which a centre joins the network, changes its status or leaves, and the form of a centre."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from centres.admin.centres import CentreAdmin
from centres.models import Centre
from evidence.dataset.membership import MemberChange, difference_now, preview, propose_membership
from evidence.editorial.actions import ActionError
from portal.accounts.admin_site import add_to_first_page
from portal.form_fields import (
    LineField,
    ProseField,
    SlugField,
    WebAddressField,
    say_what_was_cleaned,
)
from portal.written_dates import WrittenDateField

from .list_changes import MAX_REASON, ProposesChanges, said_of
from .review import primary_key

Status = Centre.Status
BECOMES = [
    (Status.WHAT_WORKS_CENTRE, "A What Works Centre"),
    (Status.AFFILIATE, "An affiliate"),
    (Status.FORMER, "A former member: it leaves the network"),
]


class MembershipForm(forms.Form):
    """What happens to the membership of a centre, and when, why and by which page."""

    use_required_attribute = False
    centre = forms.ModelChoiceField(
        Centre.objects.all(), required=False, empty_label="A new centre", label="Which centre"
    )
    status = forms.ChoiceField(
        choices=BECOMES, widget=forms.RadioSelect, label="What it is from then on"
    )
    date = WrittenDateField(
        label="From when",
        help_text="29 November 2026, or November 2026 or 2026 if no more is known. Not a day in the future.",
    )
    reason = ProseField(
        label="What happened and why, for the public",
        help_text="One or two sentences. They stand in the timeline and on the page of the centre.",
        max_length=MAX_REASON,
        widget=AdminTextareaWidget(attrs={"rows": 3}),
    )
    source = WebAddressField(
        label="Page that says so",
        max_length=500,
        assume_scheme="https",
        widget=AdminTextInputWidget,
    )
    successors = forms.ModelMultipleChoiceField(
        Centre.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="Who follows it",
        help_text="Only where it leaves. A new centre has to join first, so that it can be chosen here.",
    )
    leads_policy_area = forms.BooleanField(
        required=False,
        label="It is the network’s member for its policy area",
        help_text="Only where it joins.",
    )


class NewCentreForm(forms.ModelForm):
    """What the page of a new centre needs from its first day. All else is added once it has joined."""

    use_required_attribute = False
    name = LineField(max_length=200, widget=AdminTextInputWidget)
    acronym = LineField(max_length=20, required=False)
    policy_area_label = LineField(
        max_length=100,
        help_text=Centre._meta.get_field("policy_area_label").help_text,
        widget=AdminTextInputWidget,
    )
    description = ProseField(
        help_text=Centre._meta.get_field("description").help_text,
        widget=AdminTextareaWidget(attrs={"rows": 3}),
    )
    website = WebAddressField(
        max_length=500, required=False, assume_scheme="https", widget=AdminTextInputWidget
    )

    class Meta:
        model = Centre
        fields = [
            *("name", "slug", "acronym", "policy_area", "policy_area_label"),
            *("description", "website"),
        ]
        labels = {"slug": "Address of its page"}
        field_classes = {"slug": SlugField}
        error_messages = {"slug": {"unique": "Another centre has this address."}}
        help_texts = {"slug": "A few lower case words joined by hyphens, such as “eef”."}


admin.site.unregister(Centre)


@admin.register(Centre)
class ProposedCentreAdmin(ProposesChanges, CentreAdmin):
    """A centre. Two people change what is said of it; its membership has a page of its own."""

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Keep the status, which changes with an event in the timeline."""
        return ["status"]

    def get_urls(self) -> list[URLPattern]:
        """Add the page of a change of membership."""
        view = self.admin_site.admin_view(self.membership)
        page = path("membership/", view, name="centres_centre_membership")
        return [page, *super().get_urls()]

    def add_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Lead to that page, as a new centre is one that joins."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        return HttpResponseRedirect(reverse("admin:centres_centre_membership"))

    def membership(self, request: HttpRequest) -> HttpResponse:
        """Show what the public pages would say after a change of membership, and propose it."""
        if not self.has_change_permission(request) or not self.has_add_permission(request):
            raise PermissionDenied
        asked = primary_key(request.GET.get("centre", ""))
        form = MembershipForm(request.POST or None, initial={"centre": asked})
        is_new = form.is_bound and not form.data.get("centre")
        new = NewCentreForm(request.POST if is_new else None)
        effects = None
        if form.is_bound and form.is_valid() & (not is_new or new.is_valid()):
            say_what_was_cleaned(request, form, *([new] if is_new else []))
            values = dict(form.cleaned_data)
            values["centre"] = values["centre"] or new.save(commit=False)
            person: Any = request.user
            try:
                change = MemberChange(**values)
                if "propose" in request.POST:
                    return self._go_to(request, propose_membership(change=change, by=person))
                effects = preview(change=change, by=person)
            except ActionError as error:
                form.add_error(None, said_of(error))
        context = self.admin_site.each_context(request) | {
            "title": "Record a change of membership",
            "opts": self.opts,
            "form": form,
            "new": new,
            "effects": effects,
            "media": self.media,
        }
        return TemplateResponse(request, "admin/centres/centre/membership.html", context)


def _stated_total(user: Any) -> dict[str, Any]:
    """Say how the latest stated total differs from the members, to those who may see totals."""
    may_see = user.has_perm("centres.view_networktotal")
    return {"differing_total": difference_now() if may_see else ""}


add_to_first_page(_stated_total)
