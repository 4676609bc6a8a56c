"""The network in admin."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, UserCreationForm
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from portal.accounts import second_factor, sign_in
from portal.admin_base import PlainAdmin, PortalInline, PortalModelAdmin, TellingAdmin
from portal.models import TemporaryPassword

from .models import (
    Centre,
    CentreFunder,
    CentreHost,
    CentreName,
    CentreNote,
    CommonLevel,
    Membership,
    MembershipValue,
    NetworkAudience,
    NetworkEvent,
    NetworkFunction,
    NetworkNote,
    NetworkSource,
    NetworkTotal,
    Organisation,
    PolicyArea,
    Publication,
    RatingDimension,
    RatingLevel,
    RatingReference,
    RatingScale,
    SpendingFigure,
)


class SpendingFigureInline(PlainAdmin, admin.StackedInline):
    extra = 0
    model = SpendingFigure


@admin.register(PolicyArea)
class PolicyAreaAdmin(PortalModelAdmin):
    list_display = ["label", "order", "description"]
    search_fields = ["label", "slug", "also_known_as"]
    prepopulated_fields = {"slug": ["label"]}
    inlines = [SpendingFigureInline]


@admin.register(Organisation)
class OrganisationAdmin(PortalModelAdmin):
    list_display = ["name", "type", "sector"]
    list_filter = ["sector", "type"]
    search_fields = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}


class CentreNameInline(PortalInline):
    model = CentreName


class CentreHostInline(PortalInline):
    model = CentreHost


class CentreFunderInline(PortalInline):
    model = CentreFunder


class CentreNoteInline(PortalInline):
    model = CentreNote


@admin.register(Centre)
class CentreAdmin(PortalModelAdmin):
    list_display = ["name", "acronym", "status", "policy_area_label", "joined", "left"]
    list_filter = ["status", "policy_area"]
    search_fields = ["name", "acronym", "slug"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [CentreNameInline, CentreHostInline, CentreFunderInline, CentreNoteInline]


@admin.register(CommonLevel)
class CommonLevelAdmin(PortalModelAdmin):
    list_display = ["label", "rank", "meaning"]


class RatingLevelInline(PortalInline):
    model = RatingLevel


class RatingDimensionInline(PortalInline):
    model = RatingDimension


@admin.register(RatingScale)
class RatingScaleAdmin(PortalModelAdmin):
    list_display = ["name", "centre", "rates", "form", "complete"]
    list_filter = ["rates", "form", "centre"]
    list_select_related = ["centre"]
    search_fields = ["name", "slug", "centre__name", "centre__acronym"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [RatingLevelInline, RatingDimensionInline]


@admin.register(RatingLevel)
class RatingLevelAdmin(PortalModelAdmin):
    """Edited with its scale; registered so that an edition's step can be found by typing."""

    list_display = ["label", "scale", "order", "common"]
    list_filter = ["scale"]
    list_select_related = ["scale"]
    search_fields = ["label", "scale__name", "scale__slug"]


@admin.register(RatingReference)
class RatingReferenceAdmin(PortalModelAdmin):
    list_display = ["citation", "order", "finding"]
    search_fields = ["citation", "slug", "finding"]


@admin.register(NetworkEvent)
class NetworkEventAdmin(PortalModelAdmin):
    list_display = ["title", "date", "kind", "page_update", "order"]
    list_filter = ["kind", "page_update"]
    search_fields = ["title", "sentence", "slug"]
    prepopulated_fields = {"slug": ["title"]}


@admin.register(Publication)
class PublicationAdmin(PortalModelAdmin):
    list_display = ["title", "date", "by", "publisher"]
    list_filter = ["by"]
    search_fields = ["title", "slug"]
    prepopulated_fields = {"slug": ["title"]}


@admin.register(NetworkTotal)
class NetworkTotalAdmin(PortalModelAdmin):
    list_display = ["slug", "date", "counts", "centres", "affiliates", "spending_wording", "latest"]
    list_filter = ["counts"]
    search_fields = ["slug", "note"]


@admin.register(NetworkFunction)
class NetworkFunctionAdmin(PortalModelAdmin):
    list_display = ["title", "order", "sentence"]
    search_fields = ["title"]


@admin.register(MembershipValue)
class MembershipValueAdmin(PortalModelAdmin):
    list_display = ["name", "letter", "order", "meaning"]


@admin.register(NetworkSource)
class NetworkSourceAdmin(PortalModelAdmin):
    list_display = ["title", "publisher", "date"]
    search_fields = ["title", "publisher"]


