"""Accounts and their roles in admin.

Another room can show its own rows on the page of a person: see `add_to_person_page`.
"""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.options import InlineModelAdmin
from django.contrib.admin.utils import display_for_value
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import (
    AdminPasswordChangeForm,
    UserChangeForm,
    UserCreationForm,
    UsernameField,
)
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django_otp import device_classes

from portal.admin_base import PortalModelAdmin
from portal.admin_filters import titled
from portal.form_fields import CleansPastedText
from portal.mail import outbox
from portal.models import TemporaryPassword
from portal.role_proposals import (
    TOO_MUCH,
    combine_too_much,
    needing_two,
    propose,
    propose_anew,
    waiting_for,
)

from . import notices, second_factor, sign_in

ROLES_HELP = "What this person may do. For a role that approves evidence or manages accounts, another administrator must agree."
HOW_TO_CHOOSE = "At least 12 characters, such as a few words that nobody would guess."
ALREADY = "{} is proposed already, by {}: it is given when another administrator agrees. Take it out here to save the rest."
OWN_ROLES_HELP = "Nobody changes their own roles, nor whether their own account is active. Another administrator can."

admin.site.unregister(User)
# Nobody may read or change the secrets and codes of others, in admin either. "portal" must stay below the apps of django_otp in
# INSTALLED_APPS, because they are registered in that order.
admin.site.unregister([device for device in device_classes() if admin.site.is_registered(device)])


def add_to_person_page(*, inline: type[InlineModelAdmin], list_filter: str) -> None:
    """Show rows of another room on the page of a person, and filter the list of people by them.

    `list_filter` is a path from the user, such as "memberships__centre". Call this once, from the room's admin module.
    """
    PersonAdmin.inlines.append(inline)
    PersonAdmin.list_filter.insert(1, list_filter)  # after the roles


class PersonNameField(CleansPastedText, UsernameField):
    """The name of an account, in which there is something to see: other people read it beside what was done."""


class NewPersonForm(UserCreationForm):
    """A user name and a password to sign in with once. The next page asks for the rest."""

    class Meta(UserCreationForm.Meta):
        field_classes = {"username": PersonNameField}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = HOW_TO_CHOOSE


class PersonForm(UserChangeForm):
    """An account with its roles."""

    class Meta(UserChangeForm.Meta):
        field_classes = {"username": PersonNameField}

    def clean_groups(self) -> Any:
        """Refuse roles that together would let somebody publish alone, and one that is proposed for the person already."""
        roles = self.cleaned_data["groups"]
        if proposals := list(waiting_for(self.instance).filter(role__in=roles)):
            raise ValidationError([ALREADY.format(one, one.proposed_by) for one in proposals])
        if combine_too_much(roles) and not combine_too_much(self.instance.groups.all()):
            raise ValidationError(TOO_MUCH)
        return roles


