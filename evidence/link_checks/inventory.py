"""The inventory of links: every address that an editor can change, and the rows that use it."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import connection, models
from django.db.models import BigIntegerField, BooleanField, F, Func, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.urls import reverse

from centres.models import (
    Centre,
    NetworkEvent,
    NetworkNote,
    NetworkSource,
    NetworkTotal,
    Organisation,
    Publication,
    RatingReference,
    RatingScale,
    SpendingFigure,
)
from evidence.models import (
    Edition,
    LinkCheck,
    LinkCheckQuerySet,
    PageReading,
    PageReadingQuerySet,
    Product,
    ProductRule,
    Source,
    of_centres_of,
)


@dataclass(frozen=True)
class LinkTable:
    """A table with links.

    `label` is the path to the name of a row, `single` has its fields with one address and `several` those with a list of them.
    `centre` is the path to the centre of a row, empty if it has none. `page` is the path to the row whose page in admin shows
    it, and `page_model` the model of that row.
    """

    model: type[models.Model]
    label: str
    single: tuple[str, ...] = ()
    several: tuple[str, ...] = ()
    centre: str = ""
    page: str = "pk"
    page_model: type[models.Model] | None = None

    def rows(self) -> QuerySet:
        """Return the rows whose links count."""
        return self.model._default_manager.all()


@dataclass(frozen=True)
class EditionLinkTable(LinkTable):
    """A table of editions or their parts. Only published and open editions count."""

    to_edition: str = ""

    def rows(self) -> QuerySet:
        """Leave out superseded and withdrawn editions."""
        published_or_open = Edition.published_q(self.to_edition) | Edition.open_q(self.to_edition)
        return super().rows().filter(published_or_open)


EDITIONS = [
    EditionLinkTable(Edition, "title", ("source_url",), centre="summary__centre"),
    EditionLinkTable(
        Source, "edition__title", ("url",), centre="edition__summary__centre", page="edition",
        page_model=Edition, to_edition="edition",
    ),
]  # fmt: skip
NETWORK = [
    LinkTable(Centre, "name", ("website",), ("sources", "unrated_sources"), centre="pk"),
    LinkTable(RatingScale, "name", ("address",), ("sources",), centre="centre"),
    LinkTable(Organisation, "name", ("website",)),
    LinkTable(RatingReference, "citation", ("url", "source")),
    LinkTable(
        SpendingFigure, "policy_area__label", ("publication_url",), ("sources",), page="policy_area",
        page_model=SpendingFigure._meta.get_field("policy_area").related_model,
    ),
    LinkTable(NetworkEvent, "title", ("source",), ("also",)),
    LinkTable(Publication, "title", ("url", "source")),
    LinkTable(NetworkTotal, "slug", ("source",)),
    LinkTable(NetworkSource, "title", ("url",)),
    LinkTable(NetworkNote, "slug", several=("sources",)),
    LinkTable(Product, "name", ("address", "count_source"), ("sources",), centre="centre"),
    LinkTable(
        ProductRule, "product__name", ("source",), centre="product__centre", page="product",
        page_model=Product,
    ),
]  # fmt: skip
LINK_TABLES = {table.model._meta.label_lower: table for table in [*EDITIONS, *NETWORK]}


class IsOneOf(Func):
    """Whether a value is in a list, which is one parameter."""

    template = "(%(expressions)s))"
    arg_joiner = " = ANY("
    output_field = BooleanField()


# What stands in a statement for a person and for a list of addresses. No other parameter is equal to either.
ANYBODY, ADDRESSES = object(), object()


class Unnest(Func):
    """PostgreSQL's unnest: a row for each entry of a list."""

    function = "unnest"
    set_returning = True
    output_field = TextField()


@dataclass(frozen=True)
class LinkUse:
    """A row that uses an address. `edition` is the primary key of its edition, if it belongs to one."""

    url: str
    label: str
    page: str  # its address in admin; empty if the person may not see it
    edition: int | None


def all_links(centre: Centre | None = None) -> set[str]:
    """Return every address that is linked to, or only those of one centre."""
    rows = _union(Q(pk=centre.pk) if centre else None)
    return {url for url, *_ in rows if url}


