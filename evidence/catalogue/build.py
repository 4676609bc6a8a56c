"""Makes the catalogue from the published editions."""

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any, Self

from pyroaring import BitMap

from centres.vocabulary import MISSING, Cost, Direction, Rated, Strength
from evidence.models import Product
from evidence.models.products import is_stated
from portal import published

from .confirmations import Confirmations
from .documents import Document, Documents
from .facets import NOT_STATED, Catalogue
from .orders import Ladder, Order
from .sources import FACETS, NO_DOUBT, Bits, by_reason
from .vocabulary import Vocabulary


def values_of(document: Document) -> dict[str, Iterable[Any]]:
    """Return what an edition is found by in the facets: keys of linked rows, and values of its own."""
    cost = document.value("cost")
    updated = document.value("updated")
    studies = document.value("studies")
    outcomes_and_effects = document.outcomes_and_effects()
    return {
        "policy_area": document.policy_areas,
        "strength": [document.value("strength")],
        "impact": [document.value("direction")],
        "cost": [] if cost is None else [str(cost)],
        "centre": [document.centre],
        "audience": document.audiences,
        "topic": document.topics,
        "outcome": {outcome for outcome, _ in outcomes_and_effects},
        "outcome and effect": outcomes_and_effects,
        "kind": [document.value("kind_id")],
        "setting": document.settings,
        "age_group": document.value("age_groups"),
        "updated": [updated] if updated else [],
        "studies": [] if studies is None else [studies],
        "doubt": document.value("doubts") or [NO_DOUBT],
        "product": [(document.centre, document.value("product"))],
        **{f"{field} missing": _missing(document, field) for field in Rated},
    }


def _missing(document: Document, field: Rated) -> list[tuple[int, str, str]]:
    """Return what decides why a value is missing, if it is: the centre, the product line, and the edition's own word."""
    if is_stated(field, document.value):
        return []
    own = (one for one in document.value("missing") if MISSING[one][0] == field)
    return [(document.centre, document.value("product"), next(own, ""))]


@published.register
@dataclass(frozen=True)
class PublishedCatalogue(published.Part):
    """The catalogue, with what the next one is made from: the editions of each value, whatever its label is today."""

    catalogue: Catalogue
    bits: Mapping[str, Bits]  # by the names of `values_of`, then by value

    @classmethod
    def load(cls, before: Self | None, snapshot: published.Snapshot) -> Self:
        """Bring the catalogue before up to date, or make the first one."""
        documents, vocabulary = snapshot[Documents], snapshot[Vocabulary]
        if before is None:
            everything = BitMap(documents.added)
            bits, newest, by_title = _first(documents)
        else:
            removed, added = BitMap(documents.removed), BitMap(documents.added)
            everything = (before.catalogue.everything - removed) | added
            bits = _changed(before.bits, documents)
            newest, by_title = (
                order.changed(removed, added, sort_key)
                for order, sort_key in (
                    (before.catalogue.newest, lambda key: _newest(documents.document(key))),
                    (before.catalogue.by_title, lambda key: _title(documents.document(key))),
                )
            )
        # An approach is a list of summaries, so no edition says which it belongs to.
        approaches = {
            key: BitMap(documents.keys_of(slugs)) for key, slugs in vocabulary.members.items()
        }
        facets = {
            source.parameter: source.facet(
                {**bits, "approach": approaches}, vocabulary, everything, snapshot.day
            )
            for source in FACETS
        }
        undated = facets["updated"].bits[NOT_STATED]
        ladders = {
            sort: _ladder(bits.get(name, {}), steps, everything)
            for sort, (name, steps) in LADDERS.items()
        }
        products = _by_line(bits.get("product", {}), vocabulary.products.values())
        missing = {field.value: by_reason(bits, vocabulary, field) for field in Rated}
        catalogue = Catalogue(
            everything, facets, newest, by_title, undated, ladders, products, missing,
            BitMap(documents.keys_of(snapshot[Confirmations].days)),
        )  # fmt: skip
        return cls(catalogue, bits)


def current_catalogue() -> Catalogue:
    """Return the catalogue of what is published. Raises NothingPublished if that has never been read."""
    return published.current()[PublishedCatalogue].catalogue


def _first(documents: Documents) -> tuple[dict[str, Bits], Order, Order]:
    """Return the bitmaps and the orders of all published editions."""
    keys: dict[str, dict[Any, list[int]]] = {}
    by_date, by_title = [], []
    for key in documents.added:
        document = documents.document(key)
        for name, values in values_of(document).items():
            of_name = keys.setdefault(name, {})
            for value in values:
                of_name.setdefault(value, []).append(key)
        by_date.append((_newest(document), key))
        by_title.append((_title(document), key))
    bits: dict[str, Bits] = {
        name: {value: BitMap(found) for value, found in values.items()}
        for name, values in keys.items()
    }
    newest, titles = (Order.of(key for _, key in sorted(one)) for one in (by_date, by_title))
    return bits, newest, titles


def _changed(before: Mapping[str, Bits], documents: Documents) -> dict[str, Bits]:
    """Return the bitmaps with the editions that came and without those that went. Those before stay as they are."""
    bits = {name: dict(values) for name, values in before.items()}
    copied: set[tuple[str, Any]] = set()

    def bitmaps(key: int) -> Iterator[BitMap]:
        for name, values in values_of(documents.document(key)).items():
            of_name = bits.setdefault(name, {})
            for value in values:
                if (name, value) not in copied:
                    copied.add((name, value))
                    of_name[value] = BitMap(of_name.get(value, ()))
                yield of_name[value]

    for key in documents.removed:
        for one in bitmaps(key):
            one.discard(key)
    for key in documents.added:
        for one in bitmaps(key):
            one.add(key)
    return dict(bits)


def _by_line(bits: Bits, products: Iterable[Product]) -> dict[str, BitMap]:
    """Return the editions that are in each product line, by its slug."""
    nothing = BitMap()
    return {
        product.slug: nothing.union(
            *(bits.get((product.centre_id, name), nothing) for name in product.names)
        )
        for product in products
    }


def _ladder(bits: Bits, steps: Callable[[Bits], Iterable[Any]], everything: BitMap) -> Ladder:
    """Return the ladder whose rungs are the editions of some values, in their order."""
    rungs = [bits[value] for value in steps(bits) if value in bits]
    return Ladder(rungs, everything - reduce(or_, rungs, BitMap()))


def _newest(document: Document) -> tuple[Any, ...]:
    """Return what the newest come first by; of one month or year, those whose day or month is not known come last."""
    parts = [-int(part) for part in document.value("updated").split("-") if part]
    published_at: datetime.datetime = document.value("published_at")
    return (*parts, *[0] * (3 - len(parts)), -published_at.timestamp(), document.slug)


def _title(document: Document) -> tuple[Any, ...]:
    return (document.value("title").casefold(), *_newest(document))


# What each of these sorts looks at: a name of `values_of`, and the values from the first to the last, given all that occur.
# The others say that nothing is known.
LADDERS: Mapping[str, tuple[str, Callable[[Bits], Iterable[Any]]]] = {
    "strength": ("strength", lambda _: [one for one in Strength if one != Strength.NOT_RATED]),
    "effect": (
        "impact",
        lambda _: (Direction.BENEFICIAL, Direction.MIXED, Direction.NO_EFFECT, Direction.HARMFUL),
    ),
    "cost": ("cost", lambda _: map(str, Cost)),
    "studies": ("studies", lambda bits: sorted(bits, reverse=True)),
}
