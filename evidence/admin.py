"""Evidence in admin. What an edition may do next is in evidence.actions; here are only the pages."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, QuerySet
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from centres.models import Centre
from centres.vocabulary import AgeGroup
from portal.admin_forms import PortalInline, PortalModelAdmin
from portal.spreadsheet import csv_lines
from portal.templatetags.portal_tags import day

from . import actions, workflow
from .advice import advice
from .changes import changes
from .models import (
    Approach,
    ApproachMember,
    Audience,
    AuditEntry,
    Edition,
    Finding,
    Kind,
    Outcome,
    Setting,
    Source,
    Summary,
    SynonymGroup,
    Topic,
)
from .preview import preview_url
from .rows.admin import RowsMixin
from .tryout import try_search


@admin.register(Topic)
class TopicAdmin(PortalModelAdmin):
    list_display = ["label", "order", "areas"]
    list_filter = ["policy_areas"]
    search_fields = ["label", "slug", "also_known_as"]
    prepopulated_fields = {"slug": ["label"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Topic]:
        return super().get_queryset(request).prefetch_related("policy_areas")

    @admin.display(description="policy areas")
    def areas(self, topic: Topic) -> str:
        return ", ".join(area.label for area in topic.policy_areas.all())


@admin.register(Audience)
class AudienceAdmin(PortalModelAdmin):
    list_display = ["label", "order", "decides"]
    search_fields = ["label", "slug"]
    prepopulated_fields = {"slug": ["label"]}


@admin.register(Setting, Kind)
class TermAdmin(PortalModelAdmin):
    list_display = ["label", "order"]
    search_fields = ["label", "slug"]
    prepopulated_fields = {"slug": ["label"]}


@admin.register(Outcome)
class OutcomeAdmin(PortalModelAdmin):
    list_display = ["label", "domain", "better_when", "order"]
    list_filter = ["domain", "better_when"]
    search_fields = ["label", "slug", "also_known_as"]
    prepopulated_fields = {"slug": ["label"]}


@admin.register(SynonymGroup)
class SynonymGroupAdmin(PortalModelAdmin):
    list_display = ["__str__", "one_way", "order"]
    list_filter = ["one_way"]
    search_fields = ["terms", "finds"]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.try_search)
        return [path("try/", view, name="evidence_synonymgroup_try"), *super().get_urls()]

    def try_search(self, request: HttpRequest) -> TemplateResponse:
        """Show how a query is read and what it finds, with the synonyms as they are now."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        words = request.GET.get("q", "")
        context = self.admin_site.each_context(request) | {
            "title": "Try a search",
            "words": words,
            "tried": try_search(words),
        }
        return TemplateResponse(request, "admin/evidence/synonymgroup/try.html", context)


class ApproachMemberInline(PortalInline):
    model = ApproachMember


@admin.register(Approach)
class ApproachAdmin(PortalModelAdmin):
    list_display = ["label", "number_of_members", "reviewed_on", "order"]
    search_fields = ["label", "slug", "also_known_as"]
    date_hierarchy = "reviewed_on"
    prepopulated_fields = {"slug": ["label"]}
    inlines = [ApproachMemberInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Approach]:
        return super().get_queryset(request).annotate(members_count=Count("memberships"))

    @admin.display(description="members", ordering="members_count")
    def number_of_members(self, approach: Any) -> int:
        return int(approach.members_count)


@admin.register(Summary)
class SummaryAdmin(RowsMixin, PortalModelAdmin):
    """The identities. What a summary says is in its editions."""

    list_display = ["slug", "centre", "published_title", "state"]
    list_filter = ["centre"]
    search_fields = ["slug", "editions__title"]
    readonly_fields = ["editions_of_it", "withdrawn_at", "withdrawn_reason", "replaced_by"]
    list_select_related = ["centre"]

    def get_readonly_fields(self, request: HttpRequest, obj: Summary | None = None) -> list[str]:
        return [*self.readonly_fields, "slug", "centre"] if obj else list(self.readonly_fields)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Summary]:
        rows = super().get_queryset(request).prefetch_related("editions")
        person: Any = request.user
        if person.has_perm("evidence.all_centres"):
            return rows
        return rows.filter(centre__memberships__user=person)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        person: Any = request.user
        if db_field.name == "centre" and not person.has_perm("evidence.all_centres"):
            kwargs["queryset"] = Centre.objects.filter(memberships__user=person)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_delete_permission(self, request: HttpRequest, obj: Summary | None = None) -> bool:
        return False  # an address is for good; a summary is withdrawn instead

    @admin.display(description="published title")
    def published_title(self, summary: Summary) -> str:
        shown = (e.title for e in summary.editions.all() if e.state == Edition.State.PUBLISHED)
        return next(shown, "")

    @admin.display(description="state")
    def state(self, summary: Summary) -> str:
        if summary.withdrawn_at:
            return "Withdrawn"
        return ", ".join(
            edition.get_state_display()
            for edition in summary.editions.all()
            if edition.is_open or edition.state == Edition.State.PUBLISHED
        )

    @admin.display(description="editions")
    def editions_of_it(self, summary: Summary) -> SafeString:
        url = reverse("admin:evidence_edition_changelist")
        return format_html('<a href="{}?summary__id__exact={}">Its editions</a>', url, summary.pk)