@admin.register(NetworkAudience)
class NetworkAudienceAdmin(PortalModelAdmin):
    list_display = ["label", "order", "sentence"]
    search_fields = ["label"]


@admin.register(NetworkNote)
class NetworkNoteAdmin(PortalModelAdmin):
    list_display = ["slug", "text"]
    search_fields = ["slug", "text"]


@admin.register(Membership)
class MembershipAdmin(PortalModelAdmin):
    list_display = ["user", "centre"]
    list_filter = ["centre"]
    list_select_related = ["user", "centre"]
    search_fields = ["user__username", "centre__name", "centre__acronym"]


class MembershipInline(PortalInline):
    model = Membership
    verbose_name = "centre"
    verbose_name_plural = "centres that this person works for"


admin.site.unregister(User)
admin.site.unregister(Group)


@admin.register(Group)
class RoleAdmin(TellingAdmin, GroupAdmin):
    """What a role may do. A superuser changes it, and the log says from what to what."""


class NewPersonForm(UserCreationForm):
    """A name and a password to sign in with once; the rest is asked for next."""


class TemporaryPasswordForm(AdminPasswordChangeForm):
    """A password that somebody makes for another, who then chooses their own."""

    def save(self, commit: bool = True) -> Any:
        person = super().save(commit)
        if person.has_usable_password():
            TemporaryPassword.objects.get_or_create(user=person)
        return person


@admin.register(User)
class PersonAdmin(PortalModelAdmin, UserAdmin):
    """An account, its roles and its centres. Only a superuser makes or changes a superuser.

    Rights come by roles alone, and so nobody has one that no page of roles shows. An account is made inactive,
    never deleted: the logs name it.
    """

    add_form = NewPersonForm
    add_fieldsets = [(None, {"fields": ["username", "password1", "password2"]})]
    change_password_form = TemporaryPasswordForm
    filter_horizontal = []
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        ("Who", {"fields": ["first_name", "last_name", "email"]}),
        ("What they may do", {"fields": ["is_active", "is_superuser", "groups"]}),
        ("Dates", {"fields": ["last_login", "date_joined"]}),
    ]
    inlines = [MembershipInline]
    list_display = ["username", "first_name", "last_name", "roles", "is_active", "last_login"]
    list_filter = ["groups", "memberships__centre", "is_active", "is_superuser"]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("groups")

    @admin.display(description="roles")
    def roles(self, user: User) -> str:
        return ", ".join(group.name for group in user.groups.all())

    def get_inlines(self, request: HttpRequest, obj: User | None = None) -> Any:
        return self.inlines if obj else []  # the form for a new account asks for its name first

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        kept = ["last_login", "date_joined"]
        return kept if request.user.is_superuser else ["is_superuser", *kept]

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "groups":
            kwargs |= {"label": "Roles", "help_text": "What this person may do."}
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        obj.is_staff = True  # every account is for editing; the public has none
        super().save_model(request, obj, form, change)
        if not change and obj.has_usable_password():
            TemporaryPassword.objects.create(user=obj)

    def user_change_password(
        self,
        request: HttpRequest,
        id: str,  # noqa: A002 - as Django names it
        form_url: str = "",
    ) -> HttpResponse:
        answer = super().user_change_password(request, id, form_url)
        if isinstance(answer, HttpResponseRedirect) and id == str(request.user.pk):
            sign_in.has_own_password(request)
        return answer

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        beyond = obj is not None and obj.is_superuser and not request.user.is_superuser
        return not beyond and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        reset = path(
            "<id>/second-factor/",
            self.admin_site.admin_view(self.reset_second_factor),
            name="auth_user_second_factor",
        )
        return [reset, *super().get_urls()]

    def reset_second_factor(self, request: HttpRequest, id: str) -> HttpResponse:  # noqa: A002 - as Django names it
        """Take another person's second factor away (POST), so that they can set one up anew."""
        person: Any = self.get_object(request, id)
        if not self.has_change_permission(request, person) or person == request.user:
            raise PermissionDenied
        if person is None or not settings.TWO_FACTOR:
            raise Http404("No such person, or the second factor is off.")
        if request.method == "POST":
            second_factor.forget(person)
            self.log_change(request, person, "Reset the second factor.")
            self.message_user(request, f"The second factor of {person} is reset.")
            return HttpResponseRedirect(reverse("admin:auth_user_change", args=[person.pk]))
        context = self.admin_site.each_context(request) | {
            "title": "Reset the second factor",
            "person": person,
            "device": second_factor.device_of(person),
        }
        return TemplateResponse(request, "admin/second_factor/reset.html", context)
