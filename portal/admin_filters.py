"""Filters of admin's lists that Django lacks: a field to choose one of many rows, or to type a name; and plain headings."""

from collections.abc import Iterable, Iterator
from functools import reduce
from operator import or_
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe

from .escaped import escaped


class LongFilter(admin.SimpleListFilter):
    """The base of these filters. Its form keeps every other filter, the words of a search and the order."""

    template = "admin/long_filter.html"

    def rows(self, request: HttpRequest) -> Iterable[tuple[int, str]]:
        """Return the rows that can be chosen, as pairs of primary key and label."""
        raise NotImplementedError

    def chosen(self, queryset: QuerySet, key: str) -> QuerySet:
        """Return what has the row with this key."""
        raise NotImplementedError

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer every row."""
        return [(str(key), label) for key, label in self.rows(request)]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """Return what has the chosen row, or all."""
        if not (key := self.value()):
            return queryset
        if key not in {str(known) for known, _ in self.lookup_choices}:
            raise IncorrectLookupParameters
        return self.chosen(queryset, key)

    def choices(self, changelist: Any) -> Iterator[Any]:
        """Note what else the list is filtered by. The options of the field are below: 200 of them are slow in a template."""
        self.kept = other_filters(changelist, self.parameter_name)
        return iter(())

    @property
    def options(self) -> SafeString:
        """The options, the one for all first."""
        chosen = self.value() or ""
        rows = [("", "All"), *self.lookup_choices]
        return mark_safe(  # noqa: S308 - each is escaped
            "".join(
                f'<option value="{escaped(key)}"{" selected" if key == chosen else ""}>{escaped(label)}</option>'
                for key, label in rows
            )
        )


class NamedPersonFilter(admin.SimpleListFilter):
    """By a person whose name is typed, where there may be hundreds. `fields` name the people of a row.

    Part of a username is enough. Rows are found among those that the reader may see, so a name tells nothing else.
    """

    template = "admin/person_filter.html"
    fields: tuple[str, ...]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer nothing to choose from: the name is typed."""
        return []

    def has_output(self) -> bool:
        """Show the field always."""
        return True

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """Return what somebody with this name did, or all."""
        if not (name := (self.value() or "").strip()):
            return queryset
        people = list(User.objects.filter(username__says=name).values_list("pk", flat=True))
        of_them = (Q(**{f"{field}__in": people}) for field in self.fields)
        return queryset.filter(reduce(or_, of_them))

    def choices(self, changelist: Any) -> Iterator[Any]:
        """Note what else the list is filtered by."""
        self.kept = other_filters(changelist, self.parameter_name)
        return iter(())


def named_person(title: str, parameter: str, *fields: str) -> type[NamedPersonFilter]:
    """Return the filter by the person in any of these fields."""
    ours = {"title": title, "parameter_name": parameter, "fields": fields}
    return type("NamedPersonFilter", (NamedPersonFilter,), ours)


def other_filters(changelist: Any, own: str | None) -> list[tuple[str, str]]:
    """Return what a list is filtered by beside one parameter, for the form of that."""
    return [
        (name, value)
        for name, values in changelist.filter_params.items()
        for value in values
        if name != own
    ]


class Titled:
    """What a filter of Django's is given where the name of its field would be no heading after "By"."""

    heading: str

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = self.heading


def titled(
    heading: str, kind: type[admin.FieldListFilter] = admin.BooleanFieldListFilter
) -> type[admin.FieldListFilter]:
    """Return a filter of a field, by yes or no if nothing else is said, under this heading."""
    return type("TitledFilter", (Titled, kind), {"heading": heading})


class PersonFilter(LongFilter):
    """By who did it, in a log. It offers the people who are in it; `field` names the person of an entry."""

    title, parameter_name = "who", "person"
    field: str

    def __init__(self, request: HttpRequest, params: Any, model: Any, model_admin: Any) -> None:
        self.entries = model._default_manager.order_by()
        super().__init__(request, params, model, model_admin)

    def rows(self, request: HttpRequest) -> Iterable[tuple[int, str]]:
        """Return the people by name."""
        done = self.entries.filter(**{self.field: OuterRef("pk")})
        people = User.objects.filter(Exists(done)).order_by("username")
        return people.values_list("pk", "username")

    def chosen(self, queryset: QuerySet, key: str) -> QuerySet:
        """Return what this person did."""
        return queryset.filter(**{self.field: key})


def by_person(field: str) -> type[PersonFilter]:
    """Return the filter of a log whose entries have the person in this field."""
    return type("PersonFilter", (PersonFilter,), {"field": field})
