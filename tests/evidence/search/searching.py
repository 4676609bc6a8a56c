"""Searching in tests."""

from evidence.catalogue.documents import Documents
from evidence.search.results import SearchResults, search
from portal import published


def found(words: str, *, exact: bool = False) -> list[str]:
    """Return the ids of the summaries that a search finds now, best first."""
    published.check(now=True)
    return ids(search(words, exact=exact))


def ids(results: SearchResults) -> list[str]:
    """Return the ids of the summaries that a search found, best first."""
    slugs = {key: slug for slug, key in published.current()[Documents].published.items()}
    return [slugs[key] for key in results.best_first(results.bits, 0, len(results.bits))]
