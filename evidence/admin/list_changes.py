"""Lists that two people change: saving a row proposes a change, and its page shows the change for somebody else to approve."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html

from evidence.dataset.endings import InTheWay
from evidence.dataset.list_changes import (
    WAITING,
    approve,
    open_change,
    propose,
    refuse_twice,
    send_back,
    take_back,
    values_of,
    wait_for_others,
)
from evidence.dataset.list_history import LISTS, List, entry_of, list_of
from evidence.dataset.membership_effects import effects_of
from evidence.dataset.tables import IN_USE
from evidence.editorial.actions import ActionError
from evidence.editorial.diff import Change, entry_changes
from evidence.editorial.list_effects import effects_of as effects_of_ending
from evidence.editorial.list_effects import effects_on_levels
from evidence.models.content_fields import NONE
from portal.admin_base import PortalModelAdmin, ReadOnlyAdmin
from portal.admin_filters import named_person
from portal.form_fields import ProseField
from portal.pasted_text import cleaned

from ..models import ListChange
from .list_words import in_words, known_rows, row_changes
from .review import primary_key

PROPOSED = "Proposed. Somebody else has to approve it before the public reads it."
NO_DIFFERENCE = (
    "Nothing differs from what it says now, so nothing was proposed. What you typed is still below."
)
TAKEN = {
    "approve": "Approved: the public can read it within seconds.",
    "send_back": "Sent back: whoever proposed it finds your comment on their first page.",
    "take_back": "Done: nothing changes, and it is no longer on your first page.",
}
AGAIN = "again"  # in the address of the form for a new row, the proposal to begin with
MAX_REASON = 1000
MAX_COMMENT = 10_000


class ReasonForm(forms.ModelForm):
    """The form of a row, with the reason for its change."""

    reason = ProseField(
        label="Why you change it",
        help_text="The public can read this with your role, and without your name.",
        max_length=MAX_REASON,
        widget=AdminTextareaWidget(attrs={"rows": 3}),
    )

    refusal = ""  # why it was tried and comes back as it was typed

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "order" in self.fields:
            self.fields["order"].required = False

    def clean_order(self) -> int:
        """Return the place in the list: without one a row stays where it is, and a new one comes last."""
        order: int | None = self.cleaned_data["order"]
        if order is None:
            rows = type(self.instance)._default_manager
            last = rows.aggregate(last=Max("order"))["last"] or 0
            order = self.initial.get("order") or last + 1
        return order

    def clean(self) -> dict[str, Any] | None:
        """Refuse a second change of a row for which one waits."""
        wait_for_others()  # before the row is tried, which an approval may be about to write
        name, key = list_of(type(self.instance)), self.instance.pk
        try:
            if key:
                if waiting := open_change(name, key):
                    raise InTheWay(WAITING, waiting)
            else:
                refuse_twice(name, self.cleaned_data.get(LISTS[name].key_attribute))
        except InTheWay as error:
            raise forms.ValidationError(said_of(error)) from error
        if self.refusal:
            raise forms.ValidationError(self.refusal)
        return super().clean()


# Keys of the data set that say too little to who approves a change.
LABELS = {"slug": "Address", "ended": "Whether it is in use", "instead": "What stands for it"}
# What an entry does not say of a row that has not ended.
STILL_IN_USE = {"ended": "In use", "instead": NONE}


class ProposesChanges(PortalModelAdmin):
    """The rows of a list. To save one tries it, notes what it would say, undoes it and proposes that."""

    form = ReasonForm
    needs_two = True
    delete_confirmation_template = "admin/evidence/listchange/delete.html"

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Have the form say why it comes back, if it does: see `response_change`."""
        form: Any = super().get_form(request, *args, **kwargs)
        form.refusal = getattr(request, "refusal", "")
        return form

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Fill in a new row that was proposed before and sent back."""
        sent_back = self._to_use_again(request)
        if sent_back is None:
            return super().get_changeform_initial_data(request)
        return values_of(sent_back) | {"order": None, "reason": sent_back.reason}

    def _to_use_again(self, request: HttpRequest) -> ListChange | None:
        """Return the proposal of a new row, sent back to this person, that the address names."""
        key = primary_key(request.GET.get(AGAIN, ""))
        rows = ListChange.objects.filter(by=request.user, state=ListChange.State.SENT_BACK)  # type: ignore[misc]  # signed in
        mine = rows.filter(list_name=list_of(self.model), row_id=None, part_of=None)
        return mine.filter(pk=key).first() if key else None

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Begin to try it."""
        form.before = entry_of(list_of(self.model), obj.pk)
        form.tried = transaction.savepoint()
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Propose what the row would say with all that belongs to it. What no reader sees, such as its place, is saved."""
        super().save_related(request, form, formsets, change)
        row, name = form.instance, list_of(self.model)
        after = entry_of(name, row.pk)
        row.proposed = None
        parts_differ = any(formset.has_changed() for formset in formsets)
        row.differs = parts_differ or set(form.changed_data) > {"reason"}
        if after == form.before:
            return
        transaction.savepoint_rollback(form.tried)
        row.proposed = propose(
            name=name,
            row=row.pk if change else None,
            after=after,
            reason=form.cleaned_data["reason"],
            by=request.user,  # type: ignore[arg-type]  # signed in
        )

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Have the button say what it does."""
        return super().render_change_form(request, context | {"proposes": True}, *args, **kwargs)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Log nothing: nothing was added yet, and the proposal is kept."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Log only what was saved at once. A proposal is kept anyway."""
        saved = obj.differs and not obj.proposed
        return super().log_change(request, obj, message) if saved else None

    def response_add(self, request: HttpRequest, obj: Any, *args: Any, **kwargs: Any) -> Any:
        """Go to the page of the proposal, and put away the one that it began with."""
        if sent_back := self._to_use_again(request):
            take_back(change=sent_back, by=request.user)  # type: ignore[arg-type]  # signed in
        return self._go_to(request, obj.proposed)

    def response_change(self, request: HttpRequest, obj: Any) -> Any:
        """Go to the page of the proposal, if there is one; if nothing differs, show the form again with what was typed."""
        if obj.proposed:
            return self._go_to(request, obj.proposed)
        if not obj.differs:
            request.refusal = NO_DIFFERENCE  # type: ignore[attr-defined]  # for the form
            return self.change_view(request, str(obj.pk))
        return super().response_change(request, obj)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Lead from a row to the change of it that waits, if one does."""
        waiting = open_change(list_of(self.model), primary_key(object_id))
        if waiting and request.method == "GET":
            messages.warning(request, said_of(InTheWay(WAITING, waiting)))
        return super().change_view(request, object_id, form_url, extra_context)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """Lead to the changes of the row. Who may not read these sees what the log of admin has."""
        row, may_read = primary_key(object_id), request.user.has_perm("evidence.view_listchange")
        if not (row and may_read and self.has_view_permission(request)):
            return super().history_view(request, object_id, extra_context)
        changes = {"list_name__exact": str(list_of(self.model)), "row_id__exact": row}
        address = reverse("admin:evidence_listchange_changelist", query=changes)
        return HttpResponseRedirect(address)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """Ask why, and propose that the row goes."""
        row: Any = self.get_object(request, object_id)
        asks = request.method == "POST" and row and self.has_delete_permission(request, row)
        if (
            not asks
            or entry_of(list_of(self.model), row.pk) is None  # it is no part of the list
            or self.get_deleted_objects([row], request)[-1]  # it is used
        ):
            return super().delete_view(request, object_id, extra_context)
        reason = _typed(request, "reason", MAX_REASON)
        if not reason:
            return self._ask_again(request, row, "Say why it should be deleted.")
        name = list_of(self.model)
        try:
            change = propose(name=name, row=row.pk, after=None, reason=reason, by=request.user)  # type: ignore[arg-type]  # signed in
        except ActionError as error:
            return self._ask_again(request, row, said_of(error), reason)
        return self._go_to(request, change)

    def _ask_again(
        self, request: HttpRequest, row: Any, error: str, reason: str = ""
    ) -> HttpResponse:
        """Show the page of a deletion again, with what was typed."""
        context = {
            **self.admin_site.each_context(request),
            "title": "Delete",
            "object": row,
            "opts": self.opts,
            "error": error,
            "reason": reason,
        }
        return self.render_delete_form(request, context)

    def _go_to(self, request: HttpRequest, change: ListChange) -> HttpResponse:
        self.message_user(request, PROPOSED)
        may_look = request.user.has_perm("evidence.view_listchange")
        return HttpResponseRedirect(page_of(change) if may_look else reverse("admin:index"))


def _typed(request: HttpRequest, name: str, longest: int) -> str:
    """Return what was posted in a text field, without NUL, which the database cannot store, and what pasting left.

    No form sends more than the longest text, so what is beyond it goes before it is cleaned.
    """
    return cleaned(request.POST.get(name, "").replace("\x00", "")[:longest]).text


def page_of(change: ListChange) -> str:
    """Return the address of the page of a change."""
    return reverse("admin:evidence_listchange_change", args=[change.pk])


def said_of(error: ActionError) -> str:
    """Return what an error says, with a link to the change that is in the way, if one is."""
    if not isinstance(error, InTheWay):
        return str(error)
    return format_html('{} <a href="{}">See the change</a>', str(error), page_of(error.change))


@admin.register(ListChange)
class ListChangeAdmin(ReadOnlyAdmin):
    """What was proposed, and what became of it."""

    list_display = ["name", "list_name", "state", "reason", "by", "at", "decided_by", "decided_at"]
    list_filter = [
        "state", "list_name", "at",
        named_person("who proposed it", "proposed", "by"),
        named_person("who decided", "decided", "decided_by"),
    ]  # fmt: skip
    linked = ("row_id",)
    search_fields = ["before", "after", "reason", "comment"]
    list_select_related = ["by", "decided_by"]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show a change, and take a step with it on POST."""
        rows = self.get_queryset(request).select_related("by", "decided_by", "part_of")
        change = rows.filter(pk=primary_key(object_id)).first()
        if not self.has_view_permission(request):
            raise PermissionDenied
        if change is None:
            raise Http404("No such change.")
        comment = _typed(request, "comment", MAX_COMMENT)
        error = _take(request, change, comment) if request.method == "POST" else None
        if error == "":
            self.message_user(request, TAKEN[request.POST["step"]])
            return HttpResponseRedirect(request.path)
        change.refresh_from_db()
        context = {
            **self.admin_site.each_context(request),
            "title": str(change),
            "opts": self.opts,
            "change": change,
            "changes": _changes(change),
            "parts": [(part, _changes(part)) for part in change.parts.order_by("pk")],
            "effects": list(effects_of(change)) if _is_open(change) else [],
            "would_do": _would_do(change) if _is_open(change) else [],
            "steps": _steps(change, request.user),
            "again": self._address_to_use_again(request, change),
            "public_url": _public_url(change),
            "comment": comment,
            "max_comment": MAX_COMMENT,
            "error": error,
        }
        return TemplateResponse(request, "admin/evidence/listchange/change.html", context)

    def _address_to_use_again(self, request: HttpRequest, change: ListChange) -> str:
        """Return the address of the form for a new row with what a proposal said that was sent back; empty if there is none.

        A form with rows inside begins empty: it would be filled in only in part.
        """
        model = LISTS[List(change.list_name)].model
        page = self.admin_site.get_model_admin(model)
        is_new = not change.row_id and not change.part_of_id and not change.parts.exists()
        mine = change.state == ListChange.State.SENT_BACK and change.by_id == request.user.pk
        if not (mine and is_new) or page.inlines or not page.has_add_permission(request):
            return ""
        add = f"admin:{model._meta.app_label}_{model._meta.model_name}_add"
        return reverse(add, query={AGAIN: change.pk})