class TemporaryPasswordForm(AdminPasswordChangeForm):
    """A password that somebody makes for another person, who must then choose their own. Nobody signs in here without one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("usable_password", None)
        self.fields["password1"].help_text = HOW_TO_CHOOSE
        self.fields["password1"].required = self.fields["password2"].required = True

    def save(self, commit: bool = True) -> Any:
        """Save the password, and note that it is temporary."""
        person = super().save(commit)
        TemporaryPassword.objects.get_or_create(user=person)
        return person


@admin.register(User)
class PersonAdmin(PortalModelAdmin, UserAdmin):
    """An account with its roles. Nobody changes their own, and superusers are made at the command line only.

    People get rights through roles only, so that the page of a role shows everything that it allows. Roles that one person
    cannot give alone are proposed here (portal.role_proposals). An account is made inactive and never deleted, because
    the logs name it; such roles end with that, so that nobody can bring them back alone.
    """

    form = PersonForm
    add_form = NewPersonForm
    add_fieldsets = [(None, {"fields": ["username", "password1", "password2"]})]
    change_password_form = TemporaryPasswordForm
    filter_horizontal = []
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        ("Who", {"fields": ["first_name", "last_name", "email"]}),
        ("What they may do", {"fields": ["is_active", "is_superuser", "groups"]}),
        ("Dates", {"fields": ["signed_in", "date_joined"]}),
    ]
    inlines: ClassVar[list[Any]] = []
    list_display = ["username", "first_name", "last_name", "roles", "is_active", "signed_in"]
    list_filter: ClassVar[list[Any]] = [
        ("groups", titled("role", admin.RelatedFieldListFilter)),
        ("is_active", titled("whether it is active")),
        "is_superuser",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """Fetch the roles of all people in the list at once."""
        return super().get_queryset(request).prefetch_related("groups")

    @admin.display(description="roles")
    def roles(self, user: User) -> str:
        """Name the roles of a person, for the list."""
        return ", ".join(group.name for group in user.groups.all())

    @admin.display(description="last signed in", ordering="last_login")
    def signed_in(self, user: User) -> str:
        """Return when the person last signed in, written as the other dates."""
        return display_for_value(user.last_login, "never")

    def get_inlines(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Leave the inlines out of the form for a new account, which asks for a name and password only."""
        return self.inlines if obj else []

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Leave the password out where this person may not set it."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or self._may_change_sign_in(request, obj):
            return fieldsets
        return [(None, {"fields": ["username"]}), *fieldsets[1:]]

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Let nobody make a superuser here, nor change their own roles."""
        own = ["is_active", "groups"] if obj == request.user else []
        return ["is_superuser", *own, "signed_in", "date_joined"]

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:  # type: ignore[override]  # as UserAdmin has it
        """Say what roles are, or why one's own are not to be changed here."""
        roles = OWN_ROLES_HELP if obj == request.user else ROLES_HELP
        return super().get_form(request, obj, help_texts={"groups": roles}, **kwargs)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Show the roles that wait for another administrator, and offer to reset the second factor of somebody who has one."""
        if person := context.get("original"):
            context["waiting_roles"] = waiting_for(person)
            context["may_reset"] = (
                person != request.user
                and self._may_change_sign_in(request, person)
                and second_factor.device_of(person) is not None
            )
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Save the account, which may always open admin, and note that a new one has a temporary password."""
        obj.is_staff = True  # every account is for editing; the public has none
        super().save_model(request, obj, form, change)
        if not change:
            TemporaryPassword.objects.create(user=obj)
        before = form.initial.get("email")
        if change and before != obj.email:
            outbox.wait_again(person=obj)
        if before and before != obj.email and obj != request.user:
            # At the old address: the next notice goes to the new one, which may not be theirs.
            self._tell(request, before, f"Your email address was changed to {obj.email or 'none'}")

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save the roles that this person may give, and propose the others to another administrator."""
        roles = form.cleaned_data.get("groups")
        if roles is None:  # a new account, or somebody's own
            return super().save_related(request, form, formsets, change)
        person: User = form.instance
        stays = person.is_active and form.initial["is_active"]
        has = set(person.groups.all()) if stays else set()
        waiting = [role for role in needing_two(roles) if role not in has]
        form.cleaned_data["groups"] = roles.exclude(pk__in=[role.pk for role in waiting])
        super().save_related(request, form, formsets, change)
        if not person.is_active:
            return None
        for role in waiting:
            propose(person=person, role=role, by=request.user)  # type: ignore[arg-type]  # signed in
            self._say_proposed(request, person, role)
        return None

    def user_change_password(
        self,
        request: HttpRequest,
        id: str,  # noqa: A002 - as Django names it
        form_url: str = "",
    ) -> HttpResponse:
        """Change a password: one's own is not a temporary one, and another person is told."""
        person: Any = self.get_object(request, id)
        if person and not self._may_change_sign_in(request, person):
            raise PermissionDenied
        with transaction.atomic():
            response: Any = super().user_change_password(request, id, form_url)
            if not isinstance(response, HttpResponseRedirect):
                ending = [] if person == request.user else needing_two(person.groups.all())
                response.context_data["ending_roles"] = ending
                return response
            if person == request.user:
                sign_in.password_is_own(request)
            else:
                self._changed_sign_in(request, person, "password was changed")
        return response

    def _may_change_sign_in(self, request: HttpRequest, person: User) -> bool:
        """Say whether this person may set the password or second factor: of a superuser only they or the command line may."""
        own = person == request.user
        return (own or not person.is_superuser) and self.has_change_permission(request, person)

    def _changed_sign_in(self, request: HttpRequest, person: User, what: str) -> None:
        """Tell a person that this one changed how they sign in, and let another administrator agree to their roles again."""
        by: Any = request.user
        for role in propose_anew(person=person, by=by, after=f"the {what}"):
            self._say_proposed(request, person, role, f" after the {what}")
        self._tell(request, person.email, f"Your {what}")

    def _say_proposed(
        self, request: HttpRequest, person: User, role: Group, when: str = ""
    ) -> None:
        self.log_change(request, person, f"Proposed the role {role}{when}.")
        self.message_user(
            request,
            f"{role} is proposed for {person}. It is given when another administrator agrees.",
            messages.WARNING,
        )

    def _tell(self, request: HttpRequest, address: str, what: str) -> None:
        """Mail a person what this one has done to their account, or say that they do not know of it."""
        if not notices.tell(address, what, by=str(request.user)):
            self.message_user(
                request,
                "No email could be sent to this person. Tell them yourself.",
                messages.WARNING,
            )

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Protect superusers from everybody else."""
        is_protected = obj is not None and obj.is_superuser and not request.user.is_superuser
        return not is_protected and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Refuse everybody: an account is made inactive instead."""
        return False

    def get_urls(self) -> list[URLPattern]:
        """Add the page that resets a second factor."""
        reset = path(
            "<id>/second-factor/",
            self.admin_site.admin_view(self.reset_second_factor),
            name="auth_user_second_factor",
        )
        return [reset, *super().get_urls()]

    def reset_second_factor(self, request: HttpRequest, id: str) -> HttpResponse:  # noqa: A002 - as Django names it
        """Ask whether to reset another person's second factor, and do it on POST, so that they can set up a new one."""
        person: Any = self.get_object(request, id)
        if not self.has_change_permission(request) or person == request.user:
            raise PermissionDenied
        if person is None:
            raise Http404("No such person.")
        if not self._may_change_sign_in(request, person):
            raise PermissionDenied
        if request.method == "POST":
            with transaction.atomic():
                second_factor.reset(person)
                self.log_change(request, person, "Reset the second factor.")
                self._changed_sign_in(request, person, "second factor was reset")
            self.message_user(request, f"The second factor of {person} is reset.")
            return HttpResponseRedirect(reverse("admin:auth_user_change", args=[person.pk]))
        context = self.admin_site.each_context(request) | {
            "title": "Reset the second factor",
            "person": person,
            "device": second_factor.device_of(person),
            "ending_roles": needing_two(person.groups.all()),
        }
        return TemplateResponse(request, "admin/second_factor/reset.html", context)
