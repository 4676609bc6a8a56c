"""Finding evidence, and reading it."""

from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from centres.models import PolicyArea
from portal.page_cache import public_page

from . import cards, catalogue, front, overview, reading, results
from .filters import EvidenceFilter
from .models import Approach, Audience, Summary, Topic


@require_safe
@public_page
def home(request: HttpRequest) -> HttpResponse:
    """Open the portal: search, policy areas, audiences, the network in numbers."""
    return render(request, "home.html", front.home_context())


@require_safe
@public_page
def find(request: HttpRequest) -> HttpResponse:
    """Show the evidence that a visitor asks for, with every way to narrow it."""
    found = EvidenceFilter(request.GET, catalogue.current()).find()
    context = results.page_context(found) | {
        "cards": cards.cards(found.catalogue, found.editions, found.matches),
        "panel": cards.panel(found.selection),
    }
    return render(request, "evidence/find.html", context)


@require_safe
@public_page
def find_json(request: HttpRequest) -> HttpResponse:
    """The same list for machines."""
    found = EvidenceFilter(request.GET, catalogue.current()).find()
    return JsonResponse(results.as_json(found, request.build_absolute_uri("/")))


@require_safe
def find_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The same list, whole, for a spreadsheet."""
    found = EvidenceFilter(request.GET, catalogue.current()).find()
    rows = results.as_csv(found, request.build_absolute_uri("/"))
    response = StreamingHttpResponse(rows, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="evidence.csv"'
    return response


@require_safe
@public_page
def summary(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the published edition of a summary, or that it was withdrawn."""
    found = get_object_or_404(Summary.objects.select_related("centre", "replaced_by"), slug=slug)
    if found.withdrawn_at:
        context = {"summary": found, "last": found.editions.history().first()}
        return render(request, "evidence/withdrawn.html", context, status=410)
    edition = reading.for_reading(found)
    if edition is None:
        return render(request, "404.html", status=404)
    context = reading.summary_context(found, edition)
    context["permanent_url"] = request.build_absolute_uri(found.get_absolute_url())
    return render(request, "evidence/summary.html", context)


@require_safe
@public_page
def history(request: HttpRequest, slug: str) -> HttpResponse:
    """Show every edition of a summary that the public has seen, and what changed in each."""
    found = get_object_or_404(Summary.objects.select_related("centre"), slug=slug)
    editions = reading.history(found)
    if not editions:
        return render(request, "404.html", status=404)
    context = {"summary": found, "editions": editions, "latest": editions[0]["edition"]}
    return render(request, "evidence/history.html", context)


@require_safe
@public_page
def approach_list(request: HttpRequest) -> HttpResponse:
    """List what several centres, or several products of one, assess."""
    approaches = Approach.objects.prefetch_related("members__centre")
    return render(request, "evidence/approach_list.html", {"approaches": approaches})


@require_safe
@public_page
def approach(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the members of an approach side by side, never averaged."""
    found = get_object_or_404(Approach, slug=slug)
    context = {"approach": found, "members": reading.members(found)}
    return render(request, "evidence/approach.html", context)


@require_safe
@public_page
def topic_list(request: HttpRequest) -> HttpResponse:
    """List the topics by policy area, with the number of summaries of each."""
    numbers = overview.counts("topic")
    areas = [
        (area, [(topic, numbers.get(topic.slug, 0)) for topic in area.topics.all()])
        for area in PolicyArea.objects.prefetch_related("topics")
    ]
    return render(request, "evidence/topic_list.html", {"areas": areas})


@require_safe
@public_page
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    """Open a topic: what is known, how well, and where to go on."""
    found = get_object_or_404(Topic.objects.prefetch_related("policy_areas"), slug=slug)
    neighbours = Topic.objects.filter(policy_areas__in=found.policy_areas.all())
    approaches = Approach.objects.filter(
        members__editions__topics=found, members__editions__state="published"
    )
    context = {
        "topic": found,
        "neighbours": neighbours.exclude(pk=found.pk).distinct(),
        "approaches": approaches.distinct(),
    }
    return render(request, "evidence/topic.html", context)


@require_safe
@public_page
def audience_list(request: HttpRequest) -> HttpResponse:
    """List the audiences and what they decide."""
    return render(request, "evidence/audience_list.html", {"audiences": Audience.objects.all()})


@require_safe
@public_page
def audience(request: HttpRequest, slug: str) -> HttpResponse:
    """Open the evidence for one audience."""
    found = get_object_or_404(Audience, slug=slug)
    selection = catalogue.current().all().choose("audience", [slug])
    topics = selection.options(selection.catalogue.facets["topic"])[:12]
    context = {"audience": found, "topics": topics}
    return render(request, "evidence/audience.html", context)