def _is_open(change: ListChange) -> bool:
    return change.state == ListChange.State.PROPOSED and not change.part_of_id


def _public_url(change: ListChange) -> str:
    """Return the address at which the public reads a row whose change is made; empty if it has no page."""
    model: Any = LISTS[List(change.list_name)].model
    if change.state != ListChange.State.MADE or not hasattr(model, "get_absolute_url"):
        return ""
    row = model._default_manager.filter(pk=change.row_id).first()
    return row.get_absolute_url() if row else ""


def _steps(change: ListChange, user: Any) -> set[str]:
    """Return the names of what a person may do with a change."""
    if change.part_of_id:
        return set()
    own = change.by_id == user.pk
    if change.state == ListChange.State.PROPOSED:
        may_decide = not own and user.has_perm("evidence.decide_listchange")
        return {"take_back"} if own else {"approve", "send_back"} if may_decide else set()
    return {"take_back"} if own and change.state == ListChange.State.SENT_BACK else set()


def _take(request: HttpRequest, change: ListChange, comment: str) -> str:
    """Take the step that was posted; return why that is not possible, or nothing. PermissionDenied for other people's steps."""
    user: Any = request.user
    may_decide = user.has_perm("evidence.decide_listchange")
    if not may_decide and change.by_id != user.pk:
        raise PermissionDenied
    step = request.POST.get("step")
    if step not in TAKEN:
        return "There is no such step."
    if step != "take_back" and not may_decide:
        raise PermissionDenied
    if step == "send_back" and not comment:
        return "Say what should be different."
    try:
        if step == "approve":
            approve(change=change, by=user)
        elif step == "send_back":
            send_back(change=change, by=user, comment=comment)
        else:
            take_back(change=change, by=user)
    except ActionError as error:
        return said_of(error)
    return ""


