"""The lists that classify summaries: topics, audiences, settings, kinds and outcomes."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from ..models import Audience, Kind, Outcome, Setting, Topic
from .list_rows import ListRowAdmin


@admin.register(Topic)
class TopicAdmin(ListRowAdmin):
    """A topic and its policy areas."""

    list_display = ["label", "order", "areas"]
    list_filter = ["policy_areas"]
    search_fields = ["label", "slug", "also_known_as"]
    prepopulated_fields = {"slug": ["label"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Topic]:
        """Fetch the policy areas of all topics at once."""
        return super().get_queryset(request).prefetch_related("policy_areas")

    @admin.display(description="policy areas")
    def areas(self, topic: Topic) -> str:
        """Name the policy areas, for the list."""
        return ", ".join(area.label for area in topic.policy_areas.all())


@admin.register(Audience)
class AudienceAdmin(ListRowAdmin):
    """An audience."""

    list_display = ["label", "order", "decides"]
    search_fields = ["label", "slug"]
    prepopulated_fields = {"slug": ["label"]}


@admin.register(Setting)
class TermAdmin(ListRowAdmin):
    """A word of a plain list: a setting."""

    list_display = ["label", "order"]
    search_fields = ["label", "slug"]
    prepopulated_fields = {"slug": ["label"]}


@admin.register(Kind)
class KindAdmin(TermAdmin):
    """A kind of product, and how much research one of it rests on."""

    list_display = ["label", "order", "rests_on"]
    list_filter = ["rests_on"]


@admin.register(Outcome)
class OutcomeAdmin(ListRowAdmin):
    """An outcome that findings are about."""

    list_display = ["label", "domain", "better_when", "order"]
    list_filter = ["domain", "better_when"]
    search_fields = ["label", "slug", "also_known_as"]
    prepopulated_fields = {"slug": ["label"]}
