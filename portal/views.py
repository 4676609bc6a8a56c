"""Site-wide pages: statements, health checks, and files for crawlers and browsers."""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_safe

from . import published
from .errors import PageNotFound
from .page_cache import public_page


@require_safe
@public_page
def statement(request: HttpRequest, name: str) -> HttpResponse:
    """Show one of the statements about this site, with the date of its last review."""
    context = {
        "reviewed_on": settings.STATEMENTS_REVIEWED_ON,
        "contact_email": settings.CONTACT_EMAIL,
    }
    return render(request, f"portal/{name}.html", context)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404, with the reason if there is one for visitors (PageNotFound)."""
    reason = str(exception) if isinstance(exception, PageNotFound) else ""
    return render(request, "404.html", {"reason": reason}, status=404)


@require_safe
@public_page
def robots(request: HttpRequest) -> HttpResponse:
    """Keep crawlers out of admin and of files for programs, and say where the sitemap is.

    Combinations of filters are not forbidden: their pages say "noindex", and a crawler has to read a page to know that. An
    address that it may not read can still be listed, without a text, if somebody links to it. Few combinations are linked:
    filters are a form, which crawlers do not send.
    """
    lines = ["User-agent: *"]
    files = ("/evidence.csv", "/evidence.json", "/evidence.docx", "/map.csv", "/compare.docx")
    lines += [f"Disallow: {path}" for path in ("/admin/", *files, "/suggest")]
    lines.append("")
    lines.append(f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
@public_page
def security_txt(request: HttpRequest) -> HttpResponse:
    """Say how to report a security problem (RFC 9116). 404 if CONTACT_EMAIL is not set, because a contact is required."""
    if not settings.CONTACT_EMAIL:
        raise Http404("CONTACT_EMAIL is not set.")
    expires = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(
        days=90
    )
    lines = [
        f"Contact: mailto:{settings.CONTACT_EMAIL}",
        f"Expires: {expires.isoformat()}",
        "Preferred-Languages: en, cy",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
@cache_control(public=True, max_age=24 * 60 * 60)
def favicon(request: HttpRequest) -> HttpResponse:
    """Redirect browsers that ask for the old file name to the SVG."""
    return redirect(static("images/favicon.svg"), permanent=False)


@require_safe
@never_cache
def live(request: HttpRequest) -> HttpResponse:
    """Say that this process runs, without using the database."""
    return HttpResponse("live\n", content_type="text/plain")


@require_safe
@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    """Say whether pages can be served: 503 if nothing was published yet.

    While the database is away, or its replica lacks what the primary has, pages are served as they were. So this is still 200,
    and says since when.
    """
    if not published.current().version:
        return HttpResponse("no content\n", content_type="text/plain", status=503)
    if not published.is_stale():
        return HttpResponse("ready\n", content_type="text/plain")
    fresh_at = published.fresh_at()
    since = fresh_at.isoformat(timespec="seconds") if fresh_at else "the start"
    return HttpResponse(f"ready, stale since {since}\n", content_type="text/plain")
