"""The summaries that were chosen to be compared before, which travel in the address of a list."""

from typing import Any

from evidence.catalogue.documents import Documents
from evidence.catalogue.reading import editions
from portal import published

from .boxes import name_of
from .layouts import VIEWS
from .results import Results


def chosen_context(results: Results) -> dict[str, Any]:
    """Return what was chosen before, with the address that gives it up, and what of it has no box on this page of the list."""
    if not results.compare:
        return {}
    documents = published.current()[Documents]
    with_box = results.editions() if VIEWS[results.view].is_ordered else ()
    chosen = editions(documents.published[slug] for slug in results.compare)
    return {
        "chosen": [
            {
                "slug": edition.summary.slug,
                "name": name_of(edition),
                "url": edition.get_absolute_url(),
                "remove_url": _url_without(results, edition.summary.slug),
            }
            for edition in chosen
        ],
        "chosen_elsewhere": [one.summary.slug for one in chosen if one.pk not in with_box],
    }


def _url_without(results: Results, slug: str) -> str:
    others = [one for one in results.compare if one != slug]
    return results.comparing(others).url_of_page(results.page)
