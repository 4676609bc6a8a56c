"""Finding evidence, and reading it."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from centres.models import PolicyArea
from evidence.find.context import find_context
from evidence.find.export import as_json, csv_rows
from evidence.find.results import results_for
from evidence.pages.citation import Citation
from portal.former_addresses import follows
from portal.page_cache import public_page
from portal.safe_csv import csv_file

from .catalogue.current import current_catalogue
from .models import Approach, Audience, Edition, Summary, Topic
from .pages import home as front
from .pages import overview
from .pages import summary as reading
from .search import suggestions as suggest


@require_safe
@public_page
def home(request: HttpRequest) -> HttpResponse:
    """Open the portal: search, policy areas, audiences, the network in numbers."""
    return render(request, "home.html", front.home_context())


@require_safe
@public_page
def find(request: HttpRequest) -> HttpResponse:
    """Show the evidence that a visitor asks for, with every way to narrow it."""
    results = results_for(request.GET, current_catalogue())
    return render(request, "evidence/find.html", find_context(results))


@require_safe
@public_page
def find_json(request: HttpRequest) -> HttpResponse:
    """The same list for machines."""
    results = results_for(request.GET, current_catalogue())
    return JsonResponse(as_json(results, request.build_absolute_uri("/")))


@require_safe
def find_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The same list, whole, for a spreadsheet."""
    results = results_for(request.GET, current_catalogue())
    return csv_file("evidence.csv", csv_rows(results, request.build_absolute_uri("/")))


@require_safe
def suggestions(request: HttpRequest) -> JsonResponse:
    """Suggest topics, approaches, centres and titles for what was typed so far."""
    found = suggest.suggest(request.GET.get("q", ""))
    response = JsonResponse({"suggestions": [vars(one) for one in found]})
    response.headers["Cache-Control"] = "public, max-age=60"
    return response


@require_safe
@public_page
def summary(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the published edition of a summary, or that it was withdrawn."""
    edition = Edition.objects.published().for_reading().filter(summary__slug=slug).first()
    if edition is None:
        return _withdrawn(request, slug)
    url = request.build_absolute_uri(edition.get_absolute_url())
    context = reading.summary_context(edition) | {"citation": Citation(edition, url)}
    return render(request, "evidence/summary.html", context)


def _withdrawn(request: HttpRequest, slug: str) -> HttpResponse:
    summaries = Summary.objects.select_related("centre")
    found = get_object_or_404(summaries, slug=slug, withdrawn_at__isnull=False)
    context = {
        "summary": found,
        "last": found.editions.history().first(),
        "replacement": Edition.objects.published().for_lists().filter(summary__replaces=found),
    }
    return render(request, "evidence/withdrawn.html", context, status=410)


@require_safe
@public_page
def history(request: HttpRequest, slug: str) -> HttpResponse:
    """Show every edition of a summary that the public has seen, and what changed in each."""
    found = get_object_or_404(Summary.objects.select_related("centre"), slug=slug)
    editions = reading.history(found)
    if not editions:
        raise Http404("No edition of this summary was published.")
    context = {"summary": found, "editions": editions, "latest": editions[0]["edition"]}
    return render(request, "evidence/history.html", context)


@require_safe
@public_page
def edition(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Show an edition that the public has seen, so that a paper which cites it can be checked."""
    editions = Edition.objects.history().for_reading()
    found = get_object_or_404(editions, summary__slug=slug, number=number)
    url = request.build_absolute_uri(reverse("evidence:edition", args=[slug, number]))
    context = reading.summary_context(found) | {"citation": Citation(found, url)}
    return render(request, "evidence/summary.html", context)


@require_safe
@public_page
def approach_list(request: HttpRequest) -> HttpResponse:
    """List what several centres, or several products of one, assess."""
    areas = list(PolicyArea.objects.all())
    area = next((area for area in areas if area.slug == request.GET.get("policy_area")), None)
    rows = reading.approaches(area.slug if area else "")
    context = {
        "areas": areas,
        "area": area,
        "shared": [row for row in rows if len(row[1].centres) > 1],
        "single": [row for row in rows if len(row[1].centres) == 1 < len(row[1].editions)],
    }
    return render(request, "evidence/approach_list.html", context)


@require_safe
@follows(Approach)
@public_page
def approach(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the members of an approach side by side, never averaged."""
    found = get_object_or_404(Approach, slug=slug)
    context = {"approach": found, "glance": reading.members(found)}
    return render(request, "evidence/approach.html", context)


@require_safe
@public_page
def topic_list(request: HttpRequest) -> HttpResponse:
    """List the topics by policy area, with the number of summaries of each."""
    areas = PolicyArea.objects.prefetch_related("topics")
    return render(request, "evidence/topic_list.html", {"areas": areas})


@require_safe
@follows(Topic)
@public_page
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    """Open a topic: what is known, how well, and where to go on."""
    found = get_object_or_404(Topic.objects.prefetch_related("policy_areas"), slug=slug)
    context = {
        "topic": found,
        "approaches": Approach.objects.of_topic(found),
        "centres": overview.companions("topic", slug, "centre"),
        "neighbours": overview.companions("topic", slug, "topic")[:8],
    }
    return render(request, "evidence/topic.html", context)


@require_safe
@public_page
def audience_list(request: HttpRequest) -> HttpResponse:
    """List the audiences and what they decide."""
    return render(request, "evidence/audience_list.html", {"audiences": Audience.objects.all()})


@require_safe
@follows(Audience)
@public_page
def audience(request: HttpRequest, slug: str) -> HttpResponse:
    """Open the evidence for one audience: its fields, its topics, what to begin with."""
    found = get_object_or_404(Audience, slug=slug)
    context = {
        "audience": found,
        "areas": overview.companions("audience", slug, "policy_area"),
        "topics": overview.companions("audience", slug, "topic")[:12],
    }
    return render(request, "evidence/audience.html", context)
