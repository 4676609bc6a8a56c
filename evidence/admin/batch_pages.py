"""The page of a batch: the editions that somebody chose in the list, what each changes, and one confirmation for all."""

import hashlib
import json
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied
from django.forms import SelectMultiple
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from evidence.editorial.actions import STALE
from evidence.editorial.batches import BATCHES, LIMIT, Batch, BatchForm, carry_out
from evidence.editorial.checklist import same_as_others
from evidence.editorial.comments import with_comment_counts
from evidence.editorial.diff import Change, changes
from evidence.editorial.figures import confirmed_of, with_confirmation
from portal.admin_base import PortalModelAdmin

from ..models import Edition
from ..models.content_fields import in_page_order, lack_in, lines_of
from .choices import SearchedList
from .review import primary_key

ALREADY = "say it already, and stayed as they were"
ALL_GONE = "Nothing was done: what you chose had gone in the meantime."
TOO_MANY = f"Choose at most {LIMIT} editions at a time. Filter the list, or take a page of it after the other."


class BatchPages(PortalModelAdmin):
    """Adds what can be done with many editions to their list, and the page that asks for it."""

    # Each has a page that lists what it changes in every edition, so somebody still looks at each.
    actions: Any = ()

    def get_urls(self) -> list[URLPattern]:
        """Add the page of each batch."""
        page = self.admin_site.admin_view(self.batch_page)
        own = path("batch/<slug:name>/", page, name="evidence_edition_batch")
        return [own, *super().get_urls()]

    def action_checkbox(self, obj: Edition) -> SafeString:
        """Return the box of a row as Django has it, without a template for each."""
        return format_html(
            '<input type="checkbox" name="{}" value="{}" class="action-select" aria-label="{}">',
            ACTION_CHECKBOX_NAME, obj.pk, f"Select this object for an action - {obj}",
        )  # fmt: skip

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Offer the batches that this person may do; Django's own deletion is none of them."""
        mine = [one for one in BATCHES if request.user.has_perm(f"evidence.{one.right}")]
        return {one.name: (self._action(one), one.name, one.label) for one in mine}

    def _action(self, batch: Batch) -> Callable[[Any, HttpRequest, Any], HttpResponse | None]:
        def begin(admin: Any, request: HttpRequest, chosen: Any) -> HttpResponse | None:
            keys = list(chosen.order_by().values_list("pk", flat=True)[: LIMIT + 1])
            if len(keys) > LIMIT:
                self.message_user(request, TOO_MANY, messages.ERROR)
                return None
            editions = self._editions(request, keys)
            if not editions:
                self.message_user(request, ALL_GONE, messages.WARNING)
                return None
            # Where nothing is asked, it is known what each changes: the form is as good as sent.
            form = _form(batch, *([] if batch.asks else [batch.as_sent()]), editions=editions)
            return self._batch(request, batch, form, editions)

        return begin

    def batch_page(self, request: HttpRequest, name: str) -> HttpResponse:
        """Show what a batch would do, or do it once somebody has seen that (POST)."""
        batch = next((one for one in BATCHES if one.name == name), None)
        if batch is None:
            raise Http404("There is no such batch.")
        if not request.user.has_perm(f"evidence.{batch.right}"):
            raise PermissionDenied
        posted = (one.partition(":") for one in request.POST.getlist("edition"))
        seen = {primary_key(key): digest for key, _, digest in posted}
        if len(seen) > LIMIT:
            self.message_user(request, TOO_MANY, messages.ERROR)
            return _to_list(request)
        editions = self._editions(request, list(seen))
        if request.method != "POST" or not editions:
            if seen:
                self.message_user(request, ALL_GONE, messages.WARNING)
            return _to_list(request)
        form = _form(batch, request.POST, editions=editions)
        plan = _plan(batch, form, editions)
        if not form.is_valid() or request.POST.get("plan") != _fingerprint(plan):
            return self._batch(request, batch, form, editions, seen=seen)
        pairs = [(edition, seen[edition.pk]) for edition in editions]
        person: Any = request.user
        result = carry_out(batch, pairs, person, form.cleaned_data)
        gone = len(seen) - len(editions)
        if result.refused and not result.done:
            # As they are, and not as they were while it was tried.
            editions = self._editions(request, list(seen))
            return self._batch(request, batch, form, editions, seen=seen, refused=result.refused)
        number = len(result.done)
        self.message_user(request, f"{number} edition{'s' if number != 1 else ''} {batch.done}.")
        if unchanged := len(result.unchanged):
            stayed = "says it already, and stayed as it was" if unchanged == 1 else ALREADY
            self.message_user(request, f"{unchanged} {stayed}.")
        for edition in editions:
            if reason := result.refused.get(edition.pk):
                self.message_user(request, f"{edition.title}: not done. {reason}", messages.WARNING)
        if gone:
            self.message_user(request, f"{gone} had gone in the meantime.", messages.WARNING)
        if result.comment:
            drafts = {"state__exact": Edition.State.DRAFT.value, "import": result.comment}
            return _to_list(request, urlencode(drafts))
        return _to_list(request)

    def _editions(self, request: HttpRequest, keys: Sequence[int]) -> list[Edition]:
        rows = Edition.objects.for_person(request.user).for_reading().filter(pk__in=keys)
        rows = with_confirmation(with_comment_counts(rows))
        return list(rows.select_related("summary__centre", "submitted_by").order_by("title", "pk"))

    def _batch(
        self, request: HttpRequest, batch: Batch, form: BatchForm, editions: list[Edition],
        *, seen: dict[int, str] | None = None, refused: dict[int, str] | None = None,
    ) -> HttpResponse:  # fmt: skip
        plan = _plan(batch, form, editions)
        before = {} if batch.planned or batch.figures else _earlier(editions)
        figures = batch.figures(editions) if batch.figures else {}
        hindered = _hindered(batch, editions, request.user)
        foreseen = _foreseen(batch, form, editions)
        held = (refused or {}) | foreseen | hindered
        alike = same_as_others(editions) if batch.leads_on and not batch.planned else {}
        digests = {edition.pk: batch.digest_of(edition) for edition in editions}
        rows: list[dict[str, Any]] = [
            {
                "edition": edition,
                # What the page shows: where that is not what they had looked at, it says so.
                "digest": digests[edition.pk],
                "changed": (seen or digests)[edition.pk] != digests[edition.pk],
                "changes": plan[edition.pk] if batch.planned else _changes(edition, before),
                "first": None
                if batch.planned or batch.figures or edition.summary_id in before
                else _all_of(edition),
                "figures": figures.get(edition.pk),
                # What readers will be told of the change, and who asks for it.
                "says_note": edition.is_open
                and not batch.planned
                and (batch.leads_on or edition.state != Edition.State.DRAFT),
                "alike": alike.get(edition.pk, []),
                "confirmed": confirmed_of(edition) if batch.leads_on else None,
                "refused": held.get(edition.pk, ""),
            }
            for edition in editions
        ]
        # Nothing in the form would help. `refused` does not count, because what it refuses may be mended there.
        is_hopeless = len(hindered) == len(rows)
        context = self.admin_site.each_context(request) | {
            "title": f"{batch.label}: {len(rows)} edition{'s' if len(rows) != 1 else ''}",
            "opts": self.opts, "batch": batch, "form": form, "rows": rows, "refused": refused, "is_hopeless": is_hopeless,
            "changed": sum(row["changed"] for row in rows), "stale": STALE,
            "unfit": len(held),
            # What it changes depends on the form, so it is shown before it is done. Where the form says what none of them can
            # do, it has to say something else first.
            "asks_first": batch.planned and not (form.is_bound and form.is_valid()),
            "asks_again": batch.planned and len(foreseen | hindered) == len(rows),
            "plan": _fingerprint(plan), "is_planned": bool(batch.planned), "lists_figures": bool(batch.figures),
            "media": self.media + form.media,
        }  # fmt: skip
        return TemplateResponse(request, "admin/evidence/edition/batch.html", context)


