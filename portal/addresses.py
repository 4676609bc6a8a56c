"""Addresses of pages that have a slug, made without the cost of Django's `reverse`: a page may have hundreds of links."""

import functools

from django.urls import reverse

SLUG = "a-slug"


def address_of(view: str, slug: str) -> str:
    """Return the address of the page of a view that takes one slug, such as `evidence:topic`."""
    before, after = _around_slug(view)
    return f"{before}{slug}{after}"


@functools.cache
def _around_slug(view: str) -> tuple[str, str]:
    before, _, after = reverse(view, args=[SLUG]).partition(SLUG)
    return before, after
