"""The lists of admin: how their rows are counted and fetched where there are many."""

from collections.abc import Sequence
from itertools import islice
from typing import Any

from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import quote
from django.contrib.admin.views.main import ChangeList
from django.core.paginator import InvalidPage, Page, Paginator
from django.db.models import Count, Window
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import smart_split

MOST_PAGES = 10**9  # the database knows no number of 30 digits, which an address may have

MOST_WORDS = 20  # each word that is searched for is a condition of its own, and the database has only so long


def first_words(typed: str) -> str:
    """Return the words of a search that are looked for, with those in quotation marks as one."""
    return " ".join(islice(smart_split(typed), MOST_WORDS))


class ListPaginator(Paginator):
    """Pages of a long list: the keys of a page are found first, and only its rows are fetched with all that they show.

    What a list is filtered by is tried once: one statement counts all rows that it leaves, and gives the keys of the page that
    is `expected`. The rows are then fetched by their keys alone.
    """

    is_filtered = True  # so that no index has its rows in order
    expected = 1  # the number of the page that will be asked for

    @cached_property
    def _found(self) -> tuple[int, Sequence[Any]] | None:
        """How many rows a filtered list has, with the keys of the expected page. None if that page does not exist."""
        may_exist = self.expected <= MOST_PAGES
        keys = self._keys(self.expected, Window(Count("*"))) if may_exist else []
        if not keys:
            return None if self.expected > 1 else (0, [])
        return keys[0][1], [key for key, _ in keys]

    @cached_property
    def count(self) -> int:
        """How many rows there are."""
        rows: Any = self.object_list
        found = self._found if self.is_filtered else None
        return found[0] if found else rows.order_by().count()

    def page(self, number: Any) -> Page:
        """Return a page of rows."""
        page = super().page(number)
        found = self._found if page.number == self.expected and self.is_filtered else None
        keys = found[1] if found else [key for (key,) in self._keys(page.number)]
        page.object_list = self._rows(keys)
        return page

    def _keys(self, number: int, *more: Any) -> Sequence[Any]:
        rows: Any = self.object_list
        start = (max(number, 1) - 1) * self.per_page
        return list(rows.values_list("pk", *more)[start : start + self.per_page])

    def _rows(self, keys: Sequence[Any]) -> list[Any]:
        """Return the rows with these keys, in their order."""
        shown: Any = self.object_list
        rows = shown.order_by()
        rows.query.clear_where()  # they have met every condition, and some take long
        found = {row.pk: row for row in rows.filter(pk__in=keys)}
        return [found[key] for key in keys if key in found]


class LongList(ChangeList):
    """A list whose rows its paginator finds."""

    is_always_filtered: Any = False

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        # Django would resolve the address of each row to find out that the way back belongs to it: see url_for_result.
        self._way_back, self.preserved_filters = self.preserved_filters, ""

    @cached_property
    def _address(self) -> tuple[str, str]:
        """What stands before and after the key in the address of a row: to look each address up takes ten times as long."""
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        end = "0/change/"
        address = reverse(name, args=["0"], current_app=self.model_admin.admin_site.name)
        way_back = f"?{self._way_back}" if self._way_back else ""
        return address.removesuffix(end), f"{end[1:]}{way_back}"

    def url_for_result(self, result: Any) -> str:
        """Return the address of a row, with the filters to come back to."""
        before, after = self._address
        return f"{before}{quote(getattr(result, self.pk_attname))}{after}"

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> Any:
        """Fetch only the columns that are shown, if the list names them: a summary has long texts, and a centre 40 fields."""
        rows = super().get_queryset(request, exclude_parameters)
        columns = getattr(self.model_admin, "list_only", ())
        return rows.only(*columns) if columns else rows

    def get_results(self, request: HttpRequest) -> None:
        """Find the rows of the page, and how many there are."""
        shown: Any = self.model_admin.get_paginator(request, self.queryset, self.list_per_page)
        shown.expected = self.page_num
        shown.is_filtered = self.is_always_filtered or self.query or self.has_active_filters
        self.paginator, self.result_count = shown, shown.count
        # A list that nothing narrows says once how many rows there are, and offers no way to all of them.
        self.is_narrowed = bool(self.query or self.get_filters_params())
        self.full_result_count = None if self.is_narrowed else shown.count
        self.show_full_result_count = False
        self.show_admin_actions = True
        self.can_show_all = self.result_count <= self.list_max_show_all
        self.multi_page = self.result_count > self.list_per_page
        if self.show_all and self.can_show_all:
            self.result_list = list(self.queryset)
            return
        try:
            # Where all rows fit on one page, any number leads to it.
            self.result_list = shown.page(self.page_num if self.multi_page else 1).object_list
        except InvalidPage:
            raise IncorrectLookupParameters from None