def _form(batch: Batch, *posted: Any, editions: list[Edition]) -> BatchForm:
    """Return the form of a batch, with the lists in which a draft is searched too."""
    form = batch.form(*posted, editions=editions)
    for field in form.fields.values():
        if type(field.widget) is SelectMultiple:
            field.widget = SearchedList()
            field.widget.choices = field.choices  # type: ignore[attr-defined]  # of a choice field
    return form


def _to_list(request: HttpRequest, query: str = "") -> HttpResponse:
    """Go back to the list as it was filtered, or with other filters."""
    query = query or request.GET.urlencode()
    url = reverse("admin:evidence_edition_changelist")
    return HttpResponseRedirect(f"{url}?{query}" if query else url)


def _plan(batch: Batch, form: BatchForm, editions: list[Edition]) -> dict[int, list[Change]]:
    if not batch.planned or not form.is_bound or not form.is_valid():
        return {edition.pk: [] for edition in editions}
    return {edition.pk: batch.planned(edition, form.cleaned_data) for edition in editions}


def _foreseen(batch: Batch, form: BatchForm, editions: list[Edition]) -> dict[int, str]:
    """Return why what the form says cannot be done to some editions, by their keys."""
    if not form.is_bound or not form.is_valid():
        return {}
    reasons = batch.refuses(editions, form.cleaned_data)
    return {key: reason for key, reason in reasons.items() if reason}


def _hindered(batch: Batch, editions: list[Edition], person: Any) -> dict[int, str]:
    """Return why nothing that the form could say can be done to some editions, by their keys."""
    fit = [edition for edition in editions if edition.state in batch.states]
    reasons = batch.hinders(fit, person)
    unfit = {
        edition.pk: f"This is not possible while it is {edition.state_in_sentence}."
        for edition in editions
        if edition.state not in batch.states
    }
    return {key: reason for key, reason in (reasons | unfit).items() if reason}


def _fingerprint(plan: dict[int, list[Change]]) -> str:
    parts = [[pk, [(one.field, one.before, one.after) for one in plan[pk]]] for pk in sorted(plan)]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _earlier(editions: list[Edition]) -> dict[int, Edition]:
    """Return what the public reads or read last of the summary of each edition, by the key of the summary."""
    summaries = {edition.summary_id for edition in editions}
    public = Edition.objects.history().filter(summary__in=summaries)
    newest = public.order_by("summary_id", "-number").distinct("summary_id").for_reading()
    return {edition.summary_id: edition for edition in newest}


def _all_of(edition: Edition) -> dict[str, Any]:
    """Return all that an edition says, as the review page has it."""
    fields = in_page_order()
    said = [
        {"label": one.label, "lines": lines_of(edition, one.name), "lack": lack_in(one.name)}
        for one in fields
    ]
    return {"others": said}


def _changes(edition: Edition, before: dict[int, Edition]) -> list[Change]:
    earlier = before.get(edition.summary_id)
    return changes(earlier, edition) if earlier and earlier.pk != edition.pk else []
