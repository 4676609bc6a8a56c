"""Links that show an edition which is not published yet to people without an account, for some days."""

from django.core import signing
from django.http import Http404
from django.urls import reverse

from evidence.models import Edition

DAYS = 7
SALT = "evidence.preview"


def preview_url(edition: Edition) -> str:
    """Return an address that shows an open edition for `DAYS` days from now."""
    return reverse("evidence:preview", args=[signing.dumps(edition.pk, salt=SALT)])


def previewed_edition(token: str) -> Edition:
    """Return the edition that such an address shows. Http404 once the time is over or the edition is no longer open."""
    try:
        pk = signing.loads(token, salt=SALT, max_age=DAYS * 24 * 60 * 60)
    except signing.BadSignature as error:
        raise Http404("This link is not valid, or no longer.") from error
    edition = Edition.objects.open().for_reading().filter(pk=pk).first()
    if edition is None:
        raise Http404("This edition is published, or was given up.")
    return edition
