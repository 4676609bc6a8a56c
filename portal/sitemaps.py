"""Every public address, for crawlers."""

from typing import Any

from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet
from django.urls import reverse

from centres.models import Centre, PolicyArea
from evidence.models import Approach, Audience, Edition, Topic


class Pages(Sitemap):
    """The pages that are always there."""

    def items(self) -> list[str]:
        """Return the names of their addresses."""
        return [
            *("home", "evidence:find", "evidence:approach-list", "evidence:topic-list"),
            *("evidence:audience-list", "centres:centre-list", "centres:policy-area-list"),
            *("centres:ratings", "centres:network", "accessibility", "privacy", "cookies"),
        ]

    def location(self, item: Any) -> str:
        """Return the address of a name."""
        return reverse(item)


class Summaries(Sitemap):
    """The pages of published summaries."""

    def items(self) -> QuerySet[Edition]:
        """Return the published editions."""
        return Edition.objects.published().select_related("summary")

    def lastmod(self, item: Edition) -> Any:
        """Return when the edition was published."""
        return item.published_at


class Histories(Summaries):
    """The histories of published summaries."""

    def location(self, item: Any) -> str:
        """Return the address of a summary's history."""
        return reverse("evidence:history", args=[item.summary.slug])


class Rows(Sitemap):
    """The pages of approaches, topics, audiences, centres and policy areas."""

    def items(self) -> list[Any]:
        """Return the rows of all five."""
        models = (Approach, Topic, Audience, Centre, PolicyArea)
        return [row for model in models for row in model._default_manager.all()]


SECTIONS = {"pages": Pages, "summaries": Summaries, "histories": Histories, "rows": Rows}
