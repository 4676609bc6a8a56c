"""Lists of evidence as their addresses give them, for tests."""

from urllib.parse import urlsplit

from django.http import QueryDict

from evidence.find.results import results_for


def count_at(address: str) -> int:
    """Return how many summaries the list at an address has. It must leave out nothing that the address asks for."""
    results = results_for(QueryDict(urlsplit(address).query))
    assert not results.ignored
    return results.count
