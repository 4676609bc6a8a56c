"""Every public page of the evidence."""

from typing import TypeVar

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.former_addresses import redirects_former
from portal.page_cache import public_page
from portal.rows import row_or_404
from portal.safe_csv import csv_file

from .catalogue.reading import public_editions, published_edition
from .catalogue.vocabulary import current_vocabulary
from .compare.docx import CONTENT_TYPE as DOCX
from .compare.docx import as_docx
from .compare.fit import Fit
from .compare.here import here_of
from .compare.local_questions import QUESTIONS, TOOL
from .compare.paper import Paper
from .compare.selection import Choice
from .find.context import find_context
from .find.export import as_json, csv_rows, ignored_header
from .find.results import Results, results_for
from .gap_map.context import map_context, map_csv_rows
from .gap_map.request import asked_for
from .models import Approach, Audience, Edition, Product, Topic
from .pages.approaches import approach_context, approach_list_context
from .pages.citation import Citation
from .pages.compare import compare_context
from .pages.coverage import coverage_context, line_context
from .pages.coverage import csv_rows as csv_rows_of_coverage
from .pages.history import history_context
from .pages.home import home_context
from .pages.landing import (
    audience_context,
    audience_list_context,
    topic_context,
    topic_list_context,
)
from .pages.preview import previewed_edition
from .pages.summary import summary_context, withdrawn_context
from .pages.take_away import paper_of_choice, paper_of_list
from .search.suggestions import suggest

LOCAL_QUESTIONS = {"questions": QUESTIONS, "questions_source": TOOL}

Answer = TypeVar("Answer", bound=HttpResponseBase)


@require_safe
@public_page
def home(request: HttpRequest) -> HttpResponse:
    """Open the portal: search, policy areas, audiences, the network in numbers."""
    return render(request, "home.html", home_context())


@require_safe
@public_page
def find(request: HttpRequest) -> HttpResponse:
    """Show the evidence that a visitor asks for, with every way to narrow it."""
    results = results_for(request.GET, has_views=True)
    return _with_ignored(results, render(request, "evidence/find.html", find_context(results)))


@require_safe
@public_page
def find_json(request: HttpRequest) -> HttpResponse:
    """Return the same list for machines."""
    results = results_for(request.GET)
    answer = JsonResponse(as_json(results, request.build_absolute_uri("/")))
    return _with_ignored(results, answer)


@require_safe
@public_page
def find_csv(request: HttpRequest) -> StreamingHttpResponse:
    """Return all pages of the same list for a spreadsheet."""
    results = results_for(request.GET)
    rows = csv_rows(results, request.build_absolute_uri("/"))
    return _with_ignored(results, csv_file("evidence.csv", rows))


@require_safe
@public_page
def find_docx(request: HttpRequest) -> HttpResponse:
    """Return an option paper on the first summaries of the same list, as a Word document."""
    results = results_for(request.GET)
    paper = paper_of_list(results, here_of(request.GET), _site(request))
    return _with_ignored(results, _word_document(paper))


def _word_document(paper: Paper) -> HttpResponse:
    disposition = 'attachment; filename="option-paper.docx"'
    return HttpResponse(as_docx(paper), DOCX, headers={"Content-Disposition": disposition})


def _site(request: HttpRequest) -> str:
    return request.build_absolute_uri("/").rstrip("/")


def _with_ignored(results: Results, response: Answer) -> Answer:
    """Say in a header what was left out of a request, so that a reader of CSV knows too: its rows have no place for it."""
    if results.ignored:
        response.headers["X-Ignored"] = ignored_header(results)
    return response


@require_safe
@public_page
def compare(request: HttpRequest) -> HttpResponse:
    """Show up to six summaries side by side, in the order of the address."""
    choice, here = Choice.read(request.GET), here_of(request.GET)
    context = compare_context(choice, here) | LOCAL_QUESTIONS
    return render(request, "evidence/compare.html", context)


@require_safe
@public_page
def compare_docx(request: HttpRequest) -> HttpResponse:
    """Return an option paper on the summaries that are compared, as a Word document."""
    choice, here = Choice.read(request.GET), here_of(request.GET)
    return _word_document(paper_of_choice(choice, here, _site(request)))


@require_safe
@public_page
def compare_paper(request: HttpRequest) -> HttpResponse:
    """Show the same option paper as a page to print."""
    choice, here = Choice.read(request.GET), here_of(request.GET)
    paper = paper_of_choice(choice, here, _site(request))
    context = {
        "paper": paper,
        "compare_url": choice.url(differences=""),
        "docx_url": choice.url("evidence:compare-docx", differences=""),
    }
    return render(request, "evidence/paper.html", context)


@require_safe
@public_page
def gap_map(request: HttpRequest) -> HttpResponse:
    """Show how much evidence there is on each pair of two things, and where there is none."""
    asked = asked_for(request.GET)
    page = render(request, "evidence/map.html", map_context(asked))
    return _with_ignored(asked.results, page)


@require_safe
@public_page
def gap_map_csv(request: HttpRequest) -> StreamingHttpResponse:
    """Return every cell of the same map for a spreadsheet."""
    asked = asked_for(request.GET)
    rows = map_csv_rows(asked, request.build_absolute_uri("/"))
    return _with_ignored(asked.results, csv_file("gap-map.csv", rows))


