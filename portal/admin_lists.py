"""The lists of admin: how their rows are counted and fetched where there are many."""

from typing import Any

from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Page, Paginator
from django.http import HttpRequest
from django.utils.functional import cached_property


class ListPaginator(Paginator):
    """Pages of a long list: its rows are found by their keys, and only those of one page are fetched with all that they show.

    A list that is filtered or searched for is gone through once, not once to count it and again for the page, unless it has
    more rows than `FEW`.
    """

    FEW = 2_000

    @cached_property
    def _first(self) -> list[Any]:
        """The keys of the first rows of a list that something limits, one more than `FEW` if there are more."""
        rows: Any = self.object_list
        keys = rows.values_list("pk", flat=True)[: self.FEW + 1]
        return list(keys) if rows.query.where else []

    @cached_property
    def count(self) -> int:
        """How many rows there are."""
        rows: Any = self.object_list
        is_known = rows.query.where and len(self._first) <= self.FEW
        return len(self._first) if is_known else rows.order_by().count()

    def page(self, number: Any) -> Page:
        """Return a page of rows."""
        page = super().page(number)
        rows: Any = self.object_list
        start = (page.number - 1) * self.per_page
        end = min(start + self.per_page, self.count)
        is_known = end <= len(self._first)
        found = self._first if is_known else rows.values_list("pk", flat=True)
        page.object_list = rows.filter(pk__in=list(found[start:end]))
        return page


class LongList(ChangeList):
    """A list whose rows its paginator finds, also where they fit on one page."""

    def get_results(self, request: HttpRequest) -> None:
        """Do not look a second time for the rows that were counted."""
        super().get_results(request)
        if not self.multi_page:
            self.result_list = self.paginator.page(1).object_list