def note_centres() -> None:
    """Note at each check which centres link to its address: to find that out for a list takes longer than to show the list."""
    parts = [
        rows.values_list("link", Cast(table.centre, BigIntegerField()))
        for table in LINK_TABLES.values()
        if table.centre
        for rows in _columns(table, None)
    ]
    inner, parameters = parts[0].union(*parts[1:]).query.sql_with_params()
    # What is put in here is a statement of our own.
    statement = f"""
        UPDATE evidence_linkcheck AS noted SET centres = now_used.centres
        FROM (
            SELECT checked.id, array_remove(array_agg(used.centre ORDER BY used.centre), NULL) AS centres
            FROM evidence_linkcheck AS checked LEFT JOIN ({inner}) AS used (url, centre) USING (url)
            GROUP BY checked.id
        ) AS now_used
        WHERE noted.id = now_used.id AND noted.centres <> now_used.centres
    """  # noqa: S608  # only names of our own
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def uses_of(urls: Collection[str], user: Any) -> dict[str, list[LinkUse]]:
    """Return the uses of each address, in one query: all of them, or those of the person's own centres."""
    found: dict[str, dict[LinkUse, None]] = defaultdict(dict)
    if urls:
        statement, parameters = _statement(is_limited=not user.has_perm("evidence.all_centres"))
        meant = {ANYBODY: user.pk, ADDRESSES: list(urls)}
        with connection.cursor() as cursor:
            cursor.execute(statement, [meant.get(one, one) for one in parameters])
            rows = cursor.fetchall()
        tables = {name: _TablePages(LINK_TABLES[name], user) for _, name, _, _ in rows}
        for url, name, pk, label in rows:
            found[url][tables[name].use(url, pk, label)] = None
    return defaultdict(list, {url: list(uses) for url, uses in found.items()})


def checks_for(user: Any) -> LinkCheckQuerySet:
    """Return the link checks that a person may see."""
    checks = LinkCheck.objects.all()
    if (limit := _centres_of(user)) is not None:
        checks = checks.filter(_used_by(limit))
    return checks


def unread_for(user: Any) -> PageReadingQuerySet:
    """Return the readings of pages that failed, of the summaries that a person may see."""
    return of_centres_of(user, PageReading.objects.unread(), "edition__summary__centre")


def has_failing_link() -> Q:
    """Return the condition for editions with a failing link."""
    failing = LinkCheck.objects.failing().values("url")
    own = Edition.objects.order_by().filter(source_url__in=failing).values("pk")
    sources = Source.objects.order_by().filter(url__in=failing).values("edition")
    return Q(pk__in=own.union(sources))  # one list of keys: the database looks no edition up in two


def _centres_of(user: Any) -> Q | None:
    """Return the condition for the centres of a person, or None for all centres."""
    if user.has_perm("evidence.all_centres"):
        return None
    return Q(memberships__user=user)


def _used_by(centres: Q) -> Q:
    links = [
        rows.values("link")
        for table in LINK_TABLES.values()
        if table.centre
        for rows in _columns(table, centres)
    ]
    return Q(url__in=links[0].union(*links[1:]))


@cache
def _statement(*, is_limited: bool) -> tuple[str, tuple[Any, ...]]:
    """Return the statement that finds the uses of ADDRESSES by rows of the centres of ANYBODY, with its parameters.

    To put it together takes longer than to run it, so that is done once.
    """
    rows = _union(Q(memberships__user=Value(ANYBODY)) if is_limited else None, among=ADDRESSES)
    inner, parameters = rows.query.sql_with_params()
    # What is put in here is a statement of our own.
    among = f"SELECT * FROM ({inner}) AS used (url, name, pk, label) WHERE url = ANY(%s)"  # noqa: S608  # made above
    return among, (*parameters, ADDRESSES)


def _union(centres: Q | None, among: object = None) -> QuerySet:
    """Return the address, model label, primary key of the row with a page, and name, for every link."""
    parts = [
        rows.values_list(
            "link",
            Value(name, output_field=TextField()),
            Cast(table.page, BigIntegerField()),
            Cast(table.label, TextField()),
        )
        for name, table in LINK_TABLES.items()
        if table.centre or centres is None
        for rows in _columns(table, centres, among)
    ]
    return parts[0].union(*parts[1:], all=True)


def _columns(table: LinkTable, centres: Q | None, among: object = None) -> Iterator[QuerySet]:
    """Yield the rows of a table once for each field with links, with the address as `link`.

    `among` is a parameter for a list of addresses: fields that hold one are then looked up in the index.
    """
    rows = table.rows().order_by()
    if centres is not None:
        rows = rows.filter(**{f"{table.centre}__in": Centre.objects.filter(centres)})
    for name in table.single:
        linking = (
            rows.filter(IsOneOf(F(name), Value(among))) if among else rows.exclude(**{name: ""})
        )
        yield linking.annotate(link=Cast(F(name), TextField()))
    for name in table.several:
        yield rows.annotate(link=Unnest(F(name)))


class _TablePages:
    """Where the rows of a table are shown, for one person."""

    def __init__(self, table: LinkTable, user: Any) -> None:
        shown = (table.page_model or table.model)._meta
        self._may_see = user.has_perm(f"{shown.app_label}.view_{shown.model_name}")
        self._is_edition = shown.model is Edition
        page = reverse(f"admin:{shown.app_label}_{shown.model_name}_change", args=[0])
        self._before, self._after = page.rsplit("0", 1)

    def use(self, url: str, pk: int, label: str) -> LinkUse:
        """Return the use of an address by a row."""
        page = f"{self._before}{pk}{self._after}" if self._may_see else ""
        return LinkUse(url, label, page, pk if self._is_edition else None)
