"""The one reader of the find page's query string: a FilterSet that narrows the catalogue instead of a queryset."""

from collections.abc import Callable
from functools import cached_property
from typing import Any, ClassVar, Self

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from evidence.catalogue.build import current_catalogue
from evidence.catalogue.documents import Documents
from evidence.catalogue.facets import Selection
from evidence.catalogue.orders import SORTS
from evidence.catalogue.sources import FACETS
from evidence.catalogue.vocabulary import current_vocabulary
from evidence.models import Edition
from evidence.search.results import SearchResults, search
from evidence.search.wishes import PARAMETERS, Wish
from evidence.search.words import clean
from portal import published
from portal.former_addresses import row_of_former_slug
from portal.kept import remembering

from .layouts import DEFAULT_VIEW, VIEWS

MAX_VALUES = 100  # values of one parameter are read: no facet has more
MAX_SEARCHES, MAX_BYTES = 100, 4_000_000  # searches that a worker remembers, and the bytes of these


class SharedField(forms.Field):
    """A field that all forms share: nothing changes it, and a form copies its fields for every request."""

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """Copy nothing."""
        return self


class ValuesField(SharedField):
    """The values of a repeated parameter, each of them once. Whether they exist is for the catalogue to say."""

    widget = forms.MultipleHiddenInput  # reads them; the page prints its own checkboxes

    def clean(self, value: list[str]) -> list[str]:
        """Leave out repeated and empty values."""
        return [one for one in dict.fromkeys(value) if one][:MAX_VALUES]


class WordsField(SharedField, forms.CharField):
    """Words to search for."""

    def clean(self, value: Any) -> str:
        """Leave out what no search can use, such as control characters."""
        return clean(value or "")


class NameField(SharedField, forms.CharField):
    """The name of an order or of a view. Whether it exists is for `EvidenceFilter` to say."""

    def clean(self, value: Any) -> str:
        """Return it as it is."""
        return value or ""


class PageField(SharedField):
    """The number of a page, from 1."""

    def clean(self, value: Any) -> int:
        """Return 1 if no page is given."""
        if value in (None, ""):
            return 1
        if not (str(value).isascii() and str(value).isdigit() and 0 < len(str(value)) < 7):
            raise ValidationError("The number of a page is a whole number from 1.")
        return int(value)


class ListForm(forms.Form):
    """The part of the address that does not narrow the list."""

    # Search for these words as they were typed, without correction.
    exact = WordsField(required=False)
    plain = ValuesField(required=False)  # read no wish for these filters
    compare = ValuesField(required=False)  # summaries that are chosen to be compared
    sort = NameField(required=False)
    view = NameField(required=False)
    page = PageField(required=False)

    def _clean_fields(self) -> None:
        """Clean each value as it stands in the address: what Django does, but for a BoundField of each field, to print it."""
        for name, field in self.fields.items():
            value = field.widget.value_from_datadict(self.data, self.files, name)
            try:
                self.cleaned_data[name] = field.clean(value)
            except ValidationError as error:
                self.add_error(name, error)


class FacetFilter(django_filters.Filter):
    """Narrows to editions that have one of several values of a facet."""

    field_class = ValuesField


class WordsFilter(django_filters.Filter):
    """Narrows to editions that a search for these words finds."""

    field_class = WordsField