def _would_do(change: ListChange) -> list[str]:
    """Return what it would do to summaries to end a row or use it again, or to map a step of a scale to another level."""
    before, after = change.before, change.after
    if not before or not after:
        return []
    if change.list_name == List.RATING_SCALE and change.row_id:
        return effects_on_levels(scale=change.row_id, before=before, after=after)
    if all(before.get(key) == after.get(key) for key in IN_USE):
        return []
    model: Any = LISTS[List(change.list_name)].model
    slugs = [before["slug"], after.get("instead")]
    rows = {row.slug: row for row in model.objects.filter(slug__in=slugs)}
    row, instead = map(rows.get, slugs)
    return effects_of_ending(row=row, ended=after.get("ended", ""), instead=instead) if row else []


def _changes(change: ListChange) -> list[Change]:
    name = List(change.list_name)
    before, after = in_words(name, change.before, change.after)
    keys = dict.fromkeys([*after, *before])
    if "ended" in keys and before and after:
        before, after = (STILL_IN_USE | entry for entry in (before, after))
    # Of what is new or goes as a whole, all rows are.
    known = known_rows(name) if before and after else {}
    found: list[Change] = []
    for key in keys:
        if key in known:
            found += row_changes(known[key], before.get(key) or [], after.get(key) or [])
        else:
            label = LABELS.get(key) or key.replace("_", " ").capitalize()
            found += entry_changes(before, after, {key: label})
    return found
