"""The review page of an edition: what it changes, what happened to it, and what a person may do next with it.

What can be done, and by whom, is decided in evidence.editorial.steps and evidence.editorial.actions.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from evidence.editorial import actions
from evidence.editorial.checklist import advice
from evidence.editorial.comments import Conversations, anchor_of, fact_checks_of
from evidence.editorial.diff import Change, changes
from evidence.editorial.figures import confirmed_of, with_confirmation
from evidence.editorial.steps import STALE_CODE, Step, StepForm, step_named, steps_for
from evidence.pages.preview import preview_url
from portal.accounts.carried_form import CarriedForm
from portal.admin_base import PortalModelAdmin
from portal.clock import database_now
from portal.form_fields import say_what_was_cleaned, typed_into
from portal.templatetags.portal_tags import day

from ..models import AuditEntry, Edition, FactCheck, OpenForm, PageReading
from .commented_fields import CommentedFields


@dataclass(frozen=True)
class Comparison:
    """An edition beside another one of its summary: the one of the lower number comes first."""

    other: Edition
    before: Edition
    after: Edition

    @cached_property
    def changes(self) -> list[Change]:
        """What differs."""
        return changes(self.before, self.after)


class ReviewPages(PortalModelAdmin):
    """Adds the review page and "New edition" to the pages of an edition."""

    def get_urls(self) -> list[URLPattern]:
        """Add the two addresses."""
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
        """Open a draft with the content of this edition (on POST), go to it, and say whose content it has."""
        edition = self.get_edition(request, object_id)
        if request.method != "POST" or not self.has_add_permission(request):
            return HttpResponseRedirect(edition_url(edition))
        try:
            draft = actions.open_edition(
                summary=edition.summary,
                by=request.user,  # type: ignore[arg-type]  # signed in
                text_of=edition,
            )
        except actions.ActionError as error:
            self.message_user(request, str(error), messages.ERROR)
            return HttpResponseRedirect(
                edition_url(edition.summary.editions.open().first() or edition)
            )
        self.message_user(request, _whose_text(edition))
        return HttpResponseRedirect(edition_url(draft))

    def review(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show an edition for review, and take one of its steps on POST."""
        edition = self.get_edition(request, object_id)
        user: Any = request.user
        OpenForm.objects.filter(edition=edition, person=user).delete()  # they have left the form
        steps = steps_for(edition, user)
        forms = {step: step.form(edition=edition) for step in steps}
        if request.method == "POST":
            step = next((step for step in steps if step.name == request.POST.get("step")), None)
            if step is None:
                gone = step_named(request.POST.get("step", ""))
                form = gone and gone.form(request.POST, edition=edition)
                return self.too_late(request, edition, form=form)
            forms[step] = step.form(request.POST, edition=edition)
            if _take(step, forms[step], edition, user):
                self.message_user(request, step.done)
                say_what_was_cleaned(request, forms[step])
                if step.name == "check":  # the edition is superseded now: show what readers see
                    edition = edition.summary.editions.published().get()
                return HttpResponseRedirect(edition_url(edition, "review"))
            # The step may have changed this object, and somebody else the edition.
            edition = self.get_edition(request, object_id)
            refused = forms[step]
            refused.look_again(edition)
            forms = {one: one.form(edition=edition) for one in steps} | {step: refused}
        context = self._review_context(request, edition, forms)
        return TemplateResponse(request, "admin/evidence/edition/review.html", context)

    def _review_context(
        self, request: HttpRequest, edition: Edition, forms: Mapping[Step, StepForm]
    ) -> dict[str, Any]:
        others = edition.summary.editions.exclude(pk=edition.pk)
        compared = _compared(edition, request.GET.get("with", ""))
        conversations = Conversations(edition)
        fields = CommentedFields(edition, conversations, compared.changes if compared else [])
        return {
            **self.admin_site.each_context(request),
            "title": f"{name_of_review(edition)}: {edition.title}",
            "page_name": name_of_review(edition),
            "opts": self.opts,
            "original": edition,
            "edition": edition,
            "compared": compared,
            "fields": fields,
            "shows_comments": edition.is_open or fields.any_comment,
            "open_comments": open_comments(conversations),
            "may_deal_with": may_deal_with(request.user),
            "may_ask": may_ask_for_fact_check(request.user),
            "checks": checks_of(edition),
            "others": list(others.only("number", "state", "summary", "published_at")),
            "advice": advice(edition),
            "preview_url": preview_url(edition) if edition.is_open else "",
            "log": _log_of(edition),
            "steps": forms.items(),
            "refused": next((pair for pair in forms.items() if pair[1].errors), None),
            "why_no_steps": "" if forms else _why_no_steps(edition, request.user),
            "needs_another_person": _needs_another_person(edition, request.user),
            "sent_back": sent_back(edition),
            "confirmed": confirmed_of(edition),
            "changed_pages": changed_pages_of(edition),
            "may_edit": self.has_change_permission(request, edition),
            "may_open": not edition.is_open and self.has_add_permission(request),
        }

    def too_late(
        self, request: HttpRequest, edition: Edition | None, why: str = "", form: Any = None
    ) -> HttpResponse:
        """Say that a form cannot be saved any more, and show what was typed so that nothing is lost. Status 409 or 404.

        Without a `form` it is that of a draft.
        """
        posted = CarriedForm(request.get_full_path(), request.POST)
        context = self.admin_site.each_context(request) | {
            "title": "Not saved",
            "edition": edition,
            "why": _why_no_steps(edition, request.user) if edition else why,
            "typed": typed_into(form) if form else list(posted.labelled_values(request)),
        }
        page = "admin/evidence/edition/too_late.html"
        return TemplateResponse(request, page, context, status=409 if edition or why else 404)

    def get_edition(self, request: HttpRequest, object_id: str) -> Edition:
        """Return an edition that this person may see, with everything that the review page shows; else raise 404."""
        rows = with_confirmation(Edition.objects.for_person(request.user).for_reading())
        rows = rows.select_related(
            "summary__centre", "submitted_by", "edited_by", "emergency_by", "assigned_to"
        )
        edition = rows.filter(pk=primary_key(object_id)).first()
        if edition is None or not self.has_view_permission(request, edition):
            raise Http404("No such edition, or not one of your centres.")
        return edition


