"""Filters of editions and of summaries by rows of long lists, such as topics: a field to choose one from, not a link for each.

A summary is found by its newest edition: the one that "Export this list" gives.
"""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest

from centres.models import PolicyArea
from portal.admin_filters import LongFilter

from ..models import (
    Approach,
    Audience,
    Edition,
    Kind,
    ListRow,
    Outcome,
    Product,
    Setting,
    Topic,
    centres_of,
    with_row,
)
from ..models.list_rows import MERGED


class EditionsFilter(LongFilter):
    """The base of these filters."""

    def condition(self, key: str) -> Q:
        """Return the condition for editions that have the chosen row."""
        raise NotImplementedError

    def chosen(self, queryset: QuerySet, key: str) -> QuerySet:
        """Return the editions with the chosen row, or the summaries whose newest edition has it."""
        if queryset.model is Edition:
            return queryset.filter(self.condition(key))
        newer = Edition.objects.filter(summary=OuterRef("summary"), number__gt=OuterRef("number"))
        having = Edition.objects.filter(~Exists(newer), self.condition(key)).order_by()
        return queryset.filter(pk__in=having.values("summary"))


class RowFilter(EditionsFilter):
    """By a row of a list that summaries are sorted by, or one that was merged into it. Pages of rows lead to it.

    Of lists that few look for, it is shown only when a row is chosen; and a merged row is offered only then.
    """

    parameter_name: str
    model: type[ListRow]
    is_offered = True

    def rows(self, request: HttpRequest) -> Iterable[tuple[int, str]]:
        """Return the rows by name."""
        chosen = request.GET.get(self.parameter_name, "")
        may_be_chosen = chosen.isascii() and chosen.isdecimal() and len(chosen) < 19
        if not (self.is_offered or may_be_chosen):
            return []
        offered = ~Q(ended=MERGED) if self.is_offered else Q(pk__in=[])
        if may_be_chosen:
            offered |= Q(pk=chosen)
        return self.model.objects.filter(offered).order_by("label").values_list("pk", "label")

    def condition(self, key: str) -> Q:
        """Return the condition for editions that have the row."""
        row = self.model.objects.get(pk=key)
        return with_row(row)


class TopicFilter(RowFilter):
    """By a topic."""

    title, parameter_name, model = "topic", "topic", Topic


class AudienceFilter(RowFilter):
    """By an audience."""

    title, parameter_name, model = "who it is for", "audience", Audience


class KindFilter(RowFilter):
    """By a kind. Django's own filter would offer merged kinds, and find nothing of them under the other."""

    title, parameter_name, model = "kind", "of_kind", Kind


class SettingFilter(RowFilter):
    """By a setting."""

    title, parameter_name, model, is_offered = "setting", "setting", Setting, False


class OutcomeFilter(RowFilter):
    """By an outcome of a finding."""

    title, parameter_name, model, is_offered = "outcome", "outcome", Outcome, False


class ApproachFilter(RowFilter):
    """By an approach that the summary is a member of."""

    title, parameter_name, model, is_offered = "approach", "approach", Approach, False


ROW_FILTERS: dict[type[ListRow], type[RowFilter]] = {
    one.model: one
    for one in (
        TopicFilter,
        AudienceFilter,
        KindFilter,
        SettingFilter,
        OutcomeFilter,
        ApproachFilter,
    )
}


def query_of(row: ListRow) -> str:
    """Return the query string of the list of editions that have a row."""
    return f"{ROW_FILTERS[type(row)].parameter_name}={row.pk}"


class PolicyAreaFilter(EditionsFilter):
    """By a policy area."""

    title, parameter_name = "policy area", "area"

    def rows(self, request: HttpRequest) -> Iterable[tuple[int, str]]:
        """Return the policy areas by name."""
        return PolicyArea.objects.order_by("label").values_list("pk", "label")

    def condition(self, key: str) -> Q:
        """Return the condition for editions that are about it."""
        return Q(policy_areas=key)


class ProductLineFilter(EditionsFilter):
    """By a product line of the person's centres."""

    title, parameter_name = "product line", "line"

    def rows(self, request: HttpRequest) -> list[tuple[int, str]]:
        """Return the lines by centre."""
        lines = Product.objects.filter(centre__in=centres_of(request.user)).order_by()
        shown = lines.values_list("pk", "name", "centre__acronym", "centre__name")
        named = ((key, f"{acronym or centre}: {name}") for key, name, acronym, centre in shown)
        return sorted(named, key=lambda row: row[1].lower())

    def condition(self, key: str) -> Q:
        """Return the condition for editions that give a name of the line."""
        line = Product.objects.get(pk=key)
        return Q(summary__centre=line.centre_id, product__in=line.names)


LONG_FILTERS: list[type[LongFilter]] = [
    TopicFilter, AudienceFilter, PolicyAreaFilter, ProductLineFilter,
    *(one for one in ROW_FILTERS.values() if not one.is_offered),
]  # fmt: skip


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
