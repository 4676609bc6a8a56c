"""The boxes in a list that choose summaries to compare."""

from collections.abc import Collection
from typing import NamedTuple

from evidence.models import Edition

from .rendering import render_compact


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
