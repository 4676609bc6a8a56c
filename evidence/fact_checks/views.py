"""The pages behind the link to a fact check: what is asked, and what an edition would look like. They set no cookie."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from evidence.editorial import actions
from evidence.models import AuditEntry, Edition, FactCheck
from evidence.views import private, show_preview
from portal.outage import keeps_what_was_typed

from .forms import AnswerForm
from .links import asked_by, is_signed

WRITTEN = [AuditEntry.Action.MADE, AuditEntry.Action.EDITED]
GIVEN_UP = "The draft that was to be checked was given up."
IS_OUT = "This text is published. What the public reads now is at its own address."
IS_WITHDRAWN = "This text was published, and is withdrawn since."


@require_http_methods(["GET", "HEAD", "POST"])
# What another site could do with a forged form it cannot do here: it does not know the address, and no cookie counts.
@csrf_exempt
@never_cache
@keeps_what_was_typed(is_signed)
def fact_check(request: HttpRequest, token: str) -> HttpResponse:
    """Show what an edition says with a question about each field, and take the answers on POST."""
    asked, edition = asked_by(token)
    why = _why_over(asked, edition)
    form = AnswerForm(request.POST if request.method == "POST" else None, edition=edition)
    if why or edition is None:
        return _over(request, asked, why, edition, form)
    if form.is_valid():
        name, said = form.cleaned_data["your_name"], form.said()
        try:
            actions.answer_fact_check(fact_check=asked, edition=edition, name=name, said=said)
        except actions.ActionError as error:
            return _over(request, asked, str(error), edition, form)
        return private(HttpResponseRedirect(f"{request.path}?sent=1"))
    context = {
        "asked": asked,
        "edition": edition,
        "centre": edition.summary.centre,
        "form": form,
        "changed_at": _changed_at(edition),
        "page_url": reverse("evidence:fact-check-page", args=[token]),
        "is_sent": "sent" in request.GET and not form.is_bound,
    }
    status = 422 if form.is_bound else 200
    return private(render(request, "evidence/fact_check.html", context, status=status))


@require_safe
@never_cache
def fact_check_page(request: HttpRequest, token: str) -> HttpResponse:
    """Show the page of the summary as it would be with the edition that is checked."""
    asked, edition = asked_by(token)
    why = _why_over(asked, edition)
    return _over(request, asked, why) if why or edition is None else show_preview(request, edition)


def _why_over(asked: FactCheck, edition: Edition | None) -> str:
    if edition is None:
        return GIVEN_UP
    if edition.is_open:
        return actions.why_over(asked)
    return IS_WITHDRAWN if asked.summary.withdrawn_at else IS_OUT


def _over(
    request: HttpRequest,
    asked: FactCheck,
    why: str,
    edition: Edition | None = None,
    form: AnswerForm | None = None,
) -> HttpResponse:
    """Say why nothing can be answered any more, and show what was typed, so that it is not lost. Status 410."""
    context = {
        "why": why,
        "page": asked.summary.get_absolute_url() if edition and not edition.is_open else "",
        "is_withdrawn": bool(asked.summary.withdrawn_at),
        "centre": asked.summary.centre,
        "typed": form.typed() if form and form.is_bound else [],
        "contact_email": settings.CONTACT_EMAIL,
    }
    return private(render(request, "evidence/fact_check_over.html", context, status=410))


def _changed_at(edition: Edition) -> object:
    """Return when somebody last changed what it says."""
    log = AuditEntry.objects.filter(summary=edition.summary_id, edition_number=edition.number)
    return log.filter(action__in=WRITTEN).values_list("at", flat=True).first()
