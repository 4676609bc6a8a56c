"""The pages of an edition. What it may do next is in evidence.editorial.actions and evidence.editorial.steps."""

from itertools import groupby
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.contrib.postgres.fields import ArrayField
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html_join

from evidence.editorial import actions
from evidence.editorial import steps as workflow
from evidence.editorial.checklist import advice
from evidence.editorial.dashboard import needs
from evidence.editorial.diff import changes
from evidence.models.content_fields import NOT_STATED, in_page_order, label_of, lines_of
from evidence.pages.preview import preview_url
from portal.accounts.carried_form import CarriedForm
from portal.admin_base import PortalModelAdmin
from portal.templatetags.portal_tags import day

from ..models import AuditEntry, Edition, Summary
from .drafts import EditionForm, FindingInline, SourceInline, TypedEdition
from .summaries import OwnCentresFilter


class NeedsFilter(admin.SimpleListFilter):
    """What published editions need, as the first page counts it."""

    title = "what it needs"
    parameter_name = "needs"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, label) for name, (label, _) in needs().items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Edition]) -> QuerySet[Edition]:
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
    """Reads no more of an edition than its row shows: with all its texts, sorting 20,000 takes three times as long."""

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> Any:
        rows = super().get_queryset(request, exclude_parameters)
        shown = ["title", "number", "state", "strength", "submitted_at"]
        return rows.select_related("summary__centre").only(
            *shown, "summary__centre__name", "summary__centre__acronym"
        )


