"""Links that show an edition in the works to people without an account, for a while."""

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from evidence.models import Edition

from . import summary as reading
from .citation import Citation

DAYS = 7
SALT = "evidence.preview"


def preview_url(edition: Edition) -> str:
    """Return an address that shows an open edition for `DAYS` days from now."""
    return reverse("evidence:preview", args=[signing.dumps(edition.pk, salt=SALT)])


@require_safe
@never_cache
def preview(request: HttpRequest, token: str) -> HttpResponse:
    """Show the page of a summary as it would be with an edition that is not yet published."""
    try:
        pk = signing.loads(token, salt=SALT, max_age=DAYS * 24 * 60 * 60)
    except signing.BadSignature as error:
        raise Http404("This link is not valid, or no longer.") from error
    edition = Edition.objects.open().for_reading().filter(pk=pk).first()
    if edition is None:
        raise Http404("This edition is no longer in the works.")
    url = request.build_absolute_uri(edition.get_absolute_url())
    context = reading.summary_context(edition) | {"citation": Citation(edition, url)}
    response = render(request, "evidence/preview.html", context)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "no-referrer"  # the address is the key
    return response
