"""The list of editions, and the form of a draft. The review page is in review.py."""

from itertools import groupby
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.contrib.postgres.fields import ArrayField
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.html import format_html_join

from evidence.editorial import actions
from evidence.editorial.dashboard import needs
from evidence.editorial.diff import changes
from evidence.models.content_fields import NOT_STATED, in_page_order, label_of, lines_of
from portal.admin_base import PortalModelAdmin
from portal.templatetags.portal_tags import day

from ..models import Edition, Summary
from .drafts import EditionForm, FindingInline, SourceInline, UnsavedEdition
from .review import ReviewPages, edition_url, primary_key, sent_back
from .summaries import OwnCentresFilter


class NeedsFilter(admin.SimpleListFilter):
    """Filters the list by what published editions need, as the first page counts it."""

    title = "what it needs"
    parameter_name = "needs"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer every need."""
        return [(name, label) for name, (label, _) in needs().items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Edition]) -> QuerySet[Edition]:
        """Return the editions with the chosen need."""
        _, which = needs().get(self.value() or "", ("", None))
        return queryset.filter(which) if which else queryset


def _form_sections() -> Any:
    """Return the parts of the form: what an edition is and does, then all that it says, section by section."""
    about_it = ["seen", "summary", "number", "state", "change_note", "minor", "review_due"]
    by_section = groupby(in_page_order(), key=lambda field: field.section)
    return [
        (None, {"fields": about_it}),
        *(
            (str(section), {"fields": [field.name for field in fields if not field.is_rows]})
            for section, fields in by_section
        ),
    ]


class EditionList(ChangeList):
    """The list of editions. It fetches only the columns that it shows: with all texts, sorting 20,000 takes 3 times as long."""

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> Any:
        """Leave out the columns that the list does not show."""
        rows = super().get_queryset(request, exclude_parameters)
        shown = ["title", "number", "state", "strength", "submitted_at"]
        return rows.select_related("summary__centre").only(
            *shown, "summary__centre__name", "summary__centre__acronym"
        )


@admin.register(Edition)
class EditionAdmin(ReviewPages, PortalModelAdmin):
    """One version of what a summary says. Only a draft can be changed."""

    form = EditionForm
    list_display = [
        "title", "centre", "number", "state", "strength_level", "submitted"
    ]  # fmt: skip
    list_filter = [
        "state", NeedsFilter, ("summary__centre", OwnCentresFilter), "strength",
        "direction", "cost", "kind",
    ]  # fmt: skip
    linked = ("summary",)
    search_fields = ["title", "code", "summary__slug"]
    inlines = [FindingInline, SourceInline]
    change_form_template = "admin/evidence/edition/change_form.html"
    fieldsets = _form_sections()
    readonly_fields = ["number", "state"]

    @admin.display(description="centre", ordering="summary__centre__name")
    def centre(self, edition: Edition) -> str:
        """Name the centre of the summary."""
        return edition.summary.centre.short_name

    @admin.display(description=label_of("strength"), ordering="strength")
    def strength_level(self, edition: Edition) -> str:
        """Name the common level of strength."""
        return edition.get_strength_display()

    @admin.display(description="submitted", ordering="submitted_at", empty_value="")
    def submitted(self, edition: Edition) -> str:
        """Return the day on which it was submitted, or an empty text."""
        return day(edition.submitted_at) if edition.submitted_at else ""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Edition]:
        """Limit the editions to the person's own centres."""
        return Edition.objects.for_person(request.user)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """Use the list with few columns."""
        return EditionList

    def get_ordering(self, request: HttpRequest) -> Any:
        """Sort by title, but editions in review by how long they have waited."""
        queue = request.GET.get("state__exact") == Edition.State.IN_REVIEW
        return ["submitted_at", "pk"] if queue else ["title", "-number"]

    def get_fieldsets(self, request: HttpRequest, obj: Edition | None = None) -> Any:
        """Show lists as paragraphs to people who cannot change the edition."""
        fieldsets = super().get_fieldsets(request, obj)
        if self.has_change_permission(request, obj) if obj else True:
            return fieldsets
        # A form that cannot be saved needs no `seen` either: see EditionForm.
        return [
            (title, {"fields": [_as_read(name) for name in part["fields"] if name != "seen"]})
            for title, part in fieldsets
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Edition | None = None) -> list[str]:
        """Let nobody move an edition to another summary."""
        return [*self.readonly_fields, "summary"] if obj else list(self.readonly_fields)

    def has_change_permission(self, request: HttpRequest, obj: Edition | None = None) -> bool:
        """Refuse every edition that is not a draft."""
        fixed = obj is not None and obj.state != Edition.State.DRAFT
        return not fixed and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Edition | None = None) -> bool:
        """Refuse every edition that is not a draft."""
        fixed = obj is None or obj.state != Edition.State.DRAFT
        return not fixed and super().has_delete_permission(request, obj)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Lock the edition while it is saved, and show the message of an action that is not possible."""
        object_id = kwargs.get("object_id") or (args[0] if args else None)
        may_write = super().has_change_permission(request)
        try:
            with transaction.atomic():
                if request.method == "POST" and object_id and may_write:
                    mine = Edition.objects.for_person(request.user).select_for_update(of=["self"])
                    edition = mine.filter(pk=primary_key(object_id)).first()
                    if edition is None or edition.state != Edition.State.DRAFT:
                        return self.too_late(request, edition)
                return super().changeform_view(request, *args, **kwargs)
        except actions.ActionError as error:
            self.message_user(request, str(error), messages.ERROR)
            return HttpResponseRedirect(request.path)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Show why a draft was sent back, and the changes of somebody else who saved it in the meantime."""
        form = context["adminform"].form
        if original := context.get("original"):
            context["sent_back"] = sent_back(original)
        if saved := getattr(form, "saved_by_other", None):
            formsets = [inline.formset for inline in context["inline_admin_formsets"]]
            unsaved: Any = UnsavedEdition(form, formsets)
            context["conflict"] = changes(saved, unsaved)
            context["conflict_by"] = saved.edited_by
        return super().render_change_form(request, context, *args, **kwargs)

    def response_change(self, request: HttpRequest, obj: Edition) -> HttpResponse:
        """Go to the review page, which shows what the draft changes and lets people submit it."""
        if "_continue" in request.POST or "_popup" in request.POST:
            return super().response_change(request, obj)
        self.message_user(
            request, "Saved. This page shows what it changes. Submit it when it is ready."
        )
        return HttpResponseRedirect(edition_url(obj, "review"))

    def response_add(
        self, request: HttpRequest, obj: Edition, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Go to the review page."""
        return self.response_change(request, obj)

    def save_model(self, request: HttpRequest, obj: Edition, form: Any, change: bool) -> None:
        """Save a draft; a new one through its action, which gives it a number."""
        if change:
            super().save_model(request, obj, form, change)
        else:
            actions.begin(edition=obj, by=request.user)  # type: ignore[arg-type]  # signed in

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Note who changed the draft."""
        super().save_related(request, form, formsets, change)
        # Somebody who saved without a change did not write it, and may still approve it.
        if change and (form.has_changed() or any(part.has_changed() for part in formsets)):
            actions.record_edit(edition=form.instance, by=request.user)  # type: ignore[arg-type]  # signed in

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """Discard a draft, unless it has been submitted in the meantime."""
        try:
            with transaction.atomic():
                return super().delete_view(request, object_id, extra_context)
        except actions.ActionError:
            return self.too_late(request, self.get_edition(request, object_id))

    def delete_model(self, request: HttpRequest, obj: Edition) -> None:
        """Delete a draft through its action, which writes to the audit log."""
        actions.discard(edition=obj, by=request.user)  # type: ignore[arg-type]  # signed in

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer only summaries that this person may work on and that have no open edition."""
        if db_field.name == "summary":
            mine = self.admin_site._registry[Summary].get_queryset(request)
            kwargs["queryset"] = mine.exclude(editions__state__in=Edition.OPEN)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


def _as_read(name: Any) -> Any:
    """Return what shows a field to somebody who cannot change it: a list as a paragraph for each entry."""
    if not isinstance(Edition._meta.get_field(name), ArrayField):
        return name

    @admin.display(description=label_of(name))
    def lines(edition: Edition) -> str:
        entries = lines_of(edition, name)
        return format_html_join("", "<p>{}</p>", ((entry,) for entry in entries)) or NOT_STATED

    return lines