@admin.register(Edition)
class EditionAdmin(PortalModelAdmin):
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
        return edition.summary.centre.short_name

    @admin.display(description=label_of("strength"), ordering="strength")
    def strength_level(self, edition: Edition) -> str:
        return edition.get_strength_display()

    @admin.display(description="submitted", ordering="submitted_at", empty_value="")
    def submitted(self, edition: Edition) -> str:
        return day(edition.submitted_at) if edition.submitted_at else ""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Edition]:
        return Edition.objects.for_person(request.user)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return EditionList

    def get_ordering(self, request: HttpRequest) -> Any:
        """List by title, but what waits for review by how long it has waited."""
        queue = request.GET.get("state__exact") == Edition.State.IN_REVIEW
        return ["submitted_at", "pk"] if queue else ["title", "-number"]

    def get_fieldsets(self, request: HttpRequest, obj: Edition | None = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if self.has_change_permission(request, obj) if obj else True:
            return fieldsets
        # A form that saves nothing has nothing to carry, and its lists are read, not edited.
        return [
            (title, {"fields": [_as_read(name) for name in part["fields"] if name != "seen"]})
            for title, part in fieldsets
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Edition | None = None) -> list[str]:
        return [*self.readonly_fields, "summary"] if obj else list(self.readonly_fields)

    def has_change_permission(self, request: HttpRequest, obj: Edition | None = None) -> bool:
        fixed = obj is not None and obj.state != Edition.State.DRAFT
        return not fixed and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Edition | None = None) -> bool:
        fixed = obj is None or obj.state != Edition.State.DRAFT
        return not fixed and super().has_delete_permission(request, obj)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Save one at a time, and tell what an action refuses."""
        object_id = kwargs.get("object_id") or (args[0] if args else None)
        may_write = super().has_change_permission(request)
        try:
            with transaction.atomic():
                if request.method == "POST" and object_id and may_write:
                    mine = Edition.objects.for_person(request.user).select_for_update(of=["self"])
                    edition = mine.filter(pk=_number(object_id)).first()
                    if edition is None or edition.state != Edition.State.DRAFT:
                        return self._too_late(request, edition)
                return super().changeform_view(request, *args, **kwargs)
        except actions.ActionError as error:
            self.message_user(request, str(error), messages.ERROR)
            return HttpResponseRedirect(request.path)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        form = context["adminform"].form
        if original := context.get("original"):
            context["sent_back"] = _sent_back(original)
        if theirs := getattr(form, "theirs", None):
            formsets = [inline.formset for inline in context["inline_admin_formsets"]]
            typed: Any = TypedEdition(form, formsets)
            context["conflict"] = changes(theirs, typed)
            context["conflict_by"] = theirs.edited_by
        return super().render_change_form(request, context, *args, **kwargs)

    def response_change(self, request: HttpRequest, obj: Edition) -> HttpResponse:
        """Go on to the review page, where one sees what the draft changes and hands it over."""
        if "_continue" in request.POST or "_popup" in request.POST:
            return super().response_change(request, obj)
        self.message_user(request, "Saved. This is what it changes; hand it over when it is ready.")
        return HttpResponseRedirect(_page(obj, "review"))

    def response_add(
        self, request: HttpRequest, obj: Edition, post_url_continue: str | None = None
    ) -> HttpResponse:
        return self.response_change(request, obj)

    def save_model(self, request: HttpRequest, obj: Edition, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
        else:
            actions.begin(edition=obj, by=request.user)  # type: ignore[arg-type]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        # Whoever only pressed save is not the one who wrote it.
        if change and (form.has_changed() or any(part.has_changed() for part in formsets)):
            actions.record_edit(edition=form.instance, by=request.user)  # type: ignore[arg-type]

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """Discard a draft; if somebody has moved it on meanwhile, say so."""
        try:
            with transaction.atomic():
                return super().delete_view(request, object_id, extra_context)
        except actions.ActionError:
            return self._too_late(request, self._found(request, object_id))

    def delete_model(self, request: HttpRequest, obj: Edition) -> None:
        actions.discard(edition=obj, by=request.user)  # type: ignore[arg-type]

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "summary":
            # Offer only those that this person may work on and that have no open edition.
            mine = self.admin_site._registry[Summary].get_queryset(request)
            kwargs["queryset"] = mine.exclude(editions__state__in=Edition.OPEN)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        pages = {"new-edition": self.new_edition, "review": self.review}
        own = [
            path(
                f"<path:object_id>/{name}/",
                self.admin_site.admin_view(page),
                name=f"evidence_edition_{name.partition('-')[0]}",
            )
            for name, page in pages.items()
        ]
        return [*own, *super().get_urls()]

    def new_edition(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Open a draft from what is published (POST), and go there."""
        edition = self._found(request, object_id)
        if request.method != "POST" or not self.has_add_permission(request):
            return HttpResponseRedirect(_page(edition))
        try:
            draft = actions.open_edition(summary=edition.summary, by=request.user)  # type: ignore[arg-type]
        except actions.ActionError as error:
            self.message_user(request, str(error), messages.ERROR)
            return HttpResponseRedirect(_page(edition.summary.editions.open().first() or edition))
        self.message_user(request, "A new edition, a draft, with what is published now.")
        return HttpResponseRedirect(_page(draft))

    def _too_late(self, request: HttpRequest, edition: Edition | None) -> HttpResponse:
        """Say that what was posted cannot be saved any more, and show it, so that nothing typed is lost."""
        context = self.admin_site.each_context(request) | {
            "title": "Not saved",
            "edition": edition,
            "why": _why_not(edition, request.user) if edition else "",
            "posted": CarriedForm(request.get_full_path(), request.POST),
        }
        page = "admin/evidence/edition/too_late.html"
        return TemplateResponse(request, page, context, status=409 if edition else 404)

    def review(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show what an edition changes, what happened to it, and what this person may do next."""
        edition = self._found(request, object_id)
        user: Any = request.user
        steps = workflow.steps_for(edition, user)
        forms_of = {step: step.form(edition=edition) for step in steps}
        if request.method == "POST":
            step = next((one for one in steps if one.name == request.POST.get("step")), None)
            if step is None:
                return self._too_late(request, edition)
            form = step.form(request.POST, edition=edition)
            if form.is_valid():
                try:
                    step.run(edition, user, form.cleaned_data)
                except actions.ActionError as error:
                    form.add_error(None, str(error))
                    edition = self._found(request, object_id)
                else:
                    self.message_user(request, step.done)
                    return HttpResponseRedirect(request.path)
            forms_of[step] = form
        before = edition.summary.editions.history().for_comparing()
        earlier = before.filter(number__lt=edition.number).first()
        context = {
            **self.admin_site.each_context(request),
            "title": f"Review: {edition.title}",
            "opts": self.opts,
            "original": edition,
            "edition": edition,
            "earlier": earlier,
            "changes": changes(earlier, edition) if earlier else [],
            "advice": advice(edition),
            "preview_url": preview_url(edition) if edition.is_open else "",
            "log": edition.summary.audit.filter(edition_number=edition.number).select_related("by"),
            "steps": forms_of.items(),
            "why_not": "" if steps else _why_not(edition, user),
            "must_be_another": _must_be_another(edition, user),
            "sent_back": _sent_back(edition),
            "may_edit": self.has_change_permission(request, edition),
        }
        return TemplateResponse(request, "admin/evidence/edition/review.html", context)

    def _found(self, request: HttpRequest, object_id: str) -> Edition:
        rows = Edition.objects.for_person(request.user).for_comparing()
        rows = rows.select_related("summary__centre", "submitted_by", "edited_by", "emergency_by")
        edition = rows.filter(pk=_number(object_id)).first()
        if edition is None or not self.has_view_permission(request, edition):
            raise Http404("No such edition, or not one of your centres.")
        return edition


def _as_read(name: Any) -> Any:
    """Return what shows a field to somebody who cannot change it: lists of text a paragraph an entry."""
    if not isinstance(Edition._meta.get_field(name), ArrayField):
        return name

    @admin.display(description=label_of(name))
    def lines(edition: Edition) -> str:
        entries = lines_of(edition, name)
        return format_html_join("", "<p>{}</p>", ((one,) for one in entries)) or NOT_STATED

    return lines


def _number(object_id: str) -> int:
    """Return the number in an address, or one that no edition has."""
    return int(object_id) if object_id.isdecimal() and len(object_id) < 19 else 0


def _page(edition: Edition, name: str = "change") -> str:
    return reverse(f"admin:evidence_edition_{name}", args=[edition.pk])


def _must_be_another(edition: Edition, user: Any) -> str:
    if edition.approved_by_id or not actions.wrote(edition, user):
        return ""
    if edition.emergency_by_id == user.pk:
        return "You published it in an emergency, so somebody else must approve it."
    return actions.FOUR_EYES if edition.submitted_by_id else ""


def _sent_back(edition: Edition) -> AuditEntry | None:
    """Return what was said when a draft was sent back, until it is handed over again."""
    if edition.state != Edition.State.DRAFT:
        return None
    entries = edition.summary.audit.filter(edition_number=edition.number).select_related("by")
    return entries.filter(action=AuditEntry.Action.SENT_BACK).first()


def _why_not(edition: Edition, user: Any) -> str:
    if edition.state == Edition.State.IN_REVIEW and actions.wrote(edition, user):
        return actions.FOUR_EYES
    return "There is nothing that you can do with this edition now."