class EvidenceFilter(django_filters.FilterSet):
    """What a visitor asked for. After `is_valid()`, use `selection()`, not `qs`.

    The only error is a page number that makes no sense.
    """

    q = WordsFilter()
    policy_area = FacetFilter()
    spending = FacetFilter()
    strength = FacetFilter()
    strength_at_least = FacetFilter()
    impact = FacetFilter()
    cost = FacetFilter()
    centre = FacetFilter()
    audience = FacetFilter()
    topic = FacetFilter()
    approach = FacetFilter()
    outcome = FacetFilter()
    outcome_effect = FacetFilter()
    kind = FacetFilter()
    setting = FacetFilter()
    age_group = FacetFilter()
    updated = FacetFilter()
    doubt = FacetFilter()

    class Meta:
        model = Edition
        fields: list[str] = []  # all of them are declared above
        form = ListForm

    def __init__(self, data: QueryDict) -> None:
        # All that FilterSet does here but for the copies of its filters, which nothing changes and no queryset passes through.
        self.is_bound, self.data = True, with_present_slugs(data)
        self.queryset = self.request = self.form_prefix = None
        self.filters = self.base_filters
        self.catalogue = current_catalogue()

    def selection(self) -> Selection:
        """Return the part of the catalogue that has all that was asked for. Values that no facet has are left out."""
        cleaned = self.form.cleaned_data
        selection = self.catalogue.all()
        for name, facet in self.catalogue.facets.items():
            if values := [one for one in cleaned[name] if facet.has(one)]:
                selection = selection.choose(name, values)
        return selection.matching(self.matches) if self.matches else selection

    @cached_property
    def matches(self) -> SearchResults | None:
        """What a search for the words found, or None if there are no words."""
        if not (words := self.form.cleaned_data["q"]):
            return None
        declined = frozenset(wish.parameter for wish in self.declined)
        return _search_once(words, self.is_exact, declined)

    @cached_property
    def declined(self) -> tuple[Wish, ...]:
        """What the words would wish for, if their visitor had not said that they do not."""
        words, plain = self.form.cleaned_data["q"], self.form.cleaned_data["plain"]
        if not words or not plain:
            return ()
        wishes = _search_once(words, self.is_exact).query.wishes
        return tuple(wish for wish in wishes if wish.parameter in plain)

    @property
    def sort(self) -> str:
        """The order that was asked for; nothing if it does not exist."""
        sort: str = self.form.cleaned_data["sort"]
        return sort if sort in SORTS else ""

    @property
    def view(self) -> str:
        """The way to show the list that was asked for; the default one if it does not exist."""
        view: str = self.form.cleaned_data["view"]
        return view if view in VIEWS else DEFAULT_VIEW

    @property
    def compare(self) -> list[str]:
        """The published summaries that are chosen to be compared, in the order given."""
        existing = published.current()[Documents].published
        return [slug for slug in self.form.cleaned_data["compare"] if slug in existing]

    def ignored(self) -> dict[str, list[str]]:
        """Return the values that do not exist, by parameter."""
        cleaned = self.form.cleaned_data
        facets = self.catalogue.facets
        known: dict[str, Callable[[str], bool]] = {
            **{name: facet.has for name, facet in facets.items() if cleaned[name]},
            "plain": PARAMETERS.__contains__,
            "compare": self.compare.__contains__,
            "sort": SORTS.__contains__,
            "view": VIEWS.__contains__,
        }
        single = {name: [cleaned[name]] if cleaned[name] else [] for name in ("sort", "view")}
        asked = cleaned | single
        return {
            name: ignored
            for name, exists in known.items()
            if (ignored := [one for one in asked[name] if not exists(one)])
        }

    @property
    def is_exact(self) -> bool:
        """Whether the words are to be searched for as they were typed."""
        cleaned = self.form.cleaned_data
        return cleaned["q"] != "" and cleaned["q"] == cleaned["exact"]

    def get_form_class(self) -> type[forms.Form]:
        """Return the class of the form, made once: it takes longer to make than an address takes to read."""
        if EvidenceFilter._form_class is None:
            EvidenceFilter._form_class = super().get_form_class()
        return EvidenceFilter._form_class

    _form_class: ClassVar[type[forms.Form] | None] = None


def with_present_slugs(data: QueryDict) -> QueryDict:
    """Return a query string in which each value that is a former slug of a row is its present one."""
    facets = current_catalogue().facets
    present = data
    for source in FACETS:
        if source.parameter not in data:
            continue
        values = data.getlist(source.parameter)
        unknown = {one for one in values if not facets[source.parameter].has(one)}
        if unknown and (rows := source.rows(current_vocabulary())):
            model = type(next(iter(rows.values())))
            found = {one: row_of_former_slug(model, one, rows) for one in unknown}
            present = present.copy()
            present.setlist(
                source.parameter, [getattr(found.get(one), "slug", one) for one in values]
            )
    return present


def _search_once(words: str, exact: bool, declined: frozenset[str] = frozenset()) -> SearchResults:
    """Search once for each text in each snapshot, whatever the page and the facets."""

    def search_for(asked: tuple[str, bool, frozenset[str]]) -> SearchResults:
        words, exact, declined = asked
        return search(words, exact=exact, declined=declined)

    searches = published.current().get_or_make(
        "searches", lambda: remembering(search_for, MAX_SEARCHES, MAX_BYTES, SearchResults.size)
    )
    return searches((words, exact, declined))
