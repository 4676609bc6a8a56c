"""Where the portal links out to: every address that an editor can change, and the row that holds it."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import BigIntegerField, F, Func, Q, QuerySet, TextField, Value
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
from evidence.models import Edition, LinkCheck, LinkCheckQuerySet, Source


@dataclass(frozen=True)
class Place:
    """A table with links: what names its rows, the row whose page in admin they are on, their centre, and the fields."""

    model: type[models.Model]
    label: str
    single: tuple[str, ...] = ()
    several: tuple[str, ...] = ()
    centre: str = ""
    page: str = "pk"
    page_model: type[models.Model] | None = None

    def rows(self) -> QuerySet:
        return self.model._default_manager.all()


@dataclass(frozen=True)
class EditionPlace(Place):
    """Of editions only what the public sees or what is being worked on counts."""

    to_edition: str = ""

    def rows(self) -> QuerySet:
        of_edition = Edition.published_q(self.to_edition) | Edition.open_q(self.to_edition)
        return super().rows().filter(of_edition)


EDITIONS = [
    EditionPlace(Edition, "title", ("source_url",), centre="summary__centre"),
    EditionPlace(
        Source, "edition__title", ("url",), centre="edition__summary__centre", page="edition",
        page_model=Edition, to_edition="edition",
    ),
]  # fmt: skip
NETWORK = [
    Place(Centre, "name", ("website",), ("sources", "unrated_sources"), centre="pk"),
    Place(RatingScale, "name", ("address",), ("sources",), centre="centre"),
    Place(Organisation, "name", ("website",)),
    Place(RatingReference, "citation", ("url", "source")),
    Place(
        SpendingFigure, "policy_area__label", several=("sources",), page="policy_area",
        page_model=SpendingFigure._meta.get_field("policy_area").related_model,
    ),
    Place(NetworkEvent, "title", ("source",), ("also",)),
    Place(Publication, "title", ("url", "source")),
    Place(NetworkTotal, "slug", ("source",)),
    Place(NetworkSource, "title", ("url",)),
    Place(NetworkNote, "slug", several=("sources",)),
]  # fmt: skip
PLACES = {place.model._meta.label_lower: place for place in [*EDITIONS, *NETWORK]}


class Unnest(Func):
    """Each entry of a list, as a row of its own."""

    function = "unnest"
    set_returning = True
    output_field = TextField()


@dataclass(frozen=True)
class Use:
    """One row that holds an address. `edition` is set where it is one of an edition."""

    url: str
    label: str
    page: str  # in admin; empty if the person may not see it
    edition: int | None


def all_links(centre: Centre | None = None) -> set[str]:
    """Return every address that something links to, or something of one centre."""
    rows = _union(None, Q(pk=centre.pk) if centre else None)
    return {url for url, *_ in rows if url}


def uses_of(urls: Collection[str], user: Any) -> dict[str, list[Use]]:
    """Return what links to each address, in one query: to a person of some centres only what is theirs."""
    found: dict[str, list[Use]] = defaultdict(list)
    if urls:
        for url, name, pk, label in _union(urls, _centres_of(user)):
            if url in urls:
                use = _use(url, PLACES[name], pk, label, user)
                if use not in found[url]:
                    found[url].append(use)
    return found


def checks_for(user: Any, centre: Any = None) -> LinkCheckQuerySet:
    """Return the checks of links that a person may see; of one centre, where its key is given."""
    checks = LinkCheck.objects.all()
    if (limit := _centres_of(user)) is not None:
        checks = checks.filter(_used_by(limit))
    return checks.filter(_used_by(Q(pk=centre))) if centre else checks


def has_failing_link() -> Q:
    """Return the condition for editions that link to what fails."""
    failing = LinkCheck.objects.failing().values("url")
    sources = Source.objects.filter(url__in=failing).values("edition")
    return Q(source_url__in=failing) | Q(pk__in=sources)


def _centres_of(user: Any) -> Q | None:
    """Return the condition for the centres of a person; None for all."""
    if user.has_perm("evidence.all_centres"):
        return None
    return Q(memberships__user=user)


def _used_by(centres: Q) -> Q:
    condition = Q()
    for place in PLACES.values():
        if place.centre:
            for rows in _columns(place, None, centres):
                condition |= Q(url__in=rows.values("link"))
    return condition


def _union(urls: Collection[str] | None, centres: Q | None) -> QuerySet:
    """Return (address, model, key of the row with a page, label) of all that links out."""
    parts = [
        rows.values_list(
            "link",
            Value(name, output_field=TextField()),
            Cast(place.page, BigIntegerField()),
            Cast(place.label, TextField()),
        )
        for name, place in PLACES.items()
        if place.centre or centres is None
        for rows in _columns(place, urls, centres)
    ]
    return parts[0].union(*parts[1:], all=True)


def _columns(place: Place, urls: Collection[str] | None, centres: Q | None) -> Iterator[QuerySet]:
    """Yield the rows of a place once for each of its fields, with the address as `link`."""
    rows = place.rows().order_by()
    if centres is not None:
        rows = rows.filter(**{f"{place.centre}__in": Centre.objects.filter(centres)})
    for name in place.single:
        held = rows.exclude(**{name: ""}) if urls is None else rows.filter(**{f"{name}__in": urls})
        yield held.annotate(link=Cast(F(name), TextField()))
    for name in place.several:
        held = rows if urls is None else rows.filter(**{f"{name}__overlap": list(urls)})
        yield held.annotate(link=Unnest(F(name)))


def _use(url: str, place: Place, pk: int, label: str, user: Any) -> Use:
    shown = (place.page_model or place.model)._meta
    page = reverse(f"admin:{shown.app_label}_{shown.model_name}_change", args=[pk])
    may_see = user.has_perm(f"{shown.app_label}.view_{shown.model_name}")
    return Use(url, label, page if may_see else "", pk if shown.model is Edition else None)
