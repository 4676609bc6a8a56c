"""Searching in tests."""

from evidence.models import Edition
from evidence.search.results import search
from portal import published


def found(words: str, *, exact: bool = False) -> list[str]:
    """Return the ids of the summaries that a search finds now, best first."""
    published.check(now=True)
    slugs = dict(Edition.objects.values_list("pk", "summary__slug"))
    return [slugs[pk] for pk in search(words, exact=exact).ranks]
