"""The pages that take comments on an edition, and the one on which an editor asks for fact checks."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from evidence.editorial import actions
from evidence.editorial.comments import (
    NAMES,
    WHOLE,
    anchor_of,
    fact_checks_of,
    field_label,
    seen_of,
)
from evidence.fact_checks.links import link_to
from evidence.fact_checks.mail import mail_link
from evidence.models.comments import LONGEST, LONGEST_NAME, MOST_DAYS
from evidence.models.content_fields import lines_of
from portal.form_fields import LineField, ProseField, say_what_was_cleaned
from portal.mail.server import is_set_up

from ..models import Comment, Edition, FactCheck
from .review import (
    ReviewPages,
    checks_of,
    edition_url,
    may_ask_for_fact_check,
    may_deal_with,
    primary_key,
)

ASKABLE = (Edition.State.DRAFT, Edition.State.IN_REVIEW)


class CommentForm(forms.Form):
    """Asks for a comment or a reply."""

    text = ProseField(
        label="Comment",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4, "cols": 80}),
        error_messages={"required": "Write what you want to say."},
    )


class FactCheckForm(forms.Form):
    """Asks whom to ask, and what."""

    asked_of = LineField(
        label="Whom do you ask?",
        max_length=LONGEST_NAME,
        help_text=(
            "A name, for you and your colleagues. It is removed 90 days after the last day of the link."
        ),
    )
    email = forms.EmailField(
        required=False,
        label="Email address",
        help_text=(
            "The link is mailed there, and the address is not kept. Leave it empty to send the link yourself."
        ),
    )
    question = ProseField(
        required=False,
        max_length=2_000,
        label="Your question",
        widget=forms.Textarea(attrs={"rows": 3, "cols": 80}),
        help_text="What you would like to know. They read it above the text.",
    )
    days = forms.IntegerField(
        label="Days that the link works",
        initial=7,
        min_value=1,
        max_value=MOST_DAYS,
        help_text=f"At most {MOST_DAYS}.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_set_up():
            del self.fields["email"]


class CommentPages(ReviewPages):
    """Adds comments and fact checks to the pages of an edition."""

    def get_urls(self) -> list[URLPattern]:
        """Add the three addresses."""
        pages = {
            "comment": self.comment,
            "dealt-with": self.dealt_with,
            "fact-checks": self.fact_checks,
        }
        own = [
            path(
                f"<path:object_id>/{name}/",
                self.admin_site.admin_view(page),
                name=f"evidence_edition_{name.replace('-', '_')}",
            )
            for name, page in pages.items()
        ]
        return [*own, *super().get_urls()]

    def comment(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Take a comment or a reply from the review page; show it again, on a page of its own, if something is wrong."""
        edition = self.get_edition(request, object_id)
        given = request.POST or request.GET
        field = given.get("field", WHOLE)
        reply_to = _comment_of(edition, given["reply_to"]) if given.get("reply_to") else None
        if field not in {WHOLE, *NAMES}:
            raise Http404("An edition has no such field.")
        if not edition.is_open:
            return self.too_late(request, edition, form=CommentForm(request.POST))
        form = CommentForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            try:
                actions.comment(
                    edition=edition,
                    field=field,
                    text=form.cleaned_data["text"],
                    seen=request.POST.get("seen", ""),
                    reply_to=reply_to,
                    by=request.user,  # type: ignore[arg-type]  # signed in
                )
            except actions.ActionError as error:
                form.add_error(None, str(error))
            else:
                self.message_user(request, "Reply saved." if reply_to else "Comment saved.")
                say_what_was_cleaned(request, form)
                return _back_to(edition, field)
        context = {
            **self.admin_site.each_context(request),
            "title": f"Comment on “{field_label(field)}”",
            "opts": self.opts,
            "edition": edition,
            "field": field,
            # Of a field the page shows what it says now, so that is what the comment is about.
            "seen": (not field and given.get("seen")) or seen_of(edition, field),
            "lines": lines_of(edition, field) if field else [],
            "reply_to": reply_to,
            "form": form,
        }
        return TemplateResponse(request, "admin/evidence/edition/comment.html", context)

    def dealt_with(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Note that a comment was dealt with, on POST, once a reply that was typed beside it is saved."""
        edition = self.get_edition(request, object_id)
        if request.method != "POST":
            return HttpResponseRedirect(edition_url(edition, "review"))
        if not may_deal_with(request.user):
            raise PermissionDenied
        comment = _comment_of(edition, request.POST.get("reply_to", ""))
        if request.POST.get("text", "").strip():
            saved = self.comment(request, object_id)
            if saved.status_code != 302:
                return saved
        try:
            actions.deal_with(comment=comment, by=request.user)  # type: ignore[arg-type]  # signed in
        except actions.ActionError as error:
            self.message_user(request, str(error), messages.WARNING)
        else:
            self.message_user(
                request, f"The comment on “{field_label(comment.field)}” is dealt with."
            )
        return _back_to(edition, comment.field)

    def fact_checks(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """List the fact checks of an edition with their links; ask for another one, or end one, on POST."""
        edition = self.get_edition(request, object_id)
        if not may_ask_for_fact_check(request.user):
            raise PermissionDenied
        if "end" in request.POST:
            return self._end(request, edition)
        if request.method == "POST" and edition.state not in ASKABLE:
            return self.too_late(request, edition, form=FactCheckForm(request.POST))
        form = FactCheckForm(request.POST if request.method == "POST" else None)
        if form.is_valid() and self._ask(request, edition, form):
            return HttpResponseRedirect(request.path)
        context = {
            **self.admin_site.each_context(request),
            "title": f"Fact checks: {edition.title}",
            "opts": self.opts,
            "edition": edition,
            "form": form if edition.state in ASKABLE else None,
            "checks": [
                (one, over, "" if over else _whole_link(request, one))
                for one, over in checks_of(edition)
            ],
        }
        return TemplateResponse(request, "admin/evidence/edition/fact_checks.html", context)

    def _ask(self, request: HttpRequest, edition: Edition, form: FactCheckForm) -> bool:
        """Ask, and mail the link if there is an address. Returns False, with the reason in the form, if that cannot be."""
        asked = form.cleaned_data
        try:
            fact_check = actions.ask_for_fact_check(
                edition=edition,
                asked_of=asked["asked_of"],
                question=asked["question"],
                days=asked["days"],
                by=request.user,  # type: ignore[arg-type]  # signed in
            )
        except actions.ActionError as error:
            form.add_error(None, str(error))
            return False
        say_what_was_cleaned(request, form)
        if not asked.get("email"):
            why = "" if is_set_up() else "No mail is set up here. "
            self.message_user(request, f"{why}The link is ready: copy it from below and send it.")
        elif mail_link(asked["email"], _whole_link(request, fact_check), fact_check, edition):
            self.message_user(request, f"The link was mailed to {asked['email']}.")
        else:
            said = "The link could not be mailed. Copy it from below and send it yourself."
            self.message_user(request, said, messages.ERROR)
        return True

    def _end(self, request: HttpRequest, edition: Edition) -> HttpResponse:
        rows = fact_checks_of(edition).filter(pk=primary_key(request.POST["end"]))
        fact_check = rows.first()
        if fact_check is None:
            raise Http404("No such fact check.")
        try:
            by: Any = request.user
            actions.end_fact_check(fact_check=fact_check, edition=edition, by=by)
        except actions.ActionError as error:
            self.message_user(request, str(error), messages.WARNING)
        else:
            self.message_user(request, "Ended: its link works no longer. What was answered stays.")
        return HttpResponseRedirect(request.path)


def _comment_of(edition: Edition, pk: str) -> Comment:
    """Return a comment on this edition. Http404 if it is on another one, or none."""
    rows = Comment.objects.filter(summary=edition.summary_id, edition_number=edition.number)
    comment = rows.select_related("by", "answer").filter(pk=primary_key(pk)).first()
    if comment is None:
        raise Http404("No such comment on this edition.")
    return comment


def _back_to(edition: Edition, field: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"{edition_url(edition, 'review')}#{anchor_of(field)}")


def _whole_link(request: HttpRequest, fact_check: FactCheck) -> str:
    return request.build_absolute_uri(link_to(fact_check))
