"""Every public address, for crawlers."""

from typing import Any

from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet
from django.urls import reverse

from centres.models import Centre, PolicyArea
from evidence.models import Approach, Audience, Edition, Topic


class Pages(Sitemap):
    def items(self) -> list[str]:
        return [
            *("home", "evidence:find", "evidence:approach-list", "evidence:topic-list"),
            *("evidence:audience-list", "centres:centre-list", "centres:policy-area-list"),
            *("centres:ratings", "centres:network", "accessibility", "privacy", "cookies"),
        ]

    def location(self, item: Any) -> str:
        return reverse(item)


class Summaries(Sitemap):
    def items(self) -> QuerySet[Edition]:
        return Edition.objects.published().select_related("summary")

    def lastmod(self, item: Edition) -> Any:
        return item.published_at


class Histories(Summaries):
    def location(self, item: Any) -> str:
        return reverse("evidence:history", args=[item.summary.slug])


class Rows(Sitemap):
    def items(self) -> list[Any]:
        models = (Approach, Topic, Audience, Centre, PolicyArea)
        return [row for model in models for row in model._default_manager.all()]


SECTIONS = {"pages": Pages, "summaries": Summaries, "histories": Histories, "rows": Rows}
