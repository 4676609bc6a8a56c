"""Site-wide pages: statements, health, and what machines ask for."""

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from .models import ContentVersion


@require_safe
def statement(request: HttpRequest, name: str) -> HttpResponse:
    """Show one of the statements about this site, with the day on which it was last reviewed."""
    context = {
        "reviewed_on": settings.STATEMENTS_REVIEWED_ON,
        "contact_email": settings.CONTACT_EMAIL,
    }
    return render(request, f"portal/{name}.html", context)


@require_safe
@never_cache
def live(request: HttpRequest) -> HttpResponse:
    """Say that this process answers; asks nothing of the database."""
    return HttpResponse("live\n", content_type="text/plain")


@require_safe
@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    """Say whether pages can be served: the database answers and holds content."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    if not ContentVersion.current():
        return HttpResponse("no content\n", content_type="text/plain", status=503)
    return HttpResponse("ready\n", content_type="text/plain")
