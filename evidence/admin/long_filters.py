"""Filters of editions and of summaries by rows of long lists, such as topics: a field to choose one from, not a link for each.

A summary is found by its newest edition: the one that "Export this list" gives.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe

from centres.models import PolicyArea

from ..models import Audience, Edition, Kind, ListRow, Product, Topic, centres_of, editions_with
from ..models.list_rows import MERGED

SELECTED = mark_safe(" selected")


class LongFilter(admin.SimpleListFilter):
    """The base of these filters. Its form keeps every other filter, the words of a search and the order."""

    template = "admin/long_filter.html"

    def rows(self, request: HttpRequest) -> Iterable[tuple[int, str]]:
        """Return the rows that can be chosen, as pairs of primary key and label."""
        raise NotImplementedError

    def condition(self, key: str) -> Q:
        """Return the condition for editions that have the chosen row."""
        raise NotImplementedError

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer every row."""
        return [(str(key), label) for key, label in self.rows(request)]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """Return the editions with the chosen row, or the summaries whose newest edition has it."""
        if not (key := self.value()):
            return queryset
        if key not in {str(known) for known, _ in self.lookup_choices}:
            raise IncorrectLookupParameters
        if queryset.model is Edition:
            return queryset.filter(self.condition(key))
        newer = Edition.objects.filter(summary=OuterRef("summary"), number__gt=OuterRef("number"))
        having = Edition.objects.filter(~Exists(newer), self.condition(key)).order_by()
        return queryset.filter(pk__in=having.values("summary"))

    def choices(self, changelist: Any) -> Iterator[Any]:
        """Note what else the list is filtered by. The options of the field are below: 200 of them are slow in a template."""
        self.kept = [
            (name, value)
            for name, values in changelist.filter_params.items()
            for value in values
            if name != self.parameter_name
        ]
        return iter(())

    @property
    def options(self) -> SafeString:
        """The options, the one for all first."""
        chosen = self.value() or ""
        rows = [("", "All"), *self.lookup_choices]
        return format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            ((key, SELECTED if key == chosen else "", label) for key, label in rows),
        )


class RowFilter(LongFilter):
    """By a row of a list that summaries are sorted by, or one that was merged into it."""

    model: type[ListRow]

    def rows(self, request: HttpRequest) -> Iterable[tuple[int, str]]:
        """Return the rows by name."""
        return self.model.objects.exclude(ended=MERGED).order_by("label").values_list("pk", "label")

    def condition(self, key: str) -> Q:
        """Return the condition for editions that have the row."""
        row = self.model.objects.get(pk=key)
        return Q(pk__in=editions_with(row).order_by().values("pk"))


class TopicFilter(RowFilter):
    """By a topic."""

    title, parameter_name, model = "topic", "topic", Topic


class AudienceFilter(RowFilter):
    """By an audience."""

    title, parameter_name, model = "who it is for", "audience", Audience


class KindFilter(RowFilter):
    """By a kind. Django's own filter would offer merged kinds, and find nothing of them under the other."""

    title, parameter_name, model = "kind", "of_kind", Kind


class PolicyAreaFilter(LongFilter):
    """By a policy area."""

    title, parameter_name = "policy area", "area"

    def rows(self, request: HttpRequest) -> Iterable[tuple[int, str]]:
        """Return the policy areas by name."""
        return PolicyArea.objects.order_by("label").values_list("pk", "label")

    def condition(self, key: str) -> Q:
        """Return the condition for editions that are about it."""
        return Q(policy_areas=key)


class ProductLineFilter(LongFilter):
    """By a product line of the person's centres."""

    title, parameter_name = "product line", "line"

    def rows(self, request: HttpRequest) -> list[tuple[int, str]]:
        """Return the lines by centre."""
        lines = Product.objects.filter(centre__in=centres_of(request.user)).select_related("centre")
        named = ((line.pk, f"{line.centre.short_name}: {line.name}") for line in lines)
        return sorted(named, key=lambda row: row[1].lower())

    def condition(self, key: str) -> Q:
        """Return the condition for editions whose publication line is a name of the line."""
        line = Product.objects.get(pk=key)
        return Q(summary__centre=line.centre_id, product__in=line.names)


LONG_FILTERS = [TopicFilter, AudienceFilter, PolicyAreaFilter, ProductLineFilter]


class StateFilter(admin.SimpleListFilter):
    """Filters summaries by the states of their editions, as their list shows them."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer every state but "superseded", in which nearly every summary has an edition."""
        shown = [*Edition.OPEN, Edition.State.PUBLISHED, Edition.State.WITHDRAWN]
        return [(state.value, str(state.label)) for state in shown]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """Return the summaries with an edition in the chosen state."""
        if self.value() not in {key for key, _ in self.lookup_choices}:
            return queryset
        if self.value() == Edition.State.WITHDRAWN:
            return queryset.filter(withdrawn_at__isnull=False)
        editions = Edition.objects.filter(state=self.value()).order_by()
        return queryset.filter(pk__in=editions.values("summary"))
