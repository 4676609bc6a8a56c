"""Every public address, for crawlers: a list of files, each with some of the addresses (sitemaps.org)."""

from array import array
from collections.abc import Iterable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import escape
from django.utils.timezone import localtime
from django.views.decorators.http import require_safe

from centres.published import current_network
from evidence.catalogue.documents import Documents
from evidence.catalogue.vocabulary import current_vocabulary

from . import published
from .addresses import address_of
from .kept import kept
from .page_cache import public_page

SUMMARIES_A_FILE = 1000  # each with its history
SCHEMA = "http://www.sitemaps.org/schemas/sitemap/0.9"
# The pages that are always there.
PAGES = [
    *("home", "evidence:find", "evidence:compare", "evidence:map", "evidence:approach-list"),
    "evidence:coverage",
    *("evidence:topic-list", "evidence:audience-list"),
    *("centres:centre-list", "centres:policy-area-list"),
    *("centres:ratings", "centres:network", "accessibility", "privacy", "cookies"),
]


@require_safe
@public_page
def sitemap(request: HttpRequest) -> HttpResponse:
    """List the files: that of the pages, then those of the summaries."""
    files = -(-len(published.current()[Documents].published) // SUMMARIES_A_FILE)
    addresses = [
        reverse("sitemap-of-pages"),
        *(reverse("sitemap-of-summaries", args=[number]) for number in range(1, files + 1)),
    ]
    return _xml(request, "sitemapindex", "sitemap", ((address, "") for address in addresses))


@require_safe
@public_page
def sitemap_of_pages(request: HttpRequest) -> HttpResponse:
    """List the pages that are always there, and those of approaches, topics, audiences, product lines, centres and areas."""
    vocabulary, network = current_vocabulary(), current_network()
    lists = (vocabulary.approaches, vocabulary.topics, vocabulary.audiences)
    rows: tuple[Any, ...] = (
        *(row for some in lists for row in some.values() if not row.ended),
        *vocabulary.products.values(),
        *network.centres.values(),
        *network.policy_areas.values(),
    )
    addresses = [*map(reverse, PAGES), *(row.get_absolute_url() for row in rows)]
    return _xml(request, "urlset", "url", ((address, "") for address in addresses))


@require_safe
@public_page
def sitemap_of_summaries(request: HttpRequest, number: int) -> HttpResponse:
    """List a part of the published summaries, each with its history and when it was published last."""
    snapshot = published.current()
    documents = snapshot[Documents]
    # By their slugs. Their keys take less memory.
    keys = snapshot.get_or_make(
        "sitemap", lambda: array("q", documents.keys_of(sorted(documents.published)))
    )
    some = keys[(number - 1) * SUMMARIES_A_FILE : number * SUMMARIES_A_FILE] if number else []
    if not some:
        raise Http404("There is no such part of the sitemap.")
    # To unpack a document takes longer than all the rest.
    lines = kept(("sitemap", number), lambda: "\n".join(map(_slug_and_day, some))).splitlines()
    entries = [
        (address_of(view, slug), day)
        for slug, day in map(str.split, lines)
        for view in ("evidence:summary", "evidence:history")
    ]
    return _xml(request, "urlset", "url", entries)


def _slug_and_day(key: int) -> str:
    """Return the slug of a summary and the day on which its edition of this key was published, as ISO text."""
    document = published.current()[Documents].document(key)
    return f"{document.slug} {localtime(document.value('published_at')).date().isoformat()}"


def _xml(
    request: HttpRequest, root: str, entry: str, addresses: Iterable[tuple[str, str]]
) -> HttpResponse:
    """Return a file with an entry for each address and the day of its last change, which may be empty."""
    site = request.build_absolute_uri("/").rstrip("/")
    lines = [
        f"<{entry}><loc>{escape(site + address)}</loc>"
        f"{f'<lastmod>{day}</lastmod>' if day else ''}</{entry}>"
        for address, day in addresses
    ]
    body = "\n".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>',
            f'<{root} xmlns="{SCHEMA}">',
            *lines,
            f"</{root}>\n",
        ]
    )
    response = HttpResponse(body, content_type="application/xml")
    response.headers["X-Robots-Tag"] = "noindex, noodp, noarchive"  # the file itself is no page
    return response
