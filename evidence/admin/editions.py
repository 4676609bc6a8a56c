"""The list of editions, and the form of a draft. The review page is in review.py."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django.contrib import admin
from django.contrib.postgres.fields import ArrayField
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html_join

from evidence.editorial import actions
from evidence.editorial.comments import Conversations
from evidence.editorial.figures import confirmed_of, with_confirmation
from evidence.models.content_fields import in_page_order, label_of, lack_in, lines_of
from portal.templatetags.portal_tags import day

from ..models import Edition, OpenForm
from .batch_pages import BatchPages
from .choices import KnownRowField, KnownRowsField, SearchedList
from .comment_pages import CommentPages
from .draft_rows import OWN_WINDOW, FindingInline, SourceInline, save_rows, saved_by
from .drafts import EditionForm
from .edition_filters import ApprovedFilter, ImportFilter, NeedsFilter, WrittenFilter
from .long_filters import LONG_FILTERS, KindFilter
from .own_centres import OfOwnCentres
from .progress import progress_of
from .review import (
    changed_pages_of,
    edition_url,
    name_of_review,
    open_comments,
    primary_key,
    sent_back,
)
from .searching import search_editions
from .summaries import OwnCentresFilter

HOW_TO_CHOOSE = "Click and type to find one. In a plain list, hold down “Control”, or “Command” on a Mac, for more than one."


def _changed_here(form: Any, formsets: Iterable[Any]) -> set[str]:
    """Return the names of the fields and rows in which a form that is not saved differs from what is."""
    changed_rows = {part.prefix for part in formsets if part.has_changed()}
    return {*form.changed_data, *changed_rows}


def _form_sections() -> Any:
    """Return the parts of the form: what an edition is and does, then all that it says, section by section."""
    about_it = [
        "seen", "summary", "centre", "slug", "number", "state", "review_due", "change_note", "minor",
    ]  # fmt: skip
    by_section = groupby(in_page_order(), key=lambda field: field.section)
    return [
        ("This edition", {"fields": about_it}),
        *(
            (str(section), {"fields": [field.name for field in fields if not field.is_rows]})
            for section, fields in by_section
        ),
    ]


@admin.register(Edition)
class EditionAdmin(BatchPages, CommentPages, OfOwnCentres):
    """One version of what a summary says. Only a draft can be changed."""

    form = EditionForm
    list_display = [
        "title", "centre", "number", "state", "strength_level", "submitted"
    ]  # fmt: skip
    list_filter = [
        "state", NeedsFilter, ImportFilter, ("summary__centre", OwnCentresFilter), *LONG_FILTERS,
        "strength", "direction", "cost", KindFilter, WrittenFilter, ApprovedFilter,
    ]  # fmt: skip
    list_select_related = ["summary__centre"]
    list_only = [
        "title", "number", "state", "strength", "submitted_at", "summary__centre__name", "summary__centre__acronym"
    ]  # fmt: skip
    linked = ("summary", "strength_step")
    search_fields = ["title", "code", "summary__slug"]
    inlines = [FindingInline, SourceInline]
    change_form_template = "admin/evidence/edition/change_form.html"
    delete_confirmation_template = "admin/evidence/edition/delete.html"
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

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        """Find the words that were typed; no edition is found twice."""
        return search_editions(queryset, search_term), False

    def get_ordering(self, request: HttpRequest) -> Any:
        """Sort by title, but editions in review by how long they have waited."""
        queue = request.GET.get("state__exact") == Edition.State.IN_REVIEW
        return ["submitted_at", "pk"] if queue else ["title", "-number"]

    def get_fieldsets(self, request: HttpRequest, obj: Edition | None = None) -> Any:
        """Ask for a summary only where there is none, and show lists as paragraphs to people who cannot change the edition."""
        fieldsets = super().get_fieldsets(request, obj)
        left_out = {"summary", "number", "state", "change_note", "minor"}
        is_read = obj is not None and not self.has_change_permission(request, obj)
        if obj:
            may_move = getattr(obj, "may_move", False)
            # Nobody has read it yet, so its spelling has not changed either.
            left_out = {"centre", "summary", "minor"} if may_move else {"centre", "slug"}
        if is_read:  # a form that cannot be saved needs no `seen` either: see EditionForm
            left_out = {"centre", "slug", "seen"}
        kept = [
            (title, [name for name in part["fields"] if name not in left_out])
            for title, part in fieldsets
        ]
        return [
            (title, {"fields": [_as_read(name) for name in names] if is_read else names})
            for title, names in kept
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Edition | None = None) -> list[str]:
        """Let nobody move an edition to another summary."""
        return [*self.readonly_fields, "summary"] if obj else list(self.readonly_fields)

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Tell the form whose it is."""
        form = super().get_form(request, *args, **kwargs)
        return type(form.__name__, (form,), {"user": request.user})

    def get_formset_kwargs(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Tell the rows whose they are too."""
        return {**super().get_formset_kwargs(request, *args, **kwargs), "person": request.user}

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Edition | None:
        """Return an edition with all that its form shows; the same that is locked while it is saved."""
        key, locked = primary_key(object_id), getattr(request, "locked_edition", None)
        if locked and locked.pk == key:
            return locked
        return self._with_all(request).filter(pk=key).first()

    def _with_all(self, request: HttpRequest) -> Any:
        submitted = Edition.objects.filter(summary=OuterRef("summary")).exclude(
            state=Edition.State.DRAFT
        )
        rows = with_confirmation(Edition.objects.for_person(request.user).for_reading())
        return rows.select_related("summary__centre", "edited_by", "made_by").annotate(
            may_move=~Exists(submitted)
        )

    def has_change_permission(self, request: HttpRequest, obj: Edition | None = None) -> bool:
        """Refuse every edition that is not a draft."""
        fixed = obj is not None and obj.state != Edition.State.DRAFT
        return not fixed and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Edition | None = None) -> bool:
        """Refuse every edition that is not a draft."""
        fixed = obj is None or obj.state != Edition.State.DRAFT
        return not fixed and super().has_delete_permission(request, obj)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Make a new summary with its first edition, in one form."""
        return super().add_view(
            request, form_url, {"title": "New summary", **(extra_context or {})}
        )

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Lock the edition while it is saved, and show the message of an action that is not possible."""
        object_id = kwargs.get("object_id") or (args[0] if args else None)
        may_write = super().has_change_permission(request)
        try:
            with transaction.atomic():
                if request.method == "POST" and object_id and may_write:
                    mine = self._with_all(request).select_for_update(of=["self"])
                    edition = mine.filter(pk=primary_key(object_id)).first()
                    if edition is None or edition.state != Edition.State.DRAFT:
                        return self.too_late(request, edition)
                    request.locked_edition = edition  # type: ignore[attr-defined]  # for get_object
                return super().changeform_view(request, *args, **kwargs)
        except actions.ActionError as error:
            return self.too_late(request, None, str(error))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Show why a draft was sent back, how far it is, and what somebody else has changed as well."""
        form = context["adminform"].form
        if original := context.get("original"):
            context["review_name"] = name_of_review(original)
            context["sent_back"] = sent_back(original)
            context["open_comments"] = open_comments(Conversations(original))
            context["confirmed"] = confirmed_of(original)
            if original.is_open:
                context["changed_pages"] = changed_pages_of(original)
            if self.has_change_permission(request, original):
                OpenForm.note(original, request.user)
                context["open_forms"] = OpenForm.objects.of_others(original, request.user)
        if "title" in form.fields:
            formsets = [inline.formset for inline in context["inline_admin_formsets"]]
            context["progress"] = progress_of(context["adminform"], formsets)
            context["conflicts"] = [one for part in (form, *formsets) for one in part.conflicts]
            if form.is_bound and (confirmed := context.get("confirmed")):
                changed = _changed_here(form, formsets)
                context["lost_here"] = {one.name for one in confirmed.kept} & changed
            context["conflict_by"] = saved_by(original, request.user)
            context["is_own_conflict"] = context["conflict_by"] == OWN_WINDOW
            context["fields_of_form"] = set(form.fields)
        return super().render_change_form(request, context, *args, **kwargs)

    def response_change(self, request: HttpRequest, obj: Edition) -> HttpResponse:
        """Go to the review page, which shows what the draft changes and lets people submit it."""
        if merged := getattr(request, "merged", []):
            names = ", ".join(label_of(name) for name in merged)
            own = getattr(request, "merged_own", False)
            who = "you saved in another window" if own else "somebody else saved"
            self.message_user(request, f"What {who} while you were editing is kept: {names}.")
        if "_continue" in request.POST or "_popup" in request.POST:
            return super().response_change(request, obj)
        self.message_user(
            request, "Saved. This page shows what it changes. Submit it when it is ready."
        )
        return HttpResponseRedirect(edition_url(obj, "review"))

    def response_add(
        self, request: HttpRequest, obj: Edition, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Go to the review page of the first edition, which shows its text."""
        self.message_user(
            request, f"The new summary has the address “{obj.summary.slug}”. Nobody sees it yet."
        )
        page = "change" if "_continue" in request.POST else "review"
        return HttpResponseRedirect(edition_url(obj, page))

    def save_model(self, request: HttpRequest, obj: Edition, form: Any, change: bool) -> None:
        """Save a draft; a new one through its action, which gives it a number and its summary."""
        if not change:
            actions.begin(edition=obj, by=request.user)  # type: ignore[arg-type]  # signed in
            return
        request.merged = form.merged  # type: ignore[attr-defined]  # for response_change
        request.merged_own = obj.edited_by == request.user  # type: ignore[attr-defined]  # for what the answer says

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Save findings or sources in a few statements."""
        save_rows(formset)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save what a draft says, and note who changed it."""
        super().save_related(request, form, formsets, change)
        # Somebody who saved without a change did not write it, and may still approve it.
        if change and (form.has_changed() or any(part.has_changed() for part in formsets)):
            by: Any = request.user
            slug = form.cleaned_data["slug"] if "slug" in form.changed_data else ""
            actions.record_edit(edition=form.instance, by=by, slug=slug)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """Discard a draft, unless it has been submitted in the meantime."""
        try:
            with transaction.atomic():
                return super().delete_view(
                    request, object_id, {"title": "Discard a draft", **(extra_context or {})}
                )
        except actions.ActionError:
            return self.too_late(request, self.get_edition(request, object_id))

    def delete_model(self, request: HttpRequest, obj: Edition) -> None:
        """Delete a draft through its action, which writes to the audit log."""
        actions.discard(edition=obj, by=request.user)  # type: ignore[arg-type]  # signed in
        if not obj.summary.editions.exists():
            request.freed_address = obj.summary.slug  # type: ignore[attr-defined]  # for response_delete

    def response_delete(self, request: HttpRequest, obj_display: str, obj_id: Any) -> HttpResponse:
        """Say what became of the address of a summary that nobody has read."""
        said = f"“{obj_display}” is discarded."
        if free := getattr(request, "freed_address", ""):
            said += f" Its summary was never published, so the address “{free}” is free again."
        self.message_user(request, said)
        return HttpResponseRedirect(reverse("admin:evidence_edition_changelist"))

    def get_autocomplete_fields(self, request: HttpRequest) -> list[str]:
        """Use none: those lists stay empty without scripts (see admin-draft.js)."""
        return []

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Ask the database about no row that the draft has already."""
        kwargs["form_class"] = KnownRowField
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Do so for lists too, and let a script make them searchable."""
        kwargs["form_class"] = KnownRowsField
        kwargs["widget"] = SearchedList()
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        # Django tells everybody to hold down a key, which only a plain list needs.
        field.help_text = f"{db_field.help_text} {HOW_TO_CHOOSE}".strip()
        return field


def _as_read(name: Any) -> Any:
    """Return what shows a field to somebody who cannot change it: a list as a paragraph for each entry."""
    if not isinstance(Edition._meta.get_field(name), ArrayField):
        return name

    @admin.display(description=label_of(name))
    def lines(edition: Edition) -> str:
        entries = lines_of(edition, name)
        return format_html_join("", "<p>{}</p>", ((entry,) for entry in entries)) or lack_in(name)

    return lines