class FindingInline(admin.StackedInline, PortalInline):
    model = Finding


class SourceInline(PortalInline):
    model = Source


LISTS_OF_TEXT = ["key_findings", "implementation", "caveats", "age_groups"]


class EditionForm(forms.ModelForm):
    """A draft. It carries what it was loaded with, so that nobody overwrites another's work unseen."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.theirs: Edition | None = None
        if "seen" in self.fields and self.instance.pk:
            self.initial["seen"] = actions.digest_of(self.instance)

    def clean(self) -> dict[str, Any] | None:
        said = super().clean()
        if self.instance.pk and not self.errors:
            saved = Edition.objects.for_comparing().get(pk=self.instance.pk)
            now = actions.digest_of(saved)
            if self.cleaned_data.get("seen") != now:
                self.theirs = saved
                data: Any = self.data.copy()  # type: ignore[attr-defined]  # of a request
                data[self.add_prefix("seen")] = now
                self.data = data
                raise forms.ValidationError(
                    f"{saved.edited_by or 'Somebody'} saved this draft while you were editing it. "
                    "Nothing is lost: below is what you typed, and above it what is saved now. "
                    "Bring the two together here; saving again keeps what stands below."
                )
        return said


@admin.register(Edition)
class EditionAdmin(PortalModelAdmin):
    """One version of what a summary says. Only a draft can be changed."""

    form = EditionForm
    list_display = [
        "title", "centre", "number", "state", "strength_level", "submitted"
    ]  # fmt: skip
    list_filter = [
        "state", "summary__centre", "strength", "direction", "cost", "kind",
        ("emergency_by", admin.EmptyFieldListFilter), ("approved_by", admin.EmptyFieldListFilter),
    ]  # fmt: skip
    search_fields = ["title", "code", "summary__slug"]
    date_hierarchy = "published_at"
    list_select_related = ["summary__centre"]
    inlines = [FindingInline, SourceInline]
    change_form_template = "admin/evidence/edition/change_form.html"
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "seen",
                    "summary",
                    "number",
                    "state",
                    "change_note",
                    "minor",
                    "review_due",
                ]
            },
        ),
        ("What it is", {"fields": ["title", "code", "product", "kind", "bottom_line"]}),
        ("What the evidence says", {"fields": ["key_findings", "implementation", "caveats"]}),
        ("Effect", {"fields": ["direction", "impact_native"]}),
        (
            "Strength of evidence",
            {"fields": ["strength", "strength_native", "strength_scale", "strength_step"]},
        ),
        ("Cost", {"fields": ["cost", "cost_native", "cost_scale", "cost_step"]}),
        (
            "What it is about",
            {"fields": ["policy_areas", "topics", "audiences", "settings", "age_groups"]},
        ),
        (
            "Where it comes from",
            {"fields": ["studies", "countries", "source_url", "updated", "data_note"]},
        ),
    ]
    readonly_fields = ["number", "state"]

    @admin.display(description="centre", ordering="summary__centre__name")
    def centre(self, edition: Edition) -> str:
        return edition.summary.centre.short_name

    @admin.display(description="strength", ordering="strength")
    def strength_level(self, edition: Edition) -> str:
        return edition.get_strength_display()

    @admin.display(description="submitted", ordering="submitted_at", empty_value="")
    def submitted(self, edition: Edition) -> str:
        return day(edition.submitted_at) if edition.submitted_at else ""

    @admin.display(description="key findings")
    def key_findings_shown(self, edition: Edition) -> str:
        return _lines(edition.key_findings)

    @admin.display(description="implementation")
    def implementation_shown(self, edition: Edition) -> str:
        return _lines(edition.implementation)

    @admin.display(description="caveats")
    def caveats_shown(self, edition: Edition) -> str:
        return _lines(edition.caveats)

    @admin.display(description="age groups")
    def age_groups_shown(self, edition: Edition) -> str:
        return _lines([str(AgeGroup(group).label) for group in edition.age_groups])

    def get_queryset(self, request: HttpRequest) -> QuerySet[Edition]:
        return Edition.objects.for_person(request.user).order_by("submitted_at", "title")

    def get_fieldsets(self, request: HttpRequest, obj: Edition | None = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if self.has_change_permission(request, obj) if obj else True:
            return fieldsets
        # A form that saves nothing has nothing to carry, and its lists are read, not edited.
        shown: dict[Any, Any] = {name: f"{name}_shown" for name in LISTS_OF_TEXT}
        return [
            (title, {"fields": [shown.get(one, one) for one in part["fields"] if one != "seen"]})
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
        try:
            with transaction.atomic():
                if request.method == "POST" and object_id and object_id.isdigit():
                    list(Edition.objects.select_for_update(of=["self"]).filter(pk=object_id))
                return super().changeform_view(request, *args, **kwargs)
        except actions.ActionError as error:
            self.message_user(request, str(error), messages.ERROR)
            return HttpResponseRedirect(request.path)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        form = context["adminform"].form
        if theirs := getattr(form, "theirs", None):
            context["conflict"] = changes(theirs, form.instance)
            context["conflict_by"] = theirs.edited_by
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Edition, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
        else:
            actions.begin(edition=obj, by=request.user)  # type: ignore[arg-type]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if change:
            actions.record_edit(edition=form.instance, by=request.user)  # type: ignore[arg-type]

    def delete_model(self, request: HttpRequest, obj: Edition) -> None:
        actions.discard(edition=obj, by=request.user)  # type: ignore[arg-type]

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return {}  # drafts are discarded one by one, by people who have read them

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

    def review(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show what an edition changes, what happened to it, and what this person may do next."""
        edition = self._found(request, object_id)
        user: Any = request.user
        steps = workflow.steps_for(edition, user)
        forms_of = {step: step.form(edition=edition) for step in steps}
        if request.method == "POST":
            step = next((one for one in steps if one.name == request.POST.get("step")), None)
            if step is None:
                self.message_user(request, _why_not(edition, user), messages.ERROR)
                return HttpResponseRedirect(request.path)
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
            "must_be_another": workflow.wrote(edition, user) and not edition.approved_by_id,
        }
        return TemplateResponse(request, "admin/evidence/edition/review.html", context)

    def _found(self, request: HttpRequest, object_id: str) -> Edition:
        rows = Edition.objects.for_person(request.user).for_comparing()
        rows = rows.select_related("summary__centre", "submitted_by", "edited_by", "emergency_by")
        edition = rows.filter(pk=object_id if object_id.isdigit() else 0).first()
        if edition is None or not self.has_view_permission(request, edition):
            raise Http404("No such edition, or not one of your centres.")
        return edition