@require_safe
@public_page
def coverage(request: HttpRequest) -> HttpResponse:
    """Show how much of each product line of each centre is here, and how complete it is."""
    return render(request, "evidence/coverage.html", coverage_context())


@require_safe
@public_page
def coverage_csv(request: HttpRequest) -> StreamingHttpResponse:
    """Return a row for each product line for a spreadsheet."""
    return csv_file("coverage.csv", csv_rows_of_coverage(_site(request)))


@require_safe
@redirects_former(Product, lambda: current_vocabulary().products)
@public_page
def product(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one product line: what it is, what is here of it, and what the centre gives."""
    product = row_or_404(current_vocabulary().products, slug)
    return render(request, "evidence/product.html", line_context(product))


@require_safe
@public_page(max_age=60)  # for words that are typed again
def suggestions(request: HttpRequest) -> JsonResponse:
    """Suggest topics, approaches, centres and titles for what has been typed so far."""
    suggested = suggest(request.GET.get("q", ""))
    return JsonResponse({"suggestions": [vars(one) for one in suggested]})


@require_safe
@public_page
def summary(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the published edition of a summary, or that it was withdrawn."""
    edition = published_edition(slug)
    if edition is None:
        return _withdrawn(request, slug)
    return _edition_page(request, edition, edition.get_absolute_url())


def _withdrawn(request: HttpRequest, slug: str) -> HttpResponse:
    last = _public_editions(slug)[0]
    if last.summary.withdrawn_at is None:
        raise Http404("This summary is not published.")
    return render(request, "evidence/withdrawn.html", withdrawn_context(last), status=410)


def _public_editions(slug: str) -> list[Edition]:
    """Return the public editions of a summary, newest first. Http404 if there is none."""
    editions = public_editions(slug)
    if not editions:
        raise Http404("No edition of this summary was published.")
    return editions


def _edition_page(
    request: HttpRequest, edition: Edition, url: str, template: str = "evidence/summary.html"
) -> HttpResponse:
    """Show an edition, to be cited at `url`."""
    shown = {
        "citation": Citation(edition, request.build_absolute_uri(url)),
        "fit": Fit(edition, here_of(request.GET)),
        **LOCAL_QUESTIONS,
    }
    return render(request, template, summary_context(edition) | shown)


@require_safe
@public_page
def history(request: HttpRequest, slug: str) -> HttpResponse:
    """Show every edition of a summary that the public has seen, and what changed in each."""
    return render(request, "evidence/history.html", history_context(_public_editions(slug)))


@require_safe
@public_page
def edition(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Show an edition that the public has seen, so that a paper which cites it can be checked."""
    for edition in _public_editions(slug):
        if edition.number == number:
            url = reverse("evidence:edition", args=[slug, number])
            return _edition_page(request, edition, url)
    raise Http404("This edition was not published.")


@require_safe
@never_cache
def preview(request: HttpRequest, token: str) -> HttpResponse:
    """Show the page of a summary as it would be with an edition that is not yet published."""
    return show_preview(request, previewed_edition(token))


def show_preview(request: HttpRequest, edition: Edition) -> HttpResponse:
    """Show the page of a summary as it would be with an open edition, to whoever knows an address that says so."""
    url = edition.get_absolute_url()
    return private(_edition_page(request, edition, url, "evidence/preview.html"))


def private(response: Answer) -> Answer:
    """Keep a page out of search engines, and its address to those who know it: they may open it."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@require_safe
@public_page
def approach_list(request: HttpRequest) -> HttpResponse:
    """List what several centres, or several products of one, assess."""
    context = approach_list_context(request.GET.get("policy_area", ""))
    return render(request, "evidence/approach_list.html", context)


@require_safe
@redirects_former(Approach, lambda: current_vocabulary().approaches)
@public_page
def approach(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the members of an approach side by side, never averaged."""
    approach = row_or_404(current_vocabulary().approaches, slug)
    return render(request, "evidence/approach.html", approach_context(approach))


@require_safe
@public_page
def topic_list(request: HttpRequest) -> HttpResponse:
    """List the topics by policy area, with the number of summaries of each."""
    return render(request, "evidence/topic_list.html", topic_list_context())


@require_safe
@redirects_former(Topic, lambda: current_vocabulary().topics)
@public_page
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    """Open a topic: what is known, how well, and where to go on."""
    topic = row_or_404(current_vocabulary().topics, slug)
    return render(request, "evidence/topic.html", topic_context(topic))


@require_safe
@public_page
def audience_list(request: HttpRequest) -> HttpResponse:
    """List the audiences and what they decide."""
    return render(request, "evidence/audience_list.html", audience_list_context())


@require_safe
@redirects_former(Audience, lambda: current_vocabulary().audiences)
@public_page
def audience(request: HttpRequest, slug: str) -> HttpResponse:
    """Open the evidence for one audience: its fields, its topics, what to begin with."""
    audience = row_or_404(current_vocabulary().audiences, slug)
    return render(request, "evidence/audience.html", audience_context(audience))
