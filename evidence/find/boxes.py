"""The boxes in a list that choose summaries to compare, and what was chosen before, which travels in the address."""

from collections.abc import Collection
from typing import Any, NamedTuple

from evidence.catalogue.documents import Documents
from evidence.catalogue.reading import editions
from evidence.models import Edition
from portal import published

from .rendering import render_compact
from .results import Results


class Box(NamedTuple):
    """The box of one summary, rendered once for each edition."""

    slug: str
    html: str

    @classmethod
    def of(cls, edition: Edition) -> "Box":
        """Render the box of an edition."""
        context = {"slug": edition.summary.slug, "name": name_of(edition)}
        return cls(edition.summary.slug, render_compact("evidence/partials/box.html", context))

    def filled(self, ticked: Collection[str]) -> str:
        """Return it as HTML, ticked if its summary is among those chosen."""
        return (
            self.html.replace("<input", "<input checked", 1) if self.slug in ticked else self.html
        )


def name_of(edition: Edition) -> str:
    """Name an edition as a link or a box does that has no room for more."""
    return f"{edition.title}, {edition.summary.centre.short_name}"


def chosen_context(results: Results) -> dict[str, Any]:
    """Return what was chosen before, with the address that gives it up, and what of it is not on this page of the list."""
    documents = published.current()[Documents]
    on_page = set(results.editions())
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
        "chosen_elsewhere": [one.summary.slug for one in chosen if one.pk not in on_page],
    }


def _url_without(results: Results, slug: str) -> str:
    others = [one for one in results.compare if one != slug]
    return results.comparing(others).url_of_page(results.page)
