"""The one reader of the find page's query string, and the one maker of its links."""

import functools
from collections.abc import Callable, Iterable, Mapping
from copy import copy
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.urls import reverse

from evidence.catalogue.facets import SORTS, Catalogue, Selection
from evidence.models import Edition
from evidence.search.results import SearchResults, search
from evidence.search.words import clean
from portal.errors import NotThere

PAGE_SIZE = 20
MOST_VALUES = 100  # of one parameter: no facet has more
MOST_SEARCHES = 100  # kept in a worker: at 20,000 summaries, a common word takes about 0.5 MB


class PlainFilter(django_filters.Filter):
    """A filter without anything of its own that a FilterSet would have to copy deeply for each request."""

    def __deepcopy__(self, memo: dict[int, Any]) -> "PlainFilter":
        return copy(self)


class ValuesWidget(forms.Widget):
    """Reads a repeated parameter; the page draws its own checkboxes."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        return list(dict.fromkeys(data.getlist(name)))[:MOST_VALUES]


class ValuesField(forms.Field):
    widget = ValuesWidget

    def clean(self, value: list[str]) -> list[str]:
        return [one for one in value if one]


class ValuesFilter(PlainFilter):
    """Chooses values of a facet. Those that it does not have are left out and remembered."""

    field_class = ValuesField

    def filter(self, qs: Selection, value: list[str]) -> Selection:
        known = qs.catalogue.facets[self.field_name].bits
        self.parent.unknown[self.field_name] = [one for one in value if one not in known]
        values = [one for one in value if one in known]
        return qs.choose(self.field_name, values) if values else qs


class WordsField(forms.CharField):
    def clean(self, value: Any) -> str:
        return clean(value or "")


class WordsFilter(PlainFilter):
    field_class = WordsField

    def filter(self, qs: Selection, value: str) -> Selection:
        if not value:
            return qs
        self.parent.matches, matched = _searches(qs.catalogue)(
            value, value == self.parent.exact_words
        )
        return qs.matching(self.parent.matches.ranks, matched)


class ExactFilter(PlainFilter):
    """Searches for these words as they were typed, typing errors and all; other words are corrected again."""

    field_class = WordsField

    def filter(self, qs: Selection, value: str) -> Selection:
        self.parent.exact_words = value
        return qs


class SortField(forms.CharField):
    def clean(self, value: Any) -> str:
        return value if value in SORTS else ""


class SortFilter(PlainFilter):
    field_class = SortField

    def filter(self, qs: Selection, value: str) -> Selection:
        possible = value and (value != "relevance" or self.parent.matches)
        self.parent.sort = value if possible else self.parent.default_sort
        return qs


class PageField(forms.Field):
    def clean(self, value: Any) -> int:
        if value in (None, ""):
            return 1
        if not (str(value).isascii() and str(value).isdigit() and 0 < len(str(value)) < 7):
            raise ValidationError("The number of a page is a whole number from 1.")
        return int(value)


class PageFilter(PlainFilter):
    field_class = PageField

    def filter(self, qs: Selection, value: int) -> Selection:
        self.parent.page = value
        return qs


class EvidenceFilter(django_filters.FilterSet):
    """Narrows a Selection by what a visitor asked for.

    After `find()`: `selection`, `matches` (of the words, or None), `sort`, `page` and `unknown` (values that no facet has, by
    parameter).
    """

    policy_area = ValuesFilter()
    spending = ValuesFilter()
    strength = ValuesFilter()
    impact = ValuesFilter()
    cost = ValuesFilter()
    centre = ValuesFilter()
    audience = ValuesFilter()
    topic = ValuesFilter()
    outcome = ValuesFilter()
    kind = ValuesFilter()
    setting = ValuesFilter()
    age_group = ValuesFilter()
    updated = ValuesFilter()
    exact: Any = ExactFilter()  # before the words, which it is about
    q = WordsFilter()
    sort: Any = SortFilter()  # a filter on the class, its answer on an instance
    page: Any = PageFilter()

    def __init__(self, data: QueryDict, catalogue: Catalogue) -> None:
        super().__init__(data, queryset=CatalogueRows(catalogue))
        self.catalogue = catalogue
        self.unknown: dict[str, list[str]] = {}
        self.matches: SearchResults | None = None
        self.exact_words = ""
        self.sort = "newest"
        self.page = 1

    def find(self) -> "EvidenceFilter":
        """Read the address. NotThere says what is wrong with the page number."""
        selection = self.catalogue.all()
        for name, field in _fields().items():
            try:
                value = field.clean(field.widget.value_from_datadict(self.data, {}, name))
            except ValidationError as error:
                raise NotThere(" ".join(error.messages)) from None
            selection = self.filters[name].filter(selection, value)
        self.selection = selection
        self.words = self.matches.words if self.matches else ""
        self.count = selection.count
        self.pages = max(1, -(-self.count // PAGE_SIZE))
        if not 1 <= self.page <= self.pages:
            pages = "one page" if self.pages == 1 else f"{self.pages} pages"
            raise NotThere(f"This list has {pages}, and no page {self.page}.")
        return self

    @property
    def is_exact(self) -> bool:
        return self.words != "" and self.words == self.exact_words

    @property
    def editions(self) -> list[int]:
        """The keys of the editions on this page, in order."""
        start = (self.page - 1) * PAGE_SIZE
        return self.selection.editions(self.sort, start, start + PAGE_SIZE)

    @property
    def default_sort(self) -> str:
        return "relevance" if self.matches else "newest"

    @property
    def is_narrowed(self) -> bool:
        return bool(self.selection.chosen or self.matches)

    # Addresses: every link that changes the query string is made here

    def url(self, view: str = "evidence:find", /, **changes: Any) -> str:
        """Return the address of this list with changes; a change of anything but the page drops it."""
        state: dict[str, Any] = {
            "q": self.words,
            "exact": self.words if self.is_exact else "",
            **{name: self.selection.chosen.get(name, ()) for name in self.catalogue.facets},
            "sort": self.sort if self.sort != self.default_sort else "",
            "page": "",
        }
        if "q" in changes:
            state["exact"] = ""
        return address(view, state | changes)

    def url_without(self, parameter: str, value: str) -> str:
        changes: dict[str, Any] = {
            parameter: [one for one in self.selection.chosen[parameter] if one != value]
        }
        return self.url(**changes)

    def url_without_filters(self) -> str:
        return self.url(**dict.fromkeys(self.selection.chosen, ()))

    def url_of_page(self, number: int) -> str:
        return self.url(page=number if number > 1 else "")


def address(view: str, state: Mapping[str, Any]) -> str:
    pairs: list[tuple[str, Any]] = []
    for name, value in state.items():
        values: Iterable[Any] = value if isinstance(value, list | tuple) else [value]
        pairs += [(name, one) for one in values if one not in ("", None)]
    query = urlencode(pairs)
    return f"{_path_of(view)}?{query}" if query else _path_of(view)


@dataclass(frozen=True)
class CatalogueRows:
    """What a FilterSet asks of its queryset, of a catalogue."""

    catalogue: Catalogue
    model = Edition


@functools.cache
def _fields() -> dict[str, forms.Field]:
    """Make the fields once. They keep no state, and a form that copies them would cost more than reading the address."""
    # Of copies: a filter keeps the field that it makes, and the class's own are copied for every request.
    return {name: copy(one).field for name, one in EvidenceFilter.base_filters.items()}


# Reversing an address takes longer than the rest of making a link.
_path_of = functools.cache(reverse)


Search = Callable[[str, bool], tuple[SearchResults, int]]


def _searches(catalogue: Catalogue) -> Search:
    """Return the search that asks once for each text and content version, whatever the page and filters."""

    def once(words: str, exact: bool) -> tuple[SearchResults, int]:
        matches = search(words, exact=exact)
        return matches, catalogue.bitmap(matches.ranks)

    return catalogue.get_or_make("searches", lambda: functools.lru_cache(MOST_SEARCHES)(once))
