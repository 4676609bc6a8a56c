"""The list that an address of the find page asks for, and every link that changes that address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.http import QueryDict

from evidence.catalogue.facets import Catalogue, Selection
from evidence.search.results import SearchResults
from evidence.search.wishes import Wish
from portal.errors import PageNotFound

from .addresses import find_url
from .layouts import DEFAULT_VIEW, VIEWS
from .request import EvidenceFilter


def results_for(data: QueryDict, *, has_views: bool = False) -> "Results":
    """Return what a query string asks for of what is published. PageNotFound says what is wrong with the number of its page.

    Only the find page has views: files have the same pages whatever `view` says.
    """
    filters = EvidenceFilter(data)
    if not filters.is_valid():
        raise PageNotFound(" ".join(filters.errors["page"]))
    results = Results(
        selection=filters.selection(),
        matches=filters.matches,
        is_exact=filters.is_exact,
        declined=filters.declined,
        ignored=filters.ignored(),
        requested_sort=filters.sort,
        view=filters.view if has_views else DEFAULT_VIEW,
        compare=filters.compare,
        page=filters.form.cleaned_data["page"],
    )
    if not 1 <= results.page <= results.pages:
        pages = "one page" if results.pages == 1 else f"{results.pages} pages"
        raise PageNotFound(f"This list has {pages}, and no page {results.page}.")
    return results


@dataclass(frozen=True)
class Results:
    """One page of a list, with all of the list behind it."""

    selection: Selection
    matches: SearchResults | None  # of a search; None if there were no words
    is_exact: bool  # the words were searched for as typed, without correction
    declined: Sequence[Wish]  # what the words are not to be read as
    ignored: Mapping[str, Sequence[str]]  # values that do not exist, by parameter
    requested_sort: str
    view: str  # how the page shows it: a key of VIEWS
    compare: Sequence[str]  # the summaries that are chosen to be compared, by their slugs
    page: int  # from 1

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue that the list is a part of."""
        return self.selection.catalogue

    @property
    def words(self) -> str:
        """The words that were searched for, as far as they were read."""
        return self.matches.words if self.matches else ""

    @property
    def count(self) -> int:
        """How many summaries are in the list."""
        return self.selection.count

    @property
    def pages(self) -> int:
        """How many pages the list has: one, even if it is empty."""
        return max(1, -(-self.count // self.page_size))

    @property
    def page_size(self) -> int:
        """How many summaries a page has."""
        return VIEWS[self.view].page_size

    @property
    def sort(self) -> str:
        """The order of the list. Relevance is none without words."""
        requested = self.requested_sort
        possible = requested and (requested != "relevance" or self.matches)
        return requested if possible else self.default_sort

    @property
    def default_sort(self) -> str:
        """The order of a list whose address names none."""
        return "relevance" if self.matches else "newest"

    @cached_property
    def key(self) -> tuple[Any, ...]:
        """What stands for all of this list's address but the page, among what is kept for one snapshot."""
        declined = tuple(wish.parameter for wish in self.declined)
        chosen = tuple(self.selection.chosen.items())
        how = (self.sort, self.view, tuple(self.compare))
        return (self.words, self.is_exact, declined, chosen, *how)

    @property
    def is_narrowed(self) -> bool:
        """Whether words or filters leave anything out."""
        return bool(self.selection.chosen or self.matches)

    @property
    def wishes(self) -> Sequence[Wish]:
        """The wishes that the order of the list follows.

        They have nothing to say in a list by date or title, nor where a filter leaves only what fits, or nothing that does.
        """
        if self.matches is None or not (self.sort == "relevance" or self.has_only_wishes):
            return ()
        return [wish for wish in self.matches.query.wishes if not self._is_settled(wish)]

    @property
    def has_only_wishes(self) -> bool:
        """Whether the words ask for all that fits their wishes, whatever its subject."""
        return self.matches is not None and self.matches.query.names_only_wishes

    def _is_settled(self, wish: Wish) -> bool:
        chosen = set(self.selection.chosen.get(wish.parameter, ()))
        return bool(chosen) and (chosen <= set(wish.values) or chosen.isdisjoint(wish.values))

    def editions(self) -> list[int]:
        """Return the primary keys of the editions on this page, in order."""
        start = (self.page - 1) * self.page_size
        return self.selection.editions(self.sort, start, start + self.page_size)

    def all_editions(self) -> list[int]:
        """Return the primary keys of all editions in the list, in order."""
        return self.selection.editions(self.sort, 0, self.count)

    # Links

    def url(self, name: str = "evidence:find", /, **changes: Any) -> str:
        """Return the address of this list with some parameters changed. Without `page` among them, it is the first page.

        `name` is that of the address in urls.py. Only the find page has several views, and boxes to choose what to compare.
        """
        parameters = self._parameters | (self._of_the_page if name == "evidence:find" else {})
        if "q" in changes:
            parameters["exact"] = ""
        if changes.get("q") == "":
            parameters["plain"] = ()
        return find_url(parameters | changes, name)

    @cached_property
    def _parameters(self) -> dict[str, Any]:
        """What its address says, by parameter, in the order of every address."""
        chosen = self.selection.chosen
        return {
            "q": self.words,
            "exact": self.words if self.is_exact else "",
            "plain": [wish.parameter for wish in self.declined],
            **{name: chosen.get(name, ()) for name in self.catalogue.facets},
            "sort": self.sort if self.sort != self.default_sort else "",
        }

    @property
    def _of_the_page(self) -> dict[str, Any]:
        return {"view": self._view_in_address, "compare": self.compare}

    @property
    def _view_in_address(self) -> str:
        return "" if self.view == DEFAULT_VIEW else self.view

    def url_of_view(self, view: str) -> str:
        """Return the address that shows this list in another way."""
        return self.url(view="" if view == DEFAULT_VIEW else view)

    def url_of_sort(self, sort: str) -> str:
        """Return the address that shows this list in another order."""
        return self.url(sort="" if sort == self.default_sort else sort)

    def url_of_everything(self) -> str:
        """Return the address of everything, shown in the same way."""
        return find_url(self._of_the_page)

    def comparing(self, slugs: Sequence[str]) -> "Results":
        """Return the same page of the list with other summaries chosen to be compared."""
        return replace(self, compare=slugs)

    def url_declining(self, wish: Wish) -> str:
        """Return the address that reads the words of a wish like any others."""
        return self.url(plain=[one.parameter for one in (*self.declined, wish)])

    def url_accepting(self, wish: Wish) -> str:
        """Return the address that reads a declined wish again."""
        return self.url(plain=[one.parameter for one in self.declined if one != wish])

    def url_without_filters(self) -> str:
        """Return the address with only the words and the order."""
        return self.url(**dict.fromkeys(self.selection.chosen, ()))

    def url_of_page(self, number: int) -> str:
        """Return the address of another page of this list."""
        first = self._first_page
        if number == 1:
            return first
        return f"{first}{'&' if '?' in first else '?'}page={number}"

    @cached_property
    def _first_page(self) -> str:
        return self.url()