def edition_url(edition: Edition, page: str = "change") -> str:
    """Return the address of a page of an edition in admin."""
    return reverse(f"admin:evidence_edition_{page}", args=[edition.pk])


def name_of_review(edition: Edition) -> str:
    """Return what the review page of an edition is called, on itself and where it is linked."""
    return "What changes, and what next" if edition.is_open else "What happened to it"


def primary_key(text: str) -> int:
    """Return the primary key in an address, or 0, which no row has."""
    return int(text) if text.isdecimal() and len(text) < 19 else 0


def sent_back(edition: Edition) -> AuditEntry | None:
    """Return the entry of who sent or took a draft back, and why, until it is submitted again."""
    if edition.state != Edition.State.DRAFT:
        return None
    return _log_of(edition).filter(action__in=AuditEntry.BACK).first()


def changed_pages_of(edition: Edition) -> list[PageReading]:
    """Return the source pages that have changed since they were read for an edition; of an open one, for what it follows."""
    if not edition.is_open:
        return edition.changed_pages
    readings = PageReading.objects.to_look_at().filter(edition__summary=edition.summary_id)
    return list(readings.select_related("edition"))


def open_comments(conversations: Conversations) -> dict[str, Any]:
    """Return how many comments are open, and for each field that has any its place on the page, its label and its number."""
    fields = conversations.open_by_field()
    return {
        "number": sum(number for _, _, number in fields),
        "fields": [(anchor_of(name), label, number) for name, label, number in fields],
    }


def checks_of(edition: Edition) -> list[tuple[FactCheck, str]]:
    """Return the fact checks of an edition, the newest first, each with why it is over, if it is."""
    now = database_now()
    return [(one, one.why_over(now, one.answered)) for one in fact_checks_of(edition)]  # type: ignore[attr-defined]  # annotated


def may_deal_with(user: Any) -> bool:
    """Say whether somebody who sees an edition may mark comments on it as dealt with: those who write or decide may."""
    return user.has_perm("evidence.change_edition") or user.has_perm("evidence.approve_edition")


def may_ask_for_fact_check(user: Any) -> bool:
    """Say whether somebody who sees an edition may ask for fact checks of it: those who write it may."""
    return bool(user.has_perm("evidence.change_edition"))


def _whose_text(copied: Edition) -> str:
    """Say which edition a new draft has the text of, and what the public reads meanwhile."""
    text = f"This draft has the text of edition {copied.number}"
    if copied.is_published:
        return f"{text}, which is published now."
    since = f"{text}, which was {copied.get_state_display().lower()} on {day(copied.closed_at)}."
    published = copied.summary.editions.published().first()
    return f"{since} Edition {published.number} stays published meanwhile." if published else since


def _compared(edition: Edition, number: str) -> Comparison | None:
    """Return an edition beside the one of this number of the same summary; without one beside what was public before it."""
    others = Edition.objects.for_reading().filter(summary=edition.summary_id).exclude(pk=edition.pk)
    chosen = others.filter(number=primary_key(number)) if number else None
    if chosen is None:
        chosen = others.history().filter(number__lt=edition.number)
    other = chosen.first()
    if other is None:
        return None
    before, after = sorted([other, edition], key=lambda one: one.number)
    return Comparison(other, before, after)


def _log_of(edition: Edition) -> Any:
    return edition.summary.audit.filter(edition_number=edition.number).select_related("by")


def _take(step: Step, form: StepForm, edition: Edition, user: Any) -> bool:
    """Take a step if its form is valid. Returns False, with the reason in the form, if it is not possible."""
    if not form.is_valid():
        return False
    try:
        step.run(edition, user, form.cleaned_data)
    except actions.ActionError as error:
        code = STALE_CODE if isinstance(error, actions.Stale) else None
        form.add_error(None, ValidationError(str(error), code))
        return False
    return True


def _needs_another_person(edition: Edition, user: Any) -> str:
    """Say why this person cannot approve the edition, or return an empty text."""
    if edition.approved_by_id or edition.is_check or not actions.may_not_approve(edition, user):
        return ""
    if edition.emergency_by_id == user.pk:
        return "You published it in an emergency, so somebody else must approve it."
    # What is taken or sent back waits for its author, and for nobody's approval.
    waits = edition.state == Edition.State.IN_REVIEW or edition.emergency_by_id
    return actions.FOUR_EYES if waits and edition.submitted_by_id else ""


def _why_no_steps(edition: Edition, user: Any) -> str:
    if edition.state == Edition.State.IN_REVIEW and actions.may_not_approve(edition, user):
        return actions.FOUR_EYES
    return "There is nothing that you can do with this edition now."