def _lines(entries: list[str]) -> str:
    if not entries:
        return "not stated"
    return format_html_join("", "<p>{}</p>", ((entry,) for entry in entries))


def _page(edition: Edition) -> str:
    return reverse("admin:evidence_edition_change", args=[edition.pk])


def _why_not(edition: Edition, user: Any) -> str:
    if edition.state == Edition.State.IN_REVIEW and workflow.wrote(edition, user):
        return (
            "You submitted or edited this edition, so somebody else must approve it. "
            "This holds for everybody."
        )
    return "There is nothing that you can do with this edition now."


@admin.register(AuditEntry)
class AuditEntryAdmin(PortalModelAdmin):
    """Who did what, when. Nobody can change it, in the database either."""

    list_display = ["at", "by", "action", "summary", "edition_number", "comment"]
    list_filter = ["action", "summary__centre", "by"]
    search_fields = ["summary__slug", "comment"]
    date_hierarchy = "at"
    list_select_related = ["by", "summary"]
    list_display_links = None
    change_list_template = "admin/evidence/auditentry/change_list.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        download = path(
            "csv/", self.admin_site.admin_view(self.download), name="evidence_auditentry_csv"
        )
        return [download, *super().get_urls()]

    def download(self, request: HttpRequest) -> StreamingHttpResponse:
        """Send the whole log as CSV, the oldest entry first."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = AuditEntry.objects.select_related("by", "summary").order_by("pk")
        return StreamingHttpResponse(
            csv_lines(_log_rows(rows)),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": 'attachment; filename="audit-log.csv"'},
        )


def _log_rows(entries: QuerySet[AuditEntry]) -> Iterator[list[Any]]:
    yield ["when", "who", "action", "summary", "edition", "comment", "fingerprint"]
    for entry in entries.iterator(chunk_size=500):
        yield [
            entry.at.isoformat(), str(entry.by or "the system"), entry.action, entry.summary.slug,
            entry.edition_number, entry.comment, entry.digest,
        ]  # fmt: skip
